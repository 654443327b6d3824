import { accessSync, constants, readFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  ACTIVATION_NAMES,
  ChainruleError,
  type ClassTarget,
  COST_NAMES,
  type Dataset,
  ENGINE_NAMES,
  INITIALISATION_NAMES,
  type NetworkInput,
  RECIPE_NAMES,
  SCALING_NAMES,
  sgd,
  type SgdSettings,
  split,
  train,
  type TrainOptions,
  type TrainResult,
  type ValueTarget,
} from "chainrule";
import { saveModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, loadForTraining } from "../data/load.js";
import { TASK_NAMES, type TaskName } from "../data/table.js";
import { nameOption, numberOption, wholeOption, widthsOption } from "../options.js";
import type { Terminal } from "../terminal.js";
import { learningCurve } from "../view/curve.js";
import { oneDerivative } from "../view/derivative.js";
import { plural } from "../view/format.js";
import { lastEpoch, showProgress } from "../view/progress.js";
import { describeData, describeEvaluation, describeNetwork, describeSpeed } from "../view/summary.js";

interface Flags extends Omit<TrainOptions, "network" | "optimizer" | "signal">, SgdSettings {
  readonly network?: string;
  readonly target?: string;
  readonly task?: TaskName;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function addTrain(program: Command, terminal: Terminal, signal: AbortSignal): void {
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
    .option("--output-activation <name>", "of the output layer", nameOption("--output-activation", ACTIVATION_NAMES))
    .option("--cost <name>", COST_NAMES.join(" or "), nameOption("--cost", COST_NAMES))
    .option("--initialisation <name>", INITIALISATION_NAMES.join(", "), nameOption("--initialisation", INITIALISATION_NAMES))
    .option("--learning-rate <r>", "step size, above 0", numberOption("--learning-rate"))
    .option("--momentum <m>", "share of the previous step that is kept, in [0, 1)", numberOption("--momentum"))
    .option("--nesterov", "look ahead along the kept step")
    .option("--no-nesterov", "do not, where the defaults would")
    .option("--epochs <n>", "passes over the training rows; 0 saves a freshly initialised model", wholeOption("--epochs", 0))
    .option("--batch-size <n>", "rows in a step (32)", wholeOption("--batch-size", 1))
    .option("--seed <n>", "fixes split, initialisation and order: same seed, same bits (1)", wholeOption("--seed", 0))
    .option("--test <fraction>", "of all rows, held out for the test (0.2; IDX folders have a test part)", numberOption("--test"))
    .option("--validation <fraction>", "of the remaining rows, watched while training", numberOption("--validation"))
    .option("--scale <name>", `${SCALING_NAMES.join(", ")} (factor for images, standard for tables)`, nameOption("--scale", SCALING_NAMES))
    .option("--engine <name>", `${ENGINE_NAMES.join(" or ")} (portable)`, nameOption("--engine", ENGINE_NAMES))
    .option("--out <file>", "where the model goes", "model.safetensors")
    .option("--json", "print one JSON document and nothing else")
    .option("--quiet", "no progress and no summary")
    .addHelpText(
      "after",
      `
Examples:
  chainrule train digits --recipe equations
  chainrule train iris --hidden 16,16 --epochs 100 --out iris.safetensors
  chainrule train ./mnist --recipe equations --learning-rate 3 --epochs 15 --validation 0
  chainrule train houses.csv --target price --json`,
    )
    .action(async (data: string, flags: Flags) => {
      await runTrain(data, flags, terminal, signal);
    });
}

const HIDDEN_NAMES = ACTIVATION_NAMES.filter((name) => name !== "softmax");

async function runTrain(data: string, flags: Flags, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const silent = flags.quiet === true || flags.json === true;
  checkFolder(flags.out);
  const dataset = await loadForTraining(data, flags, flags.quiet === true ? () => undefined : terminal.note);
  const options = trainOptions(flags, signal);
  const run = train(dataset, options);
  if (!silent) terminal.print(describeData(dataset));
  const start = performance.now();
  // With --json a screen still shows the bar: it is drawn on standard error.
  const hide = flags.quiet === true || (flags.json === true && !terminal.interactive) ? () => undefined : showProgress(run, terminal);
  const result = await run.result.finally(hide);
  const elapsed = (performance.now() - start) / 1000;
  await saveModel(flags.out, result.model);
  if (flags.json === true) terminal.print(JSON.stringify(document(dataset, result, elapsed, flags.out), null, 2));
  else if (!silent) printSummary(data, dataset, result, elapsed, flags.out, terminal);
}

function trainOptions(flags: Flags, signal: AbortSignal): TrainOptions {
  const { network, learningRate, momentum, nesterov, target: _target, task: _task, out: _out, json: _json, quiet: _quiet, ...rest } = flags;
  const settings = {
    ...(learningRate === undefined ? {} : { learningRate }),
    // Nesterov without momentum has no meaning: plain descent was asked for.
    ...(momentum === undefined ? {} : { momentum, ...(momentum === 0 && nesterov === undefined ? { nesterov: false } : {}) }),
    ...(nesterov === undefined ? {} : { nesterov }),
  };
  return { ...rest, optimizer: sgd(settings), signal, ...(network === undefined ? {} : { network: readNetwork(network) }) };
}

/** The library checks the description; here it only has to be JSON. */
function readNetwork(path: string): NetworkInput {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as NetworkInput;
  } catch (error) {
    throw new ChainruleError("E_USAGE", {
      where: `--network ${path}`,
      expected: "a JSON file",
      got: error instanceof Error ? error.message : String(error),
    });
  }
}

