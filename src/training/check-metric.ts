import { ChainruleError } from "../base/errors.js";
import type { Architecture } from "../network/network.js";
import { outputRuleOf } from "../network/description.js";
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
