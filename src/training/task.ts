import { ChainruleError, show } from "../base/errors.js";
import { unknownLabel } from "../data/create-dataset.js";
import type { ClassTarget, Dataset, Label, NoTarget, Target, ValueTarget } from "../data/dataset.js";
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

export type Task = Classification | Regression;

/** The task that a data set's target asks for. */
export type TaskOf<T extends Target> = T extends ClassTarget<infer L> ? Classification<L> : T extends ValueTarget ? Regression : never;

/** How many outputs a network needs for a task: one a class (or a single one for two classes), one a value. */
export function checkOutputs(task: Task, description: NetworkDescription): void {
  const outputs = description.layers.at(-1)!.units;
  const wanted = task.kind === "classification" ? task.classes.length : task.targets.length;
  if (outputs === wanted || isSingleOutput(task, outputs)) return;
  throw new ChainruleError("E_USAGE", {
    where: `layers[${description.layers.length - 1}].units`,
    expected: task.kind === "classification" ? `${wanted}, one output a class` : `${wanted}, one output a value`,
    got: String(outputs),
  });
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
 * What the network is asked to give, shape (rows x n_L), float64: a 1 for the class of the row and 0 elsewhere, or the
 * scaled value. Classes are matched by label, so data of a subset of the classes fits.
 *
 * @throws ChainruleError `E_DATA` where the data has no such target, or a label that the model does not know
 */
export function encodeTargets(task: Task, { target, rowCount, name }: Dataset, outputs: number): Float64Array {
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

function wrongTarget(name: string, expected: string, target: Target | NoTarget): ChainruleError {
  const got =
    target.kind === "none"
      ? "no target"
      : target.kind === "classes"
        ? `classes ${show(target.classes)}`
        : `${target.names.length} numbers a row`;
  return new ChainruleError("E_DATA", { where: `the target of "${name}"`, expected, got });
}
