import { describe, expect, test } from "vitest";
import { createRandom, shuffle } from "../../src/base/random.js";
import { softmax } from "../../src/network/activations.js";
import { layoutOf, tensorValues } from "../../src/network/layout.js";
import { backward } from "../../src/reference/backward.js";
import { batchCost, batchGradient } from "../../src/reference/batch.js";
import { forward, type ReferenceNetwork } from "../../src/reference/forward.js";
import { compare } from "./compare.js";
import { COMBINATIONS, type Combination, networkOf, randomExamples, randomNetwork, title, withParameters } from "./networks.js";

/** Sizes on both sides of every power of two that a kernel could care about. */
const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 65];
/** What the order of a sum of at most 65 terms may change. */
const ORDER = 1e-13;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(compare(actual, expected, tolerance)).toMatchObject({ agrees: true });
}

/** Central difference of a cost by a shift. */
function centralDifference(cost: (shift: number) => number): number {
  const h = 1e-5;
  return (cost(h) - cost(-h)) / (2 * h);
}

/** Largest error of a central difference with step 1e-5, as in the gradient check. */
function expectDerivative(analytic: number, numeric: number): void {
  const error = Math.abs(numeric - analytic);
  const bound = 1e-6 * Math.abs(analytic) + 1e-9;
  expect({ analytic, numeric, agrees: error <= bound }).toMatchObject({ agrees: true });
}

describe("permuting hidden units", () => {
  /** Moves the units of layer l: row j of W^(l) and b^(l), and column j of W^(l+1), come from unit order[j]. */
  function permute(vector: Float64Array, { layout }: ReferenceNetwork, l: number, order: Uint32Array): Float64Array {
    const moved = vector.slice();
    for (const tensor of layout.tensors) {
      const from = tensorValues(vector, tensor);
      const to = tensorValues(moved, tensor);
      for (let j = 0; j < tensor.rows; j++) {
        for (let k = 0; k < tensor.columns; k++) {
          const row = tensor.layer === l ? order[j]! : j;
          const column = tensor.layer === l + 1 && tensor.kind === "weight" ? order[k]! : k;
          to[j * tensor.columns + k] = from[row * tensor.columns + column]!;
        }
      }
    }
    return moved;
  }

  test.each(SIZES.flatMap((size) => [2, 3].map((l) => [l, size] as const)))("of layer %i, %i of them", (l, size) => {
    const layers = [
      { units: l === 2 ? size : 5, activation: "tanh" },
      { units: l === 3 ? size : 5, activation: "sigmoid" },
      { units: 3, activation: "softmax" },
    ] as const;
    const network = randomNetwork({ inputs: 4, layers, cost: "cross-entropy" }, size);
    const order = shuffle(
      Uint32Array.from({ length: size }, (_, j) => size - 1 - j),
      createRandom(size, 103),
    );
    const permuted = { ...network, parameters: permute(Float64Array.from(network.parameters), network, l, order) };
    const examples = randomExamples(network, 3, size);
    for (const { x } of examples) expectClose(forward(permuted, x).a[4]!, forward(network, x).a[4]!, ORDER);
    const before = batchGradient(network, examples);
    const after = batchGradient(permuted, examples);
    expectClose([after.cost], [before.cost], ORDER);
    expectClose(after.gradient, permute(before.gradient, network, l, order), ORDER);
  });
});

describe("a batch is the mean of its examples", () => {
  test.each(SIZES)("%i examples", (count) => {
    const network = networkOf({ hidden: "tanh", output: "softmax", cost: "squared-error", outputs: 5 }, count);
    const examples = randomExamples(network, count, count);
    const sum = new Float64Array(network.layout.length);
    let cost = 0;
    for (const example of examples) {
      const own = batchGradient(network, [example]);
      cost += own.cost;
      own.gradient.forEach((value, i) => (sum[i]! += value));
    }
    const batch = batchGradient(network, examples);
    expectClose([batch.cost, batchCost(network, examples)], [cost / count, cost / count], ORDER);
    expectClose(
      batch.gradient,
      sum.map((value) => value / count),
      ORDER,
    );
  });

  test("an example given three times counts as one; the order of examples does not matter", () => {
    const network = networkOf({ hidden: "sigmoid", output: "sigmoid", cost: "cross-entropy", outputs: 2 }, 1);
    const [first, ...others] = randomExamples(network, 3, 1);
    expectClose(batchGradient(network, [first!, first!, first!]).gradient, batchGradient(network, [first!]).gradient, ORDER);
    expectClose(batchGradient(network, [...others, first!]).gradient, batchGradient(network, [first!, ...others]).gradient, ORDER);
  });
});

