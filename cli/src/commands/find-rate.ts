import { findLearningRate, type FindRateOptions, type FoundRate, type TrainOptions } from "chainrule";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP } from "../data/load.js";
import { inNetworkFile } from "../data/network-file.js";
import { interruptible } from "../interruption.js";
import { wholeOption } from "../options.js";
import type { Terminal } from "../terminal.js";
import { quoted, short } from "../view/format.js";
import { rateCurve } from "../view/rate-curve.js";
import { describeData } from "../view/summary.js";
import { trainOptions } from "./run-train.js";
import type { TrainFlags } from "./train-flags.js";
import { askTraining, readTraining } from "./training-data.js";
import { fromOption, networkOptions, optimizerOptions, ruleOptions, runOptions, tableOptions } from "./training-options.js";

interface Flags extends Omit<TrainFlags, "out"> {
  readonly steps?: number;
}

/** Flags that `train` has not. */
const OWN = ["--steps", "--json"];

export function addFindRate(program: Command, terminal: Terminal): void {
  const command = program
    .command("find-rate")
    .summary("find a learning rate, and say why it is the one")
    .description(
      "Trains copies of a network with rates from small to large, and says which rate to train with. It saves nothing; data and network are given as to train.",
    )
    .argument("[data]", DATA_HELP);
  tableOptions(command);
  networkOptions(command);
  optimizerOptions(command);
  ruleOptions(command);
  runOptions(command);
  fromOption(command)
    .option("--steps <n>", "steps of each trial (400; fewer of batches above 500 rows, and for small data)", wholeOption("--steps", 2))
    .option("--json", "print one JSON document and nothing else")
    .addHelpText(
      "after",
      `
Examples:
  chainrule find-rate digits
  chainrule find-rate iris --hidden 16,16 --optimizer adam
  chainrule find-rate ./mnist --recipe equations --json
  chainrule find-rate houses.csv --target price --optimizer adamw`,
    );
  const given = wordsOf(command);
  command.action(async (data: string, { steps, json, ...flags }: Flags) => {
    const from = flags.from === undefined ? undefined : await loadModel(flags.from);
    const read = await readTraining(await askTraining(data, flags, from, (each) => trainOptions(each, from)));
    const { dataset } = read;
    const options = withoutCourse(read.options);
    for (const note of read.notes) terminal.note(note);
    if (json !== true && terminal.interactive) terminal.note("trying rates on copies of the network ...");
    const found = await interruptible((signal) =>
      findLearningRate(dataset, { ...options, signal, ...(steps === undefined ? {} : { steps }) }).catch((error: unknown) => {
        throw inNetworkFile(error, flags.network);
      }),
    );
    const rate = found.learningRate === null ? [] : ["--learning-rate", String(found.learningRate)];
    const next =
      found.learningRate === null
        ? null
        : ["npx chainrule train", ...[...(flags.query === undefined ? [data] : []), ...given(), ...rate].map(quoted)].join(" ");
    const { name, rowCount, columns } = dataset;
    const document = { data: { name, rows: rowCount, inputs: columns.length }, ...found, command: next };
    if (json === true) terminal.print(JSON.stringify(document, null, 2));
    else print(found, describeData(dataset), next, terminal);
  });
}

/** The flags of `train` among those of the command line, as they were written. */
function wordsOf(command: Command): () => string[] {
  const words: string[] = [];
  for (const option of command.options) {
    const { long = "" } = option;
    if (OWN.includes(long)) continue;
    command.on(`option:${option.name()}`, (value?: string | null) => {
      words.push(long, ...(value === undefined || value === null ? [] : [value]));
    });
  }
  return () => words;
}

/** Without what a recipe says of the course of the training, which is not what is looked for here. */
function withoutCourse(options: TrainOptions): FindRateOptions {
  const {
    epochs: _epochs,
    schedule: _schedule,
    checkpoint: _checkpoint,
    statisticsEvery: _statisticsEvery,
    metric: _metric,
    patience: _patience,
    leastGain: _leastGain,
    stopAt: _stopAt,
    timeLimit: _timeLimit,
    keep: _keep,
    ...rest
  } = options;
  return rest;
}

function print(found: FoundRate, data: string, next: string | null, terminal: Terminal): void {
  const { learningRate, reason, trials } = found;
  const { print: say, write, colors } = terminal;
  say(data);
  say(`\n${learningRate === null ? colors.bold("No learning rate was found") : colors.bold(`Learning rate ${learningRate}`)}`);
  say(reason);
  const chart = rateCurve(found, terminal);
  if (chart !== undefined) write(`\n${colors.bold("Cost while the rate rises")} (smoothed)\n${chart}\n`);
  if (trials.length > 0) {
    say(`\n${colors.bold("Trials")} on fresh copies (mean cost of the second half of the steps)`);
    const width = Math.max(...trials.map(({ rate }) => String(rate).length));
    for (const { rate, cost } of trials) {
      const mark = rate === learningRate ? `  ${colors.blue("<- this one")}` : "";
      say(`  ${String(rate).padEnd(width)}  ${cost === null ? "not finite" : short(cost)}${mark}`);
    }
  }
  if (next !== null) say(`\nTry next:\n  ${next}`);
}
