import { ChainruleError, type Dataset, examples, type Model, type RowRange } from "chainrule";
import { type ComparedTensor, compareGradients, type GradientComparison, type RecognisedMistake } from "chainrule/explain";
import { encodeSafetensors } from "chainrule/formats";
import { loadModel, writeFileSafely } from "chainrule/node";
import { checkGradients, type GradientCheck, gradients, type Gradients } from "chainrule/reference";
import type { Command } from "commander";
import { inGradientFile, readGradientFile } from "../data/gradient-file.js";
import { DATA_HELP, filesOf, loadForModel } from "../data/load.js";
import { type ReadFlags, readOptions } from "../data/reading.js";
import { Deviation } from "../exit-codes.js";
import { rangeOption, wholeOption } from "../options.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { count, short } from "../view/format.js";

/** Rows that are used where no range is given, and parameters that are compared. */
const DEFAULT_ROWS = 32;
const DEFAULT_SAMPLE = 2000;

interface Flags extends ReadFlags {
  readonly rows?: RowRange;
  readonly sample?: number;
  readonly seed?: number;
  readonly against?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function addCheckGradients(program: Command, terminal: Terminal): void {
  const command = program
    .command("check-gradients")
    .summary("compare derivatives with central differences, or somebody's with the equations")
    .description(
      "Compares the derivatives of the mean cost over some rows, by the equations in float64, with central differences; " +
        "with --against compares somebody else's derivatives with them, and names the mistake.",
    )
    .argument("<model>", "a model file")
    .argument("[data]", DATA_HELP)
    .option("--rows <range>", `half-open range of rows, such as 0..32 (left out: the first ${DEFAULT_ROWS})`, rangeOption("--rows"))
    .option(
      "--sample <n>",
      `compare so many parameters, drawn with the seed (${count(DEFAULT_SAMPLE)}, or all if fewer)`,
      wholeOption("--sample", 1),
    )
    .option("--seed <n>", "of the sample (1)", wholeOption("--seed", 0))
    .option("--against <file>", "compare these derivatives, in JSON or a safetensors file, with those of the equations")
    .option("--out <file>", "write every derivative as w2, b2, ... into a safetensors file (float64)")
    .option("--json", "print one JSON document and nothing else");
  readOptions(command)
    .addHelpText(
      "after",
      `
Exit code 4 where the check fails, 1 where derivatives of --against deviate.

Examples:
  chainrule check-gradients model.safetensors digits --rows 0..32
  chainrule check-gradients model.safetensors digits --rows 0..8 --out gradients.safetensors
  chainrule check-gradients model.safetensors digits --rows 0..8 --against student.json`,
    )
    .action(async (path: string, data: string, flags: Flags) => {
      checkFlags(flags);
      if (flags.out !== undefined) checkOut(flags.out, [path, ...filesOf(data, flags), flags.against]);
      const model = await loadModel(path);
      const { dataset } = await loadForModel(data, model, "needed", flags);
      const rows = flags.rows ?? ([0, Math.min(DEFAULT_ROWS, dataset.rowCount)] as const);
      const analytic = gradients(model, dataset, { rows });
      if (flags.against !== undefined) {
        checkAgainst(flags.against, model, dataset, rows, analytic, flags, terminal);
        return;
      }
      const check = checkGradients(model, dataset, { rows, sample: flags.sample ?? DEFAULT_SAMPLE, seed: flags.seed ?? 1 });
      if (flags.out !== undefined) writeFileSafely(flags.out, encodeGradients(analytic));
      const document = { rows, cost: analytic.cost, ...check, worst: check.worst ?? null, out: flags.out ?? null };
      if (flags.json === true) terminal.print(JSON.stringify(document, null, 2));
      else printCheck(check, analytic, rows, flags.out, terminal);
      if (!check.passed) throw failed(check);
    });
}

function checkFlags({ against, sample, seed }: Flags): void {
  for (const [option, value] of Object.entries({ "--sample": sample, "--seed": seed })) {
    if (against === undefined || value === undefined) continue;
    throw new ChainruleError("E_USAGE", { where: option, expected: "nothing beside --against, which compares all", got: `"${value}"` });
  }
}

/** Somebody's derivatives beside those of the equations; no central differences. */
function checkAgainst(
  file: string,
  model: Model,
  dataset: Dataset,
  rows: RowRange,
  analytic: Gradients,
  { out, json }: Flags,
  terminal: Terminal,
): void {
  const given = readGradientFile(file);
  let comparison: GradientComparison;
  try {
    comparison = compareGradients(model.network, examples(model, dataset, { rows }), given);
  } catch (error) {
    throw inGradientFile(error, file);
  }
  if (out !== undefined) writeFileSafely(out, encodeGradients(analytic));
  // JSON has no undefined: what is not there is null.
  const nulls = (_key: string, value: unknown): unknown => value ?? null;
  const document = { rows, cost: analytic.cost, against: { file, ...comparison, first: comparison.first ?? null }, out: out ?? null };
  if (json === true) terminal.print(JSON.stringify(document, nulls, 2));
  else {
    terminal.print(`mean cost over rows ${rows[0]}..${rows[1]}: ${short(analytic.cost)}`);
    printComparison(file, comparison, terminal);
    if (out !== undefined) terminal.print(`derivatives written to ${out}`);
  }
  if (!comparison.agrees) throw new Deviation();
}

function printComparison(
  file: string,
  { agrees, tensors, missing, first, mistakes }: GradientComparison,
  { print, colors }: Terminal,
): void {
  print(`derivatives in ${file}, from the output back:`);
  for (const tensor of tensors) print(`  ${tensor.equation}  ${tensor.name.padEnd(4)}${verdict(tensor, colors)}`);
  if (agrees) print(colors.green(missing.length === 0 ? "all agree" : "all that were given agree"));
  if (first === undefined) return;
  print(colors.red(`the first equation that deviates: ${first.equation}, seen in ${first.tensor}`));
  for (const mistake of mistakes) print(mistakeText(mistake));
  if (mistakes.length > 0) return;
  const ratio = first.ratio === undefined ? "" : `; ${first.tensor} is ${short(first.ratio)} times what it should be`;
  print(`no known mistake gives these numbers${ratio}`);
}

function verdict({ agrees, worst, note }: ComparedTensor, colors: Terminal["colors"]): string {
  if (worst === undefined) return "not given";
  const { name, expected, given } = worst;
  const off =
    given === expected
      ? "equal"
      : agrees === true
        ? `furthest off at ${name}, by ${short(Math.abs(given - expected))}`
        : `furthest off at ${name}: ${sixDigits(given)} where ${sixDigits(expected)} is right`;
  return `${agrees === true ? colors.green("agrees  ") : colors.red("deviates")}  ${note === undefined ? off : `${note}; ${off}`}`;
}

/** More than what may differ. */
function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}

