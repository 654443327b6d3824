import { ChainruleError } from "../base/errors.js";
import type { Dataset } from "../data/dataset.js";
import type { Architecture } from "../network/network.js";
import { outputRuleOf } from "../network/description.js";
import type { Answers } from "./answers.js";
import { measureAnswers } from "./measure.js";
import { CLASS_METRICS, LABEL_METRICS, type MetricName, PROBABILITY_METRICS, VALUE_METRICS } from "./stopping.js";
import type { Task } from "./task.js";

const METRICS = { classification: CLASS_METRICS, "multi-label": LABEL_METRICS, regression: VALUE_METRICS } as const;

/** @throws ChainruleError `E_USAGE` for a metric that the task does not have, or that needs probabilities */
export function checkMetric(metric: MetricName, task: Task, { description }: Architecture): void {
  const names: readonly MetricName[] = ["cost", ...METRICS[task.kind]];
  if (!names.includes(metric)) {
    throw new ChainruleError("E_USAGE", { where: "metric", expected: `one of ${names.join(", ")} (${task.kind})`, got: metric });
  }
  const needsProbabilities = (PROBABILITY_METRICS as readonly MetricName[]).includes(metric);
  if (needsProbabilities && !outputRuleOf(description).probabilities) {
    throw new ChainruleError("E_USAGE", {
      where: "metric",
      expected: "a metric that needs no probabilities",
      got: `${metric}, of outputs that are none`,
      hint: "Cross-entropy and softmax give probabilities.",
    });
  }
}

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
