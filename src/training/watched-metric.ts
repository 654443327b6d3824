import type { Dataset } from "../data/dataset.js";
import type { Architecture } from "../network/network.js";
import type { Answers } from "./answers.js";
import { measureAnswers } from "./measure.js";
import type { MetricName } from "./stopping.js";
import type { Task } from "./task.js";

/** Whether the metric comes with costs and correct rows, so that no outputs have to be looked at. */
export function isCounted(metric: MetricName): metric is "cost" | "accuracy" {
  return metric === "cost" || metric === "accuracy";
}

/** A metric of the answers to the rows of a data set; NaN where it is not defined. */
export function measureMetric(
  metric: Exclude<MetricName, "cost" | "accuracy">,
  task: Task,
  network: Architecture,
  rows: Dataset,
  answers: Answers,
): number {
  const measured = measureAnswers({ task, network }, rows, answers);
  const all = measured as unknown as Readonly<Record<string, number | null | undefined>>;
  if (measured.kind !== "regression") {
    if (metric === "macroF1") return measured.macro.f1;
    if (metric === "microF1") return measured.micro.f1;
    if (metric === "weightedF1") return measured.weighted.f1;
  }
  return all[metric] ?? NaN;
}
