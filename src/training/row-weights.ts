import { ChainruleError, type Problem, show } from "../base/errors.js";
import type { Dataset } from "../data/dataset.js";
import type { Task } from "./task.js";

/** Rows that count more than others. */
export interface WeightSettings {
  /** One number a row of the data set, at least 0: a row with a weight of 2 counts as two. */
  readonly sampleWeights?: ArrayLike<number>;
  /** By label; "balanced": rows / (classes * rows of the class), so that all classes count alike (as scikit-learn has it). */
  readonly classWeights?: "balanced" | Readonly<Record<string, number>>;
}

/**
 * The weight of every row, shape (rows); undefined where all count alike.
 *
 * @param train the rows that are trained on, which "balanced" counts
 * @throws ChainruleError `E_USAGE` for weights that are not numbers of at least 0, or not one a row; for labels that are not there
 */
export function rowWeights(
  { sampleWeights, classWeights }: WeightSettings,
  dataset: Dataset,
  train: Uint32Array,
): Float32Array | undefined {
  if (sampleWeights === undefined && classWeights === undefined) return undefined;
  const weights = new Float32Array(dataset.rowCount).fill(1);
  if (sampleWeights !== undefined) takeSamples(weights, sampleWeights);
  if (classWeights !== undefined) takeClasses(weights, classWeights, dataset, train);
  if (!train.some((row) => weights[row]! > 0)) {
    throw new ChainruleError("E_USAGE", { where: "sampleWeights", expected: "a training row with a weight above 0", got: "none" });
  }
  return weights;
}

function takeSamples(weights: Float32Array, given: ArrayLike<number>): void {
  const count = (given as ArrayLike<number> | null)?.length;
  if (count !== weights.length) {
    throw new ChainruleError("E_USAGE", {
      where: "sampleWeights",
      expected: `${weights.length} numbers, one a row`,
      got: count === undefined ? show(given) : String(count),
    });
  }
  for (let row = 0; row < weights.length; row++) {
    if (!isWeight(given[row])) {
      throw new ChainruleError("E_USAGE", {
        where: `sampleWeights[${row}]`,
        expected: "a finite number of at least 0",
        got: show(given[row]),
      });
    }
    weights[row] = given[row]!;
  }
}

function takeClasses(
  weights: Float32Array,
  given: "balanced" | Readonly<Record<string, number>>,
  { target }: Dataset,
  train: Uint32Array,
): void {
  if (target.kind !== "classes") {
    const labels = target.kind === "labels";
    throw new ChainruleError("E_USAGE", {
      where: "classWeights",
      expected: "classes to weigh",
      got: labels ? "labels, of which a row has any number" : "a target without classes",
      ...(labels ? { hint: "A row belongs to no single class that could weigh it." } : {}),
    });
  }
  const { classes, indices } = target;
  const counts = new Float64Array(classes.length);
  for (const row of train) counts[indices[row]!]! += 1;
  const names = classes.map(String);
  const problems: Problem[] =
    given === "balanced"
      ? []
      : Object.entries(given).flatMap(([label, weight]): Problem[] => {
          const where = `classWeights.${label}`;
          if (!names.includes(label)) return [{ where, expected: `one of the classes ${show(classes)}`, got: `"${label}"` }];
          return isWeight(weight) ? [] : [{ where, expected: "a finite number of at least 0", got: show(weight) }];
        });
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
  const present = counts.filter((count) => count > 0).length;
  const balanced = Array.from(counts, (count) => (count === 0 ? 1 : train.length / (present * count)));
  const factors = given === "balanced" ? balanced : names.map((label) => given[label] ?? 1);
  for (let row = 0; row < weights.length; row++) weights[row]! *= factors[indices[row]!]!;
}

function isWeight(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(Math.fround(value));
}

/** The sum of the weights of rows order[from..to); their number where all count alike. */
export function weightOf(weights: Float32Array | undefined, order: Uint32Array, from: number, to: number): number {
  if (weights === undefined) return to - from;
  let sum = 0;
  for (let position = from; position < to; position++) sum += weights[order[position]!]!;
  return sum;
}

/**
 * Targets of classes moved towards the mean of all: y * (1 - s) + s / n (Szegedy et al. 2016); of one output and of labels, which are
 * there or not each by itself, to 1/2. In place.
 */
export function smoothLabels(
  targets: Float64Array,
  rows: Uint32Array,
  n: number,
  smoothing: number,
  kind: Task["kind"] = "classification",
): void {
  const share = smoothing / (kind === "multi-label" ? 2 : Math.max(2, n));
  for (const row of rows) {
    for (let at = row * n; at < (row + 1) * n; at++) targets[at] = targets[at]! * (1 - smoothing) + share;
  }
}
