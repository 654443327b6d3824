import type { Label } from "../data/dataset.js";
import { largest } from "../engine/batches.js";
import { outputRuleOf } from "../network/description.js";
import type { Model } from "../training/model.js";
import type { Answers } from "./answers.js";
import type { Confidence } from "./calibration.js";
import type { FitFacts } from "./fit.js";
import type { Gap } from "./overfitting.js";

// Numbers of some rows, from what the network says to all of them.

/** How many of the listed rows are of each class, shape (classes). */
export function classCounts(given: Int32Array, classes: number, rows?: Uint32Array): number[] {
  const counts = new Array<number>(classes).fill(0);
  if (rows === undefined) for (const c of given) counts[c]! += 1;
  else for (const row of rows) counts[given[row]!]! += 1;
  return counts;
}

export function fitFacts({ task }: Model, answers: Answers, rows: Uint32Array, where: string): FitFacts {
  const common = { rows: rows.length, where, spread: spreadOf(answers, rows) };
  const { classes } = answers;
  if (task.kind !== "classification" || classes === undefined) return { ...common, kind: "regression", r2: errorsOf(answers, rows).r2 };
  const counts = classCounts(classes.given, task.classes.length, rows);
  const most = largest(counts, 0, counts.length);
  const first = classes.predicted[rows[0]!]!;
  const only: Label | undefined = rows.every((row) => classes.predicted[row] === first) ? task.classes[first] : undefined;
  return {
    ...common,
    kind: "classification",
    accuracy: accuracyOf(classes, rows),
    majority: { label: task.classes[most]!, share: counts[most]! / rows.length },
    only,
  };
}

export function gapOf(answers: Answers, train: Uint32Array, others: Uint32Array, part: Gap["part"]): Gap {
  const common = { part, rows: others.length };
  const { classes } = answers;
  if (classes === undefined) {
    const other = errorsOf(answers, others);
    return { ...common, measure: "R2", train: errorsOf(answers, train).r2, other: other.r2, error: other.error };
  }
  const other = accuracyOf(classes, others);
  const error = Math.sqrt((other * (1 - other)) / others.length);
  return { ...common, measure: "accuracy", train: accuracyOf(classes, train), other, error };
}

/** Undefined where the outputs are no probabilities. */
export function confidenceOf(model: Model, answers: Answers, rows: Uint32Array, where: string): Confidence | undefined {
  const { classes, outputs, width } = answers;
  if (classes === undefined || !outputRuleOf(model.network.description).probabilities) return undefined;
  let sum = 0;
  for (const row of rows) {
    const c = classes.predicted[row]!;
    sum += width === 1 ? (c === 1 ? outputs[row]! : 1 - outputs[row]!) : outputs[row * width + c]!;
  }
  return { confidence: sum / rows.length, accuracy: accuracyOf(classes, rows), rows: rows.length, where };
}

function accuracyOf({ given, predicted }: NonNullable<Answers["classes"]>, rows: Uint32Array): number {
  let right = 0;
  for (const row of rows) if (given[row] === predicted[row]) right += 1;
  return right / rows.length;
}

/** What the network is asked to give: of classes a 1 for the class of the row. */
function targetOf({ classes, targets, width }: Answers, row: number, j: number): number {
  if (classes === undefined) return targets![row * width + j]!;
  return width === 1 ? classes.given[row]! : Number(classes.given[row] === j);
}

/** Largest deviation of an output as a share of that of its target; NaN where no target varies. */
function spreadOf(answers: Answers, rows: Uint32Array): number {
  const { outputs, width } = answers;
  let most = NaN;
  for (let j = 0; j < width; j++) {
    const target = deviationOf(rows, (row) => targetOf(answers, row, j));
    if (!(target > 0)) continue;
    const share = deviationOf(rows, (row) => outputs[row * width + j]!) / target;
    if (!(most >= share)) most = share;
  }
  return most;
}

/** R2 over all targets together, and its standard error from the spread of the rows' squared errors. */
function errorsOf(answers: Answers, rows: Uint32Array): { r2: number; error: number } {
  const { outputs, width, targets, limit } = answers;
  const squares = Float64Array.from(rows, (row) => {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) sum += (Math.min(Math.max(outputs[at]!, -limit), limit) - targets![at]!) ** 2;
    return sum;
  });
  let variance = 0;
  for (let j = 0; j < width; j++) variance += deviationOf(rows, (row) => targets![row * width + j]!) ** 2;
  const mean = squares.reduce((sum, square) => sum + square, 0) / rows.length;
  const deviation = Math.sqrt(squares.reduce((sum, square) => sum + (square - mean) ** 2, 0) / rows.length);
  return { r2: variance > 0 ? 1 - mean / variance : NaN, error: deviation / Math.sqrt(rows.length) / variance };
}

function deviationOf(rows: Uint32Array, valueOf: (row: number) => number): number {
  let mean = 0;
  let squares = 0;
  rows.forEach((row, i) => {
    const off = valueOf(row) - mean;
    mean += off / (i + 1);
    squares += off * (valueOf(row) - mean);
  });
  return Math.sqrt(squares / rows.length);
}
