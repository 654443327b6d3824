import { CsvError, parse } from "csv-parse/browser/esm/sync";

/** A table as text: a header, and rows with the line of the file on which each ends. */
export interface Table {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Lines that a guess looks at. */
const LOOKED_AT = 20;

/** The sign that divides the first lines into the same number of cells, the most where several do. */
export function guessDelimiter(text: string): Delimiter {
  const lines = text.split(/\r?\n/, LOOKED_AT).filter((line) => line.trim() !== "");
  const counts = DELIMITERS.map((sign) => lines.map((line) => line.replace(/"[^"]*"/g, "").split(sign).length - 1));
  const scores = counts.map((list) =>
    list.length > 0 && list[0]! > 0 ? list.filter((count) => count === list[0]).length * 1000 + list[0]! : 0,
  );
  return DELIMITERS[scores.indexOf(Math.max(...scores))]!;
}

/** Whether line 1 names the columns: no cell of it is a number, and none is empty. */
export function guessHeader(first: readonly string[]): boolean {
  return first.every((cell) => cell !== "" && Number.isNaN(Number(cell.replace(",", "."))));
}

/**
 * Cells as they are written, trimmed; lines without any are passed over.
 *
 * @param hasHeader whether line 1 names the columns; undefined where that is to be guessed
 * @throws Error naming the line
 */
export function readTable(name: string, text: string, delimiter: Delimiter, hasHeader?: boolean): Table & { readonly hasHeader: boolean } {
  const records: string[][] = [];
  const lines: number[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      delimiter,
      onRecord: (record: string[], { lines: line }: { lines: number }) => {
        records.push(record);
        lines.push(line);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new Error(unreadable(name, error, (lines.at(-1) ?? 0) + 1));
    throw error;
  }
  const [first] = records;
  if (first === undefined) throw new Error(`${name}: expected rows, got an empty file.`);
  const isHeader = hasHeader ?? guessHeader(first);
  const header = isHeader ? first : first.map((_, at) => `column ${at + 1}`);
  const twice = header.find((title, at) => header.indexOf(title) !== at);
  if (twice !== undefined) throw new Error(`${name}, line ${lines[0]!}: expected each column name once, got "${twice}" twice.`);
  const from = isHeader ? 1 : 0;
  if (records.length <= from) throw new Error(`${name}: expected rows below the header, got none.`);
  return { name, header, rows: records.slice(from), lines: lines.slice(from), hasHeader: isHeader };
}

/** @param next the line on which the record that could not be read begins */
function unreadable(name: string, { code, message }: CsvError, next: number): string {
  if (code === "CSV_QUOTE_NOT_CLOSED")
    return `${name}, line ${next}: expected a closing quote for every opening one, got the end of the file.`;
  const line = /(?:on|at) line (\d+)/.exec(message)?.[1] ?? String(next);
  if (code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") {
    const [, expected = "?", got = "?"] = /expect (\d+), got (\d+)/.exec(message) ?? [];
    const [more, column] = [Number(got) > Number(expected), Math.min(Number(expected), Number(got)) + 1];
    return `${name}, line ${line}, column ${column}: expected ${expected} cells, as in line 1, got ${got}. ${more ? "A cell that holds the delimiter stands in quotes." : "Is a cell missing?"}`;
  }
  const column = /column(?: index)? (\d+)/.exec(message)?.[1];
  return `${name}, line ${line}${column === undefined ? "" : `, column ${Number(column) + 1}`}: expected quotes around a whole cell, and "" for a quote inside one.`;
}
