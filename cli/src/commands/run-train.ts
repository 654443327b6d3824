import { join, resolve } from "node:path";
import {
  ChainruleError,
  type CheckpointStore,
  type Dataset,
  type Model,
  split,
  type TableTarget,
  train,
  type TrainingRun,
  type TrainOptions,
  type TrainResult,
} from "chainrule";
import { folderCheckpoints, loadModel, saveModel, writeFileSafely } from "chainrule/node";
import { filesOf, pathOf } from "../data/load.js";
import { inNetworkFile, readNetworkFile } from "../data/network-file.js";
import { readWords } from "../data/reading.js";
import { interruptible } from "../interruption.js";
import { takeOptimizer } from "../optimizer.js";
import { isNamedRecipe, recipeOptions } from "../data/recipe.js";
import { checkOut } from "../output-file.js";
import { checkReport, writeReport } from "../report-file.js";
import type { Terminal } from "../terminal.js";
import { learningCurve } from "../view/curve.js";
import { oneDerivative } from "../view/derivative.js";
import { count, plural, quoted } from "../view/format.js";
import { lastEpoch, showProgress } from "../view/progress.js";
import { describeSchema } from "../view/schema.js";
import { describeData, describeEnd, describeEvaluation, describeNetwork, describeSpeed } from "../view/summary.js";
import { runFolds } from "./run-folds.js";
import type { TrainFlags } from "./train-flags.js";
import { askTraining, readTraining, type TrainingData } from "./training-data.js";

/** Trains, or goes on with a run whose checkpoints are in the folder of `flags`; saves the model and prints what was asked for. */
export async function runTrain(data: string, flags: TrainFlags, terminal: Terminal, resume = false): Promise<void> {
  const silent = flags.quiet === true || flags.json === true;
  const inputs = [...filesOf(data, flags), flags.testFile, flags.network, flags.from];
  checkOut(flags.out, inputs);
  if (flags.report !== undefined) checkReport(flags.report, inputs, flags.out);
  const from = flags.from === undefined ? undefined : await loadModel(flags.from);
  const store = flags.checkpoint === undefined ? undefined : folderCheckpoints(flags.checkpoint);
  const asked = await askTraining(data, flags, from, (each) => trainOptions(each, from, store, resume));
  const { folds } = flags;
  if (folds !== undefined) {
    checkFolds(flags);
    return runFolds(asked, { ...flags, folds }, terminal);
  }
  const read = await readTraining(asked);
  try {
    if (!silent) describeTable(read, terminal);
    else if (flags.quiet !== true) for (const note of read.notes) terminal.note(note);
    await trainOn(read, data, flags, store, terminal, resume);
  } finally {
    read.release();
  }
}

async function trainOn(
  read: TrainingData,
  data: string,
  flags: TrainFlags,
  store: CheckpointStore | undefined,
  terminal: Terminal,
  resume: boolean,
): Promise<void> {
  const silent = flags.quiet === true || flags.json === true;
  const { dataset, options } = read;
  const work = async (signal: AbortSignal): Promise<{ readonly result: Trained; readonly elapsed: number }> => {
    const run = startTraining(dataset, { ...options, signal }, flags.network);
    if (!silent) terminal.print(describeData(dataset));
    const start = performance.now();
    // With --json a screen still shows the bar: it is drawn on standard error.
    const hide = flags.quiet === true || (flags.json === true && !terminal.interactive) ? () => undefined : showProgress(run, terminal);
    const result = await run.result.finally(hide);
    const milliseconds = performance.now() - start;
    await saveModel(flags.out, result.model);
    return { result, elapsed: milliseconds / 1000 };
  };
  const saved = flags.checkpoint === undefined ? undefined : `chainrule resume ${quoted(flags.checkpoint)} goes on`;
  // Held from here on, so that what the run is and its checkpoints are of one program.
  await store?.open?.();
  let trained;
  try {
    if (store !== undefined && !resume) await rememberRequest(store, data, flags);
    trained = await interruptible(work, saved);
  } finally {
    await store?.close?.();
  }
  const { result, elapsed } = trained;
  if (flags.report !== undefined) await reportOn(read, result, flags, flags.report);
  if (flags.json === true) terminal.print(JSON.stringify(document(read, result, elapsed, flags.out), null, 2));
  else if (!silent) printSummary({ data, flags }, read, result, elapsed, terminal);
}

