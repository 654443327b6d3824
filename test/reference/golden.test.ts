import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { COST_NAMES, COST_SETTINGS, costKind, costText } from "../../src/network/costs.js";
import { type NetworkDescription, readDescription, widthsOf } from "../../src/network/description.js";
import { layoutOf, tensorValues } from "../../src/network/layout.js";
import { backward } from "../../src/reference/backward.js";
import { batchCost, batchGradient, type Example } from "../../src/reference/batch.js";
import { forward, type ReferenceNetwork } from "../../src/reference/forward.js";
import { compare, largestIndex } from "./compare.js";
import { CLASSIC, HIDDEN, OUTPUTS, PAIRS } from "./networks.js";

// Gradients by float64 PyTorch, an independent program: test/golden/make_gradients.py says what each field is.
interface GoldenCase {
  readonly network: NetworkDescription;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly value: number;
  readonly gradients: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;
  readonly inputs: readonly (readonly number[])[];
}

/** 4,500 units of float64's rounding: sums in another order differ by less, a wrong factor by more. */
const TOLERANCE = 1e-12;

const packed = readFileSync(new URL("../golden/gradients.json.gz", import.meta.url));
const { cases } = JSON.parse(gunzipSync(packed).toString()) as { readonly cases: readonly GoldenCase[] };

interface Tensor {
  readonly name: string;
  readonly actual: Float64Array;
  readonly expected: readonly number[];
}

function prepare(golden: GoldenCase): { network: ReferenceNetwork; examples: Example[] } {
  const { description, weights } = readDescription(golden.network);
  const network = { description, layout: layoutOf(widthsOf(description)), parameters: weights! };
  return { network, examples: golden.x.map((x, i) => ({ x, y: golden.y[i]! })) };
}

/** Our gradient of each tensor beside PyTorch's; then each example's derivatives by its inputs. */
function tensorsOf(golden: GoldenCase): Tensor[] {
  const { network, examples } = prepare(golden);
  const { gradient } = batchGradient(network, examples);
  const parameters = network.layout.tensors.map((tensor) => {
    const expected = golden.gradients[tensor.name]!.flat();
    return { name: tensor.name, actual: tensorValues(gradient, tensor), expected };
  });
  const inputs = examples.map(({ x, y }, i) => {
    const { dCost_da } = backward(network, forward(network, x), y);
    return { name: `a1 of example ${i}`, actual: dCost_da[1]!, expected: golden.inputs[i]! };
  });
  return [...parameters, ...inputs];
}

function titleOf({ network, x }: GoldenCase, index: number): string {
  const layers = network.layers.map(({ units, activation }) => `${units} ${activation}`).join(", ");
  return `${index}: ${network.inputs}, ${layers}; ${costText(network.cost)}; ${x.length} examples`;
}

describe("the golden cases", () => {
  const covered = new Set(
    cases.flatMap(({ network: { layers, cost } }) => {
      const hidden = [...new Set(layers.slice(0, -1).map(({ activation }) => activation))];
      const output = layers.at(-1)!;
      return [
        `${costText(cost)} ${output.activation} ${output.units} ${layers.length + 1} ${hidden.join("+")}`,
        `${costKind(cost)} of ${output.activation}`,
        ...hidden.map((name) => `${name} under ${costKind(cost)}`),
        ...(typeof cost === "string" ? [] : [`${cost.kind} with a setting`]),
      ];
    }),
  );

  test("cover every classic combination at depth 2..6 with 1, 2 and 5 outputs", () => {
    const missing = CLASSIC.flatMap(({ cost, output, hidden }) =>
      OUTPUTS.flatMap((outputs) => [
        `${costText(cost)} ${output} ${outputs} 2 `,
        ...[3, 4, 5, 6].map((depth) => `${costText(cost)} ${output} ${outputs} ${depth} ${hidden}`),
      ]),
    ).filter((combination) => !covered.has(combination));
    expect(missing).toEqual([]);
  });

  test("cover every cost with every output, with every hidden activation, and with its setting", () => {
    const missing = [
      ...PAIRS.map(({ cost, output }) => `${cost} of ${output}`),
      ...COST_NAMES.flatMap((cost) => HIDDEN.map((hidden) => `${hidden} under ${cost}`)),
      ...Object.keys(COST_SETTINGS).map((cost) => `${cost} with a setting`),
    ].filter((combination) => !covered.has(combination));
    expect(missing).toEqual([]);
  });

  test("hold gradients that are exactly zero, and more that are not", () => {
    const tensors = cases.flatMap(({ gradients }) => Object.values(gradients).map((tensor) => tensor.flat()));
    const zero = tensors.filter((tensor) => tensor.every((value) => value === 0)).length;
    expect(zero).toBeGreaterThan(100);
    expect(tensors.length - zero).toBeGreaterThan(2000);
  });
});

describe("the reference agrees with float64 PyTorch", () => {
  test.each(cases.map((golden, index) => [titleOf(golden, index), golden] as const))("%s", (_title, golden) => {
    const { network, examples } = prepare(golden);
    for (const cost of [batchCost(network, examples), batchGradient(network, examples).cost]) {
      expect(compare([cost], [golden.value], TOLERANCE)).toMatchObject({ agrees: true });
    }
    for (const { name, actual, expected } of tensorsOf(golden)) {
      expect({ name, ...compare(actual, expected, TOLERANCE) }).toMatchObject({ agrees: true });
    }
  });
});

describe("the comparison can fail", () => {
  // In a tensor of zeros the smallest number above 0 stands in for 1 %.
  test.each([
    ["a derivative that is 1 % too large", (value: number) => (value === 0 ? Number.MIN_VALUE : value * 1.01)],
    ["a derivative that is 1 % too small", (value: number) => (value === 0 ? -Number.MIN_VALUE : value * 0.99)],
    ["a NaN", () => NaN],
    ["an infinity", () => Infinity],
  ])("%s, in any tensor", (_title, corrupt) => {
    const accepted = cases.flatMap((golden, index) =>
      tensorsOf(golden).flatMap(({ name, actual, expected }) => {
        const corrupted = actual.slice();
        const at = largestIndex(expected);
        corrupted[at] = corrupt(corrupted[at]!);
        return compare(corrupted, expected, TOLERANCE).agrees ? [`${titleOf(golden, index)}: ${name}`] : [];
      }),
    );
    expect(accepted).toEqual([]);
  });

  test("a tensor of another length", () => {
    expect(compare([1], [1, 0], TOLERANCE).agrees).toBe(false);
    expect(compare([1, 0], [1], TOLERANCE).agrees).toBe(false);
  });
});
