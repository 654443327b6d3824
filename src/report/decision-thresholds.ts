import type { Label } from "../data/dataset.js";
import { ratio } from "../training/metrics/weights.js";
import type { ThresholdRow, ThresholdTable } from "./report.js";

/** 0.05, 0.1, ..., 0.95 */
const THRESHOLDS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * What a model of two classes gets right and wrong where the second one is said from each threshold on.
 *
 * @param actual position of the class of each row, 0 or 1, shape (rows)
 * @param shares how sure the model is of the second class, shape (rows)
 */
export function thresholdTable(classes: readonly Label[], actual: ArrayLike<number>, shares: ArrayLike<number>): ThresholdTable {
  return { yes: classes[1]!, rows: THRESHOLDS.map((threshold) => rowOf(threshold, actual, shares)) };
}

function rowOf(threshold: number, actual: ArrayLike<number>, shares: ArrayLike<number>): ThresholdRow {
  // [true class][said class]
  const counts = [
    [0, 0],
    [0, 0],
  ];
  for (let row = 0; row < actual.length; row++) counts[actual[row]!]![Number(shares[row]! >= threshold)]! += 1;
  const [[trueNegatives, falsePositives], [falseNegatives, truePositives]] = counts as [[number, number], [number, number]];
  return {
    threshold,
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives,
    accuracy: ratio(truePositives + trueNegatives, actual.length),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}
