import { describe, expect, test } from "vitest";
import { ChainruleError } from "../../src/base/errors.js";
import { activationOf, readDescription, widthsOf } from "../../src/network/description.js";

function problemsOf(input: unknown): string[] {
  try {
    readDescription(input);
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
    expect(error.code).toBe("E_DESCRIPTION");
    expect(error.message).toBe(error.message.trim());
    return error.message.split("\n");
  }
  return [];
}

const layers = [{ units: 2 }, { units: 1 }];
const weights = {
  w2: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  b2: [7, 8],
  w3: [[9, 10]],
  b3: [11],
};

describe("a description", () => {
  test("gets the defaults of the equations: sigmoid and squared error", () => {
    const { description, weights: none } = readDescription({ inputs: 3, layers });
    expect(description).toEqual({
      inputs: 3,
      layers: [
        { units: 2, activation: "sigmoid" },
        { units: 1, activation: "sigmoid" },
      ],
      cost: "squared-error",
    });
    expect(none).toBeUndefined();
  });

  test("keeps what it says, and reads back as itself", () => {
    const input = {
      inputs: 4,
      layers: [
        { units: 5, activation: "relu" },
        { units: 3, activation: "softmax" },
      ],
      cost: "cross-entropy",
      initialisation: "he",
    };
    const { description } = readDescription(input);
    expect(description).toEqual(input);
    expect(readDescription(JSON.parse(JSON.stringify(description))).description).toEqual(description);
    expect(widthsOf(description)).toEqual([4, 5, 3]);
    expect([activationOf(description, 2), activationOf(description, 3)]).toEqual(["relu", "softmax"]);
  });

  test.each([
    ["huber", "huber"],
    [{ kind: "huber" }, "huber"],
    [{ kind: "huber", delta: 1 }, "huber"],
    [
      { delta: 2, kind: "huber" },
      { kind: "huber", delta: 2 },
    ],
    [{ kind: "quantile", quantile: 0.5 }, "quantile"],
    [
      { kind: "quantile", quantile: 0.9 },
      { kind: "quantile", quantile: 0.9 },
    ],
    [{ kind: "squared-error" }, "squared-error"],
  ])("has the cost %j as %j: by its name, unless its setting is another than the usual one", (cost, expected) => {
    const { description } = readDescription({ inputs: 3, layers, cost });
    expect(JSON.stringify(description.cost)).toBe(JSON.stringify(expected));
    expect(readDescription(description).description).toEqual(description);
  });

  test("lists its weights in the order w2, b2, w3, b3, row by row, whatever the order of its keys", () => {
    expect(readDescription({ inputs: 3, layers, ...weights }).weights).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    const { w2, b2, w3, b3 } = weights;
    expect(readDescription({ b3, w3, b2, w2, layers, inputs: 3 }).weights).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  });
});

