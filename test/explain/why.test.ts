import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { type Cause, why, WHY_THRESHOLDS, type Why } from "../../src/explain.js";
import type { ScalarActivationName } from "../../src/network/activations.js";
import type { NetworkInput } from "../../src/network/description.js";
import { createNetwork } from "../../src/network/network.js";
import type { Example } from "../../src/reference/batch.js";
import { backward } from "../../src/reference/backward.js";
import { forward, type ReferenceNetwork } from "../../src/reference/forward.js";
import { COMBINATIONS, networkOf, randomExamples, title } from "../reference/networks.js";
import { caught } from "../training/caught.js";
import { quantitiesOf } from "./golden-cases.js";

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const sigmoidSlope = (z: number): number => sigmoid(z) * (1 - sigmoid(z));
const tanhSlope = (z: number): number => 1 - Math.tanh(z) ** 2;

const ask = (network: NetworkInput, examples: Example | readonly Example[], quantity: string): Why =>
  why({ network: createNetwork(network) }, examples, quantity);
const kindsOf = ({ causes }: Why): string[] => causes.map(({ kind, where }) => `${kind} ${where}`);

interface Fixture {
  readonly title: string;
  readonly network: NetworkInput;
  readonly examples: Example | readonly Example[];
  readonly quantity: string;
  /** The one cause that there is; none where the derivative is an ordinary one. */
  readonly cause?: Omit<Cause, "sentence">;
}

/** One unit of a kind between the input and an output that is far from its target; its weight is `w`, its bias 0. */
const hidden = (activation: ScalarActivationName, w = 1): NetworkInput => ({
  inputs: 1,
  layers: [
    { units: 1, activation },
    { units: 1, activation: "identity" },
  ],
  w2: [[w]],
  b2: [0],
  w3: [[0.5]],
  b3: [0],
});

const output = (activation: "identity" | "sigmoid" | "tanh", cost: "squared-error" | "cross-entropy" = "squared-error"): NetworkInput => ({
  inputs: 1,
  layers: [{ units: 1, activation }],
  cost,
  w2: [[1]],
  b2: [0],
});

/** Two outputs p_j of which the first has z = x, the second z = -x. */
const twoClasses = (cost: "squared-error" | "cross-entropy"): NetworkInput => ({
  inputs: 1,
  layers: [{ units: 2, activation: "softmax" }],
  cost,
  w2: [[1], [-1]],
  b2: [0, 0],
});

/** Two outputs that pull one hidden unit in opposite directions: dCost/da2[0] = 2 (a - y_0) - 2 (-a - y_1). */
const pulled: NetworkInput = {
  inputs: 1,
  layers: [
    { units: 1, activation: "identity" },
    { units: 2, activation: "identity" },
  ],
  w2: [[1]],
  b2: [0],
  w3: [[1], [-1]],
  b3: [0, 0],
};

/** Layer 3 has units at z = 8 and at z = -8, layer 2 none that is flat. */
const flatAbove: NetworkInput = {
  inputs: 1,
  layers: [
    { units: 1, activation: "identity" },
    { units: 2, activation: "sigmoid" },
    { units: 1, activation: "identity" },
  ],
  w2: [[1]],
  b2: [0],
  w3: [[0.5], [0.5]],
  b3: [7.5, -8.5],
  w4: [[1, -2]],
  b4: [0],
};

const deadAbove: NetworkInput = {
  ...flatAbove,
  layers: [
    { units: 1, activation: "relu" },
    { units: 2, activation: "relu" },
    { units: 1, activation: "identity" },
  ],
  b3: [-4, -8],
};

/** sigma' of two units, each weighted by |dCost/da3| = 2 |a4 - y| |w4|: the factor of both takes itself away. */
const slopeAbove = (sigmoidSlope(8) + 2 * sigmoidSlope(-8)) / 3;

