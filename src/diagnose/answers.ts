import type { Dataset } from "../data/dataset.js";
import { rowNumbers, takeRows } from "../data/rows.js";
import type { ActivationName } from "../network/activations.js";
import { costKind } from "../network/costs.js";
import { outputRuleOf } from "../network/description.js";
import { runForward } from "../training/evaluate.js";
import { predictedClass } from "../training/measure.js";
import type { Model } from "../training/model.js";
import { classIndices, encodeTargets, isSingleOutput } from "../training/task.js";

/** What the network says to every row. */
export interface Answers {
  readonly rows: number;
  /** n_L */
  readonly width: number;
  /** Shape (rows x n_L). */
  readonly outputs: Float32Array;
  /** Shape (rows): costs, as exact as float32 outputs tell them. */
  readonly costs: Float64Array;
  /** Positions of the class that the data give and of the one that is predicted, shape (rows); undefined of numbers and labels. */
  readonly classes: { readonly given: Int32Array; readonly predicted: Int32Array } | undefined;
  /** Of numbers and labels: the targets as the network sees them, shape (rows x n_L); of labels with the hinge cost -1 and 1. */
  readonly targets: Float64Array | undefined;
  /** Outputs beyond it, up or down, are as good as it: 1 of labels with the hinge cost, which asks for no more. */
  readonly limit: number;
  /** Rows with an output that is NaN or infinite. */
  readonly nonFinite: readonly number[];
}

/** Rows at a time, so that scaled copies of them never fill the memory. */
const CHUNK = 8192;

/** @param dataset with its columns in the model's order */
export function answersOf(model: Model, dataset: Dataset): Answers {
  const { task, network } = model;
  const width = network.layout.sizes.at(-1)!;
  const rows = dataset.rowCount;
  const outputs = new Float32Array(rows * width);
  const costs = new Float64Array(rows);
  const targets = task.kind === "classification" ? undefined : new Float64Array(rows * width);
  const sided = task.kind === "multi-label" && network.description.cost === "hinge";
  const rule = outputRuleOf(network.description);
  const output = network.description.layers.at(-1)!.activation;
  const nonFinite: number[] = [];
  for (let from = 0; from < rows; from += CHUNK) {
    const chunk = takeRows(dataset, rowNumbers(from, Math.min(rows, from + CHUNK)));
    const y = encodeTargets(task, chunk, width);
    outputs.set(runForward(model, chunk, y).outputs, from * width);
    targets?.set(sided ? y.map((value) => 2 * value - 1) : y, from * width);
    for (let i = 0; i < chunk.rowCount; i++) {
      const row = from + i;
      const a = Float64Array.from(outputs.subarray(row * width, (row + 1) * width));
      if (!a.every(Number.isFinite)) nonFinite.push(row);
      costs[row] = rule.cost(sumsBehind(output, a), a, y.subarray(i * width, (i + 1) * width));
    }
  }
  const classes =
    task.kind === "classification"
      ? {
          given: classIndices(task, dataset.target, dataset.name),
          predicted: Int32Array.from({ length: rows }, (_, row) => predictedClass(model, outputs, row)),
        }
      : undefined;
  return { rows, width, outputs, costs, classes, targets, limit: sided ? 1 : Infinity, nonFinite };
}

/** Smallest float32 above 0: what rounds to 0 is no more than that. */
const TINY = 2 ** -149;

/** The z that a cost may be written in, from the outputs: of softmax up to what is common to all of them, which no cost sees. */
function sumsBehind(output: ActivationName, a: Float64Array): Float64Array {
  switch (output) {
    case "softmax":
    case "exponential":
      return a.map((value) => Math.log(Math.max(value, TINY)));
    case "sigmoid":
      return a.map((value) => Math.log(Math.max(value, TINY)) - Math.log(Math.max(1 - value, TINY)));
    default:
      return a;
  }
}

/**
 * How sure the network is of each class: probabilities, or outputs whose squared error is smallest at them, kept within 0..1.
 *
 * @returns a function of row and class; undefined where outputs are no shares of the classes
 */
export function sharesOf({ task, network }: Model, { outputs, width }: Answers): ((row: number, c: number) => number) | undefined {
  const squared = ["squared-error", "half-squared-error", "mean-squared-error"].includes(costKind(network.description.cost));
  if (task.kind !== "classification" || !(outputRuleOf(network.description).probabilities || squared)) return undefined;
  const within = (value: number): number => Math.min(Math.max(value, 0), 1);
  if (!isSingleOutput(task, width)) return (row, c) => within(outputs[row * width + c]!);
  return (row, c) => (c === 1 ? within(outputs[row]!) : 1 - within(outputs[row]!));
}
