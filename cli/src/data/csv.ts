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
  const text = decode(await readFile(path), path);
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
    if (error instanceof CsvError) throw unreadable(path, error);
    throw error;
  }
  if (header === undefined) {
    throw new ChainruleError("E_DATA", { where: path, expected: "a header line and rows", got: "an empty file" });
  }
  checkHeader(path, header);
  if (rows.length === 0) throw new ChainruleError("E_DATA", { where: path, expected: "rows below the header", got: "none" });
  return { path, header, rows, lines };
}

function decode(bytes: Buffer, path: string): string {
  try {
    const plain = path.endsWith(".gz") ? gunzipSync(bytes, { maxOutputLength: LARGEST_TEXT }) : bytes;
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch (error) {
    throw new ChainruleError("E_DATA", {
      where: path,
      expected: path.endsWith(".gz") ? "a gzip file with UTF-8 text" : "UTF-8 text",
      got: error instanceof Error ? error.message : String(error),
    });
  }
}

function checkHeader(path: string, header: readonly string[]): void {
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ChainruleError("E_DATA", { where: `${path}, line 1`, expected: "each column name once", got: `"${twice}" twice` });
  }
}

function unreadable(path: string, error: CsvError): ChainruleError {
  // The parser's message ends in "on line N" or "at line N"; the line goes to the front, as in every other error.
  const line = /(?:on|at) line (\d+)/.exec(error.message)?.[1];
  const where = line === undefined ? path : `${path}, line ${line}`;
  if (error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") {
    const [, expected = "?", got = "?"] = /expect (\d+), got (\d+)/.exec(error.message) ?? [];
    return new ChainruleError("E_DATA", { where, expected: `${expected} cells, as in the header`, got });
  }
  return new ChainruleError("E_DATA", {
    where,
    expected: "comma-separated values",
    got: error.message.replace(/ (?:on|at) line \d+.*/, ""),
  });
}
