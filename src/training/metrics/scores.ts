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
  const table = new Float64Array(2 * length);
  for (let row = 0; row < length; row++) {
    table[2 * row] = 1 - scores[row]!;
    table[2 * row + 1] = scores[row]!;
  }
  return { classes: 2, table, weight };
}
