/** A number of every fold: their mean and standard deviation (divided by n - 1; 0 of one fold). */
export interface FoldScore {
  readonly mean: number;
  readonly deviation: number;
  readonly folds: readonly number[];
}

/** A number of every fold, with its mean and deviation. */
export function scoreOf(folds: readonly number[]): FoldScore {
  const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length;
  const squares = folds.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, folds.length - 1)), folds };
}
