import { describe, expect, test } from "vitest";
import { compareGradients, type GradientComparison } from "../../../src/explain/mistakes/compare-gradients.js";
import { isMeanOverOutputs } from "../../../src/network/costs.js";
import { tensorValues } from "../../../src/network/layout.js";
import { backward } from "../../../src/reference/backward.js";
import { batchGradient, type Example } from "../../../src/reference/batch.js";
import { forward, type ReferenceNetwork } from "../../../src/reference/forward.js";
import type { GradientTensor } from "../../../src/training/gradients.js";
import { FURTHER, HIDDEN, networkOf, randomExamples, title } from "../../reference/networks.js";

// Every activation and every cost that the student's program does not know, by the reference's own derivatives.

type Tensors = Readonly<Record<string, GradientTensor>>;

function tensorsOf({ layout }: ReferenceNetwork, gradient: Float64Array): Tensors {
  return Object.fromEntries(layout.tensors.map((tensor) => [tensor.name, { shape: tensor.shape, values: tensorValues(gradient, tensor) }]));
}

const times = (tensors: Tensors, factor: number): Tensors =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: values.map((value) => factor * value) }]),
  );

const namesIn = ({ mistakes }: GradientComparison): string[] => mistakes.map(({ name }) => name);

const cases = FURTHER.map((pairing, at) => [title({ ...pairing, outputs: 2 }), pairing, at] as const);

describe("every further activation and cost", () => {
  test.each(cases)("%s", (_title, pairing, at) => {
    const network = networkOf({ ...pairing, outputs: 2 }, 61 + at, [3]);
    const examples = randomExamples(network, 3, 62 + at);
    const right = tensorsOf(network, batchGradient(network, examples).gradient);
    expect(compareGradients(network, examples, right)).toMatchObject({ agrees: true, mistakes: [] });
    expect(namesIn(compareGradients(network, examples, times(right, -1)))).toContain("swapped-sign");
    expect(namesIn(compareGradients(network, examples, times(right, 3)))).toContain("sum-instead-of-mean");

    // Half as large: without its 2, or a mean over the two outputs; neither where the cost has no 2, or is a mean already.
    const half = namesIn(compareGradients(network, examples, times(right, 0.5)));
    const hasTwo = pairing.cost === "squared-error" || pairing.cost === "mean-squared-error";
    expect(half.includes("missing-2")).toBe(hasTwo);
    if (!hasTwo) expect(half.includes("mean-over-outputs")).toBe(!isMeanOverOutputs(pairing.cost));
  });
});

describe("a slope that is left out in the hidden layer", () => {
  test.each(HIDDEN.filter((name) => name !== "identity"))("%s", (hidden) => {
    const network = networkOf({ hidden, output: "identity", cost: "half-squared-error", outputs: 2 }, 71, [4]);
    const examples = randomExamples(network, 5, 72);
    const gradient = batchGradient(network, examples).gradient;
    const right = tensorsOf(network, gradient);
    const [w2, b2] = [new Float64Array(right["w2"]!.values.length), new Float64Array(4)];
    for (const { x, y } of examples as readonly Example[]) {
      const { dCost_da } = backward(network, forward(network, x), y);
      for (let k = 0; k < 4; k++) {
        b2[k]! += dCost_da[2]![k]! / examples.length;
        for (let t = 0; t < 3; t++) w2[3 * k + t]! += (dCost_da[2]![k]! * x[t]!) / examples.length;
      }
    }
    const given = { ...right, w2: { shape: [4, 3], values: w2 }, b2: { shape: [4], values: b2 } };
    const { agrees, mistakes } = compareGradients(network, examples, given);
    expect(agrees).toBe(false);
    expect(mistakes[0]).toMatchObject({ name: "missing-slope", layers: [2], equation: "(4)" });
  });
});
