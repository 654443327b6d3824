import { randomBytes } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { stringify } from "csv-stringify/sync";
import { ChainruleError, type Cell } from "chainrule";
import { EXIT } from "../exit-codes.js";

export const PREDICTION_FORMATS = ["csv", "jsonl", "parquet"] as const;
export type PredictionFormat = (typeof PREDICTION_FORMATS)[number];

/** Text that a spreadsheet would take for a formula (OWASP, CSV injection). */
const DANGEROUS = /^[=+\-@\t\r]/;
/** Numbers with any decimal mark, and marks between thousands: no formula. */
const NUMBER = /^[+-]?(?=.*\d)[\d.,’' ]+(?:e[+-]?\d+)?$/i;

/** Lines of a result, or bytes of it, as they come. */
export type Lines = AsyncIterable<string | Uint8Array>;

/** Rows as CSV: the header, then a line each. Cells that a spreadsheet would take for formulas get an apostrophe before them, but for numbers. */
export function csvLines(
  header: readonly string[],
  raw: boolean,
): { readonly head: string; readonly row: (cells: readonly Cell[]) => string } {
  const line = (cells: readonly Cell[]): string => stringify([cells.map((cell) => (raw ? plain(cell) : safe(cell)))]);
  return { head: line(header), row: line };
}

/** Rows as JSON, an object on each line. */
export function jsonLines(header: readonly string[]): { readonly head: string; readonly row: (cells: readonly Cell[]) => string } {
  // Written one by one: a column may be called "__proto__".
  const names = header.map((name) => JSON.stringify(name));
  return { head: "", row: (cells) => `{${cells.map((cell, at) => `${names[at]!}:${jsonOf(cell)}`).join(",")}}\n` };
}

function plain(cell: Cell): string {
  return cell === undefined || cell === null ? "" : cell instanceof Date ? cell.toISOString() : String(cell);
}

function safe(cell: Cell): string {
  const text = plain(cell);
  return typeof cell === "string" && DANGEROUS.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function jsonOf(cell: Cell): string {
  if (cell === undefined || cell === null) return "null";
  return typeof cell === "bigint" ? String(cell) : JSON.stringify(cell);
}

/**
 * Writes lines to a file, which is there only when it is whole: until then it has another name beside it. A device or a pipe is written in place.
 *
 * @throws ChainruleError `E_ENVIRONMENT` where it cannot be written; the lines' own error, and nothing has changed then
 */
export async function writeLines(path: string, lines: Lines): Promise<void> {
  const inPlace = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
  const temporary = inPlace ? path : `${path}.${randomBytes(6).toString("hex")}.tmp`;
  // A signal ends the program at once; nothing half-written is left.
  const clear = (): void => {
    if (!inPlace) rmSync(temporary, { force: true });
  };
  const stop = (): void => process.exit(EXIT.interrupted);
  const end = (): void => process.exit(EXIT.terminated);
  process.once("exit", clear).once("SIGINT", stop).once("SIGTERM", end);
  try {
    const file = await open(temporary, inPlace ? "w" : "wx");
    try {
      for await (const line of lines) await file.appendFile(line);
      if (!inPlace) await file.sync();
    } finally {
      await file.close();
    }
    if (!inPlace) await rename(temporary, path);
  } catch (error) {
    if (error instanceof ChainruleError) throw error;
    const got = error instanceof Error ? error.message : String(error);
    throw new ChainruleError("E_ENVIRONMENT", { where: path, expected: "a file that can be written", got });
  } finally {
    clear();
    process.removeListener("exit", clear).removeListener("SIGINT", stop).removeListener("SIGTERM", end);
  }
}

/** Writes lines to standard output no faster than it takes them; a reader that has seen enough ends it. */
export async function printLines(lines: Lines): Promise<void> {
  const { stdout } = process;
  let wake = (): void => undefined;
  const goOn = (): void => wake();
  // Who watches the streams says what is wrong; here it only must not wait for ever.
  stdout.on("error", goOn).on("drain", goOn);
  try {
    for await (const line of lines) {
      if (stdout.errored !== null || stdout.destroyed) return;
      if (!stdout.write(line)) await new Promise<void>((resolve) => (wake = resolve));
    }
    // What is still on its way is written, or refused, before the program ends.
    await new Promise<void>((resolve) => stdout.write("", () => resolve()));
  } finally {
    stdout.removeListener("error", goOn).removeListener("drain", goOn);
  }
}
