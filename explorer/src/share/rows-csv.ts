import type { ClassTarget, Dataset } from "chainrule";
import { csv } from "./history-csv.js";

/** Whether a table holds all of a data set: no parts of its own, no images, no name twice, no class without rows. */
export function isTable({ columns, target, image, testFrom, validationFrom }: Dataset<ClassTarget>): boolean {
  const names = new Set([...columns, target.name]);
  return (
    testFrom === undefined &&
    validationFrom === undefined &&
    image === undefined &&
    names.size > columns.length &&
    new Set(target.indices).size === target.classes.length
  );
}

/** The rows as a table that the command line trains on, the class in the last column. */
export function rowsCsv({ columns, inputs, rowCount, target }: Dataset<ClassTarget>): string {
  const width = columns.length;
  const lines = Array.from({ length: rowCount }, (_, row) => [
    ...inputs.subarray(row * width, (row + 1) * width),
    target.classes[target.indices[row]!]!,
  ]);
  return csv([...columns, target.name], lines);
}
