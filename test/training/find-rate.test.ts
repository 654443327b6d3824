import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/digits.js";
import { iris } from "../../src/iris.js";
import { type FindRateOptions, findLearningRate } from "../../src/training/find-rate.js";
import type { StepStatistics } from "../../src/training/loop/listener.js";
import { OPTIMIZER_NAMES, type OptimizerSettings } from "../../src/training/optimizers.js";
import { divergedAt, readCurve } from "../../src/training/rate-curve.js";
import { train } from "../../src/training/train.js";
import { rejected, said } from "./caught.js";
import { circleTable, regressionTable } from "./tables.js";

/** Rates 1, 2, 4, ... */
const points = (costs: readonly number[]): { rate: number; cost: number }[] => costs.map((cost, k) => ({ rate: 2 ** k, cost }));

describe("a curve", () => {
  test("has diverged where its running mean is above 4 times its lowest, or not finite", () => {
    // Mean after k fours behind a long row of ones: 1 + 4 (1 - 0.8^k), above 4 from k = 7 on.
    const ones = Array<number>(60).fill(1);
    expect(divergedAt([...ones, 5, 5, 5, 5, 5, 5, 5, 5])).toBe(66);
    expect(divergedAt([...ones, 5, 5, 5, 5, 5, 5])).toBeUndefined();
    expect(divergedAt([1, 1, Infinity])).toBe(2);
    expect(divergedAt([1, NaN, 1])).toBe(1);
    expect(divergedAt([])).toBeUndefined();
  });

  test("may lie below 0, as that of counts does", () => {
    expect(divergedAt(Array<number>(30).fill(-10))).toBeUndefined();
    // A mean of -10 rises to above -10 + 3 * 10.
    expect(divergedAt([...Array<number>(60).fill(-10), ...Array<number>(20).fill(100)])).toBe(61);
  });

  test("falls fastest in the middle of its fall, and is lowest in the middle of its valley", () => {
    // Flat, down a logistic about 30, flat from 40 to 60, up again.
    const costs = Array.from({ length: 90 }, (_, k) => 1 + 2 / (1 + Math.exp((k - 30) / 2)) + Math.max(0, k - 60) / 20);
    const { curve, steepest, lowest, diverged } = readCurve(points(costs));
    expect(steepest).toBeGreaterThanOrEqual(2 ** 29);
    expect(steepest).toBeLessThanOrEqual(2 ** 32);
    expect(lowest).toBeGreaterThanOrEqual(2 ** 46);
    expect(lowest).toBeLessThanOrEqual(2 ** 58);
    expect(diverged).toBeUndefined();
    expect(curve.map(({ rate }) => rate)).toEqual(points(costs).map(({ rate }) => rate));
    // A mean of the points around it, whose weights add up to 1.
    expect(Math.abs(curve[10]!.cost - 3)).toBeLessThan(0.01);
  });

  test("that does not fall has no such places", () => {
    expect(readCurve(points(Array<number>(40).fill(2)))).toEqual({ curve: points(Array<number>(40).fill(2)) });
    const { steepest, lowest, diverged } = readCurve(points(Array.from({ length: 60 }, (_, k) => 1 + k)));
    expect([steepest, lowest]).toEqual([undefined, undefined]);
    expect(diverged).toBeGreaterThan(4);
  });

  test("that has diverged at once is empty", () => {
    expect(readCurve(points([Infinity]))).toEqual({ curve: [], diverged: 1 });
  });
});

