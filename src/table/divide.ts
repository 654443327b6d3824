import { createRandom, shuffle, STREAM } from "../base/random.js";
import type { Target } from "../data/dataset.js";
import { rowNumbers } from "../data/rows.js";
import type { DateType } from "./column-types.js";
import type { TypedColumn } from "./typed.js";

/** Rows in the order training, validation, test, and where the last two begin in it. */
export interface Division {
  readonly order: Uint32Array;
  readonly validationFrom: number;
  readonly testFrom: number;
}

/** What divides the rows of a table where they are not drawn one by one, so that the same parts can be found again in the same table. */
export interface DividedBy {
  /** Whole groups, those with the same value in the column; or time, the latest rows last. */
  readonly kind: "group" | "time";
  readonly column: string;
  readonly type: "categorical" | "numeric" | DateType;
  /** Shares of the rows that were held out. */
  readonly test: number;
  readonly validation: number;
}

/**
 * The division that a column makes.
 *
 * @param column as its type has it
 * @param rows of the table that are divided
 * @returns undefined where a row has no moment
 */
export function divideBy(
  { kind, test, validation }: DividedBy,
  column: TypedColumn,
  rows: Uint32Array,
  seed: number,
): Division | undefined {
  if (kind === "group") return divideByGroup(groupsOf(column, rows), { test, validation, seed });
  const moments = momentsOf(column, rows);
  return moments.some(Number.isNaN) ? undefined : divideByTime(moments, { test, validation });
}

/** A number for each value of the column, shape (rows); rows without one are groups of their own. */
export function groupsOf(column: TypedColumn, rows: Uint32Array): Int32Array {
  const { codes, categories } = column as Extract<TypedColumn, { kind: "categories" }>;
  let next = categories.length;
  const used = new Map<number, number>();
  return Int32Array.from(rows, (row) => {
    const code = codes[row]! < 0 ? next++ : codes[row]!;
    const number = used.get(code) ?? used.size;
    used.set(code, number);
    return number;
  });
}

/** Shape (rows); NaN of rows without one. */
export function momentsOf(column: TypedColumn, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => (column.kind === "numbers" ? column.values[row]! : NaN));
}

/** Shares of all rows that are held out: the test part's, and the validation part's of the rest. */
export interface Shares {
  readonly test: number;
  readonly validation: number;
  readonly seed: number;
}

/**
 * Whole groups in each part, in an order drawn by the seed, until a part has its share of the rows: no group is in two of them.
 *
 * @param groups of each row a number from 0, shape (rows)
 */
export function divideByGroup(groups: Int32Array, { test, validation, seed }: Shares): Division {
  const members = rowsByGroup(groups);
  const drawn = shuffle(rowNumbers(0, members.length), createRandom(seed, STREAM.split));
  const wanted = groups.length * test;
  const parts: [test: number[], validation: number[], train: number[]] = [[], [], []];
  for (const group of drawn) {
    const [held, watched] = parts;
    const rows = members[group]!;
    // A part takes a group where it then lies nearer to its share.
    if (held.length + rows.length / 2 <= wanted) held.push(...rows);
    else if (watched.length + rows.length / 2 <= (groups.length - held.length) * validation) watched.push(...rows);
    else parts[2].push(...rows);
  }
  return joined(parts[2], parts[1], parts[0]);
}

/** The latest rows are the test part, those just before them the validation part; rows of one moment keep their order. */
export function divideByTime(moments: Float64Array, { test, validation }: Omit<Shares, "seed">): Division {
  const order = Array.from(rowNumbers(0, moments.length)).sort((a, b) => moments[a]! - moments[b]! || a - b);
  const testFrom = order.length - Math.round(order.length * test);
  const validationFrom = testFrom - Math.round(testFrom * validation);
  return { order: Uint32Array.from(order), validationFrom, testFrom };
}

function joined(train: number[], validation: number[], test: number[]): Division {
  const ascending = (rows: number[]): number[] => rows.sort((a, b) => a - b);
  return {
    order: Uint32Array.from([...ascending(train), ...ascending(validation), ...ascending(test)]),
    validationFrom: train.length,
    testFrom: train.length + validation.length,
  };
}

function rowsByGroup(groups: Int32Array): number[][] {
  const members: number[][] = [];
  groups.forEach((group, row) => (members[group] ??= []).push(row));
  return members;
}

/**
 * The rows of each of k folds, ascending: shuffled by the seed, dealt out in turn, class by class, so that each fold has each class's share.
 *
 * @param groups whole groups are dealt out where they are given, the largest first to the fold that has fewest rows
 */
export function drawFolds(target: Target, rows: number, k: number, seed: number, groups?: Int32Array): Uint32Array[] {
  const folds = Array.from({ length: k }, (): number[] => []);
  const random = createRandom(seed, STREAM.split, 1);
  if (groups !== undefined) {
    const members = rowsByGroup(groups);
    const order = Array.from(shuffle(rowNumbers(0, members.length), random)).sort((a, b) => members[b]!.length - members[a]!.length);
    for (const group of order) {
      const smallest = folds.reduce((least, fold) => (fold.length < least.length ? fold : least));
      smallest.push(...members[group]!);
    }
  } else {
    const classes =
      target.kind === "classes"
        ? target.classes.map((_, j) => rowNumbers(0, rows).filter((row) => target.indices[row] === j))
        : [rowNumbers(0, rows)];
    let turn = 0;
    for (const list of classes) for (const row of shuffle(list, random)) folds[turn++ % k]!.push(row);
  }
  return folds.map((fold) => Uint32Array.from(fold).sort());
}
