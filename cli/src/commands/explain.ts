import { ChainruleError, type Model } from "chainrule";
import { reasons } from "chainrule/explain";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, filesOf, loadForModel } from "../data/load.js";
import { type ReadFlags, readOptions } from "../data/reading.js";
import { rawRow } from "../data/raw-row.js";
import { reworded } from "../errors.js";
import { digitsOption, nameOption, numberOption, rangeOption, rateOption, wholeOption } from "../options.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { type ExplainFlags, FORMATS, DEFAULT_TOP, MODES, showExplanation, subjectOf } from "../view/explain.js";
import { showAttribution } from "../view/attribution.js";

export function addExplain(program: Command, terminal: Terminal): void {
  const command = program
    .command("explain")
    .summary("take any derivative apart, with its live numbers")
    .description(
      "Takes one derivative of the cost apart: its equation in general, with its indices, with its numbers, and each factor and sum in it. " +
        "Without --of it shows how each input moves the cost, and of a table first what each column of a row does to its output.",
    )
    .argument("<model>", "a model file")
    .argument("[data]", DATA_HELP)
    .option(
      "--rows <range>",
      "a row such as 12, or a half-open range such as 0..32 for the mean (left out: every row)",
      rangeOption("--rows"),
    )
    .option("--of <quantity>", 'what the derivative is taken by: "w4[3,7]" or w4.3.7, b3.2, z3.1, a2.5, or an input, a1.45')
    .option(
      "--mode <name>",
      `of a network with dropout or normalisation: ${MODES.join(", as it predicts, or ")}, as a step on these rows sees it (inference)`,
      nameOption("--mode", MODES),
    )
    .option("--epoch <n>", "in training: the epoch in which units are dropped (1)", wholeOption("--epoch", 1))
    .option("--seed <n>", "in training: by which units are dropped (that of the model's training)", wholeOption("--seed", 0))
    .option("--open <n>", "how many levels of equations to open (1)", wholeOption("--open", 0))
    .option(
      "--top <n>",
      `how many terms of a sum, or paths, or inputs, to show (${DEFAULT_TOP}; all in JSON and of paths)`,
      wholeOption("--top", 0),
    )
    .option("--all-paths", "the flat list of all paths to the cost")
    .option("--why", "why is it small, or large?")
    .option("--prove", "the central difference beside it, and a nudge with its real effect")
    .option("--nudge <dw>", "how far the proof moves it (0.01)", numberOption("--nudge"))
    .option(
      "--learning-rate <r>",
      "of the step along it, by plain descent (left out: the optimizer of its training)",
      rateOption("--learning-rate"),
    )
    .option(
      "--output <activation>",
      "without --of: how each input moves this activation, such as a4.3, a class or a target, in place of the cost",
    )
    .option("--picture <file>", "without --of: write the derivatives of an image's pixels as an SVG picture")
    .option("--digits <n>", 'significant digits, or "full" (4)', digitsOption("--digits"))
    .option("--partial", "in LaTeX and MathML: the partial sign in place of d")
    .option("--format <name>", `${FORMATS.join(", ")} (text)`, nameOption("--format", FORMATS))
    .option("--json", "the same as --format json");
  readOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  chainrule explain model.safetensors digits --rows 12 --of "w4[3,7]"
  chainrule explain model.safetensors digits --rows 12 --of w2.3.20 --open 3 --top 5
  chainrule explain model.safetensors digits --rows 12 --of w2.3.20 --all-paths --top 5 --why --prove
  chainrule explain model.safetensors digits --rows 0..32 --of b3.2
  chainrule explain model.safetensors digits --rows 12 --of w3.2.5 --format latex
  chainrule explain model.safetensors digits --rows 0..32 --of gamma2.1 --mode training
  chainrule explain model.safetensors people.csv --rows 12
  chainrule explain model.safetensors digits --rows 12 --output a4.3 --picture why.svg`,
    )
    .action(async (path: string, data: string, flags: ExplainFlags & ReadFlags) => {
      if (flags.picture !== undefined) checkOut(flags.picture, [path, ...filesOf(data, flags)], "--picture");
      checkTogether(flags);
      const model = await loadModel(path);
      const { dataset, file, rows: places } = await loadForModel(data, model, "needed", flags);
      const rows = flags.rows ?? ([0, dataset.rowCount] as const);
      const subject = subjectOf(model, dataset, rows, data);
      const format = flags.format ?? (flags.json === true ? "json" : "text");
      try {
        if (flags.of === undefined) {
          const [first, end] = rows;
          const raw = file !== undefined && end - first === 1 ? await rawRow(file.source, places?.[first] ?? first) : undefined;
          const asked = askedOutput(model, flags.output);
          const says = model.preparation !== undefined && raw !== undefined && (flags.output === undefined || asked?.output !== undefined);
          const why = says ? reasons(model, raw, asked?.output) : undefined;
          showAttribution(subject, asked === undefined ? flags : { ...flags, output: asked.activation }, format, terminal, why);
        } else showExplanation(subject, flags, flags.of, format, terminal);
      } catch (error) {
        throw inFlags(error, flags);
      }
    });
}

/** What `--output` asks for: an activation, and what it stands for where it is one of the outputs; classes, labels and targets by their names too. */
function askedOutput(
  { task, network }: Model,
  asked: string | undefined,
): { readonly activation: string; readonly output?: string | number } | undefined {
  if (asked === undefined) return undefined;
  const { depth, sizes } = network.layout;
  const names: readonly (string | number)[] =
    task.kind === "classification" ? task.classes : task.kind === "regression" ? task.targets : task.labels;
  // Two classes may have one unit, which is that of the second.
  const single = sizes.at(-1)! < names.length;
  const named = names.findIndex((name) => String(name) === asked);
  if (named >= 0) return { activation: `a${depth}[${single ? 0 : named}]`, output: names[named]! };
  const [, unit] = new RegExp(`^a${depth}(?:\\.|\\[)(\\d+)\\]?$`).exec(asked) ?? [];
  const output = unit === undefined ? undefined : names[Number(unit) + Number(single)];
  return { activation: asked, ...(output === undefined ? {} : { output }) };
}

/** The library speaks of a quantity, and of what an attribution is of; who typed an option is told of that. */
function inFlags(error: unknown, { of, allPaths }: ExplainFlags): unknown {
  if (!(error instanceof ChainruleError)) return error;
  const options: Readonly<Record<string, string>> = {
    quantity: of === undefined ? "--output" : "--of",
    of: of === undefined ? "--output" : "--of",
    ...(allPaths === true ? { network: "--all-paths" } : {}),
  };
  return reworded(error, (problem) => ({ ...problem, where: options[problem.where] ?? problem.where }));
}

/** Options that have nothing to say to each other. */
function checkTogether(flags: ExplainFlags): void {
  const { of, format, json } = flags;
  const refuse = (where: string, expected: string, got: string): never => {
    throw new ChainruleError("E_USAGE", { where, expected, got });
  };
  if (json === true && format !== undefined && format !== "json") refuse("--json", "no other --format beside it", `--format ${format}`);
  const needing =
    of === undefined
      ? ["open", "allPaths", "why", "prove", "nudge", "learningRate", "partial", "mode", "epoch", "seed"]
      : ["output", "picture"];
  for (const key of needing as (keyof ExplainFlags)[]) {
    if (flags[key] === undefined) continue;
    const option = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    refuse(
      option,
      of === undefined ? '--of beside it, such as --of "w2[0,0]"' : "no --of beside it",
      of === undefined ? "none" : `"${of}"`,
    );
  }
  const inference = "no --mode training beside it: it looks at the network as it predicts";
  if (flags.mode === "training" && flags.allPaths === true) refuse("--all-paths", inference, "both");
  if (flags.mode === "training" && flags.why === true) refuse("--why", inference, "both");
  if (flags.mode !== "training" && flags.epoch !== undefined) refuse("--epoch", "--mode training beside it", flags.mode ?? "none");
  if (flags.mode !== "training" && flags.seed !== undefined) refuse("--seed", "--mode training beside it", flags.mode ?? "none");
  if (of === undefined && format !== undefined && format !== "text" && format !== "json") {
    refuse("--format", '--of beside it, such as --of "w2[0,0]", or text or json', format);
  }
}
