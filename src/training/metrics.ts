import type { Label } from "../data/dataset.js";

/** How well one class is told from the others. Where a ratio has nothing below its line, it is 0. */
export interface ClassReport<L extends Label = Label> {
  readonly label: L;
  /** Of the rows predicted as this class, the share that are of it. */
  readonly precision: number;
  /** Of the rows of this class, the share predicted as it. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Number of rows of this class. */
  readonly support: number;
}

/**
 * Counts rows by true class (row of the table) and predicted class (column).
 *
 * @param actual positions in the list of classes, shape (rows)
 * @param predicted the same
 * @param classes number of classes
 * @returns table of shape (classes x classes)
 * @example
 * ```ts
 * import { confusionMatrix } from "chainrule";
 *
 * console.log(confusionMatrix([0, 0, 1], [0, 1, 1], 2)); // [[1, 1], [0, 1]]
 * ```
 */
export function confusionMatrix(actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const table = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < actual.length; row++) table[actual[row]!]![predicted[row]!]! += 1;
  return table;
}

/**
 * Precision, recall and F1 of each class, from a confusion matrix.
 *
 * @param confusion shape (classes x classes), true class by row
 * @example
 * ```ts
 * import { classReports } from "chainrule";
 *
 * console.log(classReports([[8, 2], [1, 9]], ["no", "yes"])[1]); // precision 9/11, recall 0.9
 * ```
 */
export function classReports<L extends Label>(confusion: readonly (readonly number[])[], classes: readonly L[]): ClassReport<L>[] {
  return classes.map((label, c) => {
    const hits = confusion[c]![c]!;
    const support = confusion[c]!.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, row) => sum + row[c]!, 0);
    const precision = ratio(hits, predicted);
    const recall = ratio(hits, support);
    return { label, precision, recall, f1: ratio(2 * hits, predicted + support), support };
  });
}

/** The share of rows on the diagonal. */
export function accuracyOf(confusion: readonly (readonly number[])[]): number {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  return ratio(
    confusion.reduce((sum, row, c) => sum + row[c]!, 0),
    total,
  );
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Quality of predicted numbers, in the units of the source. */
export interface RegressionReport {
  /** Square root of the mean squared error. */
  readonly rmse: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Coefficient of determination, 1 - sum (y - p)^2 / sum (y - mean y)^2; 0 where every y is the same. */
  readonly r2: number;
}

/**
 * RMSE, mean absolute error and R2 over all numbers of one target.
 *
 * @example
 * ```ts
 * import { regressionReport } from "chainrule";
 *
 * console.log(regressionReport([1, 2, 3], [1, 2, 4])); // rmse 0.577, mae 0.333, r2 0.5
 * ```
 */
export function regressionReport(actual: ArrayLike<number>, predicted: ArrayLike<number>): RegressionReport {
  const count = actual.length;
  // Measured from the first value, so that numbers that are all the same have a spread of exactly 0.
  const first = actual[0] ?? 0;
  let mean = first;
  for (let i = 0; i < count; i++) mean += (actual[i]! - first) / count;
  let squares = 0;
  let magnitudes = 0;
  let spread = 0;
  for (let i = 0; i < count; i++) {
    const error = predicted[i]! - actual[i]!;
    squares += error * error;
    magnitudes += Math.abs(error);
    spread += (actual[i]! - mean) ** 2;
  }
  return { rmse: Math.sqrt(squares / count), mae: magnitudes / count, r2: spread === 0 ? 0 : 1 - squares / spread };
}
