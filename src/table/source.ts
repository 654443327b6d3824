import { ChainruleError, show } from "../base/errors.js";
import type { Cell } from "./cell.js";

/** A row by its columns' names. */
export type RawRow = Readonly<Record<string, Cell>>;
/** Columns by their names, all of one length. */
export type RawColumns = Readonly<Record<string, ArrayLike<Cell>>>;
/** Rows that can be read again and again, which larger tables need: each call begins at the first row. */
export type RowStream = () => AsyncIterable<RawRow> | Iterable<RawRow> | AsyncIterable<readonly RawRow[]>;
/** Raw rows, in any of the forms that a program has them in. */
export type RawTable = readonly RawRow[] | RawColumns | RowStream | TableSource;

/** A table that can be read as often as it takes. */
export interface TableSource {
  readonly kind: "table";
  readonly name: string;
  readonly columns: readonly string[];
  /** Rows as cells in the order of the columns, some thousands at a time. */
  readonly batches: () => AsyncIterable<readonly (readonly Cell[])[]>;
  /** Where a cell stands, for errors; rows count from 0. */
  readonly place: (row: number, column: string) => string;
}

/** Rows of a batch. */
const BATCH = 4096;

/**
 * A table in any form as one that is read in batches of cells. Columns are those of the first row; a row that lacks one has nothing there.
 *
 * @throws ChainruleError `E_DATA` for what is no table, for rows with other columns, and for columns of different lengths
 */
export async function openTable(table: RawTable, name = "rows"): Promise<TableSource> {
  if (isSource(table)) return table;
  const place = (row: number, column: string): string => `row ${row}, column "${column}"`;
  const common = { kind: "table", name, place } as const;
  if (typeof table === "function") {
    const columns = columnsOf(await firstRow(table));
    return { ...common, columns, batches: () => fromStream(table, columns) };
  }
  if (Array.isArray(table)) {
    const rows = table as readonly RawRow[];
    const columns = columnsOf(rows[0]);
    return { ...common, columns, batches: () => fromStream(() => rows, columns) };
  }
  return fromColumns(table as RawColumns, common);
}

function isSource(table: unknown): table is TableSource {
  return typeof table === "object" && table !== null && Object.hasOwn(table, "batches") && (table as { kind?: unknown }).kind === "table";
}

function columnsOf(row: unknown): string[] {
  if (typeof row === "object" && row !== null && !Array.isArray(row)) {
    const names = Object.keys(row);
    if (names.length > 0) return names;
  }
  throw new ChainruleError("E_DATA", {
    where: "rows",
    expected: "at least one row, an object with a value for each column",
    got: row === undefined ? "no row" : show(row),
  });
}

async function firstRow(stream: RowStream): Promise<RawRow | undefined> {
  for await (const item of stream()) {
    const row = Array.isArray(item) ? (item as readonly RawRow[])[0] : (item as RawRow);
    if (row !== undefined) return row;
  }
  return undefined;
}

async function* fromStream(stream: RowStream, columns: readonly string[]): AsyncIterable<readonly (readonly Cell[])[]> {
  const known = new Set(columns);
  let batch: (readonly Cell[])[] = [];
  let count = 0;
  for await (const item of stream()) {
    for (const row of Array.isArray(item) ? (item as readonly RawRow[]) : [item as RawRow]) {
      batch.push(cellsOf(row, columns, known, count));
      count += 1;
      if (batch.length === BATCH) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}

function cellsOf(row: RawRow, columns: readonly string[], known: ReadonlySet<string>, at: number): Cell[] {
  if (typeof (row as unknown) !== "object" || (row as unknown) === null) {
    throw new ChainruleError("E_DATA", { where: `row ${at}`, expected: "an object with a value for each column", got: show(row) });
  }
  const extra = Object.keys(row).find((name) => !known.has(name));
  if (extra !== undefined) {
    throw new ChainruleError("E_DATA", {
      where: `row ${at}`,
      expected: `the columns of row 0, ${show(columns)}`,
      got: `another one, ${show(extra)}`,
    });
  }
  // A column of the name "__proto__" is like any other: only what a row itself has counts.
  return columns.map((name) => (Object.hasOwn(row, name) ? checkCell(row[name], at, name) : undefined));
}

function checkCell(cell: unknown, row: number, column: string): Cell {
  if (cell === null || cell instanceof Date) return cell;
  if (typeof cell === "object" || typeof cell === "function" || typeof cell === "symbol") {
    const expected = "a number, text, true or false, a date, or nothing";
    throw new ChainruleError("E_DATA", { where: `row ${row}, column "${column}"`, expected, got: show(cell) });
  }
  return cell as Cell;
}

function fromColumns(table: RawColumns, common: Pick<TableSource, "kind" | "name" | "place">): TableSource {
  const columns = columnsOf(table);
  const lengths = columns.map((name) => (table[name] as ArrayLike<Cell> | null)?.length);
  const [rows] = lengths;
  const other = lengths.findIndex((length) => length !== rows || typeof length !== "number");
  if (rows === undefined || other >= 0) {
    throw new ChainruleError("E_DATA", {
      where: `column "${columns[Math.max(0, other)]!}"`,
      expected: rows === undefined ? "a list or a typed array of cells" : `${rows} cells, as in "${columns[0]!}"`,
      got: String(lengths[Math.max(0, other)] ?? show(table[columns[Math.max(0, other)]!])),
    });
  }
  return {
    ...common,
    columns,
    async *batches() {
      for (let from = 0; from < rows; from += BATCH) {
        const length = Math.min(BATCH, rows - from);
        yield Array.from({ length }, (_, i) => columns.map((name) => checkCell(table[name]![from + i], from + i, name)));
        await Promise.resolve();
      }
    },
  };
}
