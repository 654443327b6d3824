import { randomBytes } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import { ChainruleError, type Cell } from "chainrule";
import { parseNumber } from "../options.js";

export const PREDICTION_FORMATS = ["csv", "jsonl"] as const;
export type PredictionFormat = (typeof PREDICTION_FORMATS)[number];

/** Text that a spreadsheet would take for a formula (OWASP, CSV injection). */
const DANGEROUS = /^[=+\-@\t\r]/;

/** Lines of a result, as they come. */
export type Lines = AsyncIterable<string>;

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
  return typeof cell === "string" && DANGEROUS.test(text) && parseNumber(text) === undefined ? `'${text}` : text;
}

function jsonOf(cell: Cell): string {
  if (cell === undefined || cell === null) return "null";
  return typeof cell === "bigint" ? String(cell) : JSON.stringify(cell);
}

/**
 * Writes lines to a file, which is there only when it is whole: until then it has another name beside it.
 *
 * @throws ChainruleError `E_ENVIRONMENT` where it cannot be written; the lines' own error, and nothing has changed then
 */
export async function writeLines(path: string, lines: Lines): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  // A signal ends the program at once; nothing half-written is left.
  const clear = (): void => rmSync(temporary, { force: true });
  process.once("exit", clear);
  const stop = (): void => process.exit(130);
  process.once("SIGINT", stop);
  try {
    const stream = createWriteStream(temporary, { flags: "wx" });
    await pump(stream, lines);
    await new Promise<void>((resolve, reject) => stream.end((error?: Error | null) => (error ? reject(error) : resolve())));
    const file = await open(temporary, "r+");
    await file.sync().finally(() => file.close());
    await rename(temporary, path);
    const folder = await open(dirname(path)).catch(() => undefined);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  } catch (error) {
    if (error instanceof ChainruleError) throw error;
    const got = error instanceof Error ? error.message : String(error);
    throw new ChainruleError("E_ENVIRONMENT", { where: path, expected: "a file that can be written", got });
  } finally {
    process.removeListener("exit", clear);
    process.removeListener("SIGINT", stop);
    clear();
  }
}

/** Writes lines to a stream no faster than it takes them. */
export async function pump(stream: Writable, lines: Lines): Promise<void> {
  let failed: Error | undefined;
  let wake = (): void => undefined;
  stream.on("error", (error: Error) => {
    failed = error;
    wake();
  });
  for await (const line of lines) {
    if (!stream.write(line) && failed === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.once("drain", resolve);
      });
    }
    if (failed !== undefined) throw failed;
  }
}
