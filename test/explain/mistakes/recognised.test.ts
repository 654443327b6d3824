import { describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/explain/mistakes/compare-gradients.js";
import { readGradients } from "../../../src/explain/mistakes/read-gradients.js";
import { type MistakeName, MISTAKE_NAMES } from "../../../src/explain/mistakes/table.js";
import { PROBLEMS } from "./networks.js";
import { mapped, parametersOf, type Slips, work } from "./student.js";

type Case = readonly [name: MistakeName, problem: string, slips: Slips, equation: string, layers: readonly number[]];

const SIGMOID = "4-5-5-3 sigmoid";
const IDENTITY = "4-5-5-3 tanh, identity";
const CROSS = "4-5-5-3 relu, softmax with cross-entropy";
const SOFTMAX = "4-5-5-3 tanh, softmax with squared error";
const SMALL = "3-4-2 tanh, sigmoid";
const SMALL_CROSS = "3-4-2 sigmoid with cross-entropy";
const TINY = "2-2-1 sigmoid";
const DEEP = "6-5-5-5-3 sigmoid";
const DEEP_CROSS = "6-5-5-5-3 tanh, softmax with cross-entropy";
const SQUARE = "5-5-5-5 sigmoid";

const CASES: readonly Case[] = [
  ["missing-2", SIGMOID, { "missing 2": [4] }, "(1)", [4]],
  ["missing-2", IDENTITY, { "missing 2": [4] }, "(1)", [4]],
  ["missing-2", SOFTMAX, { "missing 2": [4] }, "(1)", [4]],
  ["missing-2", TINY, { "missing 2": [3] }, "(1)", [3]],
  ["missing-2", DEEP, { "missing 2": [5] }, "(1)", [5]],
  ["missing-2", SIGMOID, { "w without 2": [4] }, "(1)", [4]],

  ["missing-slope", SIGMOID, { "no slope": [4] }, "(1)", [4]],
  ["missing-slope", SIGMOID, { "no slope": [3] }, "(4)", [3]],
  ["missing-slope", SIGMOID, { "no slope": [2] }, "(7)", [2]],
  ["missing-slope", SIGMOID, { "no slope": [3, 2] }, "(4)", [3, 2]],
  ["missing-slope", SIGMOID, { "no slope": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["missing-slope", IDENTITY, { "no slope": [4, 3, 2] }, "(4)", [3, 2]],
  ["missing-slope", CROSS, { "no slope": [3, 2] }, "(4)", [3, 2]],
  ["missing-slope", SOFTMAX, { "no slope": [4] }, "(1)", [4]],
  ["missing-slope", DEEP, { "no slope": [4, 3, 2] }, "(4)", [4, 3, 2]],
  ["missing-slope", DEEP_CROSS, { "no slope": [3] }, "(7)", [3]],
  ["missing-slope", TINY, { "no slope": [3] }, "(1)", [3]],
  ["missing-slope", "2-2-1 relu, tanh", { "no slope": [2] }, "(4)", [2]],
  ["missing-slope", SIGMOID, { "b without slope": [3] }, "(5)", [3]],
  ["missing-slope", SIGMOID, { "b without slope": [4, 3, 2] }, "(2)", [4, 3, 2]],

  ["slope-of-activation", SIGMOID, { "slope at a": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["slope-of-activation", SIGMOID, { "slope at a": [4] }, "(1)", [4]],
  ["slope-of-activation", SIGMOID, { "slope at a": [3, 2] }, "(4)", [3, 2]],
  ["slope-of-activation", SMALL, { "slope at a": [2] }, "(4)", [2]],
  ["slope-of-activation", DEEP_CROSS, { "slope at a": [4, 3, 2] }, "(4)", [4, 3, 2]],
  ["slope-of-activation", TINY, { "slope at a": [3, 2] }, "(1)", [3, 2]],
  ["slope-of-activation", SIGMOID, { "formula of z": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["slope-of-activation", IDENTITY, { "formula of z": [3, 2] }, "(4)", [3, 2]],
  ["slope-of-activation", DEEP, { "formula of z": [2] }, "(7)", [2]],

  ["transposed-weights", SIGMOID, { "W transposed": [3] }, "(6)", [2]],
  ["transposed-weights", DEEP, { "W transposed": [4, 3] }, "(6)", [3, 2]],
  ["transposed-weights", DEEP_CROSS, { "W transposed": [3] }, "(6)", [2]],
  ["transposed-weights", SQUARE, { "W transposed": [4, 3, 2] }, "(3)", [3, 2]],
  ["transposed-weights", SQUARE, { "dw transposed": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["transposed-weights", SQUARE, { "dw transposed": [3] }, "(4)", [3]],
  ["transposed-weights", TINY, { "dw transposed": [2] }, "(4)", [2]],

  ["forgotten-sum", SIGMOID, { "last term": [4] }, "(3)", [3]],
  ["forgotten-sum", SIGMOID, { "last term": [4, 3] }, "(3)", [3, 2]],
  ["forgotten-sum", SIGMOID, { "first term": [3] }, "(6)", [2]],
  ["forgotten-sum", SIGMOID, { "term j = k": [3] }, "(6)", [2]],
  ["forgotten-sum", SMALL, { "last term": [3] }, "(3)", [2]],
  ["forgotten-sum", SMALL_CROSS, { "first term": [3] }, "(3)", [2]],
  ["forgotten-sum", CROSS, { "last term": [4, 3] }, "(3)", [3, 2]],
  ["forgotten-sum", DEEP, { "term j = k": [4, 3] }, "(6)", [3, 2]],
  ["forgotten-sum", SOFTMAX, { "diagonal of softmax": [4] }, "(1)", [4]],
  ["forgotten-sum", CROSS, { "diagonal of softmax": [4] }, "(1)", [4]],
  ["forgotten-sum", SIGMOID, { "last row": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["forgotten-sum", DEEP_CROSS, { "last row": [5, 4, 3, 2] }, "(1)", [5, 4, 3, 2]],
  ["forgotten-sum", TINY, { "first row divided": [3, 2] }, "(1)", [3, 2]],

  ["sum-instead-of-mean", SIGMOID, { "sum of rows": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["sum-instead-of-mean", CROSS, { "sum of rows": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["sum-instead-of-mean", SMALL, { "sum of rows": [3] }, "(1)", [3]],
  ["sum-instead-of-mean", DEEP, { "sum of rows": [4, 3, 2] }, "(4)", [4, 3, 2]],
  ["sum-instead-of-mean", SIGMOID, { "b summed": [4, 3, 2] }, "(2)", [4, 3, 2]],
  ["sum-instead-of-mean", SIGMOID, { "b summed": [2] }, "(8)", [2]],

  ["swapped-sign", SIGMOID, { "y - a": [4] }, "(1)", [4]],
  ["swapped-sign", CROSS, { "y - a": [4] }, "(1)", [4]],
  ["swapped-sign", SMALL_CROSS, { "y - a": [3] }, "(1)", [3]],
  ["swapped-sign", SOFTMAX, { "y - a": [4] }, "(1)", [4]],
  ["swapped-sign", SIGMOID, { "sign of w": [3] }, "(4)", [3]],
  ["swapped-sign", SIGMOID, { "sign of b": [2] }, "(8)", [2]],
  ["swapped-sign", DEEP, { "sign of b": [5, 4, 3, 2] }, "(2)", [5, 4, 3, 2]],

  ["off-by-one-layer", SIGMOID, { "a of this layer": [3] }, "(4)", [3]],
  ["off-by-one-layer", DEEP, { "a of this layer": [4, 3] }, "(4)", [4, 3]],
  ["off-by-one-layer", SQUARE, { "a of this layer": [4, 3, 2] }, "(1)", [4, 3, 2]],
  ["off-by-one-layer", SIGMOID, { "a two layers before": [4] }, "(1)", [4]],
  ["off-by-one-layer", SIGMOID, { "slope of the next layer": [2] }, "(7)", [2]],
  ["off-by-one-layer", SIGMOID, { "slope of the layer before": [3] }, "(4)", [3]],
  ["off-by-one-layer", SQUARE, { "slope of the layer before": [4, 3] }, "(1)", [4, 3]],
  ["off-by-one-layer", DEEP_CROSS, { "slope of the next layer": [3, 2] }, "(7)", [3, 2]],
  ["off-by-one-layer", DEEP, { "W of the layer before": [4] }, "(6)", [3]],
  ["off-by-one-layer", SQUARE, { "W of the next layer": [3] }, "(6)", [2]],
  ["off-by-one-layer", SQUARE, { "W of the layer before": [4, 3] }, "(3)", [3, 2]],

  ["mean-over-outputs", SIGMOID, { "mean over outputs": [4] }, "(1)", [4]],
  ["mean-over-outputs", CROSS, { "mean over outputs": [4] }, "(1)", [4]],
  ["mean-over-outputs", SMALL_CROSS, { "mean over outputs": [3] }, "(1)", [3]],

  ["extra-slope", CROSS, { "slope twice": [4] }, "(1)", [4]],
  ["extra-slope", SMALL_CROSS, { "slope twice": [3] }, "(1)", [3]],
  ["extra-slope", SIGMOID, { "slope twice": [3] }, "(4)", [3]],
  ["extra-slope", DEEP_CROSS, { "slope twice": [4, 3, 2] }, "(4)", [4, 3, 2]],
];

describe("a mistake is named, with its equation and its layers", () => {
  test.each(CASES)("%s: %s, %j", (name, problem, slips, equation, layers) => {
    const { network, examples } = PROBLEMS[problem]!;
    const given = readGradients(parametersOf(work(network, examples, slips)));
    for (const change of [(value: number) => value, Math.fround, (value: number) => Number(value.toPrecision(6))]) {
      const { agrees, first, mistakes } = compareGradients(network, examples, mapped(given, change));
      expect(agrees).toBe(false);
      expect(mistakes.map((mistake) => mistake.name)).toEqual([name]);
      expect(mistakes[0]).toMatchObject({ equation, layers, complete: true, beside: [] });
      expect(first!.equation).toBe(equation);
      expect(mistakes[0]!.sentence).toMatch(/^In .*\.$/);
      expect(mistakes[0]!.right).toMatch(/^dCost\/d/);
    }
  });

  test("every mistake of the table has such a test", () => {
    expect(new Set(CASES.map(([name]) => name))).toEqual(new Set(MISTAKE_NAMES));
  });
});

describe("of a part of the tensors", () => {
  const { network, examples } = PROBLEMS[SIGMOID]!;
  const some = (slips: Slips, ...names: string[]) => {
    const given = readGradients(parametersOf(work(network, examples, slips)));
    return compareGradients(network, examples, Object.fromEntries(names.map((name) => [name, given[name]!])));
  };

  test("a forgotten sum in (3) is told from w3 and b3 alone", () => {
    const { first, mistakes, missing } = some({ "last term": [4] }, "w3", "b3");
    expect(first).toMatchObject({ equation: "(3)", tensor: "w3", layer: 3 });
    expect(mistakes.map(({ name }) => name)).toEqual(["forgotten-sum"]);
    expect(missing).toEqual(["w4", "b4", "w2", "b2"]);
  });

  test("a missing sigma' at the output from w2 alone", () => {
    const { first, mistakes } = some({ "no slope": [4] }, "w2");
    expect(first).toMatchObject({ equation: "(1)", tensor: "w2" });
    expect(mistakes.map(({ name, layers }) => [name, ...layers])).toEqual([["missing-slope", 4]]);
  });

  test("where only the first deviating layer fits, that is said", () => {
    const given = readGradients(parametersOf(work(network, examples, { "no slope": [4] })));
    const noise = { shape: [5, 4], values: given["w2"]!.values.map((value, place) => value * (1 + 0.1 * place)) };
    const { mistakes } = compareGradients(network, examples, { ...given, w2: noise });
    expect(mistakes.map(({ name, complete }) => [name, complete])).toEqual([["missing-slope", false]]);
  });
});

describe("what was given of dCost/da and dCost/dz takes part", () => {
  const { network, examples } = PROBLEMS[SIGMOID]!;
  test.each<[MistakeName, Slips, string, string]>([
    ["missing-2", { "missing 2": [4] }, "a4", "(1)"],
    ["missing-slope", { "no slope": [4] }, "z4", "(1)"],
    ["forgotten-sum", { "first term": [4] }, "a3", "(3)"],
    ["missing-slope", { "no slope": [2] }, "z2", "(7)"],
  ])("%s, %j", (name, slips, tensor, equation) => {
    const { a, z, ...parameters } = work(network, examples, slips);
    const vectors = Object.fromEntries([2, 3, 4].flatMap((l) => [[`a${l}`, a[l]!] as const, [`z${l}`, z[l]!] as const]));
    const given = readGradients({ ...parametersOf({ a, z, ...parameters }), ...vectors, a1: a[1] });
    const { first, mistakes } = compareGradients(network, examples, given);
    expect(first).toMatchObject({ tensor, equation });
    expect(mistakes.map((mistake) => mistake.name)).toEqual([name]);
    expect(mistakes[0]!.complete).toBe(true);
  });
});

describe("several mistakes", () => {
  test("that give the same numbers are all named, the classic one first", () => {
    const { network, examples } = PROBLEMS[SMALL]!;
    const given = readGradients(parametersOf(work(network, examples, { "missing 2": [3] })));
    const { mistakes } = compareGradients(network, examples, given);
    expect(mistakes.map(({ name }) => name)).toEqual(["missing-2", "mean-over-outputs"]);
  });

  test.each<[MistakeName, MistakeName, Slips]>([
    ["missing-2", "sum-instead-of-mean", { "missing 2": [4], "sum of rows": [4, 3, 2] }],
    ["missing-2", "missing-slope", { "missing 2": [4], "no slope": [4] }],
    ["missing-2", "swapped-sign", { "missing 2": [4], "y - a": [4] }],
    ["swapped-sign", "forgotten-sum", { "y - a": [4], "last term": [4, 3] }],
    ["sum-instead-of-mean", "mean-over-outputs", { "sum of rows": [4, 3, 2], "mean over outputs": [4] }],
  ])("%s and %s made together", (one, other, slips) => {
    const { network, examples } = PROBLEMS[SIGMOID]!;
    const examplesOf7 = [...examples, { x: [0.5, -1, 0.25, 1], y: [0, 1, 0.5] }];
    const given = readGradients(parametersOf(work(network, examplesOf7, slips)));
    const { mistakes } = compareGradients(network, examplesOf7, given);
    expect(mistakes.map(({ name, beside }) => [name, ...beside]).sort()).toEqual(
      [
        [one, other],
        [other, one],
      ].sort(),
    );
  });
});

test("where no mistake is known the ratio is told, if there is one", () => {
  const { network, examples } = PROBLEMS[SIGMOID]!;
  const right = readGradients(parametersOf(work(network, examples)));
  const larger = compareGradients(
    network,
    examples,
    mapped(right, (value) => 2.75 * value),
  );
  expect(larger.mistakes).toEqual([]);
  expect(larger.first!.ratio).toBeCloseTo(2.75, 12);
  const noisy = compareGradients(
    network,
    examples,
    mapped(right, (value) => value + 0.01),
  );
  expect(noisy).toMatchObject({ mistakes: [], first: { equation: "(1)", tensor: "w4", ratio: undefined } });
});

test("a mistake that changes nothing is not made", () => {
  // One row is its own mean; a single output has no sum over outputs; all hidden relus are on.
  const { network, examples } = PROBLEMS[TINY]!;
  const one = examples.slice(0, 1);
  const slips: Slips = { "sum of rows": [3, 2], "last row": [3, 2], "mean over outputs": [3], "last term": [3] };
  expect(compareGradients(network, one, readGradients(parametersOf(work(network, one, slips))))).toMatchObject({
    agrees: true,
    mistakes: [],
  });
});
