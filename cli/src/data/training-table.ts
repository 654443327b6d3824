import { ChainruleError, type ClassTarget, createDataset, type Dataset, type Label, type ValueTarget } from "chainrule";
import { parseNumber } from "../options.js";
import { suggest } from "../suggest.js";
import { list, numbersOf, readNumber, refuseTextColumn, textsOf } from "./cells.js";
import type { Table } from "./csv.js";

export type TaskName = "classification" | "regression";
export const TASK_NAMES: readonly TaskName[] = ["classification", "regression"];

/** Whole numbers with at most so many different values are taken as classes. */
const MOST_NUMERIC_CLASSES = 10;

/**
 * A table as a data set for training: every column but the target must be numeric.
 *
 * @param note is told how a numeric target was taken
 * @throws ChainruleError `E_DATA` or `E_USAGE`, naming line and column
 */
export function tableForTraining(
  table: Table,
  target: string | undefined,
  task: TaskName | undefined,
  note: (text: string) => void,
): Dataset<ClassTarget | ValueTarget> {
  const at = findTarget(table, target);
  const name = table.header[at]!;
  const columns = table.header.filter((column) => column !== name);
  if (columns.length === 0) throw new ChainruleError("E_DATA", { where: table.path, expected: "a column beside the target", got: "none" });
  const common = { name: table.path, columns, inputs: numbersOf(table, columns) };
  const values = targetNumbers(table, at, task);
  if (values === undefined) return createDataset({ ...common, targetName: name, labels: severalClasses(table, name, textsOf(table, at)) });
  if (!takenAsClasses(values, task)) return createDataset({ ...common, targetNames: [name], targets: values });
  const labels = severalClasses(table, name, values);
  if (task === undefined) {
    note(`target "${name}": ${new Set(values).size} different whole numbers, taken as classes (--task regression for numbers)`);
  }
  return createDataset({ ...common, targetName: name, labels });
}

function findTarget(table: Table, target: string | undefined): number {
  const at = table.header.findIndex((name) => name === target);
  if (at >= 0) return at;
  throw new ChainruleError("E_USAGE", {
    where: "--target",
    expected: `the column to learn, one of ${list(table.header)}`,
    got: target === undefined ? "nothing" : `"${target}"`,
    ...targetHint(table, target),
  });
}

function targetHint({ header, path }: Table, target: string | undefined): { hint?: string } {
  const other = header.length === 1 ? [";", "\t", "|"].find((character) => header[0]!.includes(character)) : undefined;
  if (other !== undefined) return { hint: `${path} separates its columns with ${JSON.stringify(other)}; commas are expected.` };
  if (header.some((name) => parseNumber(name) !== undefined)) return { hint: `Does line 1 of ${path} name the columns?` };
  return target === undefined ? { hint: `Write --target "${header.at(-1)!}", for example.` } : suggest(target, header);
}

/** The numbers of a target column, or undefined where it holds class names. */
function targetNumbers(table: Table, at: number, task: TaskName | undefined): number[] | undefined {
  if (task === "regression") refuseTextColumn(table, at, "Without --task regression it is a target of classes.");
  const numeric = table.rows.filter((cells) => parseNumber(cells[at]!) !== undefined).length;
  if (task === undefined && numeric < table.rows.length / 2) return undefined;
  if (task === "classification" && numeric < table.rows.length) return undefined;
  return table.rows.map((_, row) => readNumber(table, row, at));
}

function takenAsClasses(values: readonly number[], task: TaskName | undefined): boolean {
  if (task !== undefined) return task === "classification";
  return values.every(Number.isInteger) && new Set(values).size <= MOST_NUMERIC_CLASSES;
}

function severalClasses<L extends Label>(table: Table, name: string, labels: L[]): L[] {
  if (labels.some((label) => label !== labels[0])) return labels;
  throw new ChainruleError("E_DATA", {
    where: `${table.path}, column "${name}"`,
    expected: "at least two classes",
    got: `"${labels[0]!}" in every row`,
    hint: "There is nothing to tell apart.",
  });
}
