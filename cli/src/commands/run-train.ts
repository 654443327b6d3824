import { join, resolve } from "node:path";
import {
  ChainruleError,
  type CheckpointStore,
  type Dataset,
  type Model,
  split,
  train,
  type TrainingRun,
  type TrainOptions,
  type TrainResult,
} from "chainrule";
import { folderCheckpoints, loadModel, saveModel, writeFileSafely } from "chainrule/node";
import { loadForModel, loadForTraining, pathOf } from "../data/load.js";
import { inNetworkFile, readNetworkFile } from "../data/network-file.js";
import type { TaskName, TrainingTarget } from "../data/training-table.js";
import { interruptible } from "../interruption.js";
import { type OptimizerFlags, takeOptimizer } from "../optimizer.js";
import type { Every } from "../options.js";
import { isNamedRecipe, recipeOptions } from "../data/recipe.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { learningCurve } from "../view/curve.js";
import { oneDerivative } from "../view/derivative.js";
import { count, plural, quoted } from "../view/format.js";
import { lastEpoch, showProgress } from "../view/progress.js";
import { describeData, describeEnd, describeEvaluation, describeNetwork, describeSpeed } from "../view/summary.js";

/** What `train` is given, and `resume` remembers. */
export interface TrainFlags
  extends Omit<TrainOptions, "recipe" | "network" | "optimizer" | "signal" | "checkpoint" | "from">, OptimizerFlags {
  readonly recipe?: string;
  readonly network?: string;
  readonly from?: string;
  readonly target?: string;
  readonly task?: TaskName;
  readonly out: string;
  readonly fast?: boolean;
  readonly checkpoint?: string;
  readonly checkpointEvery?: Every;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Trains, or goes on with a run whose checkpoints are in the folder of `flags`; saves the model and prints what was asked for. */
export async function runTrain(data: string, flags: TrainFlags, terminal: Terminal, resume = false): Promise<void> {
  const silent = flags.quiet === true || flags.json === true;
  checkOut(flags.out, [pathOf(data), flags.network, flags.from]);
  const from = flags.from === undefined ? undefined : await loadModel(flags.from);
  const store = flags.checkpoint === undefined ? undefined : folderCheckpoints(flags.checkpoint);
  const options = trainOptions(flags, from, store, resume);
  const dataset = await load(data, flags, from, flags.quiet === true ? () => undefined : terminal.note);
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
  if (flags.json === true) terminal.print(JSON.stringify(document(dataset, result, elapsed, flags.out), null, 2));
  else if (!silent) printSummary(data, dataset, result, elapsed, flags.out, terminal);
}

/** The data to train on. New rows for a model are in its columns. */
export async function load(
  data: string,
  flags: Pick<TrainFlags, "target" | "task">,
  from: Model | undefined,
  note: (text: string) => void,
): Promise<Dataset<TrainingTarget>> {
  if (from === undefined) return loadForTraining(data, flags, note);
  for (const [option, value] of Object.entries({ "--target": flags.target, "--task": flags.task })) {
    if (value !== undefined)
      throw new ChainruleError("E_USAGE", { where: option, expected: "nothing beside --from, whose model has its own", got: `"${value}"` });
  }
  return (await loadForModel(data, from, "needed")).dataset as Dataset<TrainingTarget>;
}

/** What is wrong with a network is told of the file that it came from. */
function startTraining<T extends TrainingTarget>(
  dataset: Dataset<T>,
  options: TrainOptions,
  networkFile: string | undefined,
): TrainingRun<T> {
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
  const { optimizer, others } = takeOptimizer(flags, named.optimizer);
  const {
    recipe: _recipe,
    network,
    fast,
    checkpoint: _checkpoint,
    checkpointEvery,
    from: _from,
    target: _target,
    task: _task,
    out: _out,
    json: _json,
    quiet: _quiet,
    debug: _debug,
    ...rest
  } = others;
  return {
    ...named,
    ...rest,
    optimizer,
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
  const { recipe, network, from, out, checkpoint: folder = "", json: _json, quiet: _quiet, debug: _debug, ...others } = flags;
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
    data: pathOf(data) === undefined ? data : resolve(data),
    flags: {
      ...others,
      out: resolve(out),
      ...(recipe === undefined ? {} : { recipe: isNamedRecipe(recipe) ? recipe : resolve(recipe) }),
      ...(network === undefined ? {} : { network: resolve(network) }),
      ...(from === undefined ? {} : { from: resolve(from) }),
    },
  };
  writeFileSafely(requestFile(folder), new TextEncoder().encode(`${JSON.stringify(request, null, 2)}\n`));
}

type Trained = TrainResult<TrainingTarget>;

function document(dataset: Dataset, result: Trained, elapsed: number, out: string): unknown {
  const { model, history, test, samplesPerSecond, engine, threads, reproducible, stopped, bestEpoch, resumedFrom, note } = result;
  const { network, scaling, split: record } = model;
  return {
    data: { name: dataset.name, rows: dataset.rowCount, inputs: dataset.columns.length },
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

function printSummary(data: string, dataset: Dataset, result: Trained, elapsed: number, out: string, terminal: Terminal): void {
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
  const files = `${quoted(out)} ${quoted(data)}`;
  print(`\nTry next:
  npx chainrule evaluate ${files}
  npx chainrule explain ${files} --rows ${shown[0]} --of w2.0.0 --open 2 --why
  npx chainrule step ${files} --rows ${shown[0]}
  npx chainrule check-gradients ${files} --rows 0..32
  npx chainrule predict ${files} --out predictions.csv
  npx chainrule info ${quoted(out)}`);
}
