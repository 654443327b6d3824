import { rowWeights } from "./weights.js";

/** Scores or probabilities of all classes, shape (rows x classes), row-major, and the weight of each row. */
export interface ScoreTable {
  readonly classes: number;
  readonly table: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/**
 * Scores as they are, or of a single column s, that of the second of two classes, 1 - s and s.
 *
 * @throws ChainruleError `E_USAGE` where lengths do not fit
 */
export function scoreTable(
  { length }: ArrayLike<number>,
  name: string,
  scores: ArrayLike<number>,
  weights?: ArrayLike<number>,
): ScoreTable {
  const width = Math.floor(scores.length / length) || 1;
  const weight = rowWeights(length, name, scores, width, weights);
  if (width > 1) return { classes: width, table: scores, weight };
  return {
    classes: 2,
    table: Float64Array.from({ length: 2 * length }, (_, i) => (i & 1 ? scores[i >> 1]! : 1 - scores[i >> 1]!)),
    weight,
  };
}
