import type { Label } from "../../data/dataset.js";
import { type Averages, averagesOf, type Counts, type Shares, sharesOf } from "./shares.js";
import { ratio, rowWeights, sum } from "./weights.js";

/** How well one class is told from the others. */
export interface ClassReport<L extends Label = Label> extends Shares {
  readonly label: L;
  /** Number of rows of this class, or the sum of their weights. */
  readonly support: number;
}

/** What a confusion matrix says about all classes together. */
export interface ClassificationReport extends Averages {
  /** Share of the rows on the diagonal. */
  readonly accuracy: number;
  /** Mean recall of the classes that have rows. */
  readonly balancedAccuracy: number;
  /** Correlation of true and predicted class, -1..1; 0 where one of them is always the same. */
  readonly matthews: number;
}

/**
 * Counts rows by true class (row of the table) and predicted class (column).
 *
 * @param actual positions in the list of classes, shape (rows)
 * @param predicted the same
 * @param classes number of classes
 * @param weights of the rows, shape (rows), summed in place of counting
 * @returns table of shape (classes x classes)
 * @throws ChainruleError `E_USAGE` where lengths differ
 * @example
 * ```ts
 * import { confusionMatrix } from "chainrule";
 *
 * console.log(confusionMatrix([0, 0, 1], [0, 1, 1], 2)); // [[1, 1], [0, 1]]
 * ```
 */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): number[][] {
  const weight = rowWeights(actual.length, "predicted", predicted, 1, weights);
  const table = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < actual.length; row++) table[actual[row]!]![predicted[row]!]! += weight[row]!;
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
  const counts = countsOf(confusion);
  return classes.map((label, c) => ({ label, ...sharesOf(counts[c]!), support: counts[c]![2] }));
}

/**
 * Accuracy, balanced accuracy, Matthews correlation and the averages of precision, recall and F1, from a confusion matrix.
 * Classes that neither occur nor are predicted are left out of the averages.
 *
 * @param confusion shape (classes x classes), true class by row; of weighted rows where it was made with weights
 * @example
 * ```ts
 * import { classificationReport } from "chainrule";
 *
 * const { accuracy, matthews, macro } = classificationReport([[8, 2], [1, 9]]);
 * console.log(accuracy, matthews, macro.f1); // 0.85, 0.704, 0.850
 * ```
 */
export function classificationReport(confusion: readonly (readonly number[])[]): ClassificationReport {
  const counts = countsOf(confusion).filter(([, predicted, support]) => predicted + support > 0);
  const hits = sum(counts.map(([hit]) => hit));
  const predicted = counts.map((count) => count[1]);
  const supports = counts.map((count) => count[2]);
  const total = sum(supports);
  const recalls = counts.filter(([, , support]) => support > 0).map(([hit, , support]) => hit / support);
  const covariance = hits * total - sum(counts.map(([, p, t]) => p * t));
  return {
    accuracy: ratio(hits, total),
    balancedAccuracy: ratio(sum(recalls), recalls.length),
    matthews: ratio(covariance, Math.sqrt(spread(predicted) * spread(supports))),
    ...averagesOf(counts),
  };
}

/** (sum v)^2 - sum v^2, in a form that is exactly 0 where all but one are 0. */
function spread(values: readonly number[]): number {
  const total = sum(values);
  return sum(values.map((value) => value * (total - value)));
}

function countsOf(confusion: readonly (readonly number[])[]): Counts[] {
  return confusion.map((row, c) => [row[c]!, sum(confusion.map((cells) => cells[c]!)), sum(row)]);
}