describe("a description is refused", () => {
  test.each([
    [null, "null"],
    [undefined, "undefined"],
    [[], "[]"],
    ["digits", '"digits"'],
    [3, "3"],
  ])("where it is no object: %s", (input, got) => {
    expect(problemsOf(input)).toEqual([`network: expected an object, got ${got}.`]);
  });

  test.each([
    [0, "0", ""],
    [-3, "-3", ""],
    [2.5, "2.5", ""],
    [NaN, "NaN", ""],
    [Infinity, "Infinity", ""],
    [1_000_001, "1000001", ""],
    [undefined, "undefined", ""],
    [null, "null", ""],
    ["a", '"a"', ""],
    [[4], "[4]", ""],
    ["16", '"16"', " Did the JSON quote it?"],
  ])("for %s neurons", (units, got, hint) => {
    const expected = `expected a whole number above 0 (at most 1000000), got ${got}.${hint}`;
    expect(problemsOf({ inputs: units, layers })).toEqual([`inputs: ${expected}`]);
    expect(problemsOf({ inputs: 3, layers: [{ units: 4 }, { units }] })).toEqual([`layers[1].units: ${expected}`]);
  });

  test.each([
    [undefined, "undefined"],
    [[], "[]"],
    [{ units: 3 }, '{"units":3}'],
    ["16,16", '"16,16"'],
  ])("for layers that are no list: %s", (value, got) => {
    expect(problemsOf({ inputs: 3, layers: value })).toEqual([`layers: expected a list of at least one layer, got ${got}.`]);
  });

  test("for a layer that is no object", () => {
    expect(problemsOf({ inputs: 3, layers: [16, { units: 1 }] })).toEqual([
      'layers[0]: expected an object such as { "units": 16, "activation": "sigmoid" }, got 16.',
    ]);
  });

  const names =
    "identity, sigmoid, tanh, relu, leaky-relu, elu, selu, softplus, gelu, gelu-tanh, silu, mish, hard-swish, exponential, softmax";
  test.each([
    ["sigmod", `"sigmod". Did you mean "sigmoid"?`],
    ["ReLU", `"ReLU". Did you mean "relu"?`],
    ["maxout", `"maxout".`],
    [3, "3."],
  ])("for the unknown activation %s, with the nearest name", (activation, got) => {
    expect(problemsOf({ inputs: 3, layers: [{ units: 2, activation }] })).toEqual([
      `layers[0].activation: expected one of ${names}, got ${got}`,
    ]);
  });

  test("for names that every object has", () => {
    expect(problemsOf({ inputs: 3, layers: [{ units: 2, activation: "constructor" }], cost: "toString" })).toHaveLength(2);
  });

  const costs =
    "squared-error, cross-entropy, half-squared-error, mean-squared-error, mean-absolute-error, huber, hinge, poisson, quantile";

  test.each([
    [{ kind: "hubert" }, `cost.kind: expected one of ${costs}, got "hubert". Did you mean "huber"?`],
    [{ delta: 1 }, `cost.kind: expected one of ${costs}, got undefined.`],
    [{ kind: "huber", delta: 0 }, "cost.delta: expected a number above 0, got 0."],
    [{ kind: "huber", delta: "1" }, 'cost.delta: expected a number above 0, got "1".'],
    [{ kind: "huber", delta: NaN }, "cost.delta: expected a number above 0, got NaN."],
    [{ kind: "huber", delta: 1e-60 }, "cost.delta: expected a number above 0, got 1e-60."],
    [{ kind: "quantile", quantile: 1 }, "cost.quantile: expected a number between 0 and 1, got 1."],
    [{ kind: "quantile", quantile: 0 }, "cost.quantile: expected a number between 0 and 1, got 0."],
    [{ kind: "huber", detla: 1 }, 'cost.detla: expected kind or delta, which is all that "huber" has, got "detla". Did you mean "delta"?'],
    [{ kind: "hinge", delta: 1 }, 'cost.delta: expected kind, which is all that "hinge" has, got "delta".'],
    [["huber"], `cost: expected one of ${costs}, got ["huber"].`],
    [null, undefined],
  ])("for the cost %j", (cost, problem) => {
    const output = [{ units: 2, activation: "identity" }];
    expect(problemsOf({ inputs: 3, layers: output, cost })).toEqual(problem === undefined ? [] : [problem]);
  });

  test.each([
    ["hinge", "sigmoid", "identity or tanh"],
    ["poisson", "identity", "softplus or exponential"],
  ])("for %s of %s, naming the outputs that are allowed", (cost, activation, allowed) => {
    expect(problemsOf({ inputs: 3, layers: [{ units: 2, activation }], cost })).toEqual([
      `layers[0].activation: expected ${allowed}, the outputs of the cost "${cost}", got "${activation}".`,
    ]);
  });

  test("for an unknown cost or initialisation", () => {
    expect(problemsOf({ inputs: 3, layers, cost: "cross-entropi", initialisation: "glorrot" })).toEqual([
      `cost: expected one of ${costs}, got "cross-entropi". Did you mean "cross-entropy"?`,
      'initialisation: expected one of glorot, he, lecun, normal, zeros, got "glorrot". Did you mean "glorot"?',
    ]);
  });

  test("for unknown keys, with the nearest name", () => {
    expect(problemsOf({ inputs: 3, layers: [{ units: 2, activaton: "relu" }], costs: "cross-entropy" })).toEqual([
      'costs: expected one of inputs, encodings, layers, cost, initialisation or a tensor (w2, b2, ...), got "costs". Did you mean "cost"?',
      'layers[0].activaton: expected units or activation or normalisation or dropout or skip, got "activaton". Did you mean "activation"?',
    ]);
  });

  test("for softmax in a hidden layer", () => {
    expect(problemsOf({ inputs: 3, layers: [{ units: 2, activation: "softmax" }, { units: 2 }] })).toEqual([
      'layers[0].activation: expected an activation of hidden layers (softmax stands at the output only), got "softmax".',
    ]);
  });

  test.each(["identity", "tanh", "relu"])("for cross-entropy of %s, naming the outputs that are allowed", (activation) => {
    expect(problemsOf({ inputs: 3, layers: [{ units: 2 }, { units: 2, activation }], cost: "cross-entropy" })).toEqual([
      `layers[1].activation: expected sigmoid or softmax, the outputs of the cost "cross-entropy", got "${activation}".`,
    ]);
  });

  test("with all its problems at once", () => {
    const problems = problemsOf({
      inputs: 0,
      layers: [{ units: "2" }, { units: 1, activation: "than" }, 5],
      cost: "mse",
      initialisation: 1,
    });
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(":")))).toEqual([
      "inputs",
      "layers[0].units",
      "layers[1].activation",
      "layers[2]",
      "cost",
      "initialisation",
    ]);
  });
});

