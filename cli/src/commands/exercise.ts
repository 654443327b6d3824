import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ChainruleError } from "chainrule";
import { type Exercise, makeExercise } from "chainrule/explain";
import { writeFileSafely } from "chainrule/node";
import type { Command } from "commander";
import { inNetworkFile, readNetworkFile } from "../data/network-file.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { costTitle } from "../view/summary.js";

const DEFAULT_SHEET = "sheet.md";
const DEFAULT_ANSWERS = "key.md";

interface Flags {
  readonly seed?: string;
  readonly network?: string;
  readonly out?: string;
  readonly answers?: string;
  readonly json?: boolean;
}

export function addExercise(program: Command, terminal: Terminal): void {
  program
    .command("exercise")
    .summary("make an exercise sheet for a student, and its answers")
    .description(
      "Makes an exercise sheet on a small network with friendly numbers, and its answers with every step. Every student has another sheet; " +
        "the same seed makes the same two files again.",
    )
    .option("--seed <student>", "a whole number, or any text: a student's name (needed)")
    .option("--network <file>", "a network description in JSON, of at most 40 parameters (left out: 2-2-2-2, sigmoid, squared error)")
    .option("--out <file>", `where the sheet goes (${DEFAULT_SHEET})`)
    .option("--answers <file>", `where the answers go (${DEFAULT_ANSWERS})`)
    .option("--json", "print one JSON document and nothing else")
    .addHelpText(
      "after",
      `
Weights that stand in the network's file are kept; without them friendly ones are drawn.

Examples:
  chainrule exercise --seed Ada
  chainrule exercise --seed 7 --out sheet-7.md --answers key-7.md
  chainrule exercise --seed Ada --network network.json`,
    )
    .action((flags: Flags) => {
      const { seed, network: file, out = DEFAULT_SHEET, answers = DEFAULT_ANSWERS } = flags;
      if (seed === undefined) {
        throw new ChainruleError("E_USAGE", {
          where: "--seed",
          expected: "whose sheet it is, a whole number or a name",
          got: "none",
          hint: "Write --seed Ada, for example; the same seed makes the same sheet again.",
        });
      }
      checkOut(out, [file]);
      checkAnswers(answers, out, file);
      const exercise = exerciseOf(seed, file);
      writeFileSafely(out, new TextEncoder().encode(exercise.sheet));
      writeFileSafely(answers, new TextEncoder().encode(exercise.answers));
      if (flags.json === true) terminal.print(JSON.stringify(documentOf(exercise, out, answers), null, 2));
      else printExercise(exercise, out, answers, terminal);
    });
}

function exerciseOf(seed: string, file: string | undefined): Exercise {
  try {
    return makeExercise({ seed, ...(file === undefined ? {} : { network: readNetworkFile(file) }) });
  } catch (error) {
    throw inNetworkFile(error, file);
  }
}

/** The second file of the command: what `checkOut` says of the first, and that the two are not one. */
function checkAnswers(answers: string, out: string, file: string | undefined): void {
  checkOut(answers, [file], "--answers");
  if (isOneFile(answers, out)) {
    throw new ChainruleError("E_USAGE", {
      where: "--answers",
      expected: "another file than that of the sheet",
      got: `"${answers}"`,
      hint: "The answers are not for the student.",
    });
  }
}

/** By path, or as two names of one file. */
function isOneFile(one: string, other: string): boolean {
  const place = (path: string): string => join(realpathSync(dirname(path)), basename(path));
  if (place(one) === place(other)) return true;
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return first?.isFile() === true && second?.isFile() === true && first.ino === second.ino && first.dev === second.dev;
}

function documentOf({ seed, network, x, y, asked, learningRate }: Exercise, out: string, answers: string): Record<string, unknown> {
  const { description, layout, parameters } = network;
  const tensors = layout.tensors.map(({ name, kind, rows, columns, offset }) => {
    // 0.15, where float32 has 0.15000000596: seven digits give the same float32 again.
    const list = (from: number, length: number): number[] =>
      Array.from(parameters.subarray(from, from + length), (value) => Number(value.toPrecision(7)));
    return [name, kind === "bias" ? list(offset, rows) : Array.from({ length: rows }, (_, j) => list(offset + j * columns, columns))];
  });
  return {
    seed,
    network: { ...description, ...(Object.fromEntries(tensors) as Record<string, unknown>) },
    x,
    y,
    asked,
    learningRate,
    sheet: out,
    answers,
  };
}

function printExercise({ seed, network, asked }: Exercise, out: string, answers: string, { print, colors }: Terminal): void {
  const { description, layout } = network;
  const activations = [...new Set(description.layers.map(({ activation }) => activation))];
  print(
    `exercises for ${colors.bold(seed)}: network ${layout.sizes.slice(1).join("-")}, ${activations.join(", ")}, cost ${costTitle(description.cost)}`,
  );
  print(`asked: ${asked.join(", ")}`);
  print(`Wrote the sheet to ${out}, the answers to ${answers}`);
}