describe("a rate that is found", () => {
  test("trains well, and comes with its reason and its curve", async () => {
    const options = { hidden: [32], seed: 3, optimizer: { kind: "adam" } } as const;
    const { learningRate, reason, steepest, lowest, diverged, curve, trials } = await findLearningRate(digits(), options);
    expect(learningRate).toBeGreaterThan(5e-4);
    expect(learningRate).toBeLessThan(0.03);
    expect(steepest!).toBeLessThan(lowest!);
    expect(lowest!).toBeLessThan(diverged!);
    expect(reason).toMatch(new RegExp(`^Of the ${trials.length} rates from .* each tried for 400 steps, ${learningRate} `));
    expect(reason).toMatch(/fell fastest at [\d.]+ and was lowest at [\d.]+; it had diverged at [\d.]+\.$/);
    for (const [k, { rate, cost }] of curve.entries()) {
      expect(Math.abs(rate / (1e-8 * 10 ** (k / 20)) - 1)).toBeLessThan(1e-9);
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThan(10);
    }
    expect(trials.map(({ rate }) => rate)).toContain(learningRate);
    const { test: measured } = await train(digits(), { ...options, epochs: 12, optimizer: { kind: "adam", learningRate: learningRate! } })
      .result;
    expect(measured!.accuracy).toBeGreaterThan(0.95);
  });

  test("is the same for the same seed, on any engine and with any number of threads", async () => {
    const find = (more: FindRateOptions) => findLearningRate(iris(), { hidden: [8], seed: 7, steps: 40, ...more });
    const first = await find({ engine: "portable" });
    expect(first.learningRate).not.toBeNull();
    expect(await find({ engine: "wasm" })).toEqual(first);
    expect(await find({ engine: "wasm", threads: 2 })).toEqual(first);
    expect((await find({ seed: 8 })).curve).not.toEqual(first.curve);
  });

  test.each(OPTIMIZER_NAMES)("teaches by %s", async (kind) => {
    const options = { hidden: [8], activation: "tanh", seed: 2 } as const;
    const optimizer = { kind } as OptimizerSettings;
    const { learningRate, reason } = await findLearningRate(iris(), { ...options, optimizer, steps: 60 });
    expect(learningRate, reason).toBeGreaterThan(0);
    const rated = { kind, learningRate: learningRate! } as OptimizerSettings;
    const { test: measured } = await train(iris(), { ...options, optimizer: rated, epochs: 60 }).result;
    expect(measured!.accuracy).toBeGreaterThan(0.85);
  });

  test("teaches numbers too", async () => {
    const options = { hidden: [16], activation: "tanh", seed: 1 } as const;
    const { learningRate, trials } = await findLearningRate(regressionTable(), options);
    expect(trials.every(({ cost }) => cost === null || cost > 0)).toBe(true);
    const optimizer = { kind: "sgd", learningRate: learningRate! } as const;
    const { test: measured } = await train(regressionTable(), { ...options, optimizer, epochs: 40 }).result;
    expect(measured!.r2).toBeGreaterThan(0.9);
  });

  test("is looked for in a part of many rows, with their weights", async () => {
    const many = circleTable(30_000);
    const sampleWeights = Float64Array.from({ length: many.rowCount }, (_, row) => 1 + (row % 3));
    const options = { hidden: [16], activation: "tanh", steps: 100, seed: 1 } as const;
    const found = await findLearningRate(many, { ...options, sampleWeights });
    expect(found.learningRate).toBeGreaterThan(0);
    // Weights that are alike change the mean cost of no step.
    const [plain, alike] = await Promise.all([
      findLearningRate(many, options),
      findLearningRate(many, { ...options, sampleWeights: new Float64Array(many.rowCount).fill(1) }),
    ]);
    expect(alike).toEqual(plain);
    expect(found.curve).not.toEqual(plain.curve);
  });

  test("was tried on the network and the rows that train has", async () => {
    // 150 rows, 25 at a time: 6 steps an epoch, the cost of the last three of which is the trial's.
    const options = { hidden: [6], batchSize: 25, test: 0, validation: 0, seed: 5 } as const;
    const { trials } = await findLearningRate(iris(), { ...options, steps: 6 });
    const { rate, cost } = trials.at(-1)!;
    const seen: StepStatistics[] = [];
    const optimizer = { kind: "sgd", learningRate: rate } as const;
    const run = train(iris(), { ...options, optimizer, epochs: 1, statisticsEvery: 1 });
    run.onStatistics((statistics) => void seen.push(statistics));
    const { history } = await run.result;
    const costs = seen.map(({ cost }) => cost);
    expect(cost).toBe((costs[3]! + costs[4]! + costs[5]!) / 3);
    // All batches have 25 rows.
    expect(Math.abs(costs.reduce((sum, one) => sum + one, 0) / 6 - history[0]!.cost)).toBeLessThan(1e-12);
  });

  test("goes on from a model", async () => {
    const { model } = await train(iris(), { hidden: [8], epochs: 2, seed: 1 }).result;
    const { learningRate, trials } = await findLearningRate(iris(), { from: model, seed: 1, steps: 60 });
    expect(learningRate).toBeGreaterThan(0);
    expect(trials.length).toBeGreaterThan(1);
  });
});

