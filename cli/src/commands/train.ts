import {
  ACTIVATION_NAMES,
  type ClassTarget,
  COST_NAMES,
  type Dataset,
  ENGINE_NAMES,
  INITIALISATION_NAMES,
  OPTIMIZER_NAMES,
  RECIPE_NAMES,
  SCALING_NAMES,
  split,
  train,
  type TrainingRun,
  type TrainOptions,
  type TrainResult,
  type ValueTarget,
} from "chainrule";
import { saveModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, loadForTraining, pathOf } from "../data/load.js";
import { inNetworkFile, readNetworkFile } from "../data/network-file.js";
import { TASK_NAMES, type TaskName } from "../data/training-table.js";
import { interruptible } from "../interruption.js";
import { type OptimizerFlags, takeOptimizer } from "../optimizer.js";
import { nameOption, numberOption, threadsOption, wholeOption, widthsOption } from "../options.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { learningCurve } from "../view/curve.js";
import { oneDerivative } from "../view/derivative.js";
import { count, plural, quoted } from "../view/format.js";
import { lastEpoch, showProgress } from "../view/progress.js";
import { describeData, describeEvaluation, describeNetwork, describeSpeed } from "../view/summary.js";

interface Flags extends Omit<TrainOptions, "network" | "optimizer" | "signal">, OptimizerFlags {
  readonly network?: string;
  readonly target?: string;
  readonly task?: TaskName;
  readonly out: string;
  readonly fast?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function addTrain(program: Command, terminal: Terminal): void {
  program
    .command("train")
    .summary("train a network on data and save it as a model file")
    .description("Trains a network on data, measures it on the held-out test part, and saves it as a model file.")
    .argument("<data>", DATA_HELP)
    .option("--target <column>", "of a CSV file: the column to learn")
    .option("--task <name>", `of a CSV file: ${TASK_NAMES.join(" or ")} (left out: by the target)`, nameOption("--task", TASK_NAMES))
    .option("--recipe <name>", `a named set of settings: ${RECIPE_NAMES.join(", ")}`, nameOption("--recipe", RECIPE_NAMES))
    .option("--network <file>", "a JSON file with a network description, with or without weights")
    .option("--hidden <widths>", "widths of the hidden layers, such as 16,16 (or none)", widthsOption("--hidden"))
    .option("--activation <name>", `of the hidden layers: ${HIDDEN_NAMES.join(", ")}`, nameOption("--activation", HIDDEN_NAMES))
    .option(
      "--output-activation <name>",
      `of the output layer: ${ACTIVATION_NAMES.join(", ")}`,
      nameOption("--output-activation", ACTIVATION_NAMES),
    )
    .option("--cost <name>", COST_NAMES.join(" or "), nameOption("--cost", COST_NAMES))
    .option("--initialisation <name>", INITIALISATION_NAMES.join(", "), nameOption("--initialisation", INITIALISATION_NAMES))
    .option(
      "--optimizer <name>",
      `${OPTIMIZER_NAMES.join(" or ")} (sgd, which is gradient descent)`,
      nameOption("--optimizer", OPTIMIZER_NAMES),
    )
    .option("--learning-rate <r>", "step size, above 0 (0.05 for images, 0.02 for tables; of adam 0.001)", numberOption("--learning-rate"))
    .option("--momentum <m>", "of sgd: share of the previous step that is kept, in [0, 1)", numberOption("--momentum"))
    .option("--nesterov", "of sgd: look ahead along the kept step")
    .option("--no-nesterov", "do not, where the defaults would")
    .option("--beta1 <b>", "of adam: share of the mean derivative that is kept, in [0, 1) (0.9)", numberOption("--beta1"))
    .option("--beta2 <b>", "of adam: share of the mean squared derivative that is kept, in [0, 1) (0.999)", numberOption("--beta2"))
    .option("--epsilon <e>", "of adam: what stands beside the square root, above 0 (1e-8)", numberOption("--epsilon"))
    .option("--epochs <n>", "passes over the training rows; 0 saves a freshly initialised model", wholeOption("--epochs", 0))
    .option("--batch-size <n>", "rows in a step (32)", wholeOption("--batch-size", 1))
    .option("--seed <n>", "fixes split, initialisation and order: same seed, same bits (1)", wholeOption("--seed", 0))
    .option("--test <fraction>", "of all rows, held out for the test (0.2; IDX folders have a test part)", numberOption("--test"))
    .option("--validation <fraction>", "of the remaining rows, watched while training", numberOption("--validation"))
    .option("--scale <name>", `${SCALING_NAMES.join(", ")} (factor for images, standard for tables)`, nameOption("--scale", SCALING_NAMES))
    .option("--engine <name>", `${ENGINES.join(", ")} (auto: the fastest that runs here)`, nameOption("--engine", ENGINES))
    .option("--threads <n>", "threads that share a step, or auto (by its cost); the bits stay the same", threadsOption)
    .option("--fast", "relaxed SIMD: faster, and the bits may differ between machines")
    .option("--out <file>", "where the model goes", "model.safetensors")
    .option("--json", "print one JSON document and nothing else")
    .option("--quiet", "no progress and no summary")
    .addHelpText(
      "after",
      `
Examples:
  chainrule train digits --recipe equations
  chainrule train iris --hidden 16,16 --epochs 100 --out iris.safetensors
  chainrule train digits --optimizer adam --learning-rate 0.003
  chainrule train ./mnist --recipe equations --learning-rate 3 --epochs 15 --validation 0
  chainrule train houses.csv --target price --json`,
    )
    .action(async (data: string, flags: Flags) => {
      await runTrain(data, flags, terminal);
    });
}

const ENGINES = ["auto", ...ENGINE_NAMES] as const;
const HIDDEN_NAMES = ACTIVATION_NAMES.filter((name) => name !== "softmax");

async function runTrain(data: string, flags: Flags, terminal: Terminal): Promise<void> {
  const silent = flags.quiet === true || flags.json === true;
  checkOut(flags.out, [pathOf(data), flags.network]);
  const options = trainOptions(flags);
  const dataset = await loadForTraining(data, flags, flags.quiet === true ? () => undefined : terminal.note);
  const { result, elapsed } = await interruptible(async (signal) => {
    const run = startTraining(dataset, { ...options, signal }, flags.network);
    if (!silent) terminal.print(describeData(dataset));
    const start = performance.now();
    // With --json a screen still shows the bar: it is drawn on standard error.
    const hide = flags.quiet === true || (flags.json === true && !terminal.interactive) ? () => undefined : showProgress(run, terminal);
    const trained = await run.result.finally(hide);
    const milliseconds = performance.now() - start;
    await saveModel(flags.out, trained.model);
    return { result: trained, elapsed: milliseconds / 1000 };
  });
  if (flags.json === true) terminal.print(JSON.stringify(document(dataset, result, elapsed, flags.out), null, 2));
  else if (!silent) printSummary(data, dataset, result, elapsed, flags.out, terminal);
}

/** What is wrong with a network is told of the file that it came from. */
function startTraining<T extends ClassTarget | ValueTarget>(
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

function trainOptions(flags: Flags): TrainOptions {
  const { optimizer, others } = takeOptimizer(flags);
  const { network, fast, target: _target, task: _task, out: _out, json: _json, quiet: _quiet, ...rest } = others;
  return {
    ...rest,
    optimizer,
    ...(fast === true ? { reproducible: false } : {}),
    ...(network === undefined ? {} : { network: readNetworkFile(network) }),
  };
}

type Trained = TrainResult<ClassTarget | ValueTarget>;

function document(dataset: Dataset, result: Trained, elapsed: number, out: string): unknown {
  const { model, history, test, samplesPerSecond, engine, threads, reproducible, note } = result;
  const { network, scaling, split: record } = model;
  return {
    data: { name: dataset.name, rows: dataset.rowCount, inputs: dataset.columns.length },
    network: network.description,
    parameters: network.layout.length,
    scaling: scaling.kind,
    split: record,
    history,
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
    print(`last epoch: ${lastEpoch(history)}`);
  } else print(lastEpoch(history));
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