/** Writes the report of a model that has been saved. */
async function reportOn(
  { dataset, options, schema, notes, raw }: TrainingData,
  result: Trained,
  flags: TrainFlags,
  file: string,
): Promise<void> {
  const { model, history, bestEpoch, note } = result;
  const recipe = flags.recipe ?? options.recipe;
  await writeReport(file, model, dataset, {
    ...raw,
    history,
    notes: [...notes, ...(note === undefined ? [] : [note])],
    ...(schema === undefined ? {} : { schema }),
    ...(bestEpoch === undefined ? {} : { bestEpoch }),
    ...(recipe === undefined ? {} : { recipe }),
  });
}

/** What is known of a table before it is trained on. */
function describeTable({ schema, notes }: TrainingData, terminal: Terminal): void {
  if (schema !== undefined) terminal.print(`${describeSchema(schema, terminal)}\n`);
  for (const note of notes) terminal.note(note);
}

function checkFolds({ testFile, time, checkpoint, from }: TrainFlags): void {
  const beside = { "--test-file": testFile, "--time": time, "--checkpoint": checkpoint, "--from": from };
  for (const [option, value] of Object.entries(beside)) {
    if (value === undefined) continue;
    throw new ChainruleError("E_USAGE", {
      where: option,
      expected: "no --folds beside it, where each row is a test row once",
      got: `"${value}"`,
    });
  }
}

/** What is wrong with a network is told of the file that it came from. */
function startTraining(dataset: Dataset<TableTarget>, options: TrainOptions, networkFile: string | undefined): TrainingRun<TableTarget> {
  try {
    return train(dataset, options);
  } catch (error) {
    throw inNetworkFile(error, networkFile);
  }
}

/** What the flags ask the library for. */
export function trainOptions(
  flags: Omit<TrainFlags, "out"> & Partial<Pick<TrainFlags, "out">>,
  from: Model | undefined,
  store?: CheckpointStore,
  resume = false,
): TrainOptions {
  const named = flags.recipe === undefined ? {} : recipeOptions(flags.recipe);
  const { optimizer, others } = takeOptimizer(flags, named.optimizer ?? (named.recipe === "tabular" ? { kind: "adamw" } : undefined));
  const {
    recipe: _recipe,
    network,
    fast,
    checkpoint: _checkpoint,
    checkpointEvery,
    from: _from,
    target: _target,
    task: _task,
    type: _type,
    ignore: _ignore,
    group: _group,
    time: _time,
    testFile: _testFile,
    memory: _memory,
    query: _query,
    queryFolder: _queryFolder,
    header: _header,
    delimiter: _delimiter,
    encoding: _encoding,
    decimal: _decimal,
    folds: _folds,
    out: _out,
    report: _report,
    json: _json,
    quiet: _quiet,
    debug: _debug,
    ...rest
  } = others;
  return {
    ...named,
    ...rest,
    ...(optimizer === undefined ? {} : { optimizer }),
    ...(fast === true ? { reproducible: false } : {}),
    ...(network === undefined ? {} : { network: readNetworkFile(network) }),
    ...(from === undefined ? {} : { from }),
    ...(store === undefined ? {} : { checkpoint: { store, ...checkpointEvery, resume } }),
  };
}

/** The file in a folder of checkpoints that says what the run is. */
export function requestFile(folder: string): string {
  return join(folder, "run.json");
}

/** Data and flags of a run, as its folder of checkpoints remembers them: paths are whole, and how it was shown is left out. */
export interface Request {
  readonly data: string;
  readonly flags: Omit<TrainFlags, "checkpoint" | "json" | "quiet" | "debug">;
}

/**
 * Writes down what the run is, for `resume`.
 *
 * @throws ChainruleError `E_USAGE` for a folder that already holds a run
 */