const fixtures: readonly Fixture[] = [
  {
    title: "a saturated hidden sigmoid",
    network: hidden("sigmoid", 8),
    examples: { x: [1], y: [3] },
    quantity: "w2[0,0]",
    cause: { kind: "saturated-unit", where: "z2[0]", value: sigmoidSlope(8), threshold: 0.02 },
  },
  {
    title: "a hidden sigmoid that is saturated at 0",
    network: hidden("sigmoid", -8),
    examples: { x: [1], y: [3] },
    quantity: "b2[0]",
    cause: { kind: "saturated-unit", where: "z2[0]", value: sigmoidSlope(-8), threshold: 0.02 },
  },
  {
    title: "a saturated hidden tanh",
    network: hidden("tanh", -4),
    examples: { x: [1], y: [3] },
    quantity: "z2[0]",
    cause: { kind: "saturated-unit", where: "z2[0]", value: tanhSlope(-4), threshold: 0.02 },
  },
  {
    title: "a saturated sigmoid output that is wrong, under squared error",
    network: output("sigmoid"),
    examples: { x: [8], y: [0] },
    quantity: "w2[0,0]",
    cause: { kind: "saturated-unit", where: "z2[0]", value: sigmoidSlope(8), threshold: 0.02 },
  },
  {
    title: "a saturated softmax that is wrong, under squared error",
    network: twoClasses("squared-error"),
    examples: { x: [4], y: [0, 1] },
    quantity: "b2[0]",
    cause: { kind: "saturated-unit", where: "z2[0]", value: sigmoidSlope(8), threshold: 0.02 },
  },
  {
    title: "an input that is exactly 0",
    network: hidden("sigmoid"),
    examples: { x: [0], y: [3] },
    quantity: "w2[0,0]",
    cause: { kind: "silent-input", where: "a1[0]", value: 0, threshold: 0.01 },
  },
  {
    title: "an input of -0.001",
    network: hidden("identity"),
    examples: { x: [-0.001], y: [3] },
    quantity: "w2[0,0]",
    cause: { kind: "silent-input", where: "a1[0]", value: 0.001, threshold: 0.01 },
  },
  {
    title: "an input that is silent on average",
    network: hidden("identity"),
    examples: [0.012, -0.002, 0.001].map((x) => ({ x: [x], y: [3] })),
    quantity: "w2[0,0]",
    cause: { kind: "silent-input", where: "a1[0]", value: 0.005, threshold: 0.01 },
  },
  {
    title: "an activation that is silent for the next layer",
    network: hidden("sigmoid", -1),
    examples: { x: [6], y: [3] },
    quantity: "w3[0,0]",
    cause: { kind: "silent-input", where: "a2[0]", value: sigmoid(-6), threshold: 0.01 },
  },
  {
    title: "an output that is right at 0.5, where nothing saturates",
    network: { ...output("sigmoid"), w2: [[0]] },
    examples: { x: [1], y: [0.5] },
    quantity: "w2[0,0]",
    cause: { kind: "already-right", where: "a2[0]", value: 0, threshold: 0.01 },
  },
  {
    title: "a sigmoid output that is right at 1, where it is flat as well",
    network: output("sigmoid"),
    examples: { x: [6], y: [1] },
    quantity: "b2[0]",
    cause: { kind: "already-right", where: "a2[0]", value: 1 - sigmoid(6), threshold: 0.01 },
  },
  {
    title: "right outputs of a softmax with cross-entropy",
    network: twoClasses("cross-entropy"),
    examples: { x: [3], y: [1, 0] },
    quantity: "w2[1,0]",
    cause: { kind: "already-right", where: "a2[1]", value: sigmoid(-6), threshold: 0.01 },
  },
  {
    title: "right outputs, asked of a weight before them: the largest error counts",
    network: pulled,
    examples: { x: [1], y: [1.002, -1.004] },
    quantity: "w2[0,0]",
    cause: { kind: "already-right", where: "layer 3", value: 0.004, threshold: 0.01 },
  },
  {
    title: "outputs that are right on average over several examples",
    network: output("identity"),
    examples: [0.001, 0.002, 0.006].map((off) => ({ x: [1], y: [1 + off] })),
    quantity: "w2[0,0]",
    cause: { kind: "already-right", where: "a2[0]", value: 0.003, threshold: 0.01 },
  },
  {
    title: "two outputs whose terms nearly cancel",
    network: pulled,
    examples: { x: [1], y: [0, -2.02] },
    // 2 (1 - 0) - 2 (-1 + 2.02) = 2 - 2.04
    quantity: "w2[0,0]",
    cause: { kind: "cancellation", where: "dCost/da2[0]", value: 0.04 / 4.04, threshold: 0.1 },
  },
  {
    title: "two examples whose derivatives nearly cancel",
    network: output("identity"),
    examples: [
      { x: [1], y: [0.5] },
      { x: [1], y: [1.475] },
    ],
    // 2 (1 - 0.5) and 2 (1 - 1.475)
    quantity: "w2[0,0]",
    cause: { kind: "cancellation", where: "dCost/dw2[0,0]", value: 0.05 / 1.95, threshold: 0.1 },
  },
  {
    title: "a relu that is off",
    network: hidden("relu", -1),
    examples: { x: [2], y: [3] },
    quantity: "w2[0,0]",
    cause: { kind: "dead-unit", where: "z2[0]", value: 0, threshold: 0 },
  },
  {
    title: "a relu that is off in every example",
    network: hidden("relu", -1),
    examples: [2, 0.5, 1].map((x) => ({ x: [x], y: [3] })),
    quantity: "b2[0]",
    cause: { kind: "dead-unit", where: "z2[0]", value: 0, threshold: 0 },
  },
  {
    title: "a relu that is off in one example of two",
    network: hidden("relu", -1),
    examples: [-2, 2].map((x) => ({ x: [x], y: [3] })),
    quantity: "b2[0]",
  },
  {
    title: "a layer of relus above that are off",
    network: deadAbove,
    examples: { x: [1], y: [3] },
    quantity: "w2[0,0]",
    cause: { kind: "dead-unit", where: "layer 3", value: 0, threshold: 0 },
  },
  {
    title: "a saturated layer above",
    network: flatAbove,
    examples: { x: [1], y: [3] },
    quantity: "w2[0,0]",
    cause: { kind: "saturated-unit", where: "layer 3", value: slopeAbove, threshold: 0.02 },
  },
  {
    title: "a saturated layer above an activation",
    network: flatAbove,
    examples: { x: [1], y: [3] },
    quantity: "a2[0]",
    cause: { kind: "saturated-unit", where: "layer 3", value: slopeAbove, threshold: 0.02 },
  },
  {
    title: "an input of 100, which nobody scaled",
    network: hidden("identity", 0.0625),
    examples: { x: [100], y: [0] },
    quantity: "w2[0,0]",
    cause: { kind: "large-factor", where: "a1[0]", value: 100, threshold: 10 },
  },
  {
    title: "an output that is very far from its target",
    network: output("identity"),
    examples: { x: [1], y: [51] },
    quantity: "w2[0,0]",
    cause: { kind: "large-factor", where: "dCost/da2[0]", value: 100, threshold: 10 },
  },
  { title: "nothing in the way", network: hidden("sigmoid"), examples: { x: [1], y: [3] }, quantity: "w2[0,0]" },
  {
    title: "a saturated sigmoid output that is wrong, under cross-entropy, which takes its slope away",
    network: output("sigmoid", "cross-entropy"),
    examples: { x: [8], y: [0] },
    quantity: "w2[0,0]",
  },
  {
    title: "an output near 0 with target 1 under cross-entropy: dCost/da is -1e13, but dCost/dz is -1",
    network: output("sigmoid", "cross-entropy"),
    examples: [{ x: [-30], y: [1] }],
    quantity: "b2[0]",
  },
  {
    title: "a softmax that is surely wrong under cross-entropy",
    network: twoClasses("cross-entropy"),
    examples: { x: [8], y: [0, 1] },
    quantity: "w2[0,0]",
  },
];

