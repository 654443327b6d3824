import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { Cell } from "../table/cell.js";
import type { TableSource } from "../table/source.js";
import type { Open } from "./bytes.js";
import { decodeHead, decodeInto, findEncoding, type TextEncoding } from "./encoding.js";
import { readHead } from "./head.js";
import { createLines } from "./lines.js";
import { createLineReader } from "./line-reader.js";
import { checkOptions, type JsonLinesOptions } from "./options.js";

export interface JsonLinesTable {
  readonly source: TableSource;
  readonly dialect: { readonly encoding: TextEncoding; readonly gzip: boolean; readonly columns: number };
}

type JsonRow = Readonly<Record<string, unknown>>;

/**
 * A table in a file that has a JSON object on each line, a row. Columns are those of the objects at its beginning (256 KB); a row that lacks one
 * has nothing there.
 *
 * @param open opens the file at its beginning: a stream of bytes, all bytes, or text; called again for each reading
 * @throws ChainruleError `E_DATA`, naming line and column; while rows are read, too
 * @example
 * ```ts
 * import { prepareTable } from "chainrule";
 * import { jsonLinesTable } from "chainrule/tables";
 *
 * const file = Array.from({ length: 100 }, (_, i) => JSON.stringify({ size: 40 + i, town: i % 2 ? "Bern" : null, rent: 900 + 10 * i })).join("\n");
 * const { source } = await jsonLinesTable(() => file, { name: "flats.jsonl" });
 * const { schema } = await prepareTable(source, { target: "rent" });
 * console.log(schema.map(({ name, type }) => `${name}: ${type}`)); // ["size: numeric", "town: categorical"]
 * ```
 */
export async function jsonLinesTable(open: Open, options: JsonLinesOptions = {}): Promise<JsonLinesTable> {
  checkOptions(options);
  const { name = "table.jsonl" } = options;
  const head = await readHead(open, name);
  const encoding = options.encoding === undefined || options.encoding === "auto" ? findEncoding(head) : options.encoding;
  const columns = columnsOf(decodeHead(head, encoding), head.whole, name);
  const file = { open, name, encoding, gzip: head.gzip };
  const lines = createLines(1);
  const source: TableSource = {
    kind: "table",
    name,
    columns,
    place: (row, column) => `${name}, line ${lines.of(row)}, column "${column}"`,
    async *batches() {
      const known = new Set(columns);
      let rows: Cell[][] = [];
      let count = 0;
      const reader = createLineReader(name, (text, line) => {
        rows.push(cellsOf(parse(text, name, line), columns, known, `${name}, line ${line}`));
        lines.note(count++, line);
      });
      for await (const _ of decodeInto(reader, file)) {
        if (rows.length > 0) yield rows;
        rows = [];
      }
      reader.end();
      if (rows.length > 0) yield rows;
    },
  };
  return { source, dialect: { encoding, gzip: head.gzip, columns: columns.length } };
}

function columnsOf(text: string, whole: boolean, file: string): string[] {
  const names = new Set<string>();
  const reader = createLineReader(file, (line, at) => Object.keys(parse(line, file, at)).forEach((name) => names.add(name)));
  // The last line may go on, unless it is the only one.
  reader.add(whole || !text.includes("\n") ? text : text.slice(0, text.lastIndexOf("\n") + 1));
  if (whole) reader.end();
  if (names.size > 0) return [...names];
  const hint = 'A row is a line such as {"size": 52, "town": "Bern"}.';
  throw new ChainruleError("E_DATA", { where: file, expected: "rows", got: whole ? "none" : "no line end in 256 KB", hint });
}

function parse(text: string, file: string, line: number): JsonRow {
  const fail = (got: string, hint: string): never => {
    throw new ChainruleError("E_DATA", { where: `${file}, line ${line}`, expected: "a JSON object, a row", got, hint });
  };
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    const hint = text.startsWith("[")
      ? "Write each object of the list on a line of its own, without commas between them."
      : "Each line is an object of its own; a line end inside of text is written as \\n.";
    return fail(show(text), hint);
  }
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as JsonRow;
  return fail(show(row), 'A row is a line such as {"size": 52, "town": "Bern"}.');
}

function cellsOf(row: JsonRow, columns: readonly string[], known: ReadonlySet<string>, where: string): Cell[] {
  for (const name of Object.keys(row)) {
    if (known.has(name)) continue;
    const expected = "the columns of the rows at the beginning";
    throw new ChainruleError("E_DATA", { where, expected, got: `another one, ${show(name)}`, ...suggestion(name, columns) });
  }
  return columns.map((name) => {
    // A column of the name "__proto__" is like any other: only what a row itself has counts.
    const cell = Object.hasOwn(row, name) ? row[name] : undefined;
    if (typeof cell !== "object" || cell === null) return cell as Cell;
    throw new ChainruleError("E_DATA", {
      where: `${where}, column "${name}"`,
      expected: "a number, text, true or false, or null",
      got: show(cell),
      hint: "Make columns of what is inside.",
    });
  });
}