async function rememberRequest(store: CheckpointStore, data: string, flags: TrainFlags): Promise<void> {
  const {
    recipe,
    network,
    from,
    out,
    report,
    testFile,
    checkpoint: folder = "",
    json: _json,
    quiet: _quiet,
    debug: _debug,
    ...others
  } = flags;
  const [newest] = await store.steps();
  if (newest !== undefined) {
    throw new ChainruleError("E_USAGE", {
      where: "--checkpoint",
      expected: "a folder without a run",
      got: `"${folder}", which has checkpoints up to step ${newest}`,
      hint: `chainrule resume ${quoted(folder)} goes on with it.`,
    });
  }
  const request: Request = {
    data: pathOf(data, flags) === undefined ? data : resolve(data),
    flags: {
      ...others,
      ...(flags.query === undefined ? {} : { queryFolder: process.cwd() }),
      out: resolve(out),
      ...(report === undefined ? {} : { report: resolve(report) }),
      ...(testFile === undefined ? {} : { testFile: resolve(testFile) }),
      ...(recipe === undefined ? {} : { recipe: isNamedRecipe(recipe) ? recipe : resolve(recipe) }),
      ...(network === undefined ? {} : { network: resolve(network) }),
      ...(from === undefined ? {} : { from: resolve(from) }),
    },
  };
  writeFileSafely(requestFile(folder), new TextEncoder().encode(`${JSON.stringify(request, null, 2)}\n`));
}

type Trained = TrainResult<TableTarget>;

function document({ dataset, schema, notes }: TrainingData, result: Trained, elapsed: number, out: string): unknown {
  const { model, history, test, samplesPerSecond, engine, threads, reproducible, stopped, bestEpoch, resumedFrom, note } = result;
  const { network, scaling, split: record } = model;
  return {
    data: {
      name: dataset.name,
      rows: dataset.rowCount,
      inputs: dataset.columns.length,
      ...(schema === undefined ? {} : { schema: schema.map(({ type, ...column }) => ({ ...column, type: type ?? null })), notes }),
    },
    network: network.description,
    parameters: network.layout.trained,
    scaling: scaling.kind,
    training: model.training,
    split: record,
    history,
    stopped,
    bestEpoch: bestEpoch ?? null,
    resumedFrom: resumedFrom ?? null,
    test: test ?? null,
    seconds: elapsed,
    samplesPerSecond,
    engine,
    threads,
    reproducible,
    note: note ?? null,
    model: { path: out, parametersHash: model.parametersHash },
  };
}

function printSummary(
  { data, flags }: { readonly data: string; readonly flags: TrainFlags },
  { dataset, raw }: TrainingData,
  result: Trained,
  elapsed: number,
  terminal: Terminal,
): void {
  const { out } = flags;
  const { model, history, test } = result;
  const { print, colors } = terminal;
  const parts = split(dataset, model.split);
  print(describeNetwork(model));
  print(
    `${plural(parts.train.length, "row")} for training, ${count(parts.validation.length)} for validation, ${count(parts.test.length)} for the test`,
  );
  if (history.length > 0) {
    print(`${plural(history.length, "epoch")} in ${elapsed.toFixed(1)} s: ${describeSpeed(result)}`);
    for (const line of describeEnd(result)) print(line);
    print(`last epoch: ${lastEpoch(history)}`);
  } else print(result.stopped === "time" ? "the time was over before the first epoch was: the model has its steps" : lastEpoch(history));
  if (history.length > 1) print(`\n${colors.bold("Learning curve")}\n${learningCurve(history, terminal)}`);
  if (test !== undefined) print(`\n${colors.bold("Test")} (rows that training never saw): ${describeEvaluation(test, terminal)}`);
  const shown = test === undefined ? parts.train : parts.test;
  print(`\n${oneDerivative(model, dataset, shown, terminal)}`);
  print(`\nSaved ${colors.bold(out)} (parameters ${model.parametersHash.slice(0, 12)})`);
  if (flags.report !== undefined) print(`Report ${colors.bold(flags.report)}`);
  // Rows of a test file are shown by that file.
  const looked = flags.testFile ?? data;
  const files = [out, ...(flags.query === undefined ? [looked] : []), ...readWords(flags)].map(quoted).join(" ");
  const row = placeOf(shown[0]!, raw?.tableRows, flags.testFile === undefined ? 0 : dataset.testFrom);
  print(`\nTry next:
  npx chainrule evaluate ${files}
  npx chainrule explain ${files} --rows ${row} --of w2.0.0 --open 2 --why
  npx chainrule step ${files} --rows ${row}
  npx chainrule check-gradients ${files} --rows 0..32
  npx chainrule predict ${files} --out predictions.csv
  npx chainrule info ${quoted(out)}`);
}

/** Where a row stands among those of its table that have a target, which is how other commands count. @param from the first row of its table */
function placeOf(row: number, tableRows: ArrayLike<number> | undefined, from = 0): number {
  if (tableRows === undefined) return row;
  return Array.from(tableRows)
    .slice(from)
    .filter((other) => other < tableRows[row]!).length;
}
