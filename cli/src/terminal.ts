import { stripVTControlCharacters } from "node:util";
import type { createColors } from "picocolors";
import picocolors from "picocolors";

/** Where a command writes: results to standard output, progress and notes to standard error. */
export interface Terminal {
  /** Lines of the result; on a screen long ones are broken between words. */
  readonly print: (text: string) => void;
  /** Text of the result as it is. */
  readonly write: (text: string) => void;
  /** A line about the work, not part of the result. */
  readonly note: (text: string) => void;
  /** True where standard error is a screen, so that a line can be drawn over. */
  readonly interactive: boolean;
  /** Width of standard output in characters; Infinity where it is not a screen. */
  readonly columns: () => number;
  /** Colours of standard output; they give plain text where it is not a screen or NO_COLOR is set. */
  readonly colors: ReturnType<typeof createColors>;
}

const columns = (): number => (process.stdout.isTTY ? process.stdout.columns : Infinity);

export const processTerminal: Terminal = {
  print: (text) => process.stdout.write(`${wrapped(text, columns())}\n`),
  write: (text) => process.stdout.write(text),
  note: (text) => process.stderr.write(`${text}\n`),
  interactive: process.stderr.isTTY,
  columns,
  colors: picocolors.createColors(picocolors.isColorSupported && process.stdout.isTTY),
};

/** Breaks lines that are too long between words. Lines that begin with a space are drawn or to be copied, and stay. */
export function wrapped(text: string, width: number): string {
  const length = (line: string): number => stripVTControlCharacters(line).length;
  return text
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith(" ") || length(line) <= width) return [line];
      const lines = [""];
      for (const word of line.split(" ")) {
        const longer = lines.at(-1) === "" ? word : `${lines.at(-1)!} ${word}`;
        if (length(longer) <= width || lines.at(-1) === "") lines[lines.length - 1] = longer;
        else lines.push(`  ${word}`);
      }
      return lines;
    })
    .join("\n");
}