function mistakeText({ name, sentence, beside, complete }: RecognisedMistake): string {
  const together = beside.length === 0 ? "" : `, together with ${beside.join(", ")}`;
  const rest = complete ? "" : " The rest deviates otherwise.";
  return `${name}${together}: ${sentence}${rest}`;
}

function encodeGradients({ tensors }: Gradients): Uint8Array {
  return encodeSafetensors({
    tensors: Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor })),
    metadata: { content: "mean derivatives" },
  });
}

function printCheck(check: GradientCheck, { cost }: Gradients, rows: RowRange, out: string | undefined, { print, colors }: Terminal): void {
  const { worst } = check;
  print(`mean cost over rows ${rows[0]}..${rows[1]}: ${short(cost)}`);
  print(`${count(check.checked)} of ${count(check.parameters)} derivatives compared with (Cost(w + h) - Cost(w - h)) / 2h`);
  if (check.atKink > 0) print(`${count(check.atKink)} left out: a relu's kink lies within every step that was tried`);
  if (worst !== undefined) {
    print(
      `largest error ${check.maxRelativeError.toExponential(2)}, at ${worst.name}: equations ${worst.analytic}, difference ${worst.numeric}`,
    );
  }
  print(check.passed ? colors.green("all agree") : colors.red("they do not agree"));
  if (out !== undefined) print(`derivatives written to ${out}`);
}

function failed({ worst }: GradientCheck): ChainruleError {
  return new ChainruleError("E_GRADIENT", {
    where: worst?.name ?? "check-gradients",
    expected: worst === undefined ? "a derivative that can be compared" : `a derivative near ${worst.numeric}`,
    got: worst === undefined ? "none" : String(worst.analytic),
  });
}
