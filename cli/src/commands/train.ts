import { ChainruleError, METRIC_NAMES, SCHEDULE_NAMES } from "chainrule";
import type { Command } from "commander";
import { DATA_HELP } from "../data/load.js";
import { REPORT_HELP } from "../report-file.js";
import { everyOption, nameOption, numberOption, scheduleOption, wholeOption } from "../options.js";
import type { Terminal } from "../terminal.js";
import { runTrain } from "./run-train.js";
import type { TrainFlags } from "./train-flags.js";
import { fromOption, networkOptions, optimizerOptions, ruleOptions, runOptions, tableOptions } from "./training-options.js";

export function addTrain(program: Command, terminal: Terminal): void {
  const command = program
    .command("train")
    .summary("train a network on data and save it as a model file")
    .description("Trains a network on data, measures it on the held-out test part, and saves it as a model file.")
    .argument("[data]", DATA_HELP);
  tableOptions(command)
    .option("--test-file <file>", "of a table: a second one whose rows are the test part; they change nothing of what is learned")
    .option(
      "--folds <n>",
      "train so many times, each time without another part of the rows, and measure on those; saves no model",
      wholeOption("--folds", 2),
    );
  networkOptions(command).option(
    "--learning-rate <r>",
    "step size, above 0 (of sgd 0.05 for images, 0.02 for other data; of adam 0.001, of tabular 0.002)",
    numberOption("--learning-rate"),
  );
  optimizerOptions(command).option(
    "--schedule <name>",
    `how the rate moves: ${SCHEDULE_NAMES.join(", ")}; settings behind a colon, such as step:every=5,factor=0.3`,
    scheduleOption,
  );
  ruleOptions(command).option(
    "--epochs <n>",
    "passes over the training rows; 0 saves a freshly initialised model",
    wholeOption("--epochs", 0),
  );
  runOptions(command)
    .option(
      "--metric <name>",
      `of the validation rows, watched at the end of each epoch: ${METRIC_NAMES.join(", ")}`,
      nameOption("--metric", METRIC_NAMES),
    )
    .option("--patience <n>", "stop after so many epochs without an improvement", wholeOption("--patience", 1))
    .option("--least-gain <g>", "an improvement of the metric is larger than this (0)", numberOption("--least-gain"))
    .option("--stop-at <v>", "stop as soon as the metric is as good as this", numberOption("--stop-at"))
    .option("--time-limit <s>", "stop after so many seconds of training", numberOption("--time-limit"))
    .option(
      "--keep <which>",
      "best or last epoch's parameters (best with --metric or --patience)",
      nameOption("--keep", ["best", "last"] as const),
    )
    .option("--checkpoint <folder>", "keep the state of the run there; chainrule resume goes on from it")
    .option("--checkpoint-every <n>", "n epochs or n steps (1 epochs)", everyOption);
  fromOption(command)
    .option("--out <file>", "where the model goes", "model.safetensors")
    .option("--report <file>", REPORT_HELP)
    .option("--json", "print one JSON document and nothing else")
    .option("--quiet", "no progress and no summary")
    .addHelpText(
      "after",
      `
Examples:
  chainrule train digits --recipe equations
  chainrule train iris --hidden 16,16 --epochs 100 --out iris.safetensors
  chainrule train digits --optimizer adam --learning-rate 0.003 --schedule cosine --patience 10
  chainrule train digits --epochs 500 --checkpoint run --checkpoint-every 5 epochs
  chainrule train ./mnist --recipe equations --learning-rate 3 --epochs 15 --validation 0
  chainrule train ./mnist --recipe mnist-headline-98
  chainrule train houses.csv --target price --report report.html
  chainrule train houses.csv --target price --json
  chainrule train people.csv --target income --type zip=categorical --ignore id
  chainrule train adult.data --no-header --target last --test-file adult.test
  chainrule train houses.csv --target price --folds 5 --report folds.html`,
    )
    .action(async (data: string, flags: TrainFlags) => {
      if (flags.checkpoint === undefined && flags.checkpointEvery !== undefined) throw lone();
      await runTrain(data, flags, terminal);
    });
}

function lone(): ChainruleError {
  return new ChainruleError("E_USAGE", { where: "--checkpoint-every", expected: "--checkpoint <folder> beside it", got: "none" });
}
