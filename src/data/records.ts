import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";

/** A row of a table: under each name a number, a text, or the labels of the row. */
export type RecordRow = Readonly<Record<string, string | number | readonly string[]>>;

export interface RecordOptions {
  /** The column to be predicted, or several columns of numbers. */
  readonly target: string | readonly string[];
  readonly name?: string;
}

interface Inputs {
  readonly name?: string;
  readonly columns: readonly string[];
  readonly inputs: readonly (readonly number[])[];
}

/** The columns of a table, the target's apart: by what stands in it, its name has another name here. */
export type Columns = Inputs &
  (
    | { readonly labels: readonly string[]; readonly targetName: string }
    | { readonly targets: readonly (readonly number[])[]; readonly targetNames: readonly string[] }
    | { readonly labelSets: readonly (readonly string[])[] }
  );

/** @throws ChainruleError `E_DATA`, naming row and column, for a target that is not there and a value that does not belong in its column */
export function readRecords(rows: readonly RecordRow[], options: RecordOptions | undefined): Columns {
  checkRows(rows);
  const names = Object.keys(rows[0]!);
  const target = options?.target;
  const targetNames = typeof target === "string" ? [target] : (target ?? []);
  checkTargets(target, targetNames, names);
  const columns = names.filter((name) => !targetNames.includes(name));
  const common: Inputs = {
    ...(options?.name === undefined ? {} : { name: options.name }),
    columns,
    inputs: rows.map((row, index) => columns.map((column) => numberAt(row, index, column))),
  };
  if (typeof target === "string") {
    if (rows.some((row) => Array.isArray(row[target]))) {
      return { ...common, labelSets: rows.map((row, index) => labelsAt(row, index, target)) };
    }
    if (rows.some((row) => typeof row[target] === "string")) {
      return { ...common, targetName: target, labels: rows.map((row, index) => textAt(row, index, target)) };
    }
  }
  const hint = typeof target === "string" ? {} : { hint: "Several targets are columns of numbers." };
  return { ...common, targetNames, targets: rows.map((row, index) => targetNames.map((name) => numberAt(row, index, name, hint))) };
}

function checkRows(rows: readonly unknown[]): void {
  const at = rows.length === 0 ? 0 : rows.findIndex((row) => typeof row !== "object" || row === null || Array.isArray(row));
  if (at < 0) return;
  throw new ChainruleError("E_DATA", {
    where: `row ${at}`,
    expected: "an object with a value for each column",
    got: rows.length === 0 ? "no row" : show(rows[at]),
    ...(Array.isArray(rows[at]) ? { hint: "Rows that are lists stand under inputs: createDataset({ inputs, labels })." } : {}),
  });
}

function checkTargets(target: unknown, targetNames: readonly unknown[], names: readonly string[]): asserts targetNames is string[] {
  const unknown = targetNames.find((name) => !names.some((known) => known === name));
  if (targetNames.length > 0 && unknown === undefined && new Set(targetNames).size === targetNames.length) return;
  throw new ChainruleError("E_DATA", {
    where: "target",
    expected: `${Array.isArray(target) ? "some, each once," : "one"} of the columns ${show(names)}`,
    got: show(target),
    ...suggestion(unknown, names),
  });
}

function numberAt(row: RecordRow, index: number, column: string, hint: { readonly hint?: string } = {}): number {
  const value = row[column];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrongCell(index, column, "a finite number", value, hint);
}

function textAt(row: RecordRow, index: number, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw wrongCell(index, column, "text, as in other rows", value);
}

function labelsAt(row: RecordRow, index: number, column: string): readonly string[] {
  const value: unknown = row[column];
  if (Array.isArray(value) && value.every((label) => typeof label === "string")) return value;
  throw wrongCell(index, column, "a list of labels, as in other rows", value);
}

function wrongCell(row: number, column: string, expected: string, value: unknown, hint: { readonly hint?: string } = {}): ChainruleError {
  return new ChainruleError("E_DATA", { where: `row ${row}, column "${column}"`, expected, got: show(value), ...hint });
}
