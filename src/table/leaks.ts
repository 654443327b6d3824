import type { ClassTarget, ValueTarget } from "../data/dataset.js";
import { show } from "../base/errors.js";
import { createRest } from "./rest.js";
import type { TypedColumn } from "./typed.js";

// Columns that say the target alone: mostly they were written down after it, or are the target under another name.

/** The rows that are trained on, and what they have. */
export interface TrainingRows {
  readonly inputs: readonly { readonly name: string }[];
  /** Of each input, shape (rows of the table). */
  readonly columns: readonly TypedColumn[];
  /** Rows of the table that the rows of the data set are, shape (rows of the data set). */
  readonly rows: Uint32Array;
  /** Of the rows of the data set. */
  readonly target: ClassTarget | ValueTarget;
  /** The training rows among those of the data set. */
  readonly train: Uint32Array;
}

/** Fewer rows prove nothing. */
export const LEAST_ROWS = 20;
/** Values of a column that decide the class have come again so often, on the average. */
export const ROWS_A_VALUE = 10;
/** Rows of other classes than the most frequent one that have to be told apart. */
const LEAST_OTHERS = 10;
/** A line through all points misses none by more than this share of the target's range: what conversions are rounded to. */
const ON_A_LINE = 1e-3;

/** A sentence for each column that says the target alone, in all training rows; lets timers and input in between. */
export async function leakNotes(known: TrainingRows): Promise<string[]> {
  if (known.train.length < LEAST_ROWS) return [];
  const name = known.target.kind === "classes" ? known.target.name : known.target.names[0]!;
  const answers = answersOf(known);
  const rest = createRest();
  const notes: string[] = [];
  for (const [k, input] of known.inputs.entries()) {
    await rest();
    const found = whatItSays(known.columns[k]!, known, answers);
    if (found === undefined) continue;
    const [how, rows] = found;
    notes.push(
      `column ${show(input.name)} says "${name}" alone: ${how} in all ${rows} training rows. It is kept; leave it out (ignore: [${show(input.name)}]) ` +
        `unless it is known before "${name}" is`,
    );
  }
  return notes;
}

/** The answer of each training row as a code, and how often each is there. */
export interface Answers {
  readonly codes: Int32Array;
  readonly counts: readonly number[];
}

/** Undefined where there are so many that none comes again often enough. */
export function answersOf({ target, train }: Pick<TrainingRows, "target" | "train">): Answers | undefined {
  const positions = new Map<number, number>();
  const counts: number[] = [];
  const codes = new Int32Array(train.length);
  for (const [at, row] of train.entries()) {
    const value = target.kind === "classes" ? target.indices[row]! : target.values[row]!;
    const code = positions.get(value) ?? positions.size;
    if (code * ROWS_A_VALUE > train.length) return undefined;
    positions.set(value, code);
    counts[code] = (counts[code] ?? 0) + 1;
    codes[at] = code;
  }
  return { codes, counts };
}

type Found = readonly [how: string, rows: number];

function whatItSays(column: TypedColumn, known: TrainingRows, answers: Answers | undefined): Found | undefined {
  const { rows, train, target } = known;
  if (column.kind === "numbers" && target.kind === "values") {
    const copy = copyOf(column.values, target.values, rows, train);
    if (copy !== undefined) return copy;
  }
  if (answers === undefined) return undefined;
  const valueOf = column.kind === "numbers" ? (row: number) => column.values[row]! : (row: number) => column.codes[row]!;
  const isMissing = column.kind === "numbers" ? Number.isNaN : (code: number) => code < 0;
  return (
    decides(train.length, answers, (at) => {
      const value = valueOf(rows[train[at]!]!);
      // All gaps are one value.
      return isMissing(value) ? NaN : value;
    }) ?? gapDecides(train.length, answers, (at) => isMissing(valueOf(rows[train[at]!]!)))
  );
}

