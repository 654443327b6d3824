import { rowWeights, sum } from "./weights.js";

/** Quality of predicted numbers: `rmse`, `mae` and `medianError` in the units of the source, the others are shares. */
export interface RegressionReport {
  /** Square root of the mean squared error. */
  readonly rmse: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Coefficient of determination, 1 - sum (y - p)^2 / sum (y - mean y)^2. Where every y is the same: 1 for no error at all, else 0. NaN of one row. */
  readonly r2: number;
  /** Median absolute error. */
  readonly medianError: number;
  /** 1 - variance of the errors / variance of y: R2 without the mean error. Where every y is the same: 1 or 0. */
  readonly explainedVariance: number;
  /** Mean of |y - p| / |y|, as a share: 0.1 is ten per cent. Enormous where a y is 0. */
  readonly mape: number;
}

/**
 * Errors of the predictions of one target.
 *
 * @param actual shape (rows)
 * @param predicted the same
 * @param weights of the rows, shape (rows)
 * @throws ChainruleError `E_USAGE` where lengths differ
 * @example
 * ```ts
 * import { regressionReport } from "chainrule";
 *
 * console.log(regressionReport([1, 2, 3], [1, 2, 4])); // rmse 0.577, mae 0.333, r2 0.5, medianError 0, ...
 * ```
 */
export function regressionReport(actual: ArrayLike<number>, predicted: ArrayLike<number>, weights?: ArrayLike<number>): RegressionReport {
  const weight = rowWeights(actual.length, "predicted", predicted, 1, weights);
  const total = sum(weight);
  const y = Float64Array.from(actual);
  const errors = y.map((value, i) => value - predicted[i]!);
  const sizes = errors.map(Math.abs);
  const mean = (values: Float64Array): number => sum(values.map((value, i) => value * weight[i]!)) / total;
  const meanSquare = (values: Float64Array): number => mean(values.map((value) => value * value));
  // Measured from the first value, so that numbers that are all the same have a variance of exactly 0.
  const variance = (values: Float64Array): number => {
    const moved = values.map((value) => value - values[0]!);
    const center = mean(moved);
    return meanSquare(moved.map((value) => value - center));
  };
  const spread = variance(y);
  const explained = (rest: number): number => (spread === 0 ? Number(rest === 0) : 1 - rest / spread);
  const square = meanSquare(errors);
  const mae = mean(sizes);
  return {
    rmse: Math.sqrt(square),
    mae,
    r2: y.length < 2 ? NaN : explained(square),
    // The sum is NaN where an error is, which has no place among the others.
    medianError: median(sizes, weights) + 0 * mae,
    explainedVariance: explained(variance(errors)),
    mape: mean(sizes.map((size, i) => size / Math.max(Math.abs(y[i]!), Number.EPSILON))),
  };
}

/** The middle value, or the mean of the middle two; of weighted ones the first value up to which half of the weight lies. */
function median(values: Float64Array, weights?: ArrayLike<number>): number {
  if (weights === undefined) {
    const sorted = values.slice().sort();
    return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  }
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  let running = 0;
  const upTo = order.map((i) => (running += weights[i]!));
  return values[order[upTo.findIndex((mass) => mass >= running / 2)]!]!;
}
