import { ChainruleError, show } from "../base/errors.js";
import type { DecimalMark } from "../table/cell.js";
import type { TableSource } from "../table/source.js";
import type { Open } from "./bytes.js";
import { createCsvParser } from "./csv-parser.js";
import { csvFault, raggedRow } from "./csv-faults.js";
import { type Delimiter, findDelimiter, findHeader, findMark, firstRows } from "./dialect.js";
import { decodeHead, decodeInto, findEncoding, type TextEncoding } from "./encoding.js";
import { readHead } from "./head.js";
import { createLines } from "./lines.js";
import { type CsvOptions, checkOptions } from "./options.js";

/** How a file is written, as found or as asked for. */
export interface CsvDialect {
  readonly encoding: TextEncoding;
  readonly delimiter: Delimiter;
  /** Whether its first row names the columns. */
  readonly header: boolean;
  /** What stands before the fraction of its numbers; `prepareTable` wants to know. */
  readonly mark: DecimalMark;
  /** Whether it is packed. */
  readonly gzip: boolean;
  /** How many columns it has. */
  readonly columns: number;
}

export interface CsvTable {
  readonly source: TableSource;
  readonly dialect: CsvDialect;
}

/**
 * A table in a file of comma-separated values, or of semicolons, tabs or bars. Its beginning is read at once, for how it is written; its rows as
 * often as they are asked for, in pieces, so that a file may be larger than memory.
 *
 * @param open opens the file at its beginning: a stream of bytes, all bytes, or text; called again for each reading
 * @throws ChainruleError `E_DATA`, naming line and column; while rows are read, too
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { csvTable } from "chainrule/tables";
 *
 * const file = "size;town;rent\n" + Array.from({ length: 100 }, (_, i) => `${40 + i},5;${i % 2 ? "Bern" : "Genf"};${900 + 10 * i}`).join("\n");
 * // In a page: csvTable(() => input.files[0].stream(), { name: input.files[0].name })
 * const { source, dialect } = await csvTable(() => file, { name: "flats.csv" });
 * console.log(source.columns, dialect.delimiter, dialect.mark); // ["size", "town", "rent"], ";", ","
 * await train(source, { target: "rent", mark: dialect.mark, seed: 1, epochs: 5 }).result;
 * ```
 */
export async function csvTable(open: Open, options: CsvOptions = {}): Promise<CsvTable> {
  checkOptions(options);
  const { name = "table.csv", header = "auto", delimiter = "auto", mark = "auto" } = options;
  const head = await readHead(open, name);
  const encoding = options.encoding === undefined || options.encoding === "auto" ? findEncoding(head) : options.encoding;
  const text = decodeHead(head, encoding);
  const separator = delimiter === "auto" ? findDelimiter(text, head.whole) : delimiter;
  const rows = firstRows(text, separator, head.whole);
  const found = mark === "auto" ? findMark(rows, separator) : mark;
  const named = header === "auto" ? findHeader(rows, found) : header;
  const file = { open, name, encoding, gzip: head.gzip, delimiter: separator, named };
  const columns = columnsOf(await firstRecord(file), named, name);
  return {
    source: sourceOf(file, columns),
    dialect: { encoding, delimiter: separator, header: named, mark: found, gzip: head.gzip, columns: columns.length },
  };
}

interface CsvFile {
  readonly open: Open;
  readonly name: string;
  readonly encoding: TextEncoding;
  readonly gzip: boolean;
  readonly delimiter: Delimiter;
  readonly named: boolean;
}

interface Row {
  readonly cells: string[];
  readonly line: number;
}

/** Rows as they come, with their lines; the first one too, which may have the names of the columns. */
async function* recordsOf(file: CsvFile, columns: readonly string[]): AsyncGenerator<readonly Row[], void> {
  let rows: Row[] = [];
  let names = columns;
  const parser = createCsvParser(
    file.delimiter,
    (cells, line) => {
      if (names.length === 0 && file.named) names = cells;
      rows.push({ cells, line });
    },
    (fault) => {
      throw csvFault(fault, file.name, names);
    },
  );
  for await (const _ of decodeInto(parser, file)) {
    if (rows.length > 0) yield rows;
    rows = [];
  }
  parser.end();
  if (rows.length > 0) yield rows;
}

async function firstRecord(file: CsvFile): Promise<Row> {
  for await (const [row] of recordsOf(file, [])) if (row !== undefined) return row;
  const hint = "A table has a line for each row, mostly below one that names the columns.";
  throw new ChainruleError("E_DATA", { where: file.name, expected: "rows", got: "an empty file", hint });
}

/** Columns without a name, and those of a file without names, are called by their places. */
function columnsOf({ cells, line }: Row, named: boolean, file: string): string[] {
  const names = cells.map((name, at) => (named && name !== "" ? name : `col${at}`));
  const seen = new Map<string, number>();
  names.forEach((name, at) => {
    const before = seen.get(name);
    seen.set(name, at);
    if (before === undefined) return;
    throw new ChainruleError("E_DATA", {
      where: `${file}, line ${line}`,
      expected: "each column name once",
      got: `${show(name)} in columns ${before + 1} and ${at + 1}`,
      hint: "Rename one of them, or say that the first line names no columns (header: false).",
    });
  });
  return names;
}

function sourceOf(file: CsvFile, columns: readonly string[]): TableSource {
  const lines = createLines(file.named ? 2 : 1);
  return {
    kind: "table",
    name: file.name,
    columns,
    place: (row, column) => `${file.name}, line ${lines.of(row)}, column "${column}"`,
    async *batches() {
      let count = file.named ? -1 : 0;
      for await (const rows of recordsOf(file, columns)) {
        for (const { cells, line } of rows) {
          if (cells.length !== columns.length) throw raggedRow(file, line, columns.length, cells.length);
          if (count >= 0) lines.note(count, line);
          count += 1;
        }
        const first = count - rows.length;
        yield rows.slice(Math.max(0, -first)).map(({ cells }) => cells);
      }
    },
  };
}