describe("softmax", () => {
  test.each(SIZES)("of %i numbers is positive and sums to 1", (size) => {
    const random = createRandom(size, 104);
    for (const scale of [1e-3, 1, 30, 1e6]) {
      const p = softmax(Float64Array.from({ length: size }, () => scale * random.normal()));
      expectClose([p.reduce((sum, value) => sum + value, 0)], [1], ORDER);
      expect(p.every((value) => value >= 0)).toBe(true);
    }
  });

  test("is left alone by a shift of its inputs, overflows nowhere, and hands a NaN on", () => {
    const z = Float64Array.of(-1, 0.5, 2);
    expectClose(softmax(z.map((value) => value + 512)), softmax(z), ORDER);
    expect(softmax(Float64Array.of(1e308, -1e308))).toEqual(Float64Array.of(1, 0));
    expect(softmax(Float64Array.of(0, NaN))).toEqual(Float64Array.of(NaN, NaN));
  });

  test("an output layer's probabilities sum to 1 for every example", () => {
    const network = networkOf({ hidden: "relu", output: "softmax", cost: "cross-entropy", outputs: 5 }, 2);
    for (const { x } of randomExamples(network, 33, 2)) expectClose([forward(network, x).a[4]!.reduce((sum, p) => sum + p, 0)], [1], ORDER);
  });
});

describe("shapes", () => {
  test.each([[[3, 1]], [[1, 4, 2]], [[5, 3, 7, 2]], [[2, 9, 1, 4, 3, 5]]])("of every quantity by layer: %j", (widths) => {
    const layers = widths.slice(1).map((units) => ({ units, activation: "tanh" as const }));
    const network = randomNetwork({ inputs: widths[0]!, layers, cost: "squared-error" }, 1);
    const { x, y } = randomExamples(network, 1, 1)[0]!;
    const pass = forward(network, x);
    const result = backward(network, pass, y);
    const lengths = (list: readonly Float64Array[]): number[] => list.map(({ length }) => length);
    const afterInput = widths.slice(1);
    expect(lengths(pass.a)).toEqual([0, ...widths]);
    expect(lengths(pass.z)).toEqual([0, 0, ...afterInput]);
    expect(lengths(result.dCost_da)).toEqual([0, ...widths]);
    expect(lengths(result.dCost_dz)).toEqual([0, 0, ...afterInput]);
    expect(lengths(result.dCost_db)).toEqual([0, 0, ...afterInput]);
    expect(lengths(result.dCost_dw)).toEqual([0, 0, ...afterInput.map((units, index) => units * widths[index]!)]);
    expect(pass.a[1]).toEqual(x);
  });
});

