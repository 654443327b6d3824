import { scoreTable } from "./scores.js";
import { sum } from "./weights.js";

/** Rows whose predicted class was given a probability above `from` and up to `to`; the first bin has 0 too. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  /** Number of rows, or the sum of their weights. */
  readonly rows: number;
  /** Mean probability of the predicted class; null where there are no rows. */
  readonly confidence: number | null;
  /** Share of the rows whose class was predicted; null where there are no rows. */
  readonly accuracy: number | null;
}

/** How good probabilities are. */
export interface ProbabilityReport {
  /** Mean of -ln p of the true class, each p at least 2^-52, each row divided by its sum. */
  readonly logLoss: number;
  /** Of two classes the mean of (p - y)^2 of the second, of several the mean over rows of the sum over classes. */
  readonly brier: number;
  /** Expected calibration error: mean over rows of |accuracy - confidence| of their bin. */
  readonly calibrationError: number;
  /** 15 bins of equal width. */
  readonly calibration: readonly CalibrationBin[];
}

const BINS = 15;

/**
 * Log-loss, Brier score and calibration.
 *
 * @param actual positions in the list of classes, shape (rows)
 * @param probabilities shape (rows x classes), row-major, or (rows): of two classes those of the second
 * @param weights of the rows, shape (rows)
 * @throws ChainruleError `E_USAGE` where lengths do not fit
 * @example
 * ```ts
 * import { probabilityReport } from "chainrule";
 *
 * const { logLoss, brier, calibrationError, calibration } = probabilityReport([0, 1, 1], [0.1, 0.8, 0.4]);
 * console.log(logLoss, brier, calibrationError); // 0.415, 0.137, 0.3
 * for (const { to, confidence, accuracy } of calibration) console.log(to, confidence, accuracy); // a reliability diagram
 * ```
 */
export function probabilityReport(
  actual: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  weights?: ArrayLike<number>,
): ProbabilityReport {
  const { classes, table, weight } = scoreTable(actual, "probabilities", probabilities, weights);
  const single = probabilities.length === actual.length;
  const bins = Array.from({ length: BINS }, (_, bin) => ({ from: bin / BINS, to: (bin + 1) / BINS, rows: 0, confidence: 0, accuracy: 0 }));
  let logs = 0;
  let squares = 0;
  for (let row = 0; row < actual.length; row++) {
    const c = actual[row]!;
    const w = weight[row]!;
    const at = row * classes;
    let total = 0;
    let best = 0;
    for (let j = 0; j < classes; j++) {
      const p = table[at + j]!;
      total += Math.max(p, Number.EPSILON);
      const error = p - Number(j === c);
      if (j === 1 || classes > 2) squares += w * error * error;
      // A single output of 1/2 speaks for the second class; of several the first of the largest counts.
      if (p > table[at + best]! || (single && p === table[at + best])) best = j;
    }
    logs -= w * Math.log(Math.max(table[at + c]!, Number.EPSILON) / total);
    const confidence = table[at + best]!;
    const bin = bins.find(({ to }) => confidence <= to) ?? bins[BINS - 1]!;
    bin.rows += w;
    bin.confidence += w * confidence;
    bin.accuracy += w * Number(best === c);
  }
  const all = sum(weight);
  return {
    logLoss: logs / all,
    brier: squares / all,
    calibrationError: sum(bins.map(({ confidence, accuracy }) => Math.abs(accuracy - confidence))) / all,
    calibration: bins.map(({ rows, confidence, accuracy, ...edges }) => ({
      ...edges,
      rows,
      confidence: rows === 0 ? null : confidence / rows,
      accuracy: rows === 0 ? null : accuracy / rows,
    })),
  };
}
