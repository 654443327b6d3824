import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { memoryCheckpoints } from "../../src/training/checkpoint/store.js";
import type { TrainOptions } from "../../src/training/options.js";
import { adam, lbfgs, sgd } from "../../src/training/optimizers.js";
import { train } from "../../src/training/train.js";
import { caught, rejected, said } from "./caught.js";

/** Where a run can be: in slices of this thread, in a worker, in two. */
const PLACES = [
  ["the reference", { engine: "reference" }],
  ["the portable engine", { engine: "portable" }],
  ["a worker", { engine: "wasm", threads: 1 }],
  ["two threads", { engine: "wasm", threads: 2 }],
] as const satisfies readonly (readonly [string, TrainOptions])[];

/** 54 steps an epoch; enough epochs that it does not count as brief. */
const base = { hidden: [8], optimizer: adam({ learningRate: 0.01 }), batchSize: 27, validation: 0.1, seed: 3 } satisfies TrainOptions;
const data = digits();

async function hashOf(options: TrainOptions): Promise<string> {
  return (await train(data, options).result).model.parametersHash;
}

describe.each(PLACES)("a run in %s", (_, place) => {
  const epochs = place.engine === "reference" ? 2 : place.engine === "portable" ? 4 : 40;
  const options = { ...base, ...place, epochs };

  test("begins paused with the parameters that are drawn, and goes on to the same end", async () => {
    const run = train(data, { ...options, paused: true });
    const start = await run.snapshot();
    expect(start).toMatchObject({ step: 0, epoch: 0, learningRate: 0.01 });
    expect(start.model.parametersHash).toBe(await hashOf({ ...options, epochs: 0 }));
    const last = await run.resume();
    const { model, history } = await run.result;
    expect(last.model.parametersHash).toBe(model.parametersHash);
    expect(last.epoch).toBe(history.length);
    expect(model.parametersHash).toBe(await hashOf(options));
    expect((await run.pause()).model.parametersHash).toBe(model.parametersHash);
  });

  test("stands after so many steps, and pauses, looks and goes on change nothing", async () => {
    const whole = train(data, options);
    const run = train(data, { ...options, paused: true });
    const perEpoch = Math.ceil((data.rowCount * 0.8 * 0.9) / 27);
    let step = 0;
    for (const steps of [1, 1, 7, perEpoch - 9, perEpoch]) {
      step += steps;
      const stand = await run.resume(steps);
      expect(stand.step).toBe(step);
      expect(stand.epoch).toBe(Math.floor(step / perEpoch));
      // Again without a move.
      expect((await run.snapshot()).model.parametersHash).toBe(stand.model.parametersHash);
    }
    void run.resume();
    const seen = await Promise.all([run.snapshot(), run.pause(), run.snapshot()]);
    expect(seen[2].step).toBe(seen[1].step);
    expect(seen[0].step).toBeLessThanOrEqual(seen[1].step);
    void run.resume();
    expect((await run.result).model.parametersHash).toBe((await whole.result).model.parametersHash);
  });

  test("has at a step what another run has at that step", async () => {
    const run = train(data, options);
    const stand = await run.pause();
    expect(stand.step).toBeLessThan(epochs * 48);
    const other = train(data, { ...options, paused: true });
    const there = stand.step === 0 ? await other.snapshot() : await other.resume(stand.step);
    expect(there.model.parametersHash).toBe(stand.model.parametersHash);
    void Promise.all([run.resume(), other.resume()]);
    expect((await run.result).model.parametersHash).toBe((await other.result).model.parametersHash);
  });

  test("takes another learning rate from the next step on, as a schedule would", async () => {
    const scheduled = {
      ...options,
      epochs: 2,
      optimizer: sgd({ learningRate: 0.5 }),
      schedule: { kind: "step", every: 1, factor: 0.25 } as const,
    };
    const expected = await train(data, scheduled).result;
    const run = train(data, { ...scheduled, schedule: "constant", paused: true });
    const perEpoch = Math.ceil((data.rowCount * 0.8 * 0.9) / 27);
    await run.resume(perEpoch);
    expect((await run.setLearningRate(0.125)).learningRate).toBe(0.125);
    await run.resume();
    const { model, history } = await run.result;
    expect(history).toEqual(expected.history);
    expect(model.parametersHash).toBe(expected.model.parametersHash);
  });

  test("keeps a checkpoint when it is told to, with the rate that it has then", async () => {
    const store = memoryCheckpoints();
    const run = train(data, { ...options, paused: true, checkpoint: { store, everyEpochs: 1000 } });
    await run.resume(5);
    await run.setLearningRate(0.002);
    const kept = await run.resume(6);
    await run.save();
    expect(await store.steps()).toEqual([11, 0]);
    const again = train(data, { ...options, paused: true, checkpoint: { store, everyEpochs: 1000, resume: true } });
    const stand = await again.snapshot();
    expect(stand).toMatchObject({ step: 11, learningRate: 0.002 });
    expect(stand.model.parametersHash).toBe(kept.model.parametersHash);
    void Promise.all([run.resume(), again.resume()]);
    const [one, two] = await Promise.all([run.result, again.result]);
    expect(two.model.parametersHash).toBe(one.model.parametersHash);
    expect(two.history).toEqual(one.history);
  });

  test("is aborted while it stands", async () => {
    const controller = new AbortController();
    const run = train(data, { ...options, paused: true, signal: controller.signal });
    await run.snapshot();
    const waiting = run.result.catch((error: unknown) => error);
    controller.abort();
    expect(await waiting).toMatchObject({ code: "E_ABORTED" });
    expect(await rejected(run.snapshot())).toMatchObject({ code: "E_ABORTED" });
  });

  test("answers with its error where that ends it, and goes on from the last checkpoint with another rate", async () => {
    const store = memoryCheckpoints();
    const wild = {
      ...options,
      epochs: 2,
      activation: "relu",
      outputActivation: "softmax",
      cost: "cross-entropy",
      optimizer: sgd({ learningRate: 0.1 }),
      checkpoint: { store, everyEpochs: 1000 },
    } as const;
    const run = train(data, { ...wild, paused: true });
    run.result.catch(() => undefined);
    const good = await run.resume(20);
    await run.save();
    await run.setLearningRate(1e25);
    const error = await rejected(run.resume());
    expect(said(error)).toMatchObject({ code: "E_NON_FINITE", hint: "Training has diverged: try a learning rate below 1e+25." });
    expect(await rejected(run.result)).toBe(error);
    const again = train(data, { ...wild, paused: true, checkpoint: { ...wild.checkpoint, resume: true } });
    const stand = await again.snapshot();
    expect(stand).toMatchObject({ step: 20, learningRate: 0.1 });
    expect(stand.model.parametersHash).toBe(good.model.parametersHash);
    await again.setLearningRate(0.05);
    void again.resume();
    expect((await again.result).history).toHaveLength(2);
  });
});

