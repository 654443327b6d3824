import type { Classification, ClassTarget, Dataset, Evaluation, Label, Model, Regression, Task, ValueTarget } from "chainrule";

// What the page shows: networks that answer a class, or numbers. Rows with any number of labels are for the library.

export type ShownTarget = ClassTarget | ValueTarget;
export type ShownData = Dataset<ShownTarget>;
export type ShownModel = Model<Classification | Regression>;
export type ShownEvaluation = Evaluation<Classification | Regression>;

/** What is learned, by name: the class column, or the columns of numbers. */
export function targetNames(target: ShownTarget): readonly string[] {
  return target.kind === "classes" ? [target.name] : target.names;
}

/** Outputs that a network of plain layers has for a target. */
export function outputsFor(target: ShownTarget): number {
  return target.kind === "classes" ? target.classes.length : target.names.length;
}

/**
 * A model of a file, as one that the page shows.
 *
 * @throws Error in a sentence where its rows have any number of labels
 */
export function shownModel(model: Model, name: string): ShownModel {
  const { task } = model;
  if (isShown(task)) return { ...model, task };
  throw new Error(`${name} answers any number of labels a row (${task.kind}); the explorer shows networks that answer a class or numbers.`);
}

function isShown(task: Task): task is Classification | Regression {
  return task.kind !== "multi-label";
}

/** What the outputs stand for: each class, or each target. */
export function outputLabels({ task }: ShownModel): readonly Label[] {
  return task.kind === "classification" ? task.classes : task.targets;
}

/** An output in the units of its target: the standardisation of the training rows taken back. */
export function inUnits({ mean, deviation }: Regression, j: number, output: number): number {
  return output * deviation[j]! + mean[j]!;
}
