import { ChainruleError, type ClassTarget, createDataset, type Dataset, type Label, type Model, type ValueTarget } from "chainrule";
import { parseNumber } from "../options.js";
import { suggest } from "../suggest.js";
import type { Table } from "./csv.js";

export type TaskName = "classification" | "regression";
export const TASK_NAMES: readonly TaskName[] = ["classification", "regression"];

/** Whole numbers with at most so many different values are taken as classes. */
const MOST_NUMERIC_CLASSES = 10;
/** Names that an error lists. */
const MOST_NAMES = 12;

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
  const name = findTarget(table, target);
  const columns = table.header.filter((column) => column !== name);
  if (columns.length === 0) throw new ChainruleError("E_DATA", { where: table.path, expected: "a column beside the target", got: "none" });
  const common = { name: table.path, columns, inputs: numericInputs(table, columns) };
  const values = targetNumbers(table, name, task);
  if (values === undefined) return createDataset({ ...common, targetName: name, labels: severalClasses(table, name, texts(table, name)) });
  if (!takenAsClasses(values, task)) return createDataset({ ...common, targetNames: [name], targets: values });
  severalClasses(table, name, values);
  if (task === undefined) {
    note(`target "${name}": ${new Set(values).size} different whole numbers, taken as classes (--task regression for numbers)`);
  }
  return createDataset({ ...common, targetName: name, labels: values });
}

/**
 * A table as a data set for a model: its columns are found by name, others are left alone.
 *
 * @param target where it is not needed, it is not even looked at
 */
export function tableForModel(table: Table, model: Model, target: "needed" | "ignored"): Dataset {
  const missing = model.columns.filter((column) => !table.header.includes(column));
  if (missing.length > 0) {
    throw new ChainruleError("E_DATA", {
      where: `${table.path}, line 1`,
      expected: `the model's ${model.columns.length} input columns`,
      got: `${table.header.length} columns without ${list(missing)}`,
      ...suggest(missing[0]!, table.header),
    });
  }
  const common = { name: table.path, columns: model.columns, inputs: numericInputs(table, model.columns) };
  if (target === "ignored") return createDataset(common);
  const { task } = model;
  const absent = (task.kind === "regression" ? task.targets : [task.target]).find((name) => !table.header.includes(name));
  if (absent !== undefined) {
    throw new ChainruleError("E_DATA", {
      where: `${table.path}, line 1`,
      expected: `the target column "${absent}" to compare with`,
      got: list(table.header),
      ...suggest(absent, table.header),
    });
  }
  if (task.kind === "regression") {
    const columns = task.targets.map((name) => column(table, name));
    const targets = table.rows.map((row, index) => columns.map((at) => readCell(table, index, at, row[at] ?? "")));
    return createDataset({ ...common, targetNames: task.targets, targets });
  }
  const known = new Map<string, Label>(task.classes.map((label) => [String(label), label]));
  const at = column(table, task.target);
  const labels = table.rows.map((row, index) => {
    const text = row[at]!;
    // A class that is a number may be written in several ways: 1 and 1.0.
    const label = known.get(text) ?? known.get(String(parseNumber(text)));
    if (label !== undefined) return label;
    throw new ChainruleError("E_DATA", {
      where: cell(table, index, at),
      expected: `one of the model's ${known.size} classes, ${list([...known.keys()])}`,
      got: `"${text}"`,
      ...suggest(text, [...known.keys()]),
    });
  });
  return createDataset({ ...common, targetName: task.target, classes: task.classes, labels });
}

function findTarget(table: Table, target: string | undefined): string {
  if (target !== undefined && table.header.includes(target)) return target;
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

/** Names in quotes, the first of many. */
function list(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return names.length > first.length ? `${first.join(", ")} and ${names.length - first.length} more` : first.join(", ");
}

function column(table: Table, name: string): number {
  return table.header.indexOf(name);
}

function cell(table: Table, row: number, at: number): string {
  return `${table.path}, line ${table.lines[row]!}, column "${table.header[at]!}"`;
}

function texts(table: Table, name: string): string[] {
  const at = column(table, name);
  return table.rows.map((row, index) => {
    if (row[at] !== "") return row[at]!;
    throw new ChainruleError("E_DATA", { where: cell(table, index, at), expected: "a class", got: "an empty cell" });
  });
}

function severalClasses<L extends Label>(table: Table, name: string, labels: L[]): L[] {
  if (labels.some((label) => label !== labels[0])) return labels;
  throw new ChainruleError("E_DATA", {
    where: `${table.path}, column "${name}"`,
    expected: "at least two classes",
    got: `only "${labels[0]!}" in ${labels.length} ${labels.length === 1 ? "row" : "rows"}`,
    hint: "There is nothing to tell apart.",
  });
}

/** The numbers of a target column, or undefined where it holds class names. */
function targetNumbers(table: Table, name: string, task: TaskName | undefined): number[] | undefined {
  const at = column(table, name);
  if (task === "regression") refuseTextColumn(table, at, "Leave --task out: it is a target of classes.");
  const numeric = table.rows.filter((row) => parseNumber(row[at]!) !== undefined).length;
  if (task !== "regression" && numeric < table.rows.length / 2) return undefined;
  if (task === "classification" && numeric < table.rows.length) return undefined;
  return table.rows.map((row, index) => readCell(table, index, at, row[at]!));
}

function takenAsClasses(values: readonly number[], task: TaskName | undefined): boolean {
  if (task !== undefined) return task === "classification";
  return values.every(Number.isInteger) && new Set(values).size <= MOST_NUMERIC_CLASSES;
}

/** The named columns as numbers, shape (rows x columns), row-major. */
function numericInputs(table: Table, columns: readonly string[]): { values: Float64Array; shape: [number, number] } {
  const positions = columns.map((name) => column(table, name));
  const values = new Float64Array(table.rows.length * positions.length);
  for (const at of positions) refuseTextColumn(table, at);
  table.rows.forEach((row, index) => {
    positions.forEach((at, k) => (values[index * positions.length + k] = readCell(table, index, at, row[at]!)));
  });
  return { values, shape: [table.rows.length, positions.length] };
}

/** A column that is mostly text is not a numeric one with mistakes in it. */
function refuseTextColumn(table: Table, at: number, hint = "Leave the column out, or write its categories as numbers."): void {
  const numeric = table.rows.filter((row) => row[at] === "" || parseNumber(row[at]!) !== undefined).length;
  if (numeric >= table.rows.length / 2) return;
  const first = table.rows.findIndex((row) => parseNumber(row[at]!) === undefined);
  throw new ChainruleError("E_DATA", {
    where: cell(table, first, at),
    expected: "a numeric column",
    got: `text such as "${table.rows[first]![at]!}"`,
    hint,
  });
}

function readCell(table: Table, row: number, at: number, text: string): number {
  const value = parseNumber(text);
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new ChainruleError("E_DATA", {
    where: cell(table, row, at),
    expected: "a finite number",
    got: text === "" ? "an empty cell" : `"${text}"`,
    hint: text === "" ? "Fill the gap or leave the row out." : "Mend the cell or leave the row out.",
  });
}