describe("a derivative that was built to be one thing is said to be that and nothing else", () => {
  test.each(fixtures)("$title", ({ network, examples, quantity, cause }) => {
    const answer = ask(network, examples, quantity);
    expect(answer.verdict).toBe(cause?.kind ?? "ordinary");
    expect(kindsOf(answer)).toEqual(cause === undefined ? [] : [`${cause.kind} ${cause.where}`]);
    expect(answer.quantity).toBe(quantity);
    if (cause === undefined) return;
    const [found] = answer.causes;
    expect(found!.threshold).toBe(cause.threshold);
    const error = Math.abs(found!.value - cause.value);
    expect(error <= 1e-12 * Math.max(1e-3, cause.value), `${found!.value}, not ${cause.value}`).toBe(true);
  });

  test("every kind of cause is among them", () => {
    const kinds = new Set(fixtures.map(({ cause }) => cause?.kind ?? "ordinary"));
    expect([...kinds].sort()).toEqual([
      "already-right",
      "cancellation",
      "dead-unit",
      "large-factor",
      "ordinary",
      "saturated-unit",
      "silent-input",
    ]);
  });

  test("each sentence names the thing, its number and the threshold", () => {
    const sentences = fixtures.flatMap(({ network, examples, quantity }) => ask(network, examples, quantity).causes);
    for (const { sentence, where, value, threshold, kind } of sentences) {
      const said = { "dead-unit z2[0]": "a2[0]", "already-right layer 3": "every output", "cancellation dCost/dw2[0,0]": "examples" };
      expect(sentence).toContain((said as Partial<Record<string, string>>)[`${kind} ${where}`] ?? where);
      if (kind === "dead-unit") {
        expect(sentence).toMatch(/^dead unit: .*, so sigma' is 0$/);
        continue;
      }
      const percent = kind === "cancellation" ? 100 : 1;
      expect(sentence).toMatch(percent === 1 ? new RegExp(`, (below|above) ${threshold}(?!\\d)`) : /, less than 10 %$/);
      const numbers = (sentence.match(/\d[\d.]*(e[+-]?\d+)?/g) ?? []).map(Number);
      expect(
        numbers.some((shown) => Math.abs(shown - percent * value) <= 0.005 * percent * value),
        `${sentence}: ${value}`,
      ).toBe(true);
    }
  });
});

interface Threshold {
  readonly name: keyof typeof WHY_THRESHOLDS;
  readonly of: string;
  /** What is asked where the number that counts is `value`. */
  readonly at: (value: number) => Why;
  readonly verdict: string;
  /** The side on which the cause counts. */
  readonly side: "below" | "above";
}

/** z with sigma'(z) = slope: the larger root of a (1 - a) = slope, and back. */
const sigmoidAt = (slope: number): number => {
  const a = (1 + Math.sqrt(1 - 4 * slope)) / 2;
  return Math.log(a / (1 - a));
};

const thresholds: readonly Threshold[] = [
  {
    name: "saturated",
    of: "a hidden sigmoid",
    at: (slope) => ask(hidden("sigmoid"), { x: [sigmoidAt(slope)], y: [3] }, "b2[0]"),
    verdict: "saturated-unit",
    side: "below",
  },
  {
    name: "saturated",
    of: "a hidden tanh",
    at: (slope) => ask(hidden("tanh"), { x: [-Math.atanh(Math.sqrt(1 - slope))], y: [3] }, "b2[0]"),
    verdict: "saturated-unit",
    side: "below",
  },
  {
    name: "saturated",
    of: "an output",
    at: (slope) => ask(output("sigmoid"), { x: [sigmoidAt(slope)], y: [0] }, "b2[0]"),
    verdict: "saturated-unit",
    side: "below",
  },
  {
    name: "silent",
    of: "an input",
    at: (x) => ask(hidden("identity"), { x: [-x], y: [3] }, "w2[0,0]"),
    verdict: "silent-input",
    side: "below",
  },
  {
    name: "right",
    of: "an output",
    at: (off) => ask(output("identity"), { x: [1], y: [1 + off] }, "w2[0,0]"),
    verdict: "already-right",
    side: "below",
  },
  {
    name: "right",
    of: "all outputs",
    at: (off) => ask(pulled, { x: [1], y: [1, -1 - off] }, "w2[0,0]"),
    verdict: "already-right",
    side: "below",
  },
  {
    name: "cancellation",
    of: "terms",
    // terms 1 + share and -(1 - share)
    at: (share) => ask(pulled, { x: [1], y: [1 - (1 + share) / 2, -1 - (1 - share) / 2] }, "w2[0,0]"),
    verdict: "cancellation",
    side: "below",
  },
  {
    name: "cancellation",
    of: "examples",
    at: (share) =>
      ask(
        output("identity"),
        [1 - (1 + share) / 2, 1 + (1 - share) / 2].map((y) => ({ x: [1], y: [y] })),
        "b2[0]",
      ),
    verdict: "cancellation",
    side: "below",
  },
  {
    name: "large",
    of: "an input",
    at: (x) => ask(hidden("identity", 0.125), { x: [x], y: [0] }, "w2[0,0]"),
    verdict: "large-factor",
    side: "above",
  },
  {
    name: "large",
    of: "dCost/da",
    at: (d) => ask(output("identity"), { x: [1], y: [1 - d / 2] }, "b2[0]"),
    verdict: "large-factor",
    side: "above",
  },
];

describe("a threshold", () => {
  test.each(thresholds)("$name, of $of: just on one side it counts, just on the other it does not", ({ name, at, verdict, side }) => {
    const threshold = WHY_THRESHOLDS[name];
    const [counting, other] = side === "below" ? [1 - 1e-7, 1 + 1e-7] : [1 + 1e-7, 1 - 1e-7];
    const found = at(threshold * counting);
    expect(found.verdict).toBe(verdict);
    expect(Math.abs(found.causes[0]!.value - threshold * counting) <= 1e-9 * threshold).toBe(true);
    expect(found.causes[0]!.threshold).toBe(threshold);
    expect(at(threshold * other).verdict).toBe("ordinary");
  });

  test("each of the table is among them", () => {
    expect([...new Set(thresholds.map(({ name }) => name))].sort()).toEqual(Object.keys(WHY_THRESHOLDS).sort());
  });

  test("a hard-swish counts as dead at -3 and below, not above", () => {
    expect(ask(hidden("hard-swish"), { x: [-3], y: [3] }, "b2[0]").verdict).toBe("dead-unit");
    expect(kindsOf(ask(hidden("hard-swish"), { x: [-2.75], y: [3] }, "b2[0]"))).not.toContain("dead-unit z2[0]");
  });

  test.each([
    ["elu", -5],
    ["gelu", -4],
    ["gelu-tanh", -4],
    ["silu", -7],
    ["mish", -8],
    ["softplus", -5],
    ["exponential", -5],
    ["leaky-relu", -1],
  ] as const)("%s is saturated far below 0, and not at 1", (activation, x) => {
    expect(kindsOf(ask(hidden(activation), { x: [x], y: [3] }, "b2[0]"))).toContain("saturated-unit z2[0]");
    expect(kindsOf(ask(hidden(activation), { x: [1], y: [9] }, "b2[0]"))).not.toContain("saturated-unit z2[0]");
  });

  test("a relu counts as dead at 0 and below, not above", () => {
    expect(ask(hidden("relu"), { x: [0], y: [3] }, "b2[0]").verdict).toBe("dead-unit");
    expect(ask(hidden("relu"), { x: [1e-12], y: [3] }, "b2[0]").verdict).toBe("ordinary");
  });
});

test("a relu that is on and an identity are never saturated, nor is a layer of them", () => {
  const random = createRandom(1, 303);
  for (const activation of ["relu", "identity"] as const) {
    for (let time = 0; time < 100; time++) {
      const x = 20 * random.uniform();
      const network: NetworkInput = {
        ...flatAbove,
        layers: [
          { units: 1, activation },
          { units: 2, activation },
          { units: 1, activation },
        ],
      };
      for (const quantity of ["w2[0,0]", "b3[0]", "a2[0]", "a1[0]", "b4[0]"]) {
        expect(kindsOf(ask(network, { x: [x], y: [-9] }, quantity)).filter((cause) => cause.startsWith("saturated"))).toEqual([]);
      }
    }
  }
});

describe("of several causes", () => {
  test("the one that misses its threshold by the larger factor comes first", () => {
    // The slope misses 0.02 by 60 times, the input 0.01 by 10 times; then by 1.1 and 10 times.
    const saturatedMore = ask({ ...hidden("sigmoid"), b2: [8] }, { x: [0.001], y: [3] }, "w2[0,0]");
    expect(kindsOf(saturatedMore)).toEqual(["saturated-unit z2[0]", "silent-input a1[0]"]);
    const silentMore = ask({ ...hidden("sigmoid"), b2: [4] }, { x: [0.001], y: [3] }, "w2[0,0]");
    expect(kindsOf(silentMore)).toEqual(["silent-input a1[0]", "saturated-unit z2[0]"]);
  });

  test("a dead unit comes before an input that is exactly 0", () => {
    expect(kindsOf(ask(hidden("relu"), { x: [0], y: [3] }, "w2[0,0]"))).toEqual(["dead-unit z2[0]", "silent-input a1[0]"]);
  });

  test("a large one comes first where the derivative is several times a typical one, and last where it is not", () => {
    // One input of 100 beside zeros: the derivative is sqrt(inputs) times the root mean square of its row.
    const of = (inputs: number): Why => {
      const x = Array.from({ length: inputs }, (_, k) => (k === 0 ? 100 : 0));
      const network: NetworkInput = { inputs, layers: [{ units: 1 }], w2: [x.map(() => 0.0625)], b2: [0] };
      return ask(network, { x, y: [0] }, "w2[0,0]");
    };
    const [ordinary, several] = [of(8), of(10)];
    expect(Math.abs(Math.abs(ordinary.value) / ordinary.typical - Math.sqrt(8)) <= 1e-12).toBe(true);
    expect(kindsOf(ordinary)).toEqual(["saturated-unit z2[0]", "large-factor a1[0]"]);
    expect(kindsOf(several)).toEqual(["large-factor a1[0]", "saturated-unit z2[0]"]);
  });
});

/** Root mean square over the tensor or layer of a quantity and over the examples, from every derivative there is. */
function bruteForce(network: ReferenceNetwork, examples: readonly Example[], name: string): { value: number; typical: number } {
  const [, kind = "", layer = "", first = "", second] = /^([wbza])(\d)\[(\d+)(?:,(\d+))?\]$/.exec(name)!;
  const table = { w: "dCost_dw", b: "dCost_db", z: "dCost_dz", a: "dCost_da" }[kind] as "dCost_dw" | "dCost_db" | "dCost_dz" | "dCost_da";
  const tensors = examples.map(({ x, y }) => backward(network, forward(network, x), y)[table][Number(layer)]!);
  const place = second === undefined ? Number(first) : Number(first) * network.layout.sizes[Number(layer) - 1]! + Number(second);
  const all = tensors.flatMap((tensor) => Array.from(tensor));
  return {
    value: tensors.reduce((sum, tensor) => sum + tensor[place]!, 0) / examples.length,
    typical: Math.sqrt(all.reduce((sum, value) => sum + value ** 2, 0) / all.length),
  };
}

describe("value and typical are the mean, and the root mean square over the tensor", () => {
  test.each(COMBINATIONS.filter(({ outputs }) => outputs !== 2).map((own) => [title(own), own] as const))("%s", (_title, combination) => {
    const network = networkOf(combination, 11);
    const examples = randomExamples(network, 3, 12);
    for (const own of [examples.slice(0, 1), examples]) {
      for (const quantity of quantitiesOf(network)) {
        const given = own.length === 1 ? own[0]! : own;
        const { value, typical } = why({ network: network as Parameters<typeof why>[0]["network"] }, given, quantity);
        const expected = bruteForce(network, own, quantity);
        expect(Math.abs(typical - expected.typical) <= 1e-12 * expected.typical, quantity).toBe(true);
        expect(Math.abs(value - expected.value) <= 1e-12 * expected.typical, quantity).toBe(true);
      }
    }
  });
});

test("one example and a list of it alone have the same answer", () => {
  for (const { network, examples, quantity } of fixtures) {
    if ("x" in examples) expect(ask(network, [examples], quantity)).toEqual(ask(network, examples, quantity));
  }
});

test("a name that the network does not have, and no example, are refused", () => {
  const network = createNetwork(hidden("sigmoid"));
  expect(caught(() => why({ network }, { x: [1], y: [0] }, "w4[0,0]")).code).toBe("E_USAGE");
  expect(caught(() => why({ network }, [], "w2[0,0]")).message).toContain("at least one example");
});
