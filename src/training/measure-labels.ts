import { labelReport, type LabelReport } from "./metrics/labels.js";
import { probabilityReport } from "./metrics/probabilities.js";
import { rankingReport } from "./metrics/ranking.js";
import { type MultiLabel, thresholdsOf } from "./task.js";

/** How well the scores of a label are; null where a number is not defined, or the outputs are no probabilities. */
export interface LabelScores {
  /** Null where no row has the label, or every row. */
  readonly rocAuc: number | null;
  readonly averagePrecision: number;
  /** Mean of -ln p of what is true of the label; null where outputs are no probabilities, as is `brier`. */
  readonly logLoss: number | null;
  /** Mean of (p - y)^2. */
  readonly brier: number | null;
}

type PerLabel = LabelReport["perLabel"][number];

/** What is measured of rows that have any number of labels; the scores are the means of those of the labels. */
export interface LabelMeasures extends Omit<LabelReport, "perLabel">, LabelScores {
  readonly labels: readonly string[];
  readonly perLabel: readonly (PerLabel & LabelScores & { readonly label: string; readonly threshold: number })[];
}

/** 1 where an output says that its label is there, shape (rows x labels). */
export function saidLabels(task: MultiLabel, outputs: ArrayLike<number>): Uint8Array {
  const thresholds = thresholdsOf(task)!;
  const said = new Uint8Array(outputs.length);
  for (let at = 0; at < said.length; at++) said[at] = Number(outputs[at]! >= thresholds[at % thresholds.length]!);
  return said;
}

/** @param actual 1 where a row has a label, shape (rows x labels) @param outputs the same shape */
export function measureLabels(task: MultiLabel, actual: Uint8Array, outputs: Float32Array, probabilities: boolean): LabelMeasures {
  const { labels, thresholds } = task;
  const width = labels.length;
  const { perLabel, ...report } = labelReport(actual, saidLabels(task, outputs), width);
  const scores = labels.map((_, j): LabelScores => {
    const bits = columnOf(actual, width, j);
    const column = columnOf(outputs, width, j);
    const { rocAuc, averagePrecision } = rankingReport(bits, column);
    const { logLoss, brier } = probabilities ? probabilityReport(bits, column) : { logLoss: null, brier: null };
    return { rocAuc: Number.isNaN(rocAuc) ? null : rocAuc, averagePrecision, logLoss, brier };
  });
  const mean = (name: keyof LabelScores): number | null => {
    const values = scores.map((one) => one[name]);
    return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + value!, 0) / width;
  };
  return {
    labels,
    ...report,
    rocAuc: mean("rocAuc"),
    averagePrecision: mean("averagePrecision")!,
    logLoss: mean("logLoss"),
    brier: mean("brier"),
    perLabel: perLabel.map((shares, j) => ({ label: labels[j]!, threshold: thresholds[j]!, ...shares, ...scores[j]! })),
  };
}

/** Column j of a table, row-major. */
function columnOf(table: ArrayLike<number>, width: number, j: number): Float64Array {
  const column = new Float64Array(table.length / width);
  for (let row = 0; row < column.length; row++) column[row] = table[row * width + j]!;
  return column;
}