/** Whether each value has one answer, often enough that it is no accident. */
function decides(count: number, { codes, counts }: Answers, valueAt: (at: number) => number): Found | undefined {
  const said = new Map<number, { readonly code: number; rows: number }>();
  for (let at = 0; at < count; at++) {
    const value = valueAt(at);
    const before = said.get(value);
    if (before === undefined) {
      // More values than rows are enough for.
      if ((said.size + 1) * ROWS_A_VALUE > count) return undefined;
      said.set(value, { code: codes[at]!, rows: 1 });
    } else if (before.code === codes[at]) before.rows += 1;
    else return undefined;
  }
  const most = counts.reduce((best, rows, code) => (rows > counts[best]! ? code : best), 0);
  const others = [...said.values()].filter(({ code, rows }) => code !== most && rows >= ROWS_A_VALUE / 2);
  if (others.reduce((sum, { rows }) => sum + rows, 0) < LEAST_OTHERS) return undefined;
  const how = said.size === counts.length ? "it is the same under other names" : `each of its ${said.size} values has one answer`;
  return [how, count];
}

/** Whether it is the gaps that have one answer, and what is filled another. */
function gapDecides(count: number, answers: Answers, isMissingAt: (at: number) => boolean): Found | undefined {
  if (answers.counts.length !== 2) return undefined;
  const found = decides(count, answers, (at) => Number(isMissingAt(at)));
  return found === undefined ? undefined : ["it is missing where the answer is one and filled where it is the other,", count];
}

/** Whether numbers are those of the target, on a line with them, or in their order; gaps are passed over. */
function copyOf(values: Float64Array, targets: Float64Array, rows: Uint32Array, train: Uint32Array): Found | undefined {
  const filled = train.filter((row) => !Number.isNaN(values[rows[row]!]));
  if (filled.length < Math.max(LEAST_ROWS, train.length / 2)) return undefined;
  const x = (row: number): number => values[rows[row]!]!;
  const y = (row: number): number => targets[row]!;
  if (filled.every((row) => x(row) === y(row))) return ["it is the same number", filled.length];
  // Most columns are done with after a few rows.
  const sample = filled.filter((_, at) => at % Math.ceil(filled.length / 500) === 0);
  for (const test of [lineThrough, sameOrder]) {
    const how = test(sample, x, y) === undefined ? undefined : test(filled, x, y);
    if (how !== undefined) return [how, filled.length];
  }
  return undefined;
}

/** Whether numbers say those of the target in some rows, so that all rows are worth a look. */
export function mayBeCopy(column: TypedColumn, { target, rows, train }: TrainingRows): boolean {
  return column.kind === "numbers" && target.kind === "values" && copyOf(column.values, target.values, rows, train) !== undefined;
}

type At = (row: number) => number;

/** The line through the points of least and most x, where all others lie on it too. */
function lineThrough(rows: Uint32Array, x: At, y: At): string | undefined {
  let [least, most, low, high] = [rows[0]!, rows[0]!, Infinity, -Infinity];
  for (const row of rows) {
    if (x(row) < x(least)) least = row;
    if (x(row) > x(most)) most = row;
    low = Math.min(low, y(row));
    high = Math.max(high, y(row));
  }
  const slope = (y(most) - y(least)) / (x(most) - x(least));
  const offset = y(least) - slope * x(least);
  if (!Number.isFinite(slope) || slope === 0) return undefined;
  const nearby = ON_A_LINE * (high - low);
  if (!rows.every((row) => Math.abs(y(row) - (slope * x(row) + offset)) <= nearby)) return undefined;
  return `it is the same number on another scale (times ${short(slope)}, plus ${short(offset)})`;
}

/** Whether it rises, or falls, with the target, strictly, and with as many different values. */
function sameOrder(rows: Uint32Array, x: At, y: At): string | undefined {
  const order = rows.slice().sort((a, b) => x(a) - x(b) || y(a) - y(b));
  let [rising, falling, different] = [true, true, 1];
  for (let at = 1; at < order.length && (rising || falling); at++) {
    const dx = Math.sign(x(order[at]!) - x(order[at - 1]!));
    const dy = Math.sign(y(order[at]!) - y(order[at - 1]!));
    rising &&= dx === dy;
    falling &&= dx === -dy;
    different += dx;
  }
  if (different < LEAST_ROWS || !(rising || falling)) return undefined;
  return `it ${rising ? "rises" : "falls"} with it, value by value,`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
