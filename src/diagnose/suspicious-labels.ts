import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import type { RowFinding, Verdict } from "./verdict.js";
import { count, percent, plural } from "./words.js";

const { suspicious } = DIAGNOSIS_THRESHOLDS;

/** A row whose class the model disagrees with. */
export interface Suspicion {
  readonly row: number;
  /** Position of the class that it looks like. */
  readonly looksLike: number;
  /** By how much the model is surer of that class than of the given one. */
  readonly margin: number;
}

/**
 * Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels"): the threshold
 * of a class is the mean share that the model gives it on the rows said to be of it. A row whose share of a class reaches
 * that class's threshold is counted as of it, of the one with the largest share where there are several; where that is not the given one,
 * the label is suspicious (the off-diagonal part of the confident joint).
 *
 * @param given class of each row, shape (rows)
 * @param shareOf how sure the model is that a row is of a class, 0..1
 * @returns the largest margin first, of equal ones the first row
 */
export function suspiciousLabels(given: ArrayLike<number>, classes: number, shareOf: (row: number, c: number) => number): Suspicion[] {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let row = 0; row < given.length; row++) {
    sums[given[row]!]! += shareOf(row, given[row]!);
    counts[given[row]!]! += 1;
  }
  // A class without rows has no threshold that could be reached.
  const thresholds = sums.map((sum, c) => (counts[c]! > 0 ? sum / counts[c]! : Infinity));
  const found: Suspicion[] = [];
  for (let row = 0; row < given.length; row++) {
    let [looksLike, share] = [-1, -1];
    for (let c = 0; c < classes; c++) {
      const own = shareOf(row, c);
      if (own >= thresholds[c]! && own > share) [looksLike, share] = [c, own];
    }
    if (looksLike >= 0 && looksLike !== given[row]) found.push({ row, looksLike, margin: share - shareOf(row, given[row]!) });
  }
  return found.sort((p, q) => q.margin - p.margin || p.row - q.row);
}

/** @param trainedOn number of these rows that the model was trained on */
export function suspiciousVerdict(found: number, findings: readonly RowFinding[], rows: number, trainedOn: number): Verdict[] {
  if (found === 0) return [];
  const share = found / rows;
  const learned =
    trainedOn > 0
      ? `; ${trainedOn === rows ? "all" : count(trainedOn)} of these rows were trained on, where wrong labels are learned by heart and fewer are found`
      : "";
  return [
    {
      kind: "suspicious-labels",
      severity: share > suspicious ? "warn" : "info",
      where: { rows: findings.map(({ row }) => row) },
      value: share,
      threshold: suspicious,
      message: `${plural(found, "label")} of ${plural(rows, "row")} (${percent(share)}) ${found === 1 ? "looks" : "look"} wrong to the model${learned}.`,
      advice: `Look at these rows, the most suspicious first${trainedOn > 0 ? ", and diagnose rows that a model was not trained on to find more" : ""}.`,
      findings,
    },
  ];
}
