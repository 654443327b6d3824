import type { ClassificationEvaluation, Evaluation, MultiLabelEvaluation, RegressionEvaluation } from "chainrule";
import type { Terminal } from "../terminal.js";
import { count, percent, short } from "./format.js";
import { table } from "./table.js";

/** A mean percentage that only a division by about 0 gives. */
const NEAR_ZERO = 1e6;

/** What an evaluation says beside its headline: averages over classes, ranking, probabilities; or errors of each target. */
export function describeMetrics(evaluation: Evaluation, terminal: Terminal): string {
  return partsOf(evaluation, terminal)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function partsOf(evaluation: Evaluation, terminal: Terminal): string[][] {
  switch (evaluation.kind) {
    case "classification":
      return classMetrics(evaluation, terminal);
    case "multi-label":
      return labelMetrics(evaluation, terminal);
    case "regression":
      return valueMetrics(evaluation, terminal);
  }
}

/** Each label, then averages over the labels, then what is measured of them all. */
function labelMetrics(evaluation: MultiLabelEvaluation, terminal: Terminal): string[][] {
  const { perLabel, rocAuc, averagePrecision, logLoss, brier } = evaluation;
  const rows = perLabel.map(({ label, support, precision, recall, f1, rocAuc }) => [
    label,
    count(support),
    ...[precision, recall, f1].map(percent),
    index(rocAuc),
  ]);
  const averages = (["macro", "micro", "weighted", "samples"] as const).map((name) => {
    const { precision, recall, f1 } = evaluation[name];
    return [name, ...[precision, recall, f1].map(percent)];
  });
  const values = [
    ["ROC AUC", `${index(rocAuc)} (mean of the labels)`],
    ["average precision", index(averagePrecision)],
  ];
  const tables = [
    table([["label", "rows", "precision", "recall", "F1", "ROC AUC"], ...rows], terminal),
    table([["", "precision", "recall", "F1"], ...averages], terminal),
  ];
  if (logLoss === null) return [...tables, list(values), ["  no log-loss, no Brier score: the outputs are no probabilities"]];
  return [...tables, list([...values, ["log-loss", short(logLoss)], ["Brier score", index(brier)]])];
}

function classMetrics(evaluation: ClassificationEvaluation, terminal: Terminal): string[][] {
  const { classes, topK, balancedAccuracy, matthews, rocAuc, rocAucWeighted, averagePrecision, logLoss, brier } = evaluation;
  const averages = (["macro", "micro", "weighted"] as const).map((name) => {
    const { precision, recall, f1 } = evaluation[name];
    return [name, percent(precision), percent(recall), percent(f1)];
  });
  const several = classes.length > 2;
  const area =
    several && rocAucWeighted !== null
      ? `${index(rocAuc)} (each class against the rest; weighted ${index(rocAucWeighted)})`
      : index(rocAuc);
  const values = [
    ["balanced accuracy", percent(balancedAccuracy)],
    ...(several ? [[`top ${topK.map((_, i) => i + 1).join(", ")}`, topK.map(percent).join(", ")]] : []),
    ["Matthews correlation", index(matthews)],
    ["ROC AUC", area],
    ["average precision", index(averagePrecision)],
  ];
  const tables = [table([["", "precision", "recall", "F1"], ...averages], terminal), list(values)];
  if (logLoss === null) return [...tables, ["  no log-loss, no Brier score, no calibration: the outputs are no probabilities"]];
  const probabilities = [
    ["log-loss", short(logLoss)],
    ["Brier score", index(brier)],
    ["calibration error", index(evaluation.calibrationError)],
  ];
  return [...tables.slice(0, -1), list([...values, ...probabilities]), reliability(evaluation, terminal)];
}

/** The bins that have rows: how sure the predictions were, and how often they were right. */
function reliability({ calibration }: ClassificationEvaluation, terminal: Terminal): string[] {
  const rows = (calibration ?? []).flatMap(({ from, to, rows, confidence, accuracy }) =>
    confidence === null || accuracy === null
      ? []
      : [[`${from.toFixed(3)} to ${to.toFixed(3)}`, count(rows), percent(confidence), percent(accuracy)]],
  );
  return table([["confidence", "rows", "mean", "right"], ...rows], terminal);
}

function valueMetrics({ targets, ...evaluation }: RegressionEvaluation, terminal: Terminal): string[][] {
  if (targets.length === 1) {
    const { medianError, explainedVariance, mape } = evaluation;
    return [
      list([
        ["median error", short(medianError)],
        ["explained variance", index(explainedVariance)],
        ["percentage error", `${share(mape)}${mape > NEAR_ZERO ? " (there are true values of about 0)" : ""}`],
      ]),
    ];
  }
  const rows = targets.map(({ name, rmse, mae, medianError, r2, explainedVariance, mape }) => [
    name,
    ...[rmse, mae, medianError].map(short),
    index(r2),
    index(explainedVariance),
    share(mape),
  ]);
  return [table([["target", "RMSE", "mean error", "median error", "R2", "explained", "percentage"], ...rows], terminal)];
}

/** Four decimals, for what lies between 0 and 1. */
function index(value: number | null): string {
  return value === null ? "not defined" : value.toFixed(4);
}

/** A share that may be far above 1. */
function share(value: number): string {
  return `${short(100 * value)} %`;
}

function list(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  return rows.map(([name = "", value = ""]) => `  ${name.padEnd(width)}  ${value}`);
}
