import type { EpochRecord } from "chainrule";
import type { CostPoint } from "../state/run.js";

/** One line an epoch, as the records have it; a cell is empty where there is nothing. */
export function historyCsv(records: readonly EpochRecord[]): string {
  const head = ["epoch", "cost", "accuracy", "validation_cost", "validation_accuracy", "metric", "learning_rate"];
  const lines = records.map(({ epoch, cost, accuracy, validation, metric, learningRate }) => [
    epoch,
    cost,
    accuracy,
    validation?.cost,
    validation?.accuracy,
    metric,
    learningRate,
  ]);
  return csv(head, lines);
}

/** Costs of the training batches: the least, the mean and the most since the line before. */
export function costsCsv(costs: readonly CostPoint[]): string {
  return csv(
    ["step", "least", "mean", "most"],
    costs.map(({ step, least, mean, most }) => [step, least, mean, most]),
  );
}

/** Lines of CSV, with quotes where a cell needs them. */
export function csv(head: readonly string[], lines: readonly (readonly (string | number | undefined)[])[]): string {
  return [head, ...lines].map((cells) => `${cells.map((cell) => cellText(cell)).join(",")}\n`).join("");
}

function cellText(cell: string | number | undefined): string {
  const text = String(cell ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
