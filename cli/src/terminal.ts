import { createColors } from "picocolors";
import picocolors from "picocolors";

/** Where a command writes: results to standard output, progress and notes to standard error. */
export interface Terminal {
  /** A line of the result. */
  readonly print: (text: string) => void;
  /** Bytes of the result as they are. */
  readonly write: (text: string) => void;
  /** A line about the work, not part of the result. */
  readonly note: (text: string) => void;
  /** True where standard error is a screen, so that a line can be drawn over. */
  readonly interactive: boolean;
  /** Colours of standard output; they give plain text where it is not a screen or NO_COLOR is set. */
  readonly colors: ReturnType<typeof createColors>;
}

export const processTerminal: Terminal = {
  print: (text) => process.stdout.write(`${text}\n`),
  write: (text) => process.stdout.write(text),
  note: (text) => process.stderr.write(`${text}\n`),
  interactive: process.stderr.isTTY,
  colors: picocolors.createColors(picocolors.isColorSupported && process.stdout.isTTY),
};