test("a run that stands for seconds is not taken for one that hangs", async () => {
  const run = train(data, { ...base, epochs: 3, threads: 2, paused: true });
  await run.resume(2);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  void run.resume();
  expect((await run.result).history).toHaveLength(3);
});

test("L-BFGS stands between two epochs, each of which is a step", async () => {
  const options = { hidden: [4], optimizer: lbfgs(), epochs: 6 } satisfies TrainOptions;
  const run = train(iris(), { ...options, paused: true });
  expect(await run.resume(2)).toMatchObject({ step: 2, epoch: 2 });
  expect(await run.resume(1)).toMatchObject({ step: 3, epoch: 3 });
  void run.resume();
  expect((await run.result).model.parametersHash).toBe((await train(iris(), options).result).model.parametersHash);
});

test("a tick says its steps, its rate and the rows since the last one", async () => {
  const run = train(data, { ...base, epochs: 3, threads: 1, paused: true });
  const ticks: { step: number; steps: number; cost: number; rate: number }[] = [];
  run.onTick(({ step, steps, recent, learningRate }) => ticks.push({ step, steps, cost: recent.cost, rate: learningRate }));
  await run.resume(1);
  await run.resume(1);
  await run.setLearningRate(0.5);
  await run.resume(1);
  expect(ticks.map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(ticks.map(({ rate }) => rate)).toEqual([0.01, 0.01, 0.5]);
  void run.resume();
  const { history } = await run.result;
  const steps = history.length * 48;
  expect(ticks.every((tick) => tick.steps === steps && Number.isFinite(tick.cost))).toBe(true);
  expect(ticks.at(-1)?.step).toBe(steps);
});

test("the costs of ticks add up to the epoch's", async () => {
  const run = train(data, { ...base, epochs: 2, threads: 1, batchSize: 100, validation: 0, test: 0, paused: true });
  const costs: { epoch: number; sum: number; rows: number }[] = [];
  let before = { step: 0, epoch: 1 };
  run.onTick(({ step, epoch, recent }) => {
    // 1,797 rows: 17 batches of 100 and one of 97.
    const rowsBy = (steps: number): number => Math.min(1797, (steps - (epoch - 1) * 18) * 100);
    const rows = rowsBy(step) - (before.epoch === epoch ? rowsBy(before.step) : 0);
    costs.push({ epoch, sum: recent.cost * rows, rows });
    before = { step, epoch };
  });
  for (let steps = 0; steps < 36; steps += 4) await run.resume(4);
  const { history } = await run.result;
  for (const { epoch, cost } of history) {
    const sums = costs.filter((part) => part.epoch === epoch);
    expect(sums.reduce((sum, { rows }) => sum + rows, 0)).toBe(1797);
    expect(sums.reduce((sum, part) => sum + part.sum, 0) / 1797).toBeCloseTo(cost, 6);
  }
});

test("what cannot be asked is refused at once", async () => {
  const run = train(iris(), { epochs: 1 });
  const steps = "a whole number of at least 1";
  expect(said(caught(() => run.resume(0)))).toEqual({ code: "E_USAGE", where: "steps", expected: steps, got: "0" });
  expect(said(caught(() => run.resume(1.5)))).toMatchObject({ where: "steps", got: "1.5" });
  const rate = "a finite number above 0";
  expect(said(caught(() => run.setLearningRate(0)))).toEqual({ code: "E_USAGE", where: "rate", expected: rate, got: "0" });
  expect(said(caught(() => run.setLearningRate(NaN)))).toMatchObject({ where: "rate", got: "NaN" });
  expect(said(caught(() => run.save()))).toMatchObject({ code: "E_USAGE", where: "checkpoint.store" });
  const paused = "yes" as unknown as boolean;
  expect(said(caught(() => train(iris(), { paused })))).toMatchObject({ where: "paused", expected: "true or false" });
  await run.result;
});