/** A model that cannot be saved should not be trained for minutes first. */
function checkFolder(out: string): void {
  try {
    accessSync(dirname(out), constants.W_OK);
  } catch {
    throw new ChainruleError("E_ENVIRONMENT", {
      where: `--out ${out}`,
      expected: "a folder that can be written to",
      got: `"${dirname(out)}"`,
    });
  }
}

type Trained = TrainResult<ClassTarget | ValueTarget>;

function document(dataset: Dataset, result: Trained, elapsed: number, out: string): unknown {
  const { model, history, test, samplesPerSecond, engine, threads } = result;
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
    model: { path: out, parametersHash: model.parametersHash },
  };
}

function printSummary(data: string, dataset: Dataset, result: Trained, elapsed: number, out: string, terminal: Terminal): void {
  const { model, history, test } = result;
  const { print, colors } = terminal;
  const parts = split(dataset, model.split);
  const sizes = `${plural(parts.train.length, "row")} for training, ${parts.validation.length} for validation, ${parts.test.length} for the test`;
  print(describeNetwork(model));
  print(sizes);
  if (history.length > 0) {
    print(`${plural(history.length, "epoch")} in ${elapsed.toFixed(1)} s: ${describeSpeed(result)}`);
    print(`last epoch: ${lastEpoch(history)}`);
  } else print(lastEpoch(history));
  if (history.length > 1) print(`\n${colors.bold("Learning curve")}\n${learningCurve(history, terminal)}`);
  if (test !== undefined) print(`\n${colors.bold("Test")} (rows that training never saw): ${describeEvaluation(test, terminal)}`);
  print(`\n${oneDerivative(model, dataset, test === undefined ? parts.train : parts.test, terminal)}`);
  print(`\nSaved ${colors.bold(out)} (parameters ${model.parametersHash.slice(0, 12)})`);
  const source = /\s/.test(data) ? `"${data}"` : data;
  print(`\nTry next:
  npx chainrule evaluate ${out} ${source}
  npx chainrule check-gradients ${out} ${source} --rows 0..32
  npx chainrule predict ${out} ${source} --out predictions.csv
  npx chainrule info ${out}`);
}
