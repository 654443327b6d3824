import { ChainruleError, checkGradients, encodeSafetensors, type GradientCheck, gradients, type Gradients, type RowRange } from "chainrule";
import { loadModel, writeFileSafely } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, loadForModel, pathOf } from "../data/load.js";
import { rangeOption, wholeOption } from "../options.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { count, short } from "../view/format.js";

/** Rows that are used where no range is given, and parameters that are compared. */
const DEFAULT_ROWS = 32;
const DEFAULT_SAMPLE = 2000;

interface Flags {
  readonly rows?: RowRange;
  readonly sample?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function addCheckGradients(program: Command, terminal: Terminal): void {
  program
    .command("check-gradients")
    .summary("compare derivatives with central differences")
    .description("Compares the derivatives of the mean cost over some rows, by the equations in float64, with central differences.")
    .argument("<model>", "a model file")
    .argument("<data>", DATA_HELP)
    .option("--rows <range>", `half-open range of rows, such as 0..32 (left out: the first ${DEFAULT_ROWS})`, rangeOption("--rows"))
    .option(
      "--sample <n>",
      `compare so many parameters, drawn with the seed (${count(DEFAULT_SAMPLE)}, or all if fewer)`,
      wholeOption("--sample", 1),
    )
    .option("--seed <n>", "of the sample (1)", wholeOption("--seed", 0))
    .option("--out <file>", "write every derivative as w2, b2, ... into a safetensors file (float64)")
    .option("--json", "print one JSON document and nothing else")
    .addHelpText(
      "after",
      `
Exit code 4 where the check fails.

Examples:
  chainrule check-gradients model.safetensors digits --rows 0..32
  chainrule check-gradients model.safetensors digits --rows 0..8 --out gradients.safetensors`,
    )
    .action(async (path: string, data: string, flags: Flags) => {
      if (flags.out !== undefined) checkOut(flags.out, [path, pathOf(data)]);
      const model = await loadModel(path);
      const { dataset } = await loadForModel(data, model, "needed");
      const rows = flags.rows ?? ([0, Math.min(DEFAULT_ROWS, dataset.rowCount)] as const);
      const analytic = gradients(model, dataset, { rows });
      const check = checkGradients(model, dataset, { rows, sample: flags.sample ?? DEFAULT_SAMPLE, seed: flags.seed ?? 1 });
      if (flags.out !== undefined) writeFileSafely(flags.out, encodeGradients(analytic));
      const document = { rows, cost: analytic.cost, ...check, worst: check.worst ?? null, out: flags.out ?? null };
      if (flags.json === true) terminal.print(JSON.stringify(document, null, 2));
      else printCheck(check, analytic, rows, flags.out, terminal);
      if (!check.passed) throw failed(check);
    });
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
