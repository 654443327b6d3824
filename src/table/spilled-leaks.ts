import { createRandom, STREAM } from "../base/random.js";
import { rowNumbers, takeTarget } from "../data/rows.js";
import { answersOf, LEAST_ROWS, leakNotes, mayBeCopy, ROWS_A_VALUE, type TrainingRows } from "./leaks.js";
import { createRest } from "./rest.js";
import { eachAlone } from "./row-notes.js";
import { eachSpilled, type SpilledCells } from "./spill.js";
import type { TableTarget } from "./target.js";
import type { TypedColumn } from "./typed.js";

// Columns that say the target alone, in a table that does not fit into memory: a sample of the training rows rules out nearly all of them, and
// those that are left are read whole, some at a time.

/** What is in memory at once. */
export interface LeakBounds {
  /** Training rows that are drawn. */
  readonly sample: number;
  /** Columns that are read whole. */
  readonly columns: number;
  readonly seed: number;
}

/** What is known of the rows of a table that is spilled; of the data set's rows there are all targets. */
export interface SpilledRows extends Omit<TrainingRows, "columns" | "target"> {
  readonly target: TableTarget;
}

/** `leakNotes` of columns that are spilled, for each target: of those that are found on the sample, what all training rows say. */
export async function spilledLeakNotes(known: SpilledRows, cells: SpilledCells, { sample, columns, seed }: LeakBounds): Promise<string[]> {
  const { inputs, rows, train } = known;
  if (train.length < LEAST_ROWS) return [];
  const drawn = await readSample(known, cells, drawRows(train, sample, seed));
  const read = train.map((row) => rows[row]!).sort();
  const notes: string[] = [];
  for (const target of eachAlone(known.target, rows.length)) {
    const some = await candidates({ ...known, target }, drawn);
    for (let from = 0; from < some.length; from += columns) {
      const few = some.slice(from, from + columns);
      const whole = await readSpilled(cells, few, read, cells.rowCount);
      notes.push(...(await leakNotes({ ...known, target, inputs: few.map((k) => inputs[k]!), columns: whole })));
    }
  }
  return notes;
}

/** So many of the rows, in their order (Knuth, The Art of Computer Programming, 3.4.2, algorithm S); all of them where there are no more. */
function drawRows(rows: Uint32Array, most: number, seed: number): Uint32Array {
  if (rows.length <= most) return rows;
  const random = createRandom(seed, STREAM.sample, 2);
  let taken = 0;
  return rows.filter((_, seen) => {
    const isTaken = random.below(rows.length - seen) < most - taken;
    if (isTaken) taken += 1;
    return isTaken;
  });
}

/** Training rows that were drawn, and their cells. */
interface Sample {
  /** Among the rows of the data set, ascending in the table. */
  readonly drawn: Uint32Array;
  readonly columns: readonly TypedColumn[];
}

async function readSample({ inputs, rows }: SpilledRows, cells: SpilledCells, list: Uint32Array): Promise<Sample> {
  const drawn = list.slice().sort((a, b) => rows[a]! - rows[b]!);
  const columns = await readSpilled(
    cells,
    inputs.map((_, k) => k),
    drawn.map((row) => rows[row]!),
  );
  return { drawn, columns };
}

/** Columns that the drawn rows do not rule out. */
async function candidates(known: Omit<TrainingRows, "columns">, { drawn, columns }: Sample): Promise<number[]> {
  const { inputs, target, train } = known;
  const all = rowNumbers(0, drawn.length);
  const sample = { inputs, columns, rows: all, target: takeTarget(target, drawn), train: all };
  const hasAnswers = answersOf(known) !== undefined;
  const rest = createRest();
  const left: number[] = [];
  for (const [k, column] of columns.entries()) {
    await rest();
    if (mayBeCopy(column, sample) || (hasAnswers && mayDecide(column, sample, train.length))) left.push(k);
  }
  return left;
}

/** Whether each value, or each of gap and none, has one answer in the sample, and values come again as those that all rows have often would. */
function mayDecide(column: TypedColumn, { target, train }: TrainingRows, count: number): boolean {
  const answerOf = (row: number): number => (target.kind === "classes" ? target.indices[row]! : target.values[row]!);
  const values = column.kind === "numbers" ? column.values : column.codes;
  const gap = (row: number): boolean => (column.kind === "numbers" ? Number.isNaN(values[row]!) : values[row]! < 0);
  const hasOne = (value: (row: number) => unknown): number | undefined => {
    const said = new Map<unknown, number>();
    for (const row of train) {
      const answer = answerOf(row);
      if ((said.get(value(row)) ?? answer) !== answer) return undefined;
      said.set(value(row), answer);
    }
    return said.size;
  };
  const different = hasOne((row) => values[row]!);
  const least = leastRepeats(train.length, count);
  if (different !== undefined && (least < FEW || train.length - different >= least / 2)) return true;
  return hasOne(gap) === 2;
}

/** Rows of which chance may leave less than half. */
const FEW = 20;

/** Rows of a sample whose value an earlier one has, on the average, where all rows have as many values as may decide. */
function leastRepeats(sample: number, count: number): number {
  const values = count / ROWS_A_VALUE;
  return sample - values * (1 - Math.exp(-sample / values));
}

/**
 * Columns as their types have them.
 *
 * @param list ascending rows of the table
 * @param length what stands at their places in columns of so many rows; left out, one behind the other
 */
async function readSpilled(cells: SpilledCells, wanted: readonly number[], list: Uint32Array, length?: number): Promise<TypedColumn[]> {
  const columns = wanted.map((k): TypedColumn => {
    const categories = cells.categories[k];
    const rows = length ?? list.length;
    return categories === undefined
      ? { kind: "numbers", values: new Float64Array(rows) }
      : { kind: "categories", codes: new Int32Array(rows), categories };
  });
  const width = cells.categories.length;
  await eachSpilled(cells, list, (values, from, count) => {
    columns.forEach((column, j) => {
      const out = column.kind === "numbers" ? column.values : column.codes;
      for (let at = 0; at < count; at++) out[length === undefined ? from + at : list[from + at]!] = values[at * width + wanted[j]!]!;
    });
  });
  return columns;
}
