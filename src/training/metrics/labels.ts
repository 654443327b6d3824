import { type Averages, averagesOf, meanShares, type Shares, sharesOf } from "./shares.js";
import { rowWeights, sum } from "./weights.js";

/** How well several yes-or-no labels of each row are predicted. */
export interface LabelReport extends Averages {
  /** Share of the rows all of whose labels are right. */
  readonly subsetAccuracy: number;
  /** Share of the labels of all rows that are wrong. */
  readonly hammingLoss: number;
  /** One a label; `support`: number of rows that have it, or the sum of their weights. */
  readonly perLabel: readonly (Shares & { readonly support: number })[];
  /** Mean over rows of each row's own precision, recall and F1 of its labels; 0 for a row with nothing below the line. */
  readonly samples: Shares;
}

/**
 * Metrics of rows that have any number of labels each.
 *
 * @param actual 1 where a row has a label and 0 where not, shape (rows x labels), row-major
 * @param predicted the same
 * @param labels number of labels
 * @param weights of the rows, shape (rows)
 * @throws ChainruleError `E_USAGE` where lengths do not fit
 * @example
 * ```ts
 * import { labelReport } from "chainrule";
 *
 * const { subsetAccuracy, hammingLoss, macro } = labelReport([1, 0, 1, 1], [1, 0, 0, 1], 2);
 * console.log(subsetAccuracy, hammingLoss, macro.f1); // 0.5, 0.25, 0.833
 * ```
 */
export function labelReport(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labels: number,
  weights?: ArrayLike<number>,
): LabelReport {
  const rows = Math.floor(actual.length / labels);
  rowWeights(rows, "actual", actual, labels);
  const weight = rowWeights(rows, "predicted", predicted, labels, weights);
  const byLabel = zeros(labels);
  const byRow = zeros(rows);
  const wrong = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let label = 0; label < labels; label++) {
      const y = actual[row * labels + label]!;
      const p = predicted[row * labels + label]!;
      wrong[row]! += Number(y !== p);
      count(byLabel[label]!, y, p, weight[row]!);
      count(byRow[row]!, y, p, 1);
    }
  }
  const mean = (of: (count: number) => number): number => sum(wrong.map((count, row) => of(count) * weight[row]!)) / sum(weight);
  return {
    subsetAccuracy: mean((count) => Number(count === 0)),
    hammingLoss: mean((count) => count / labels),
    perLabel: byLabel.map((counts) => ({ ...sharesOf(counts), support: counts[2] })),
    ...averagesOf(byLabel),
    samples: meanShares(byRow.map(sharesOf), weight),
  };
}

function count(counts: [hits: number, predicted: number, support: number], y: number, p: number, weight: number): void {
  counts[0] += y * p * weight;
  counts[1] += p * weight;
  counts[2] += y * weight;
}

function zeros(count: number): [hits: number, predicted: number, support: number][] {
  return Array.from({ length: count }, () => [0, 0, 0]);
}
