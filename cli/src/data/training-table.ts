import { ChainruleError, type ClassTarget, createDataset, type Dataset, type Label, type LabelTarget, type ValueTarget } from "chainrule";
import { parseNumber } from "../options.js";
import { suggest } from "../suggest.js";
import { isLabelColumn, list, type Numbers, numbersOf, readLabel, readNumber, refuseTextColumn, textsOf } from "./cells.js";
import type { Table } from "./csv.js";

export const TASK_NAMES = ["classification", "multi-label", "regression"] as const;
export type TaskName = (typeof TASK_NAMES)[number];
/** What a table may be trained for. */
export type TrainingTarget = ClassTarget | ValueTarget | LabelTarget;

/** Whole numbers with at most so many different values are taken as classes. */
const MOST_NUMERIC_CLASSES = 10;

/**
 * A table as a data set for training: every column but the targets must be numeric.
 *
 * @param target the column to learn, or several with commas between them
 * @param note is told how a target was taken that could be another task's
 * @throws ChainruleError `E_DATA` or `E_USAGE`, naming line and column
 */
export function tableForTraining(
  table: Table,
  target: string | undefined,
  task: TaskName | undefined,
  note: (text: string) => void,
): Dataset<TrainingTarget> {
  const positions = findTargets(table, target);
  const names = positions.map((at) => table.header[at]!);
  const columns = table.header.filter((column) => !names.includes(column));
  if (columns.length === 0) {
    const expected = names.length === 1 ? "a column beside the target" : "a column beside the targets";
    throw new ChainruleError("E_DATA", { where: table.path, expected, got: "none" });
  }
  const common = { name: table.path, columns, inputs: numbersOf(table, columns) };
  if (positions.length > 1 || task === "multi-label") return severalTargets(table, positions, task, common, note);
  const [name] = names as [string];
  const [at] = positions as [number];
  const values = targetNumbers(table, at, task);
  if (values === undefined) return createDataset({ ...common, targetName: name, labels: severalClasses(table, name, textsOf(table, at)) });
  if (!takenAsClasses(values, task)) return createDataset({ ...common, targetNames: [name], targets: values });
  const labels = severalClasses(table, name, values);
  if (task === undefined) {
    note(`target "${name}": ${new Set(values).size} different whole numbers, taken as classes (--task regression for numbers)`);
  }
  return createDataset({ ...common, targetName: name, labels });
}

/** Columns that all say yes or no are labels, others numbers. */
function severalTargets(
  table: Table,
  positions: readonly number[],
  task: TaskName | undefined,
  common: { readonly name: string; readonly columns: readonly string[]; readonly inputs: Numbers },
  note: (text: string) => void,
): Dataset<TrainingTarget> {
  const names = positions.map((at) => table.header[at]!);
  if (task === "classification") {
    throw new ChainruleError("E_USAGE", {
      where: "--task",
      expected: "multi-label or regression for several targets",
      got: "classification",
      hint: "A row has one class: one column holds its name.",
    });
  }
  if (task === "multi-label" || (task === undefined && positions.every((at) => isLabelColumn(table, at)))) {
    if (task === undefined) note(`targets ${list(names)}: 0 or 1 in every row, taken as labels (--task regression for numbers)`);
    const labelMatrix = table.rows.map((_, row) => positions.map((at) => readLabel(table, row, at)));
    return createDataset({ ...common, labelNames: names, labelMatrix });
  }
  for (const at of positions) refuseTextColumn(table, at, "Several targets are all numbers, or all 0 and 1 (true and false, yes and no).");
  const targets = table.rows.map((_, row) => positions.map((at) => readNumber(table, row, at)));
  return createDataset({ ...common, targetNames: names, targets });
}

/** A name that has a comma in it goes before several names. */
function findTargets(table: Table, target: string | undefined): number[] {
  if (target === undefined || table.header.includes(target) || !target.includes(",")) return [findTarget(table, target)];
  const names = target.split(",").map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new ChainruleError("E_USAGE", { where: "--target", expected: "each column once", got: `"${twice}" twice` });
  return names.map((name) => findTarget(table, name));
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
