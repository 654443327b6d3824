import { scoreOf } from "../training/fold-score.js";
import type { Measured } from "../training/measure.js";
import type { ReportScore } from "./report.js";

type Written = Pick<ReportScore, "name" | "title" | "unit" | "better">;
const share = (name: string, title: string): Written => ({ name, title, unit: "share", better: "higher" });
const number = (name: string, title: string, better: ReportScore["better"]): Written => ({ name, title, unit: "number", better });
const error = (name: string, title: string): Written => ({ name, title, unit: "target", better: "lower" });

/** What is compared, by task. docs/metrics.md says what each is. */
const SCORES: Readonly<Record<Measured["kind"], readonly Written[]>> = {
  classification: [
    share("accuracy", "accuracy"),
    share("balancedAccuracy", "balanced accuracy"),
    number("matthews", "Matthews correlation", "higher"),
    number("rocAuc", "ROC AUC", "higher"),
    number("averagePrecision", "average precision", "higher"),
    number("logLoss", "log-loss", "lower"),
    number("brier", "Brier score", "lower"),
    number("calibrationError", "calibration error", "lower"),
  ],
  regression: [
    error("rmse", "RMSE"),
    error("mae", "mean absolute error"),
    error("medianError", "median absolute error"),
    number("r2", "R2", "higher"),
    number("explainedVariance", "explained variance", "higher"),
  ],
  "multi-label": [
    share("subsetAccuracy", "every label right"),
    { name: "hammingLoss", title: "labels wrong", unit: "share", better: "lower" },
    number("rocAuc", "ROC AUC", "higher"),
    number("averagePrecision", "average precision", "higher"),
    number("logLoss", "log-loss", "lower"),
    number("brier", "Brier score", "lower"),
  ],
};

/** What was measured on the same rows. */
export interface Compared {
  readonly model: Measured;
  readonly constant: Measured;
  readonly linear: Measured | undefined;
  /** Of the model on the rows of each fold, where rows are those of folds. */
  readonly folds?: readonly Measured[];
}

/** @param target position of the target, of numbers */
export function scoresOf({ model, constant, linear, folds }: Compared, target: number): ReportScore[] {
  return SCORES[model.kind].map((written) => {
    const of = (measured: Measured | undefined): number | null => {
      if (measured === undefined) return null;
      const numbers = measured.kind === "regression" ? measured.targets[target]! : measured;
      const value = (numbers as unknown as Readonly<Record<string, unknown>>)[written.name];
      return typeof value === "number" && Number.isFinite(value) ? value : null;
    };
    const ofFolds = folds?.map(of).filter((value) => value !== null) ?? [];
    const spread = ofFolds.length === 0 || ofFolds.length < folds!.length ? null : scoreOf(ofFolds);
    return { ...written, model: of(model), constant: of(constant), linear: of(linear), folds: spread };
  });
}
