import type { Dataset, Target } from "../data/dataset.js";
import { takeTarget } from "../data/rows.js";
import type { WrittenLayer } from "../network/layers.js";
import { createNetwork } from "../network/network.js";
import { measureAnswers, type Measured } from "../training/measure.js";
import { classIndices, labelBits, outputNames, type Task } from "../training/task.js";

/** What is said of every row without a look at it, and in words. */
export interface Constant {
  readonly words: string;
  /** One an output: shares of the classes or labels, or means in the units of the targets; shape (n_L). */
  readonly outputs: Float64Array;
}

/**
 * The majority class with the shares of all classes, each label as often as it is there, or the mean.
 *
 * @param rows that say so; the training rows where they are at hand
 * @param where "the 120 training rows"
 */
export function constantOf(task: Task, { target, name }: Dataset, rows: Uint32Array, where: string): Constant {
  const own = takeTarget(target, rows);
  const names = outputNames(task);
  const outputs = new Float64Array(names.length);
  const add = (j: number, value: number): void => {
    outputs[j]! += value / rows.length;
  };
  if (task.kind === "classification") {
    classIndices(task, own, name).forEach((c) => add(c, 1));
    const most = outputs.indexOf(Math.max(...outputs));
    return { words: `always "${names[most]!}", the most frequent class of ${where}, with the shares of the classes there`, outputs };
  }
  if (task.kind === "multi-label") {
    labelBits(task, own, name).forEach((bit, at) => add(at % names.length, bit));
    return { words: `the labels that at least half of ${where} have, with the shares of the labels there`, outputs };
  }
  valuesOf(own).forEach((value, at) => add(at % names.length, value));
  return { words: `always the mean of ${where}`, outputs };
}

/** The same of a model whose training rows are not at hand: it has kept the means of its targets. */
export function rememberedConstant(task: Extract<Task, { kind: "regression" }>): Constant {
  return { words: "always the mean of the training rows, which the model keeps", outputs: Float64Array.from(task.mean) };
}

/** Measures it on every row of a data set, as a network whose outputs are these. */
export function measureConstant(task: Task, dataset: Dataset, { outputs }: Constant): Measured {
  const width = outputs.length;
  // Means keep all their digits, which a float32 would not.
  return measureSaid(
    task,
    dataset,
    Float64Array.from({ length: dataset.rowCount * width }, (_, at) => outputs[at % width]!),
  );
}

/** Measures what was said of the rows of a data set: shares of classes or labels, or numbers in the units of the targets; shape (rows x n_L). */
export function measureSaid(task: Task, dataset: Dataset, said: Float64Array): Measured {
  const width = outputNames(task).length;
  const activation = task.kind === "regression" ? "identity" : task.kind === "multi-label" ? "sigmoid" : "softmax";
  const layers: WrittenLayer[] = [{ units: width, activation }];
  const network = createNetwork({ inputs: 1, layers, cost: task.kind === "regression" ? "squared-error" : "cross-entropy" }, { seed: 1 });
  const plain: Task =
    task.kind === "regression"
      ? { ...task, mean: task.targets.map(() => 0), deviation: task.targets.map(() => 1) }
      : task.kind === "multi-label"
        ? { ...task, thresholds: task.labels.map(() => 0.5) }
        : task;
  return measureAnswers({ task: plain, network }, dataset, { outputs: said as unknown as Float32Array, costSum: 0 });
}

function valuesOf(target: Target): Float64Array {
  return target.kind === "values" ? target.values : new Float64Array(0);
}
