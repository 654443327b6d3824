import type { Label } from "chainrule";
import { csv } from "./history-csv.js";
import { type ShownData, type ShownTarget, targetNames } from "../state/task.js";

/** Whether a table holds all of a data set: no parts of its own, no images, no name twice, no class without rows. */
export function isTable({ columns, target, image, testFrom, validationFrom }: ShownData): boolean {
  const learned = targetNames(target);
  const names = new Set([...columns, ...learned]);
  return (
    testFrom === undefined &&
    validationFrom === undefined &&
    image === undefined &&
    names.size === columns.length + learned.length &&
    (target.kind === "values" || new Set(target.indices).size === target.classes.length)
  );
}

/** The rows as a table that the command line trains on, the class or the numbers to learn in the last columns. */
export function rowsCsv({ columns, inputs, rowCount, target }: ShownData): string {
  const width = columns.length;
  const lines = Array.from({ length: rowCount }, (_, row) => [
    ...inputs.subarray(row * width, (row + 1) * width),
    ...answersOf(target, row),
  ]);
  return csv([...columns, ...targetNames(target)], lines);
}

function answersOf(target: ShownTarget, row: number): Iterable<Label> {
  if (target.kind === "classes") return [target.classes[target.indices[row]!]!];
  const { length } = target.names;
  return target.values.subarray(row * length, (row + 1) * length);
}
