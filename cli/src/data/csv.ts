import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { ChainruleError } from "chainrule";
import { CsvError, parse } from "csv-parse/sync";

/** A table as text: a header, and rows with the line of the file on which each ends. */
export interface Table {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

/** What an unpacked file may grow to. */
const LARGEST_TEXT = 500_000_000;

/**
 * Reads a CSV file with a header, plain or packed (`.gz`), UTF-8, comma-separated, quoted where need be.
 *
 * @throws ChainruleError `E_DATA`, naming the line
 */
export async function readCsv(path: string): Promise<Table> {
  const text = decode(await readBytes(path), path);
  const rows: string[][] = [];
  const lines: number[] = [];
  let header: string[] | undefined;
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      onRecord: (record: string[], { lines: line }: { lines: number }) => {
        if (header === undefined) header = record;
        else {
          rows.push(record);
          lines.push(line);
        }
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(path, error, header === undefined ? 1 : (lines.at(-1) ?? 1) + 1);
    throw error;
  }
  const hint = "A CSV file has a header line, then a line for each row.";
  if (header === undefined) {
    throw new ChainruleError("E_DATA", { where: path, expected: "a header line and rows", got: "an empty file", hint });
  }
  checkHeader(path, header);
  if (rows.length === 0) throw new ChainruleError("E_DATA", { where: path, expected: "rows below the header", got: "none", hint });
  return { path, header, rows, lines };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new ChainruleError("E_ENVIRONMENT", { where: path, expected: "a file that can be read", got });
  }
}

function decode(bytes: Buffer, path: string): string {
  const plain = path.endsWith(".gz") ? unpack(bytes, path) : bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch {
    throw new ChainruleError("E_DATA", {
      where: path,
      expected: "a CSV file in UTF-8",
      got: "bytes that are no text in UTF-8",
      hint: "Save it as CSV in UTF-8.",
    });
  }
}

function unpack(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_TEXT });
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new ChainruleError("E_CORRUPT", { where: path, expected: "a gzip file", got, hint: "Is the file whole?" });
  }
}

function checkHeader(path: string, header: readonly string[]): void {
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ChainruleError("E_DATA", { where: `${path}, line 1`, expected: "each column name once", got: `"${twice}" twice` });
  }
}

/** @param next the line on which the record that could not be read begins */
function unreadable(path: string, error: CsvError, next: number): ChainruleError {
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return new ChainruleError("E_DATA", {
      where: `${path}, line ${next}`,
      expected: "a closing quote for every opening one",
      got: "the end of the file",
      hint: "The row that begins on this line has a quote that is never closed.",
    });
  }
  // The parser's message ends in "on line N" or "at line N"; the line goes to the front, as in every other error.
  const line = /(?:on|at) line (\d+)/.exec(error.message)?.[1];
  const where = line === undefined ? path : `${path}, line ${line}`;
  if (error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") {
    const [, expected = "?", got = "?"] = /expect (\d+), got (\d+)/.exec(error.message) ?? [];
    const hint = Number(got) > Number(expected) ? "A cell with a comma in it stands in quotes." : "Is a comma missing?";
    return new ChainruleError("E_DATA", { where, expected: `${expected} cells, as in the header`, got, hint });
  }
  return new ChainruleError("E_DATA", {
    where,
    expected: 'quotes around a whole cell, and "" for a quote inside one',
    got: error.message.replace(/ (?:on|at) line \d+.*/, ""),
  });
}
