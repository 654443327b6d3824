import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { evaluate, type Expression, number } from "../../src/explain/derivation/expression.js";
import {
  type WrittenActivation,
  writtenActivations,
  type WrittenCost,
  writtenCost,
  writtenCosts,
} from "../../src/explain/derivation/written.js";
import { erf } from "../../src/network/erf.js";
import { type Activation, type ActivationName, activations, type ScalarActivationName, softmax } from "../../src/network/activations.js";
import {
  COST_NAMES,
  type CostDescription,
  costText,
  findOutputRule,
  type OutputRule,
  outputRules,
  outputsFor,
} from "../../src/network/costs.js";

const NOTHING_IS_NAMED = (): never => {
  throw new TypeError("only numbers stand in it");
};
const FUNCTIONS = { exp: Math.exp, ln: Math.log, tanh: Math.tanh, erf, sign: Math.sign, abs: Math.abs };
const numberOf = (expression: Expression): number => evaluate(expression, NOTHING_IS_NAMED, FUNCTIONS);

interface Comparison {
  readonly what: string;
  readonly written: number;
  readonly own: number;
  /** How large the numbers are that it is made of. */
  readonly magnitude: number;
}

/** What disagrees; so written that a NaN disagrees too. */
const disagreeing = (all: readonly Comparison[]): Comparison[] =>
  all.filter(({ written, own, magnitude }) => !(Math.abs(written - own) <= 1e-12 * magnitude));

/** The written value and slope beside the function and its derivative, at one z. */
function compareActivation(written: WrittenActivation, { value, derivative }: Activation, z: number): Comparison[] {
  const a = value(z);
  return [
    { what: `value at ${z}`, written: numberOf(written.value(number(z))), own: a, magnitude: 1 + Math.abs(a) },
    { what: `slope at ${z}`, written: numberOf(written.slope(number(z), number(a))), own: derivative(z, a), magnitude: 1 },
  ];
}

/** The written cost, dCost/da and dCost/dz beside the output rule's, at one z and y. */
function compareCost(written: WrittenCost, rule: OutputRule, z: Float64Array, a: Float64Array, y: Float64Array): Comparison[] {
  const pairs = Array.from(a, (aj, j) => [number(aj), number(y[j]!)] as const);
  const terms = pairs.map(([aj, yj]) => numberOf(written.term(aj, yj)));
  const outputs = a.map((_, j) => rule.dCost_da(a, y, j));
  const front = rule.dCost_dz(outputs, z, a, y);
  const largest = Math.max(...outputs.map(Math.abs), 1);
  return [
    {
      what: "cost",
      written: terms.reduce((sum, term) => sum + term, 0),
      own: rule.cost(z, a, y),
      magnitude: 1 + terms.reduce((sum, term) => sum + Math.abs(term), 0),
    },
    ...pairs.map(([aj, yj], j) => ({
      what: `dCost/da[${j}]`,
      written: numberOf(written.slope(aj, yj)),
      own: outputs[j]!,
      magnitude: largest,
    })),
    ...pairs.flatMap(([aj, yj], j) =>
      written.simplified === undefined
        ? []
        : [{ what: `dCost/dz[${j}]`, written: numberOf(written.simplified(aj, yj)), own: front[j]!, magnitude: 1 }],
    ),
  ];
}

const POINTS = 200;
const names = Object.keys(activations) as ScalarActivationName[];

function comparisonsOf(written: WrittenActivation, activation: Activation): Comparison[] {
  const random = createRandom(5, 304);
  const drawn = Array.from({ length: POINTS }, () => 3 * random.normal());
  return [...drawn, 0, 1e-9, -1e-9, 20, -20].flatMap((z) => compareActivation(written, activation, z));
}

describe("each activation as it is written is the function, and its slope the derivative", () => {
  test.each(names)("%s", (name) => {
    expect(disagreeing(comparisonsOf(writtenActivations[name], activations[name]))).toEqual([]);
  });

  test("a name of one table is a name of the other", () => {
    expect(Object.keys(writtenActivations)).toEqual(names);
  });
});

