import { ChainruleError } from "../base/errors.js";
import { nearest } from "../base/spelling.js";
import type { Cell, DecimalMark } from "./cell.js";
import { type ColumnProfile, createProfiler } from "./profile.js";
import { createRest } from "./rest.js";
import type { ColumnType } from "./column-types.js";
import type { TableSource } from "./source.js";
import type { Spill, SpillRow } from "./spill.js";
import { createTypedReader, type TypedColumn } from "./typed.js";
import { wrongCell } from "./wrong-cell.js";

/** Calls back with each batch of rows, and lets timers and input in between. */
async function eachBatch(source: TableSource, call: (rows: readonly (readonly Cell[])[]) => void): Promise<void> {
  const rest = createRest();
  for await (const rows of source.batches()) {
    call(rows);
    await rest();
  }
}

/** Looks at all cells once. */
export async function profileTable(source: TableSource, mark: DecimalMark): Promise<readonly ColumnProfile[]> {
  const profiler = createProfiler(source.columns, mark);
  await eachBatch(source, profiler.add);
  const profiles = profiler.profiles();
  if ((profiles[0]?.rows ?? 0) > 0) return profiles;
  throw new ChainruleError("E_DATA", { where: source.name, expected: "rows", got: "none" });
}

/** A column and the type by which it is read. */
export interface WantedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Columns that do not fit into memory, and what takes them. */
export interface SpilledColumns {
  readonly columns: readonly WantedColumn[];
  readonly spill: Spill;
}

/**
 * Reads the named columns by their types.
 *
 * @param spilled others that are read beside them
 * @throws ChainruleError `E_DATA` for a column that is not there, and for a cell of another type
 */
export async function readColumns(
  source: TableSource,
  wanted: readonly WantedColumn[],
  mark: DecimalMark,
  spilled?: SpilledColumns,
): Promise<TypedColumn[]> {
  const readers = wanted.map(({ name, type }) =>
    createTypedReader(type, mark, (cell, _, row) => {
      throw wrongCell(source.place(row, name), type, cell);
    }),
  );
  const positions = positionsOf(source, wanted);
  const spill = spilled === undefined ? () => undefined : spiller(source, spilled);
  await eachBatch(source, (rows) => {
    for (const row of rows) {
      readers.forEach((reader, k) => reader.add(row[positions[k]!]));
      spill(row);
    }
  });
  return readers.map((reader) => reader.column());
}

function positionsOf(source: TableSource, wanted: readonly WantedColumn[]): number[] {
  const missing = wanted.filter(({ name }) => !source.columns.includes(name)).map(({ name }) => name);
  if (missing.length > 0) throw missingColumns(source, missing);
  return wanted.map(({ name }) => source.columns.indexOf(name));
}

function spiller(source: TableSource, { columns, spill }: SpilledColumns): (row: readonly Cell[]) => void {
  const positions = positionsOf(source, columns);
  const before = spill.rows();
  const refuse: SpillRow["refuse"] = (cell, k, row) => {
    throw wrongCell(source.place(row - before, columns[k]!.name), columns[k]!.type, cell);
  };
  return (cells) => spill.add({ cells, positions, refuse });
}

/** Names that an error lists. */
const MOST_NAMES = 12;

function listed(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return names.length > first.length ? `${first.join(", ")} and ${names.length - first.length} more` : first.join(", ");
}

function missingColumns({ name, columns }: TableSource, missing: readonly string[]): ChainruleError {
  const guess = nearest(missing[0]!, columns);
  return new ChainruleError("E_DATA", {
    where: `the columns of "${name}"`,
    expected: listed(missing),
    got: `${columns.length} others`,
    ...(guess === undefined ? {} : { hint: `Is "${guess}" meant for "${missing[0]!}"?` }),
  });
}
