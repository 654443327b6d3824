import type { Dataset } from "../data/dataset.js";
import { type Answers, sharesOf } from "../diagnose/answers.js";
import { probabilityReport } from "../training/metrics/probabilities.js";
import type { Model } from "../training/model.js";
import { labelBits } from "../training/task.js";
import { thresholdTable } from "./decision-thresholds.js";
import type { Calibration, Importance, Section } from "./report.js";
import { residualsOf } from "./residuals.js";
import { type Compared, scoresOf } from "./scores.js";

/** What a report says of each target. @param answers to the rows of the data set */
export function sectionsOf(
  model: Model,
  dataset: Dataset,
  answers: Answers,
  measured: Compared,
  importance: readonly Importance[],
): Section[] {
  const { task } = model;
  const own = measured.model;
  const scores = (target: number): Section["scores"] => scoresOf(measured, target);
  if (own.kind === "classification" && task.kind === "classification") {
    const shares = own.classes.length === 2 ? sharesOf(model, answers) : undefined;
    const { macro, micro, weighted, calibration, calibrationError } = own;
    return [
      {
        kind: "classification",
        target: task.target,
        scores: scores(0),
        importance: importance[0]!,
        classes: own.classes,
        perClass: own.perClass,
        averages: { macro, micro, weighted },
        confusion: own.confusion,
        calibration: calibration === null || calibrationError === null ? null : { error: calibrationError, bins: calibration },
        thresholds:
          shares === undefined
            ? null
            : thresholdTable(
                own.classes,
                answers.classes!.given,
                Float64Array.from({ length: answers.rows }, (_, row) => shares(row, 1)),
              ),
      },
    ];
  }
  if (own.kind === "multi-label" && task.kind === "multi-label") {
    const perLabel = own.perLabel.map(({ label, threshold, support, precision, recall, f1, rocAuc }) => ({
      label,
      threshold,
      support,
      precision,
      recall,
      f1,
      rocAuc,
    }));
    const calibration = own.logLoss === null ? null : labelCalibration(labelBits(task, dataset.target, dataset.name), answers.outputs);
    const target = task.labels.join(", ");
    return [{ kind: "multi-label", target, scores: scores(0), importance: importance[0]!, perLabel, calibration }];
  }
  if (task.kind !== "regression") return [];
  const { values } = dataset.target as Extract<typeof dataset.target, { kind: "values" }>;
  const { width, outputs } = answers;
  return task.targets.map((target, j): Section => {
    const actual = values.filter((_, at) => at % width === j);
    const predicted = Float64Array.from(actual, (_, row) => outputs[row * width + j]! * task.deviation[j]! + task.mean[j]!);
    return { kind: "regression", target, scores: scores(j), importance: importance[j]!, ...residualsOf(actual, predicted) };
  });
}

/** Of the answers to all labels, each as one of two classes. */
function labelCalibration(bits: Uint8Array, outputs: Float32Array): Calibration {
  const { calibrationError, calibration } = probabilityReport(bits, outputs);
  return { error: calibrationError, bins: calibration };
}
