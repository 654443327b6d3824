import type { ColumnType, TableTask } from "./column-types.js";
import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { ClassTarget, Label, LabelTarget, ValueTarget } from "../data/dataset.js";
import type { ColumnProfile } from "./profile.js";
import type { TableSource } from "./source.js";
import type { TypedColumn } from "./typed.js";

/** What a table may be trained for. */
export type TableTarget = ClassTarget | ValueTarget | LabelTarget;

/** Whole numbers with at most so many different values are taken as classes. */
const MOST_NUMERIC_CLASSES = 10;

/** What is to be learned from which columns, and how their cells are read. */
export interface TargetChoice {
  readonly task: TableTask;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Says how it was taken where it could be another task's; left out elsewhere. */
  readonly note?: string;
}

type Place = Pick<TableSource, "name" | "place">;

/**
 * The task that targets set. One column: numbers are a regression, but for at most ten different whole ones; everything else is classes.
 * Several columns: labels where all say yes or no, otherwise numbers.
 *
 * @param names the columns to learn
 * @throws ChainruleError `E_USAGE` for a column that is not there, `E_DATA` for one that cannot be learned
 */
export function chooseTarget(
  profiles: readonly ColumnProfile[],
  names: readonly string[],
  task: TableTask | undefined,
  place: Place,
): TargetChoice {
  const found = names.map((name) => findProfile(profiles, name));
  const [first] = found;
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (first === undefined || twice !== undefined) {
    const got = twice === undefined ? "none" : `${show(twice)} twice`;
    throw new ChainruleError("E_USAGE", { where: "target", expected: "the column to learn, or several, each once", got });
  }
  const empty = found.find(({ rows, missing }) => rows === missing);
  if (empty !== undefined) throw unlearnable(place, empty.name, "a target with values", "none");
  if (found.length > 1 || task === "multi-label") return chooseSeveral(found, task, place);
  return chooseOne(first, task, place);
}

function findProfile(profiles: readonly ColumnProfile[], name: string): ColumnProfile {
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = profiles.map((profile) => profile.name);
  throw new ChainruleError("E_USAGE", {
    where: "target",
    expected: `one of the columns ${show(names)}`,
    got: show(name),
    ...suggestion(name, names),
  });
}

function unlearnable({ name: table }: Place, column: string, expected: string, got: string, hint?: string): ChainruleError {
  return new ChainruleError("E_DATA", {
    where: `${table}, column "${column}"`,
    expected,
    got,
    ...(hint === undefined ? {} : { hint }),
  });
}

function chooseOne(profile: ColumnProfile, task: TableTask | undefined, place: Place): TargetChoice {
  const { name, rows, missing, numbers, whole, distinct, example, padded, unsafe } = profile;
  const filled = rows - missing;
  const numeric = numbers === filled;
  if (task === "regression" && !numeric) throw textAmong(profile, place, "Without a task it is a target of classes.");
  // Mostly numbers with some text among them is a mistake, and not a class for each number.
  if (task === undefined && !numeric && numbers >= filled / 2 && distinct > MOST_NUMERIC_CLASSES)
    throw textAmong(profile, place, 'Mend the cell or leave it empty; task: "classification" takes all of it as classes.');
  const few = numeric && whole && distinct <= MOST_NUMERIC_CLASSES;
  const chosen = task ?? (numeric && !few ? "regression" : "classification");
  if (chosen === "regression") return { task: chosen, columns: [{ name, type: "numeric" }] };
  if (distinct < 2) {
    throw unlearnable(place, name, "at least two classes", `${show(example)} in every row`, "There is nothing to tell apart.");
  }
  if (distinct > filled / 2 && filled > 20) {
    const hint = numeric ? "As numbers it is a regression." : undefined;
    throw unlearnable(place, name, "classes that come again", `${distinct} different values in ${filled} rows`, hint);
  }
  return {
    task: chosen,
    // Digits that begin with 0, and whole numbers beyond 2^53, are other classes as numbers.
    columns: [{ name, type: numeric && !padded && unsafe === 0 ? "numeric" : "categorical" }],
    ...(few && task === undefined
      ? { note: `target "${name}": ${distinct} different whole numbers, taken as classes (task: "regression" for numbers)` }
      : {}),
  };
}

