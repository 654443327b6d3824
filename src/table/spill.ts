import { now, pause } from "../base/platform.js";
import { openScratch, readScratchLater, type Scratch } from "../base/scratch.js";
import { bytesOf } from "../base/sha256.js";
import { type Cell, categoryOf, type DecimalMark, isMissing } from "./cell.js";
import type { ColumnType } from "./column-types.js";
import { type Refuse, typedCell } from "./typed.js";

// The typed cells of a table that does not fit into memory, row by row as float64: numbers as they are, of categories their codes.

export interface SpilledCells {
  readonly place: Scratch;
  readonly rowCount: number;
  /** Of each column, in the order of their first row; undefined of one of numbers. A missing category has the code -1, a missing number is NaN. */
  readonly categories: readonly (readonly string[] | undefined)[];
}

/** A row of the columns that are spilled. */
export interface SpillRow {
  readonly cells: readonly Cell[];
  /** Where in it each column stands. */
  readonly positions: readonly number[];
  readonly refuse: (cell: Cell, column: number, row: number) => never;
}

export interface Spill {
  readonly add: (row: SpillRow) => void;
  readonly rows: () => number;
  readonly end: () => SpilledCells;
  readonly drop: () => void;
}

/** Numbers that are written in one go. */
const PIECE = 2 ** 17;

/** @throws ChainruleError `E_ENVIRONMENT` where there is no room */
export function openSpill(types: readonly ColumnType[], mark: DecimalMark): Spill {
  const writer = openScratch();
  const codes = types.map((type) => (type === "categorical" ? new Map<string, number>() : undefined));
  const width = types.length;
  const piece = new Float64Array(Math.max(width, PIECE - (PIECE % width)));
  let [filled, rows] = [0, 0];
  const flush = (): void => {
    writer.append(bytesOf(piece.subarray(0, filled)));
    filled = 0;
  };
  return {
    add({ cells, positions, refuse }) {
      for (let k = 0; k < width; k++) {
        const cell = cells[positions[k]!];
        const known = codes[k];
        const refuseHere: Refuse = (wrong) => refuse(wrong, k, rows);
        piece[filled++] = known === undefined ? (typedCell(cell, types[k]!, mark, refuseHere) as number) : codeOf(cell, known);
      }
      rows += 1;
      if (filled === piece.length) flush();
    },
    rows: () => rows,
    end() {
      flush();
      return { place: writer.end(), rowCount: rows, categories: codes.map((known) => known && [...known.keys()]) };
    },
    drop: writer.drop,
  };
}

function codeOf(cell: Cell, known: Map<string, number>): number {
  if (isMissing(cell)) return -1;
  const category = categoryOf(cell);
  const code = known.get(category);
  if (code !== undefined) return code;
  known.set(category, known.size);
  return known.size - 1;
}

/** Does some work of which nothing stays where it fails. */
export async function orDrop<R>(spill: Spill | undefined, work: () => R | Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    spill?.drop();
    throw error;
  }
}

/** Rows that are read in one go at most. */
const ROWS = 4096;
/** Milliseconds of work between two returns to the event loop. */
const SLICE = 8;
/** Rows between two that are wanted which are rather read along than jumped over. */
const GAP = 64;

/** Whether a row is read along with those from `first` to `last`. */
function isNear(row: number, first: number, last: number): boolean {
  return row > last && row - last <= GAP && row - first < 4 * ROWS;
}

/**
 * Calls back with the listed rows, some thousands at a time.
 *
 * @param call gets the cells of rows list[from..from + count), shape (count x columns), valid until it returns
 */
export async function eachSpilled(
  { place, categories }: SpilledCells,
  list: Uint32Array,
  call: (cells: Float64Array, from: number, count: number) => void,
): Promise<void> {
  const width = categories.length;
  const cells = new Float64Array(ROWS * width);
  let along = new Float64Array(0);
  let rested = now();
  for (let from = 0; from < list.length; from += ROWS) {
    const count = Math.min(ROWS, list.length - from);
    for (let at = 0; at < count;) {
      const first = list[from + at]!;
      let [end, last] = [at + 1, first];
      while (end < count && isNear(list[from + end]!, first, last)) last = list[from + end++]!;
      const rows = last - first + 1;
      if (along.length < rows * width) along = new Float64Array(rows * width);
      await readScratchLater(place, 8 * first * width, bytesOf(along.subarray(0, rows * width)));
      for (; at < end; at++) {
        const row = list[from + at]! - first;
        for (let k = 0; k < width; k++) cells[at * width + k] = along[row * width + k]!;
      }
    }
    call(cells.subarray(0, count * width), from, count);
    if (now() - rested < SLICE) continue;
    await pause();
    rested = now();
  }
}