describe("weights are refused", () => {
  test.each([
    ["w2", [[1, 2, 3]], "2 rows of 3 numbers", "[[1,2,3]]"],
    [
      "w2",
      [
        [1, 2],
        [3, 4],
      ],
      "2 rows of 3 numbers",
      "[[1,2],[3,4]]",
    ],
    ["w2", [[1, 2, 3, 4, 5, 6]], "2 rows of 3 numbers", "[[1,2,3,4,5,6]]"],
    ["w2", [1, 2, 3, 4, 5, 6], "2 rows of 3 numbers", "[1,2,3,4,5,6]"],
    [
      "w2",
      [
        [1, 2, 3],
        [4, 5, NaN],
      ],
      "2 rows of 3 numbers",
      "[[1,2,3],[4,5,NaN]]",
    ],
    [
      "w2",
      [
        [1, 2, 3],
        [4, 5, 1e39],
      ],
      "2 rows of 3 numbers",
      "[[1,2,3],[4,5,1e+39]]",
    ],
    [
      "w2",
      [
        [1, 2, 3],
        [4, 5, "6"],
      ],
      "2 rows of 3 numbers",
      '[[1,2,3],[4,5,"6"]]',
    ],
    ["w2", "zeros", "2 rows of 3 numbers", '"zeros"'],
    ["b2", [[7], [8]], "2 numbers", "[[7],[8]]"],
    ["b2", [7], "2 numbers", "[7]"],
    ["b2", 7, "2 numbers", "7"],
    ["b2", null, "2 numbers", "null"],
  ])("of the wrong shape or value: %s = %j", (name, value, shape, got) => {
    expect(problemsOf({ inputs: 3, layers, ...weights, [name]: value })).toEqual([
      `${name}: expected ${shape}, all finite in float32, got ${got}.`,
    ]);
  });

  test("where some are missing", () => {
    const { b2, w3 } = weights;
    expect(problemsOf({ inputs: 3, layers, b2, w3 })).toEqual([
      "w2: expected 2 rows of 3 numbers, since other weights are given, got undefined. Give all of them, or none.",
      "b3: expected 1 number, since other weights are given, got undefined. Give all of them, or none.",
    ]);
  });

  test("for a layer that the network does not have", () => {
    for (const name of ["w1", "b1", "w4", "b10"]) {
      expect(problemsOf({ inputs: 3, layers, ...weights, [name]: [1] })).toEqual([
        `${name}: expected a tensor of this network (w2, b2, w3, b3), got "${name}".`,
      ]);
    }
  });

  test("for a name that is no tensor's", () => {
    for (const name of ["w0", "w02", "W2", "w", "w2.0"]) expect(problemsOf({ inputs: 3, layers, [name]: [1] })).toHaveLength(1);
  });
});

test("more parameters than memory can be asked for are refused before it is", () => {
  expect(problemsOf({ inputs: 1_000_000, layers: [{ units: 1_000_000 }] })).toEqual([
    "layers: expected at most 536870912 parameters, got 1000001000000. Its parameters alone need 4,000,004,000,000 bytes.",
  ]);
});