describe.each(COMBINATIONS.map((combination, index) => [title(combination), combination, index + 1] as const))(
  "derivatives that are no parameter's: %s",
  (_title, combination: Combination, seed) => {
    const network = networkOf(combination, seed);
    const { layout } = network;
    const { x, y } = randomExamples(network, 1, seed)[0]!;
    const { cost, dCost_da, dCost_dz, dCost_db } = backward(network, forward(network, x), y);

    test("dCost_da[1] agrees with the difference by each input", () => {
      dCost_da[1]!.forEach((analytic, t) => {
        const shifted = (h: number): number => batchCost(network, [{ x: Float64Array.from(x).with(t, x[t]! + h), y }]);
        expectDerivative(analytic, centralDifference(shifted));
      });
    });

    test("dCost_da[l] of a hidden neuron agrees with the difference by its activation", () => {
      // A shift of a_k^(l) by h is a shift of b_j^(l+1) by w_jk^(l+1) h, for every j.
      for (const l of [2, 3]) {
        const w = layout.tensors.find(({ kind, layer }) => kind === "weight" && layer === l + 1)!;
        const b = layout.tensors.find(({ kind, layer }) => kind === "bias" && layer === l + 1)!;
        dCost_da[l]!.forEach((analytic, k) => {
          const shifted = (h: number): number => {
            const moved = withParameters(network, (parameters) => {
              for (let j = 0; j < b.rows; j++) parameters[b.offset + j]! += parameters[w.offset + j * w.columns + k]! * h;
            });
            return batchCost(moved, [{ x, y }]);
          };
          expectDerivative(analytic, centralDifference(shifted));
        });
      }
    });

    test("dCost_da[4] carried through the output's activation gives dCost_dz[4]", () => {
      const bias = layout.tensors.at(-1)!;
      const outputsAt = (j: number, h: number): Float64Array =>
        forward(
          withParameters(network, (parameters) => (parameters[bias.offset + j]! += h)),
          x,
        ).a[4]!;
      dCost_dz[4]!.forEach((analytic, i) => {
        const through = dCost_da[4]!.reduce((sum, d, j) => sum + d * centralDifference((h) => outputsAt(i, h)[j]!), 0);
        expectDerivative(analytic, through);
      });
    });

    test("the cost is the batch's, and dz/db is 1", () => {
      expect(batchCost(network, [{ x, y }])).toBe(cost);
      expect(dCost_db).toEqual(dCost_dz);
    });
  },
);

describe("a worked example", () => {
  // M. Mazur, "A Step by Step Backpropagation Example" (2015): a 2-2-2 network of sigmoids whose numbers he gives to nine
  // digits. His error halves the squares, so costs and derivatives here are twice his; both layers share one bias each.
  const parameters = Float64Array.of(0.15, 0.2, 0.25, 0.3, 0.35, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.6);
  const layers = [
    { units: 2, activation: "sigmoid" },
    { units: 2, activation: "sigmoid" },
  ] as const;
  const network: ReferenceNetwork = { description: { inputs: 2, layers, cost: "squared-error" }, layout: layoutOf([2, 2, 2]), parameters };
  const pass = forward(network, [0.05, 0.1]);
  const result = backward(network, pass, [0.01, 0.99]);

  test("forward", () => {
    expect(pass.z[2]![0]).toBeCloseTo(0.3775, 12);
    expect(pass.a[2]![0]).toBeCloseTo(0.593269992, 8);
    expect(pass.a[2]![1]).toBeCloseTo(0.596884378, 8);
    expect(pass.z[3]![0]).toBeCloseTo(1.105905967, 8);
    expect(pass.a[3]![0]).toBeCloseTo(0.75136507, 8);
    expect(pass.a[3]![1]).toBeCloseTo(0.772928465, 8);
    expect(result.cost).toBeCloseTo(2 * 0.298371109, 8);
  });

  test("backward", () => {
    expect(result.dCost_da[3]![0]).toBeCloseTo(2 * 0.74136507, 8);
    expect(result.dCost_dz[3]![0]).toBeCloseTo(2 * 0.138498562, 8);
    expect(result.dCost_dw[3]![0]).toBeCloseTo(2 * 0.082167041, 8);
    expect(result.dCost_da[2]![0]).toBeCloseTo(2 * 0.036350306, 8);
    expect(result.dCost_dw[2]![0]).toBeCloseTo(2 * 0.000438568, 8);
  });

  test("one step with half his learning rate of 0.5 gives his weights", () => {
    const his = [
      [0.149780716, 0.19956143, 0.24975114, 0.29950229],
      [0.35891648, 0.408666186, 0.51130127, 0.561370121],
    ];
    const { gradient } = batchGradient(network, [{ x: [0.05, 0.1], y: [0.01, 0.99] }]);
    const weights = network.layout.tensors.filter(({ kind }) => kind === "weight");
    weights.forEach((tensor, index) => {
      tensorValues(parameters, tensor).forEach((w, jk) => {
        expect(w - 0.25 * tensorValues(gradient, tensor)[jk]!).toBeCloseTo(his[index]![jk]!, 8);
      });
    });
  });
});
