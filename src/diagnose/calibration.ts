import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import type { Verdict } from "./verdict.js";
import { percent, plural } from "./words.js";

const { calibration } = DIAGNOSIS_THRESHOLDS;

/** Mean probability of the predicted class and share of the rows where it is right, on rows that were not trained on. */
export interface Confidence {
  readonly confidence: number;
  readonly accuracy: number;
  readonly rows: number;
  /** "the test part", "every row" */
  readonly where: string;
}

/** Are probabilities as large as the network is right? */
export function calibrationVerdict({ confidence, accuracy, rows, where }: Confidence): Verdict[] {
  const gap = confidence - accuracy;
  if (!Number.isFinite(gap)) return [];
  // The error of a share of so many rows, taken where it is right as often as it says; of none wrong it would be 0 otherwise.
  const error = Math.sqrt(Math.max(confidence * (1 - confidence), accuracy * (1 - accuracy)) / rows);
  const limit = (share: number): number => share + 2 * error;
  const severity = Math.abs(gap) > limit(calibration.warn) ? "warn" : Math.abs(gap) > limit(calibration.info) ? "info" : "good";
  const numbers = `the mean probability of the predicted class is ${percent(confidence)}, and it is right in ${percent(accuracy)} of ${plural(rows, "row")} of ${where}`;
  return [
    {
      kind: "calibration",
      severity,
      where: {},
      value: gap,
      threshold: limit(severity === "warn" ? calibration.warn : calibration.info),
      message: `${severity === "good" ? "Probabilities can be believed" : gap > 0 ? "Probabilities are too sure" : "Probabilities are not sure enough"}: ${numbers}.`,
      advice:
        severity === "good"
          ? "Nothing to do."
          : gap > 0
            ? "Read them as an order only, or use label smoothing, early stopping or weight decay; chainrule evaluate has the calibration by bins."
            : "Train for longer, or with less label smoothing, dropout or decay; chainrule evaluate has the calibration by bins.",
    },
  ];
}
