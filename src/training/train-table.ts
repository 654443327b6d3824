import { ChainruleError, show } from "../base/errors.js";
import type { Prepared, PrepareOptions } from "../table/prepare.js";
import type { RawTable } from "../table/source.js";
import type { TableTarget } from "../table/target.js";
import type { TrainOptions } from "./options.js";
import { trainDataset, type TrainingRun } from "./train-dataset.js";
import { tableDefaults } from "./tabular.js";

/** What `train` takes beside a table: how its columns are read, and how it is trained on. */
export type TableTrainOptions = TrainOptions & Omit<PrepareOptions, "place" | "test" | "validation" | "seed">;

/**
 * Trains on raw rows. Reading them takes time, so that what is wrong with them is the result's error.
 *
 * @throws ChainruleError `E_USAGE` at once where no target is named
 */
export function trainTable(table: RawTable, options: TableTrainOptions): TrainingRun<TableTarget> {
  const { target, task, types, ignore, name, group, time, testTable, curve, embedFrom, periodic, mark, memory, ...training } = options;
  if (typeof (target as unknown) !== "string" && !Array.isArray(target)) {
    throw new ChainruleError("E_USAGE", { where: "target", expected: "the column to learn, by its name", got: show(target) });
  }
  const { test, validation, seed, scale } = training;
  const { inputs, ...recipe } = tableDefaults(training);
  // A scaling of its own takes the numbers as they are.
  const drawing = Object.entries({ test, validation, seed, ...(scale === undefined ? {} : { curve: "none" }) });
  const reading = Object.entries({ task, types, ignore, name, group, time, testTable, curve, embedFrom, periodic, mark, memory });
  const how: PrepareOptions = {
    target,
    ...inputs,
    ...Object.fromEntries([...drawing, ...reading].filter(([, value]) => value !== undefined)),
  };
  const begun = prepare(table, how).then(({ dataset, notes, release }) => {
    // The parts are those that the data were prepared for.
    const { test: _, validation: __, ...others } = training;
    try {
      return { run: trainDataset(dataset, { ...recipe, ...others }), notes, release };
    } catch (error) {
      release();
      throw error;
    }
  });
  const result = begun.then(async ({ run, notes, release }) => {
    const done = await run.result.finally(release);
    const note = [...notes, ...(done.note === undefined ? [] : [done.note])].join("; ");
    return note === "" ? done : { ...done, note };
  });
  // Who asks for an answer of a run that could not begin learns why from that answer.
  const handled = <R>(answer: Promise<R>): Promise<R> => {
    answer.catch(() => undefined);
    return answer;
  };
  const inRun = <R>(call: (run: TrainingRun<TableTarget>) => R): Promise<Awaited<R>> =>
    handled(begun.then(({ run }) => call(run)) as Promise<Awaited<R>>);
  return {
    result,
    onTick: (listener) => void inRun((run) => run.onTick(listener)),
    onStatistics: (listener) => void inRun((run) => run.onStatistics(listener)),
    pause: () => inRun((run) => run.pause()),
    resume: (steps) => inRun((run) => run.resume(steps)),
    snapshot: () => inRun((run) => run.snapshot()),
    save: () => inRun((run) => run.save()),
    setLearningRate: (rate) => inRun((run) => run.setLearningRate(rate)),
    async *[Symbol.asyncIterator]() {
      yield* (await begun).run;
    },
  };
}

/** What reads tables is loaded with the first one. */
async function prepare(table: RawTable, options: PrepareOptions): Promise<Prepared> {
  return (await import("../table/prepare.js")).prepareTable(table, options);
}