type Pair = readonly [title: string, cost: CostDescription, output: ActivationName];
const pairs: readonly Pair[] = [
  ...COST_NAMES.map((cost): CostDescription => cost),
  { kind: "huber", delta: 0.25 } as const,
  { kind: "quantile", quantile: 0.9 } as const,
].flatMap((cost) => outputsFor(cost).map((output): Pair => [costText(cost), cost, output]));
const writtenOf = (cost: CostDescription, output: ActivationName, n = 2): WrittenCost => writtenCost(cost, output, number(n));

function costComparisons(written: (n: number) => WrittenCost, [, cost, output]: Pair): Comparison[] {
  const random = createRandom(6, 305);
  const rule = findOutputRule(cost, output)!;
  return Array.from({ length: POINTS }, (_, time) => {
    const n = [1, 2, 5][time % 3]!;
    const z = Float64Array.from({ length: n }, () => 2 * random.normal());
    const a = output === "softmax" ? softmax(z) : z.map(activations[output].value);
    const drawn = a.map(() => random.uniform());
    // Probabilities sum to 1 under a softmax; every other row has one class as its target.
    const whole = drawn.reduce((sum, value) => sum + value, 0);
    const y =
      time % 2 === 0 ? a.map((_a, j) => Number(j === time % n)) : output === "softmax" ? drawn.map((value) => value / whole) : drawn;
    return compareCost(written(n), rule, z, a, y);
  }).flat();
}

describe("each cost as it is written sums to the cost, and its slopes are dCost/da and dCost/dz", () => {
  test.each(pairs)("%s, %j of %s", (...pair) => {
    const [, cost, output] = pair;
    expect(disagreeing(costComparisons((n) => writtenOf(cost, output, n), pair))).toEqual([]);
  });

  test.each(pairs)("%s, %j of %s: outputs are written p where they are probabilities by the cost", (_title, cost, output) => {
    const { probabilities, simplified } = writtenOf(cost, output);
    const rule = findOutputRule(cost, output)!;
    // Squared error speaks of outputs in general, also where they happen to be probabilities.
    expect(probabilities).toBe(cost === "cross-entropy");
    if (probabilities) expect(rule.probabilities).toBe(true);
    // Only where the rule does not multiply: with dCost/da doubled, dCost/dz stays.
    const [z, y] = [Float64Array.of(0.5, -0.25), Float64Array.of(1, 0)];
    const a = output === "softmax" ? softmax(z) : z.map(activations[output].value);
    const outputs = a.map((_, j) => rule.dCost_da(a, y, j));
    const doubled = rule.dCost_dz(
      outputs.map((value) => 2 * value),
      z,
      a,
      y,
    );
    const stays = Array.from(doubled).every((value, j) => value === rule.dCost_dz(outputs, z, a, y)[j]);
    expect(simplified !== undefined).toBe(stays);
  });

  test("a pair of one table is a pair of the other", () => {
    const pairsIn = (table: object): string[] =>
      Object.entries(table).flatMap(([cost, rules]) => Object.keys(rules as object).map((output) => `${cost} ${output}`));
    expect(pairsIn(writtenCosts)).toEqual(pairsIn(outputRules));
  });
});

describe("an entry that is wrong by a tenth of a percent is found", () => {
  const worse = (expression: Expression): Expression => ({ kind: "product", factors: [number(1.001), expression] });

  test.each(names)("%s", (name) => {
    const entry = writtenActivations[name];
    const { value, slope } = entry;
    for (const broken of [
      { ...entry, value: (z: Expression) => worse(value(z)) },
      { ...entry, slope: (z: Expression, a: Expression) => worse(slope(z, a)) },
    ]) {
      expect(disagreeing(comparisonsOf(broken, activations[name])).length).toBeGreaterThan(POINTS / 4);
    }
  });

  test.each(pairs)("%s, %j of %s", (...pair) => {
    const [, cost, output] = pair;
    for (const part of ["term", "slope", "simplified"] as const) {
      if (writtenOf(cost, output)[part] === undefined) continue;
      const broken = (n: number): WrittenCost => {
        const entry = writtenOf(cost, output, n);
        return { ...entry, [part]: (a: Expression, y: Expression) => worse(entry[part]!(a, y)) };
      };
      expect(disagreeing(costComparisons(broken, pair)).length, part).toBeGreaterThan(POINTS / 4);
    }
  });
});