describe("the steps of a trial", () => {
  const stepsIn = (reason: string): number => Number(/each tried for (\d+) steps/.exec(reason)![1]);
  const line = (rows: number) =>
    createDataset({ inputs: Array.from({ length: rows }, (_, x) => [x]), targets: Array.from({ length: rows }, (_, x) => 3 * x) });

  test("are at most those of two whole trainings, and 200,000 rows", async () => {
    // 60 epochs of one step.
    expect(stepsIn((await findLearningRate(line(20), { test: 0, validation: 0 })).reason)).toBe(120);
    // All rows in a step.
    const whole = { hidden: [], batchSize: 1e6, test: 0, validation: 0 } as const;
    expect(stepsIn((await findLearningRate(line(2_500), whole)).reason)).toBe(80);
  });

  test("are twice as many where they tell no rates apart", async () => {
    // The mean of each output is learned with any rate; what comes after it takes longer.
    const { reason, learningRate, trials } = await findLearningRate(digits(), { recipe: "equations", steps: 100 });
    expect(stepsIn(reason)).toBeGreaterThanOrEqual(200);
    expect(learningRate).toBe(trials[0]!.rate);
  });
});

describe("what cannot be found is said", () => {
  test("where no rate teaches anything", async () => {
    // Behind relu all derivatives of weights that are 0 are 0.
    const dead = { hidden: [8], activation: "relu", initialisation: "zeros", test: 0, validation: 0, steps: 60 } as const;
    const { learningRate, reason, trials } = await findLearningRate(iris(), dead);
    expect(learningRate).toBeNull();
    expect(reason).toMatch(/^No rate teaches this network anything: its cost is 1\.099 untrained, and after 60 steps/);
    expect(trials.length).toBe(8);
  });

  test("where none diverges", async () => {
    // Squares of sigmoids are bounded.
    const { learningRate, reason, diverged } = await findLearningRate(digits(), { recipe: "equations", steps: 200 });
    expect(learningRate).toBeGreaterThan(0.5);
    expect(diverged).toBeNull();
    expect(reason).toMatch(/no rate up to 100 made it diverge\.$/);
  });

  test("where the cost is not finite before the first step", async () => {
    const inputs = Array.from({ length: 20 }, (_, row) => [1e30 * (row + 1)]);
    const huge = createDataset({ name: "huge", inputs, targets: inputs.map((_, row) => row) });
    const found = await findLearningRate(huge, { hidden: [], scale: "none" });
    expect(found).toMatchObject({ learningRate: null, steepest: null, lowest: null, curve: [], trials: [] });
    expect(found.reason).toMatch(/not finite at the smallest rate, 1e-8: look at the data, their scaling/);
  });

  test("where an optimizer looks by itself", async () => {
    const found = await findLearningRate(iris(), { optimizer: { kind: "lbfgs" } });
    expect(found).toMatchObject({ learningRate: 1, curve: [], trials: [] });
    expect(found.reason).toContain("line search");
  });
});

describe("what is refused", () => {
  test.each([
    [{ epochs: 5 }, "epochs"],
    [{ schedule: "cosine" }, "schedule"],
    [{ patience: 3 }, "patience"],
    [{ keep: "best" }, "keep"],
    [{ statisticsEvery: 1 }, "statisticsEvery"],
    [{ steps: 1 }, "steps"],
    [{ steps: 2.5 }, "steps"],
    [{ hiden: [4] }, "hiden"],
  ])("%o", async (options, where) => {
    expect(said(await rejected(findLearningRate(iris(), options as FindRateOptions)))).toMatchObject({ code: "E_USAGE", where });
  });
});

describe("while a rate is looked for", () => {
  test("timers are served", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await findLearningRate(digits(), { hidden: [16], engine: "portable", steps: 60 }).finally(() => clearInterval(timer));
    expect(turns).toBeGreaterThan(10);
  });

  test("a signal ends it", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 60);
    const start = performance.now();
    const search = findLearningRate(digits(), { hidden: [64, 64], engine: "portable", signal: controller.signal });
    expect((await rejected(search)).code).toBe("E_ABORTED");
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
