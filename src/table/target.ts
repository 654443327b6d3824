import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { ClassTarget, Label, ValueTarget } from "../data/dataset.js";
import type { ColumnProfile } from "./profile.js";
import type { ColumnType } from "./schema.js";
import type { TypedColumn } from "./typed.js";

export const TABLE_TASKS = ["classification", "regression"] as const;
export type TableTask = (typeof TABLE_TASKS)[number];

/** Whole numbers with at most so many different values are taken as classes. */
const MOST_NUMERIC_CLASSES = 10;

/** What is to be learned from a column, and how its cells are read. */
export interface TargetChoice {
  readonly name: string;
  readonly task: TableTask;
  readonly type: ColumnType;
  /** Says how it was taken where it could be the other task's; left out elsewhere. */
  readonly note?: string;
}

/**
 * The task that a target sets: numbers are a regression, but for at most ten different whole ones; everything else is classes.
 *
 * @throws ChainruleError `E_USAGE` for a column that is not there, `E_DATA` for one that cannot be learned
 */
export function chooseTarget(profiles: readonly ColumnProfile[], name: string, task: TableTask | undefined): TargetChoice {
  const names = profiles.map((profile) => profile.name);
  const profile = profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) {
    throw new ChainruleError("E_USAGE", {
      where: "target",
      expected: `one of the columns ${show(names)}`,
      got: show(name),
      ...suggestion(name, names),
    });
  }
  const filled = profile.rows - profile.missing;
  const fail = (expected: string, got: string, hint?: string): never => {
    throw new ChainruleError("E_DATA", { where: `column "${name}"`, expected, got, ...(hint === undefined ? {} : { hint }) });
  };
  if (filled === 0) fail("a target with values", "none");
  const numeric = profile.numbers === filled;
  if (task === "regression" && !numeric) {
    const { row, text } = profile.firstText!;
    fail("numbers, which a regression learns", `${show(text)} in row ${row}`, "Without a task it is a target of classes.");
  }
  const few = numeric && profile.whole && profile.distinct <= MOST_NUMERIC_CLASSES;
  const chosen = task ?? (numeric && !few ? "regression" : "classification");
  if (chosen === "regression") return { name, task: chosen, type: "numeric" };
  if (profile.distinct < 2) fail("at least two classes", `${show(profile.example)} in every row`, "There is nothing to tell apart.");
  if (!numeric && task === undefined && profile.numbers >= filled / 2 && profile.distinct > MOST_NUMERIC_CLASSES) {
    fail(
      `numbers, as in ${profile.numbers} of its ${filled} cells`,
      `${show(profile.firstText!.text)} in row ${profile.firstText!.row}`,
      "Mend the cell, or leave it empty.",
    );
  }
  if (profile.distinct > filled / 2 && filled > 20) {
    fail(
      "classes that come again",
      `${profile.distinct} different values in ${filled} rows`,
      numeric ? "As numbers it is a regression." : undefined,
    );
  }
  return {
    name,
    task: chosen,
    // Digits that begin with 0, and whole numbers beyond 2^53, are other classes as numbers.
    type: numeric && !profile.padded && profile.unsafe === 0 ? "numeric" : "categorical",
    ...(few && task === undefined
      ? { note: `${profile.distinct} different whole numbers, taken as classes (task: "regression" for numbers)` }
      : {}),
  };
}

/** Rows whose target is there, ascending. */
export function filledRows(column: TypedColumn, rows: number): Uint32Array {
  const isThere = column.kind === "numbers" ? (row: number) => !Number.isNaN(column.values[row]) : (row: number) => column.codes[row]! >= 0;
  return Uint32Array.from({ length: rows }, (_, row) => row).filter(isThere);
}

/** The target of the given rows; a class that ends in a dot which other files leave out is the same class. */
export function targetOf(choice: TargetChoice, column: TypedColumn, rows: Uint32Array): ClassTarget | ValueTarget {
  const { name, task } = choice;
  if (column.kind === "numbers") {
    const values = Float64Array.from(rows, (row) => column.values[row]!);
    if (task === "regression") return { kind: "values", names: [name], values };
    return classTarget(name, Array.from(values));
  }
  return classTarget(
    name,
    Array.from(rows, (row) => withoutDot(column.categories[column.codes[row]!]!)),
  );
}

/** `<=50K.` is `<=50K`: some files end their labels with a stray dot. */
export function withoutDot(label: string): string {
  return label.length > 1 && label.endsWith(".") ? label.slice(0, -1) : label;
}

function classTarget(name: string, labels: readonly Label[]): ClassTarget {
  const classes = [...new Set(labels)].sort((a, b) => (a < b ? -1 : 1));
  const positions = new Map(classes.map((label, index) => [label, index]));
  return { kind: "classes", name, classes, indices: Int32Array.from(labels, (label) => positions.get(label)!) };
}
