import { ChainruleError, type Model, openExamples, type RowRange } from "chainrule";
import { derivationText, type Digits, type Tape, tape, type TapeStep } from "chainrule/explain";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, loadForModel } from "../data/load.js";
import { type ReadFlags, readOptions } from "../data/reading.js";
import { digitsOption, rangeOption, wholeOption } from "../options.js";
import type { Terminal } from "../terminal.js";
import { bySign, describeRows } from "../view/explanation.js";
import { count } from "../view/format.js";
import { KEYS, walk } from "../view/stepper.js";

/** Terms of a sum that are shown. */
const DEFAULT_TOP = 8;

interface Flags extends ReadFlags {
  readonly rows?: RowRange;
  readonly start?: number;
  readonly plain?: boolean;
  readonly top?: number;
  readonly digits?: Digits;
}

export function addStep(program: Command, terminal: Terminal): void {
  const command = program
    .command("step")
    .summary("walk one example forward and backward, one factor at a time")
    .description(
      "Walks one example through the network: every z and a, the cost, then every derivative from the output back, one factor at a time. " +
        "On a terminal the keys move; elsewhere, and with --plain, every step is printed.",
    )
    .argument("<model>", "a model file")
    .argument("[data]", DATA_HELP)
    .requiredOption("--rows <row>", "the row to walk, such as 12", rangeOption("--rows"))
    .option("--start <n>", "begin at this step (1)", wholeOption("--start", 1))
    .option("--plain", "print every step, without keys")
    .option("--top <n>", `how many terms of a sum to show (${DEFAULT_TOP})`, wholeOption("--top", 0))
    .option("--digits <n>", 'significant digits, or "full" (4)', digitsOption("--digits"));
  readOptions(command)
    .addHelpText(
      "after",
      `
Keys: ${KEYS}

Examples:
  chainrule step model.safetensors digits --rows 12
  chainrule step model.safetensors iris --rows 0 --plain`,
    )
    .action(async (path: string, data: string, flags: Flags) => {
      const model = await loadModel(path);
      const { dataset } = await loadForModel(data, model, "needed", flags);
      const rows = flags.rows!;
      if (rows[1] - rows[0] !== 1) {
        throw new ChainruleError("E_USAGE", { where: "--rows", expected: "one row, such as 12", got: `${rows[0]}..${rows[1]}` });
      }
      const example = openExamples(model, dataset, { rows }).at(0)!;
      const steps = tape(model, example);
      const start = flags.start ?? 1;
      if (start > steps.length) {
        throw new ChainruleError("E_USAGE", { where: "--start", expected: `a step from 1 to ${steps.length}`, got: String(start) });
      }
      await show(model, steps, start - 1, titleOf(steps, describeRows(data, rows, model, example.y)), flags, terminal);
    });
}

/** The row, and of a network with dropout or normalisation under which conditions it is walked. */
function titleOf({ modeNote }: Tape, rows: string): string {
  return modeNote === undefined ? rows : `${rows}; mode ${modeNote}`;
}

async function show(model: Model, steps: Tape, start: number, title: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { colors, write, print } = terminal;
  const options = {
    top: flags.top ?? DEFAULT_TOP,
    paint: bySign(terminal),
    ...(flags.digits === undefined ? {} : { digits: flags.digits }),
  };
  const depth = model.network.layout.depth;
  const head = (step: TapeStep): string => {
    const where = step.phase === "cost" ? "cost" : `${step.phase}, layer ${step.layer} of ${depth}`;
    return `${colors.bold(`step ${count(step.index + 1)} of ${count(steps.length)}`)}  ${where}: ${step.derivation.name}`;
  };
  const body = (step: TapeStep): string => derivationText(step.derivation, options);
  const interactive = process.stdin.isTTY && process.stdout.isTTY && flags.plain !== true;
  if (!interactive) {
    print(title);
    for (let index = start; index < steps.length; index++) {
      const step = steps.at(index);
      write(`\n${head(step)}\n\n${body(step)}\n`);
    }
    return;
  }
  const render = (index: number): string => {
    const step = steps.at(index);
    return `${title}\n${head(step)}\n\n${body(step)}\n\n${colors.dim(KEYS)}`;
  };
  const last = await walk(steps, start, render, terminal);
  print(`left at step ${last + 1}; --start ${last + 1} goes on from there`);
}
