import { readdirSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/diagnose/diagnose.js";
import { prepareTable, prepareWithin, type Prepared, type PrepareOptions, type Within } from "../../src/table/prepare.js";
import { memoryCheckpoints } from "../../src/training/checkpoint/store.js";
import { evaluate } from "../../src/training/evaluate.js";
import { findLearningRate } from "../../src/training/find-rate.js";
import { examples } from "../../src/training/examples.js";
import { lbfgs } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { predictAll } from "../../src/training/predict.js";
import { predictAllInWorkers } from "../../src/training/predict-in-workers.js";
import { train } from "../../src/training/train.js";
import { trainDataset } from "../../src/training/train-dataset.js";
import { mixedTable } from "../table/mixed-table.js";
import { caught, rejected, said } from "./caught.js";

const rows = mixedTable(700);
const classes: PrepareOptions = { target: "kind", ignore: ["y", "house"], validation: 0.1 };
const numbers: PrepareOptions = { target: "y", ignore: ["kind", "house"], validation: 0.1 };
const within = (blockRows: number, windowBlocks: number): Within => ({
  memory: 0,
  isTooLarge: () => true,
  bounds: () => ({ blockRows, windowBlocks, sample: 1e6 }),
});
const settings: TrainOptions = { recipe: "tabular", epochs: 2, seed: 5 };

async function hashOf({ dataset }: Prepared, options: TrainOptions = {}): Promise<string> {
  const { test: _, validation: __, ...rest } = { ...settings, ...options };
  return (await trainDataset(dataset, rest).result).model.parametersHash;
}

describe("training on rows that are streamed", () => {
  const variants: readonly (readonly [name: string, table: PrepareOptions, options: TrainOptions])[] = [
    ["classes", classes, {}],
    ["numbers", numbers, {}],
    ["weights of classes and smoothed labels", classes, { classWeights: "balanced", labelSmoothing: 0.2 }],
    ["a plain network", { ...classes, embedFrom: Infinity, periodic: false }, { hidden: [7], activation: "relu", keep: "best" }],
    ["a metric of the outputs", classes, { metric: "rocAuc", keep: "best" }],
    ["a scaling of its own", { ...numbers, curve: "none", embedFrom: Infinity, periodic: false }, { hidden: [5], scale: "standard" }],
    ["all rows at once", { ...classes, embedFrom: Infinity, periodic: false }, { hidden: [5], optimizer: lbfgs(), weightDecay: 0 }],
  ];
  for (const [name, table, options] of variants) {
    test(`has every bit of rows in memory where one window has all of them: ${name}`, async () => {
      const seeded = { ...table, seed: 5 };
      const whole = await prepareTable(rows, seeded);
      const streamed = await prepareWithin(rows, seeded, within(13, 1000));
      const hash = await hashOf(whole, options);
      expect(await hashOf(streamed, { ...options, engine: "portable" })).toBe(hash);
      for (const threads of [1, 2, 3]) expect(await hashOf(streamed, { ...options, threads })).toBe(hash);
      streamed.release();
    });
  }

  test("has one order for a seed, by any engine and any number of threads", async () => {
    const seeded = { ...classes, seed: 5 };
    const streamed = await prepareWithin(rows, seeded, within(13, 4));
    const hash = await hashOf(streamed, { engine: "portable" });
    for (const threads of [1, 2, 3]) expect(await hashOf(streamed, { threads })).toBe(hash);
    expect(hash).not.toBe(await hashOf(await prepareTable(rows, seeded)));
    const otherBlocks = await prepareWithin(rows, seeded, within(14, 4));
    expect(await hashOf(otherBlocks)).not.toBe(hash);
    streamed.release();
    otherBlocks.release();
  });

  test("has the reference's equations too", async () => {
    const options: TrainOptions = { hidden: [4], activation: "tanh", engine: "reference", epochs: 2 };
    const seeded = { ...classes, embedFrom: Infinity, periodic: false, seed: 5 };
    const whole = await prepareTable(rows, seeded);
    const streamed = await prepareWithin(rows, seeded, within(13, 1000));
    expect(await hashOf(streamed, options)).toBe(await hashOf(whole, options));
    const { recipe: _, ...plain } = settings;
    const [a, b] = await Promise.all([whole, streamed].map(({ dataset }) => trainDataset(dataset, { ...plain, ...options }).result));
    expect(b!.test).toEqual(a!.test);
    streamed.release();
  });

  test("measures the test part, and is measured, as rows in memory are", async () => {
    const seeded = { ...numbers, seed: 5 };
    const whole = await prepareTable(rows, seeded);
    const streamed = await prepareWithin(rows, seeded, within(13, 1000));
    const { model, test: held, history } = await train(whole.dataset, settings).result;
    const other = await train(streamed.dataset, settings).result;
    expect(other.test).toEqual(held);
    expect(other.history).toEqual(history);
    expect(other.model.split).toEqual(model.split);
    for (const part of ["test", "all", "train", "validation"] as const) {
      expect(evaluate(model, streamed.dataset, { part })).toEqual(evaluate(model, whole.dataset, { part }));
    }
    expect(examples(model, streamed.dataset, { rows: [12, 15] })).toEqual(examples(model, whole.dataset, { rows: [12, 15] }));
    const { epochs: _, ...looking } = settings;
    expect(await findLearningRate(streamed.dataset, looking)).toEqual(await findLearningRate(whole.dataset, looking));
    expect(predictAll(model, streamed.dataset)).toEqual(predictAll(model, whole.dataset));
    expect(await predictAllInWorkers(model, streamed.dataset, { threads: 2 })).toEqual(predictAll(model, whole.dataset));
    streamed.release();
  });

  test("goes on from a checkpoint with the same bits, and with the memory that it began with only", async () => {
    const options = { ...settings, ...classes, memory: 2 ** 16, seed: 5 } as const;
    const { model, note } = await train(rows, options).result;
    expect(note).toContain('"rows" is streamed: 700 rows');
    const store = memoryCheckpoints();
    const run = train(rows, { ...options, paused: true, checkpoint: { store } });
    await run.resume(11);
    await run.save();
    const { signal, abort } = stopper();
    const cut = train(rows, { ...options, signal, paused: true, checkpoint: { store, resume: true } });
    expect((await cut.resume(2)).step).toBe(13);
    abort();
    expect((await rejected(cut.result)).code).toBe("E_ABORTED");
    const other = train(rows, { ...options, memory: 2 ** 16 + 4096, checkpoint: { store, resume: true } });
    expect(said(await rejected(other.result))).toMatchObject({ code: "E_DATA", where: "data.blockRows" });
    const { model: resumed, resumedFrom } = await train(rows, { ...options, checkpoint: { store, resume: true } }).result;
    expect(resumedFrom).toMatchObject({ step: 11 });
    expect(resumed.parametersHash).toBe(model.parametersHash);
    void run.resume();
    expect((await run.result).model.parametersHash).toBe(model.parametersHash);
  });

  test.runIf(process.platform === "linux")("leaves nothing behind: at its end, where it is aborted, where it fails", async () => {
    const options = { ...settings, ...classes, memory: 2 ** 16 } as const;
    await train(rows, options).result;
    expect(opened()).toBe(0);
    const { signal, abort } = stopper();
    const run = train(rows, { ...options, threads: 2, signal });
    run.onTick(abort);
    expect((await rejected(run.result)).code).toBe("E_ABORTED");
    expect(opened()).toBe(0);
    expect((await rejected(train(rows, { ...options, epochs: -1 }).result)).code).toBe("E_USAGE");
    expect(opened()).toBe(0);
  });

  test("refuses what needs all rows in memory, and says so", async () => {
    const { dataset, release } = await prepareWithin(rows, { ...classes, seed: 5 }, within(13, 4));
    const { model } = await train(dataset, { ...settings, epochs: 1 }).result;
    const refused = { code: "E_USAGE", where: 'the rows of "rows"', expected: "all of them in memory, which this needs" };
    expect(said(caught(() => diagnose(model, dataset)))).toMatchObject(refused);
    release();
    expect(said(await rejected(train(dataset, { ...settings, threads: 2 }).result))).toMatchObject({ got: "rows that have been released" });
  });
});

/** A signal, and what aborts it. */
function stopper(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** Files with rows that are open. */
function opened(): number {
  return readdirSync("/proc/self/fd").filter((file) => {
    try {
      return /chainrule-.*\.rows/.test(readlinkSync(`/proc/self/fd/${file}`));
    } catch {
      return false;
    }
  }).length;
}
