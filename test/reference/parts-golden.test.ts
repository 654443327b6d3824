import { describe, expect, test } from "vitest";
import { createNetwork } from "../../src/network/network.js";
import { backward } from "../../src/reference/backward.js";
import { batchCost, batchGradient, type Example } from "../../src/reference/batch.js";
import { forward, type ReferenceNetwork } from "../../src/reference/forward.js";
import { compare, largestIndex } from "./compare.js";
import { apart, byTensor, type Compared, type GoldenParts, goldenParts, titledParts } from "./golden-parts.js";

/** Sums in another order differ by a few units of float64's rounding, which 1 / sqrt(variance) multiplies; a wrong factor by far more. */
const TOLERANCE = 1e-11;

function prepare({ network, x, y }: GoldenParts): { network: ReferenceNetwork; examples: Example[] } {
  return { network: createNetwork(network), examples: x.map((row, i) => ({ x: row, y: y[i]! })) };
}

/** Everything that the reference says of a case. */
function everything(golden: GoldenParts): Compared[] {
  const { network, examples } = prepare(golden);
  const { training, prediction } = golden;
  const named = (what: string, tensors: readonly Compared[]): Compared[] =>
    tensors.map(({ name, ...rest }) => ({ name: `${what}: ${name}`, ...rest }));
  const { cost, gradient } = batchGradient(network, examples);
  const passes = examples.map(({ x }) => forward(network, x));
  const ofRows = examples.map(({ y }, i) => backward(network, passes[i]!, y));
  const one = ofRows[prediction.row]!;
  const mean = ofRows.reduce((sum, own) => sum + own.cost, 0) / ofRows.length;
  return [
    ...named("training", byTensor(network.layout, gradient, training.gradient)),
    { name: "training: cost", actual: Float64Array.of(cost), expected: [training.cost] },
    { name: "training: cost alone", actual: Float64Array.of(batchCost(network, examples)), expected: [training.cost] },
    ...passes.map(({ a }, i) => ({ name: `outputs of row ${i}`, actual: a.at(-1)!, expected: prediction.outputs[i]! })),
    { name: "prediction: cost", actual: Float64Array.of(mean), expected: [prediction.cost] },
    ...named("one row", byTensor(network.layout, one.gradient, prediction.gradient)),
    { name: "one row: a1", actual: one.dCost_da[1]!, expected: prediction.inputs },
  ];
}

describe("the golden cases", () => {
  test("name exactly the tensors of their networks, and hold their float32 numbers", () => {
    for (const { network, training, sgd, adam } of goldenParts) {
      const { layout, parameters } = createNetwork(network);
      const names = layout.tensors.map(({ name }) => name);
      for (const tensors of [sgd, adam, { ...training.gradient, ...training.running }]) {
        expect(Object.keys(tensors).sort()).toEqual([...names].sort());
      }
      for (const { name, actual, expected } of byTensor(layout, parameters, network as never)) {
        expect({ name, values: Array.from(actual) }).toEqual({ name, values: expected });
      }
      // Running statistics stand behind everything that is trained.
      const running = Object.keys(training.running);
      expect(names.slice(names.length - running.length).sort()).toEqual(running.sort());
    }
  });

  test("cover every part, both costs, and batches of 1, 2, 5 and 8 rows", () => {
    const text = JSON.stringify(goldenParts.map(({ network: { layers, cost } }) => [layers, cost]));
    for (const kind of ["batch-norm", "layer-norm", "residual", "embedding", "periodic", "squared-error", "cross-entropy"]) {
      expect(text).toContain(`"${kind}"`);
    }
    expect([...new Set(goldenParts.map(({ x }) => x.length))].sort()).toEqual([1, 2, 5, 8]);
  });
});

describe("the reference agrees with float64 PyTorch", () => {
  test.each(titledParts)("%s", (_title, golden) => {
    expect(apart(everything(golden), TOLERANCE)).toEqual([]);
  });

  test.each(titledParts)("also where the description is read again in its own form: %s", (_title, golden) => {
    const { layers: _layers, inputs: _inputs, cost: _cost, ...tensors } = golden.network as unknown as Record<string, unknown>;
    const { description } = createNetwork(golden.network);
    const again = { ...description, ...tensors } as never;
    expect(createNetwork(again)).toEqual(createNetwork(golden.network));
    expect(apart(everything({ ...golden, network: again }), TOLERANCE)).toEqual([]);
  });
});

describe("the comparison can fail", () => {
  // In a tensor of zeros the smallest number above 0 stands in for 1 %.
  test.each([
    ["a number that is 1 % too large", (value: number) => (value === 0 ? Number.MIN_VALUE : value * 1.01)],
    ["a NaN", () => NaN],
  ])("%s, in any tensor", (_title, corrupt) => {
    const accepted = goldenParts.flatMap((golden) =>
      everything(golden).flatMap(({ name, actual, expected }) => {
        const corrupted = actual.slice();
        const at = largestIndex(expected);
        corrupted[at] = corrupt(corrupted[at]!);
        return compare(corrupted, expected, TOLERANCE).agrees ? [`${golden.title}: ${name}`] : [];
      }),
    );
    expect(accepted).toEqual([]);
  });
});
