import { ChainruleError } from "../base/errors.js";
import { checkSeed, createRandom, shuffle, STREAM } from "../base/random.js";
import type { Dataset, Split } from "./dataset.js";
import { rowNumbers } from "./rows.js";

/** A named part of a data set. */
export const PART_NAMES = ["all", "train", "validation", "test"] as const;
export type PartName = (typeof PART_NAMES)[number];

export type { Split } from "./dataset.js";

/** How rows are divided; kept in the model, so that the same parts can be drawn again from the same data. */
export interface SplitOptions {
  /** Fraction of all rows held out as the test part, in [0, 1). Left out where the source names its own test part. */
  readonly test?: number;
  /** Fraction of the remaining rows used for validation, in [0, 1). */
  readonly validation?: number;
  /** A whole number in 0..2^53. */
  readonly seed?: number;
}

/**
 * Divides rows into training, validation and test parts: stratified by class where there are classes, so that each part
 * has each class's share to within a row. The same seed and data give the same parts.
 *
 * @returns row numbers, ascending, counted from 0 in the order of the source; each row stands in exactly one part
 * @throws ChainruleError `E_USAGE` for a fraction outside [0, 1), `E_DATA` where no row is left to train on
 * @example
 * ```ts
 * import { split } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const parts = split(iris(), { test: 0.2, seed: 1 });
 * console.log(parts.train.length, parts.test.length); // 120 30
 * ```
 */
export function split(dataset: Dataset, { test = 0, validation = 0, seed = 1 }: SplitOptions = {}): Split {
  checkFraction("test", test);
  checkFraction("validation", validation);
  const fixed = dataset.testFrom;
  if (fixed !== undefined && test > 0) {
    throw new ChainruleError("E_USAGE", {
      where: "test",
      expected: `no fraction, since "${dataset.name}" names its own test part (rows ${fixed}..${dataset.rowCount})`,
      got: String(test),
      hint: "Leave it out.",
    });
  }
  const own = dataset.validationFrom;
  if (own !== undefined && validation > 0) {
    throw new ChainruleError("E_USAGE", {
      where: "validation",
      expected: `no fraction, since "${dataset.name}" names its own validation part (rows ${own}..${fixed ?? dataset.rowCount})`,
      got: String(validation),
      hint: "Leave it out.",
    });
  }
  const end = fixed ?? dataset.rowCount;
  const all = rowNumbers(0, own ?? end);
  const random = createRandom(checkSeed(seed), STREAM.split);
  const [rest, held] = fixed === undefined ? draw(dataset, all, test, random) : [all, rowNumbers(fixed, dataset.rowCount)];
  const [train, watched] = own === undefined ? draw(dataset, rest, validation, random) : [rest, rowNumbers(own, end)];
  if (train.length === 0) {
    throw new ChainruleError("E_DATA", {
      where: dataset.name,
      expected: "at least one row to train on",
      got: `${dataset.rowCount} rows, ${held.length} of them for the test and ${watched.length} for validation`,
    });
  }
  return { train, validation: watched, test: held };
}

function checkFraction(where: string, value: number): void {
  if (!(value >= 0 && value < 1)) {
    throw new ChainruleError("E_USAGE", { where, expected: "a fraction of at least 0 and below 1", got: String(value) });
  }
}

/** Draws round(fraction * rows) rows, class by class; the whole rows first, then the largest remainders. */
function draw(
  dataset: Dataset,
  rows: Uint32Array,
  fraction: number,
  random: ReturnType<typeof createRandom>,
): [rest: Uint32Array, drawn: Uint32Array] {
  const wanted = Math.round(fraction * rows.length);
  if (wanted === 0) return [rows, new Uint32Array(0)];
  const groups = groupByClass(dataset, rows);
  const shares = groups.map((group) => (wanted * group.length) / rows.length);
  const counts = shares.map(Math.floor);
  const order = shares.map((share, group) => ({ group, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest);
  const missing = wanted - counts.reduce((sum, count) => sum + count, 0);
  for (const { group } of order.slice(0, missing)) counts[group]! += 1;
  const drawn = new Uint32Array(wanted);
  const rest = new Uint32Array(rows.length - wanted);
  let [drawnSoFar, restSoFar] = [0, 0];
  groups.forEach((group, index) => {
    const count = counts[index]!;
    shuffle(group, random);
    drawn.set(group.subarray(0, count), drawnSoFar);
    rest.set(group.subarray(count), restSoFar);
    drawnSoFar += count;
    restSoFar += group.length - count;
  });
  return [rest.sort(), drawn.sort()];
}

function groupByClass({ target }: Dataset, rows: Uint32Array): Uint32Array[] {
  if (target.kind !== "classes") return [rows.slice()];
  const sizes = new Uint32Array(target.classes.length);
  for (const row of rows) sizes[target.indices[row]!]! += 1;
  const groups = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (const row of rows) {
    const index = target.indices[row]!;
    groups[index]![sizes[index]!++] = row;
  }
  return groups;
}

/** The rows of a part; every row for "all". */
export function partRows(dataset: Dataset, parts: Split, part: PartName): Uint32Array {
  return part === "all" ? rowNumbers(0, dataset.rowCount) : parts[part];
}