function chooseSeveral(profiles: readonly ColumnProfile[], task: TableTask | undefined, place: Place): TargetChoice {
  if (task === "classification") {
    throw new ChainruleError("E_USAGE", {
      where: "task",
      expected: "multi-label or regression for several targets",
      got: task,
      hint: "A row has one class: one column holds its name.",
    });
  }
  const types = profiles.map(labelType);
  if (task === "multi-label" || (task === undefined && types.every((type) => type !== undefined))) {
    const odd = profiles[types.indexOf(undefined)];
    if (odd !== undefined) {
      const expected = "0 or 1, true or false, yes or no";
      const hint = "A column of a label says of each row whether it has it.";
      if (odd.firstText === undefined) throw unlearnable(place, odd.name, expected, `numbers from ${odd.minimum} to ${odd.maximum}`, hint);
      const where = place.place(odd.firstText.row, odd.name);
      throw new ChainruleError("E_DATA", { where, expected, got: show(odd.firstText.text), hint });
    }
    const names = profiles.map(({ name }) => `"${name}"`).join(", ");
    return {
      task: "multi-label",
      columns: profiles.map(({ name }, at) => ({ name, type: types[at]! })),
      ...(task === undefined ? { note: `targets ${names}: 0 or 1 in every row, taken as labels (task: "regression" for numbers)` } : {}),
    };
  }
  const odd = profiles.find(({ rows, missing, numbers }) => numbers < rows - missing);
  if (odd !== undefined) throw textAmong(odd, place, "Several targets are all numbers, or all 0 and 1 (true and false, yes and no).");
  return { task: "regression", columns: profiles.map(({ name }) => ({ name, type: "numeric" })) };
}

/** How a column that says yes or no is read; undefined for any other. */
function labelType({ rows, missing, truths, numbers, whole, minimum, maximum }: ColumnProfile): "boolean" | "numeric" | undefined {
  const filled = rows - missing;
  if (truths === filled) return "boolean";
  return numbers === filled && whole && minimum >= 0 && maximum <= 1 ? "numeric" : undefined;
}

function textAmong({ name, firstText }: ColumnProfile, place: Place, hint: string): ChainruleError {
  const { row, text } = firstText!;
  return new ChainruleError("E_DATA", { where: place.place(row, name), expected: "a number", got: show(text), hint });
}

/** Rows whose targets are all there, ascending. */
export function filledRows(columns: readonly TypedColumn[], rows: number): Uint32Array {
  const isThere = (row: number): boolean =>
    columns.every((column) => (column.kind === "numbers" ? !Number.isNaN(column.values[row]) : column.codes[row]! >= 0));
  return Uint32Array.from({ length: rows }, (_, row) => row).filter(isThere);
}

/** The target of the given rows; a class that ends in a dot which other files leave out is the same class. */
export function targetOf({ task, columns: chosen }: TargetChoice, columns: readonly TypedColumn[], rows: Uint32Array): TableTarget {
  const names = chosen.map(({ name }) => name);
  const [column] = columns as readonly [TypedColumn];
  if (task === "classification") return classTarget(names[0]!, labelsOf(column, rows));
  const width = columns.length;
  const values = new Float64Array(rows.length * width);
  columns.forEach((numbers, j) => {
    rows.forEach((row, at) => (values[at * width + j] = (numbers as Extract<TypedColumn, { kind: "numbers" }>).values[row]!));
  });
  return task === "regression" ? { kind: "values", names, values } : { kind: "labels", names, values: Uint8Array.from(values) };
}

function labelsOf(column: TypedColumn, rows: Uint32Array): Label[] {
  if (column.kind === "numbers") return Array.from(rows, (row) => column.values[row]!);
  return Array.from(rows, (row) => withoutDot(column.categories[column.codes[row]!]!));
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
