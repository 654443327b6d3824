import {
  ACTIVATION_NAMES,
  COLUMN_TYPES,
  COST_NAMES,
  ENGINE_NAMES,
  INITIALISATION_NAMES,
  OPTIMIZER_NAMES,
  RECIPE_NAMES,
  SCALING_NAMES,
  TABLE_TASKS,
} from "chainrule";
import type { Command } from "commander";
import { readOptions } from "../data/reading.js";
import { ignoreOption, typeOption } from "../data/table-flags.js";
import {
  augmentOption,
  classWeightsOption,
  costOption,
  memoryOption,
  nameOption,
  numberOption,
  threadsOption,
  wholeOption,
  widthsOption,
} from "../options.js";

// Options of every command that trains, in the order in which its help shows them.

const ENGINES = ["auto", ...ENGINE_NAMES] as const;
const HIDDEN_NAMES = ACTIVATION_NAMES.filter((name) => name !== "softmax");

/** Of a table: what to learn from which columns, and how its rows are divided. */
export function tableOptions(command: Command): Command {
  readOptions(command)
    .option("--target <column>", "of a table: the column to learn, several with commas between them, or last")
    .option("--task <name>", `of a table: ${TABLE_TASKS.join(", ")} (left out: by the target)`, nameOption("--task", TABLE_TASKS))
    .option("--type <column=type>", `of a table: ${COLUMN_TYPES.join(", ")}, such as zip=categorical (left out: found out)`, typeOption)
    .option("--ignore <columns>", "of a table: columns that are left out, with commas between them", ignoreOption)
    .option("--group <column>", "of a table: rows of one value stay together in one part or fold")
    .option("--time <column>", "of a table: the latest rows are the test part, those before them the validation part")
    .option("--memory <size>", "what a table may take before it is streamed, such as 2GB (512MB)", memoryOption);
  return command;
}

/** Of the network, and which optimizer. */
export function networkOptions(command: Command): Command {
  return command
    .option(
      "--recipe <name>",
      `a training written down: ${RECIPE_NAMES.join(", ")}, one of docs/results.md, or a JSON file (tabular of a table)`,
    )
    .option("--network <file>", "a JSON file with a network description, with or without weights")
    .option("--hidden <widths>", "widths of the hidden layers, such as 16,16 (or none)", widthsOption("--hidden"))
    .option("--activation <name>", `of the hidden layers: ${HIDDEN_NAMES.join(", ")}`, nameOption("--activation", HIDDEN_NAMES))
    .option(
      "--output-activation <name>",
      `of the output layer: ${ACTIVATION_NAMES.join(", ")}`,
      nameOption("--output-activation", ACTIVATION_NAMES),
    )
    .option("--cost <name>", `${COST_NAMES.join(", ")}; with a setting huber:2 (its delta), quantile:0.9`, costOption)
    .option("--initialisation <name>", INITIALISATION_NAMES.join(", "), nameOption("--initialisation", INITIALISATION_NAMES))
    .option(
      "--optimizer <name>",
      `${OPTIMIZER_NAMES.join(", ")} (sgd, which is gradient descent)`,
      nameOption("--optimizer", OPTIMIZER_NAMES),
    );
}

/** Of the optimizer, but for its learning rate. */
export function optimizerOptions(command: Command): Command {
  return command
    .option("--momentum <m>", "of sgd and rmsprop: share of the previous step that is kept, in [0, 1)", numberOption("--momentum"))
    .option("--nesterov", "of sgd: look ahead along the kept step")
    .option("--no-nesterov", "do not, where the defaults would")
    .option("--beta1 <b>", "of adam and its kin: share of the mean derivative that is kept, in [0, 1) (0.9)", numberOption("--beta1"))
    .option(
      "--beta2 <b>",
      "of adam and its kin: share of the mean squared derivative that is kept, in [0, 1) (0.999)",
      numberOption("--beta2"),
    )
    .option("--epsilon <e>", "of adam and its kin: what stands beside the square root, above 0 (1e-8)", numberOption("--epsilon"))
    .option("--rho <r>", "of rmsprop: share of the mean squared derivative that is kept, in [0, 1) (0.9)", numberOption("--rho"))
    .option("--initial <s>", "of adagrad: where the sums of squares begin, at least 0 (0)", numberOption("--initial"))
    .option("--history <n>", "of lbfgs: moves that are kept (10)", wholeOption("--history", 1));
}

/** Rules around a step, and what becomes of rows. */
export function ruleOptions(command: Command): Command {
  return command
    .option("--l1 <l>", "adds l * sign(w) to the derivative of each weight", numberOption("--l1"))
    .option("--l2 <l>", "adds l * w to the derivative of each weight", numberOption("--l2"))
    .option("--weight-decay <d>", "multiplies weights by 1 - rate * d at each step (0.01 with adamw)", numberOption("--weight-decay"))
    .option("--max-norm <n>", "weights that lead to a unit are at most so long", numberOption("--max-norm"))
    .option("--clip-value <v>", "each derivative is kept within -v..v", numberOption("--clip-value"))
    .option("--clip-norm <n>", "all derivatives together are at most so long", numberOption("--clip-norm"))
    .option("--average <a>", "asks and saves a running mean of the parameters, of which a is kept at each step", numberOption("--average"))
    .option(
      "--augment <settings>",
      "change images while training: shift, rotation, scale, shear, alpha and sigma (elastic), noise, cutout",
      augmentOption,
    )
    .option(
      "--class-weights <weights>",
      "balanced, or numbers by label such as yes=3,no=1: how much rows of a class count",
      classWeightsOption,
    )
    .option(
      "--label-smoothing <s>",
      "moves the targets of classes towards the mean of all, at least 0 and below 1",
      numberOption("--label-smoothing"),
    );
}

/** Batches, parts, scaling and where it runs. */
export function runOptions(command: Command): Command {
  return command
    .option("--batch-size <n>", "rows in a step (32)", wholeOption("--batch-size", 1))
    .option("--seed <n>", "fixes split, initialisation and order: same seed, same bits (1)", wholeOption("--seed", 0))
    .option("--test <fraction>", "of all rows, held out for the test (0.2; IDX folders have a test part)", numberOption("--test"))
    .option("--validation <fraction>", "of the remaining rows, watched while training", numberOption("--validation"))
    .option("--scale <name>", `${SCALING_NAMES.join(", ")} (factor for images, standard for tables)`, nameOption("--scale", SCALING_NAMES))
    .option("--engine <name>", `${ENGINES.join(", ")} (auto: the fastest that runs here)`, nameOption("--engine", ENGINES))
    .option("--threads <n>", "threads that share a step, or auto (by its cost); the bits stay the same", threadsOption)
    .option("--fast", "relaxed SIMD: faster, and the bits may differ between machines");
}

export function fromOption(command: Command): Command {
  return command.option("--from <model>", "go on with a model on new rows, with its scaling and classes and a fresh optimizer");
}
