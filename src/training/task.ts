import { ChainruleError, show } from "../base/errors.js";
import { unknownLabel } from "../data/create-dataset.js";
import type { ClassTarget, Dataset, Label, LabelTarget, NoTarget, Target, ValueTarget } from "../data/dataset.js";
import { unknownName } from "../data/label-sets.js";
import { secondClassFrom } from "../network/costs.js";
import type { NetworkDescription } from "../network/description.js";

/** Each row belongs to one of the classes. */
export interface Classification<L extends Label = Label> {
  readonly kind: "classification";
  readonly target: string;
  readonly classes: readonly L[];
}

/** Numbers are predicted: network output * deviation + mean, in the units of the source. */
export interface Regression {
  readonly kind: "regression";
  readonly targets: readonly string[];
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Each row has any number of the labels; there is one output a label. */
export interface MultiLabel {
  readonly kind: "multi-label";
  readonly labels: readonly string[];
  /** The output from which on each label is there: halfway between its targets, 0.5, or 0 with the hinge cost. */
  readonly thresholds: readonly number[];
}

export type Task = Classification | Regression | MultiLabel;

/** The task that a data set's target asks for. */
export type TaskOf<T extends Target> =
  T extends ClassTarget<infer L> ? Classification<L> : T extends ValueTarget ? Regression : T extends LabelTarget ? MultiLabel : never;

/** What the outputs of a network for a task are named after. */
export function outputNames(task: Task): readonly Label[] {
  return task.kind === "classification" ? task.classes : task.kind === "multi-label" ? task.labels : task.targets;
}

const ONE_OUTPUT_A = { classification: "class", "multi-label": "label", regression: "value" } as const;

/**
 * How many outputs a network needs for a task: one a class (or a single one for two classes), one a label, one a value; and labels
 * need outputs that are free of each other.
 *
 * @throws ChainruleError `E_USAGE`
 */
export function checkOutputs(task: Task, description: NetworkDescription): void {
  const { units: outputs, activation } = description.layers.at(-1)!;
  const where = `layers[${description.layers.length - 1}]`;
  const wanted = outputNames(task).length;
  if (task.kind === "multi-label" && activation === "softmax") {
    throw new ChainruleError("E_USAGE", {
      where: `${where}.activation`,
      expected: "outputs that do not depend on each other, such as sigmoid, for rows with any number of labels",
      got: "softmax",
      hint: "The outputs of softmax sum to 1, so that a row with two labels could not be sure of either.",
    });
  }
  if (outputs === wanted || isSingleOutput(task, outputs)) return;
  throw new ChainruleError("E_USAGE", {
    where: `${where}.units`,
    expected: `${wanted}, one output a ${ONE_OUTPUT_A[task.kind]}`,
    got: String(outputs),
  });
}

/** The thresholds of labels as outputs are compared with them, which are float32; undefined of other tasks. */
export function thresholdsOf(task: Task): Float32Array | undefined {
  return task.kind === "multi-label" ? Float32Array.from(task.thresholds) : undefined;
}

/** Two classes on one output: its value is that of the second class, from 0 to 1. */
export function isSingleOutput(task: Task, outputs: number): boolean {
  return task.kind === "classification" && task.classes.length === 2 && outputs === 1;
}

/** Whether a single output speaks for the second of two classes: from halfway between their targets on. */
export function isSecondClass(output: number, { cost }: NetworkDescription): boolean {
  return output >= secondClassFrom(cost);
}

/**
 * What the network is asked to give, shape (rows x n_L), float64: a 1 for the class or each label of the row and 0 elsewhere, or
 * the scaled value. Classes and labels are matched by name, so data of a subset of them fits.
 *
 * @throws ChainruleError `E_DATA` where the data has no such target, or a label that the model does not know
 */
export function encodeTargets(
  task: Task,
  { target, rowCount, name }: Pick<Dataset, "target" | "rowCount" | "name">,
  outputs: number,
): Float64Array {
  const encoded = new Float64Array(rowCount * outputs);
  if (task.kind === "classification") {
    const indices = classIndices(task, target, name);
    const single = isSingleOutput(task, outputs);
    indices.forEach((index, row) => {
      if (single) encoded[row] = index;
      else encoded[row * outputs + index] = 1;
    });
    return encoded;
  }
  if (task.kind === "multi-label") return Float64Array.from(labelBits(task, target, name));
  if (target.kind !== "values" || target.names.length !== outputs) throw wrongTarget(name, `${outputs} numbers a row`, target);
  target.values.forEach((value, at) => {
    const j = at % outputs;
    encoded[at] = (value - task.mean[j]!) / task.deviation[j]!;
  });
  return encoded;
}

/** The position of each row's class among the model's classes, shape (rows). */
export function classIndices(task: Classification, target: Target, name: string): Int32Array {
  // A column of numbers may be what a model calls its classes, and the other way round: it is the labels that decide.
  const labels =
    target.kind === "classes"
      ? target.classes
      : target.kind === "values" && target.names.length === 1
        ? [...new Set(target.values)]
        : undefined;
  if (labels === undefined) throw wrongTarget(name, "a class for each row", target);
  const position = new Map<Label, number>(task.classes.map((label, index) => [String(label), index]));
  const indexOf = (label: Label): number => {
    const index = position.get(String(label));
    if (index === undefined) throw unknownLabel(`the target of "${name}"`, label, task.classes);
    return index;
  };
  if (target.kind === "classes") {
    const used = new Set(target.indices);
    const mapped = target.classes.map((label, index) => (used.has(index) ? indexOf(label) : -1));
    return target.indices.map((index) => mapped[index]!);
  }
  return Int32Array.from((target as ValueTarget).values, indexOf);
}

/** 1 where a row has a label of the task and 0 where not, shape (rows x labels). Labels that the data do not name no row has. */
export function labelBits({ labels }: MultiLabel, target: Target, name: string): Uint8Array {
  if (target.kind !== "labels") throw wrongTarget(name, "any number of labels for each row", target);
  const { names, values } = target;
  if (names.length === labels.length && names.every((label, j) => label === labels[j])) return values;
  const width = names.length;
  const places = names.map((label) => labels.indexOf(label));
  const bits = new Uint8Array((values.length / width) * labels.length);
  values.forEach((value, at) => {
    if (value === 0) return;
    const place = places[at % width]!;
    if (place < 0) throw unknownName(`the target of "${name}"`, names[at % width]!, labels);
    bits[Math.floor(at / width) * labels.length + place] = 1;
  });
  return bits;
}

function wrongTarget(name: string, expected: string, target: Target | NoTarget): ChainruleError {
  const got =
    target.kind === "none"
      ? "no target"
      : target.kind === "classes"
        ? `classes ${show(target.classes)}`
        : target.kind === "labels"
          ? `labels ${show(target.names)}`
          : `${target.names.length} numbers a row`;
  return new ChainruleError("E_DATA", { where: `the target of "${name}"`, expected, got });
}
