import type { DuckDBDataChunk, DuckDBDateValue, DuckDBDecimalValue, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { Cell } from "chainrule";

/** A value of a column, null apart, as a cell. */
type ToCell = (value: DuckDBValue) => Cell;

/** 2^53 - 1; below it float64 has every whole number. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

const same: ToCell = (value) => value as Cell;
const text: ToCell = (value) => String(value);
const whole: ToCell = (value) => wholeCell(value as bigint);

/** By the names of types (`DuckDBTypeId`): the numbers of an enumeration that is not there without the package. */
const CELLS: Readonly<Record<string, ToCell>> = {
  BOOLEAN: same,
  TINYINT: same,
  SMALLINT: same,
  INTEGER: same,
  UTINYINT: same,
  USMALLINT: same,
  UINTEGER: same,
  FLOAT: same,
  DOUBLE: same,
  BIGINT: whole,
  UBIGINT: whole,
  HUGEINT: whole,
  UHUGEINT: whole,
  DECIMAL: (value) => decimalCell(value as DuckDBDecimalValue),
  DATE: (value) => new Date((value as DuckDBDateValue).days * 86_400_000),
  // Days and times are cut to the millisecond, as JavaScript has them.
  TIMESTAMP: (value) => dateOf((value as { readonly micros: bigint }).micros, 1000n),
  TIMESTAMP_TZ: (value) => dateOf((value as { readonly micros: bigint }).micros, 1000n),
  TIMESTAMP_NS: (value) => dateOf((value as { readonly nanos: bigint }).nanos, 1_000_000n),
  TIMESTAMP_MS: (value) => dateOf((value as { readonly millis: bigint }).millis, 1n),
  TIMESTAMP_S: (value) => dateOf((value as { readonly seconds: bigint }).seconds * 1000n, 1n),
  VARCHAR: same,
  ENUM: same,
  UUID: text,
  TIME: text,
  SQLNULL: same,
};

/** How values of a type become cells; undefined for lists, records, bytes and the like, which are no cells. */
export function cellsOf(type: DuckDBType, typeName: string): ToCell | undefined {
  // Text in JSON holds records.
  return type.alias === "JSON" || !Object.hasOwn(CELLS, typeName) ? undefined : CELLS[typeName];
}

/** Rows of a chunk, whose columns are stored one by one. */
export function rowsOf(chunk: DuckDBDataChunk, converters: readonly ToCell[], refuse: (row: number, column: number) => Error): Cell[][] {
  const rows: Cell[][] = Array.from({ length: chunk.rowCount }, () => new Array<Cell>(converters.length));
  for (const [k, convert] of converters.entries()) {
    for (const [i, value] of chunk.getColumnValues(k).entries()) {
      const cell = value === null ? null : convert(value);
      // Infinity, and years that JavaScript has not.
      if (cell instanceof Date && Number.isNaN(cell.getTime())) throw refuse(i, k);
      rows[i]![k] = cell;
    }
  }
  return rows;
}

function wholeCell(value: bigint): number | bigint {
  return value >= -SAFE && value <= SAFE ? Number(value) : value;
}

/** The float64 that is nearest: a quotient of two numbers that float64 has is rounded once. */
function decimalCell(decimal: DuckDBDecimalValue): number | bigint {
  const { value, scale } = decimal;
  if (scale === 0) return wholeCell(value);
  return value >= -SAFE && value <= SAFE && scale <= 22 ? Number(value) / 10 ** scale : Number(decimal.toString());
}

function dateOf(value: bigint, perMillisecond: bigint): Date {
  const cut = value / perMillisecond;
  return new Date(Number(value < 0n && cut * perMillisecond !== value ? cut - 1n : cut));
}
