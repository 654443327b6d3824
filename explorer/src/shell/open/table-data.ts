import { type ClassificationModel, type ClassTarget, createDataset, type Dataset, type Label } from "chainrule";
import type { Table } from "./table-text.js";

/** What becomes of a column: numbers as they are, text as a 0 or 1 for each of its categories. */
export type ColumnKind = "numbers" | "categories" | "left out";

/** What a model asks of its rows. */
export type TableModel = Pick<ClassificationModel, "columns" | "task" | "image">;

/** Categories that a column of text may have, and classes of the label's. */
const MOST_CATEGORIES = 20;
const MOST_CLASSES = 100;

/** The number in a cell; NaN where it holds none. A comma may stand for the point. */
export function numberIn(text: string): number {
  return /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text.replace(",", ".")) : NaN;
}

/** Numbers where at least half of the filled cells are; text with few different values as categories. */
export function kindOfColumn({ rows }: Table, at: number): ColumnKind {
  const filled = rows.map((cells) => cells[at]!).filter((cell) => cell !== "");
  if (filled.length === 0) return "left out";
  if (filled.filter((cell) => !Number.isNaN(numberIn(cell))).length * 2 >= filled.length) return "numbers";
  return new Set(filled).size <= MOST_CATEGORIES ? "categories" : "left out";
}

/** The column that most likely names the classes: the last of text, else the last with few whole numbers, else the last. */
export function guessLabel(table: Table): number {
  const columns = table.header.map((_, at) => at);
  const text = columns.filter((at) => kindOfColumn(table, at) === "categories").at(-1);
  const few = columns.filter((at) => {
    const values = new Set(table.rows.map((cells) => cells[at]!));
    return values.size >= 2 && values.size <= MOST_CATEGORIES && [...values].every((value) => Number.isInteger(numberIn(value)));
  });
  return text ?? few.at(-1) ?? table.header.length - 1;
}

/** How many rows each class has, in the order of the classes. */
export function classCounts(table: Table, label: number): (readonly [name: string, rows: number])[] {
  const counts = new Map<string, number>();
  for (const cells of table.rows) counts.set(cells[label]!, (counts.get(cells[label]!) ?? 0) + 1);
  return [...counts].sort(([p], [q]) =>
    Number.isNaN(numberIn(p)) || Number.isNaN(numberIn(q)) ? (p < q ? -1 : 1) : numberIn(p) - numberIn(q),
  );
}

/**
 * A table as rows to learn from.
 *
 * @param model whose columns and classes they have to have, where there is one
 * @throws Error naming line and column of the first cell that cannot be used
 */
export function tableData(table: Table, label: number, kinds: readonly ColumnKind[], model?: TableModel): Dataset<ClassTarget> {
  const labels = labelsOf(table, label, model);
  const columns = (model === undefined ? table.header.map((_, at) => at) : columnsOf(table, model)).filter((at) => at !== label);
  const made = columns.flatMap((at) => encoded(table, at, model === undefined ? kinds[at]! : "numbers"));
  if (made.length === 0) throw new Error(`${table.name}: expected a column of numbers beside "${table.header[label]!}", got none.`);
  return createDataset({
    name: table.name,
    columns: made.map(({ name }) => name),
    inputs: { values: interleaved(made, table.rows.length), shape: [table.rows.length, made.length] },
    labels,
    targetName: table.header[label]!,
    ...(model === undefined ? {} : { classes: model.task.classes }),
    ...(model?.image === undefined ? {} : { image: model.image }),
  });
}

function columnsOf({ name, header }: Table, model: TableModel): number[] {
  return model.columns.map((column) => {
    const at = header.indexOf(column);
    if (at >= 0) return at;
    throw new Error(`${name}, line 1: expected a column "${column}" of the model, got ${header.length} others.`);
  });
}

interface Encoded {
  readonly name: string;
  readonly values: Float64Array;
}

function encoded(table: Table, at: number, kind: ColumnKind): readonly Encoded[] {
  const { header, rows, lines, name } = table;
  const title = header[at]!;
  const wrong = (row: number, expected: string): Error => {
    const text = rows[row]![at]!;
    const hint = text === "" ? "Fill the gap, or leave the row or the column out." : "Mend the cell, or leave the column out.";
    return new Error(
      `${name}, line ${lines[row]!}, column ${at + 1} ("${title}"): expected ${expected}, got ${text === "" ? "an empty cell" : `"${text}"`}. ${hint}`,
    );
  };
  if (kind === "left out") return [];
  if (kind === "categories") {
    const gap = rows.findIndex((cells) => cells[at] === "");
    if (gap >= 0) throw wrong(gap, "a category");
    const categories = [...new Set(rows.map((cells) => cells[at]!))].sort();
    return categories.map((category) => ({
      name: `${title}=${category}`,
      values: Float64Array.from(rows, (cells) => Number(cells[at] === category)),
    }));
  }
  const values = Float64Array.from(rows, (cells) => numberIn(cells[at]!));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw wrong(bad, "a number");
  return [{ name: title, values }];
}

function interleaved(columns: readonly Encoded[], rows: number): Float64Array {
  const values = new Float64Array(rows * columns.length);
  columns.forEach((column, k) => column.values.forEach((value, row) => (values[row * columns.length + k] = value)));
  return values;
}

/** Whole numbers as numbers, anything else as text; those of a model as it has them. */
function labelsOf(table: Table, label: number, model: TableModel | undefined): Label[] {
  const { name, rows, lines, header } = table;
  const texts = rows.map((cells) => cells[label]!);
  const wrong = (row: number, expected: string): Error =>
    new Error(
      `${name}, line ${lines[row]!}, column ${label + 1} ("${header[label]!}"): expected ${expected}, got ${texts[row] === "" ? "an empty cell" : `"${texts[row]!}"`}.`,
    );
  const gap = texts.indexOf("");
  if (gap >= 0) throw wrong(gap, "a class");
  if (model !== undefined) {
    const known = new Map(model.task.classes.map((each) => [String(each), each]));
    const other = texts.findIndex((text) => !known.has(text));
    if (other >= 0) throw wrong(other, `one of the classes of the model, ${[...known.keys()].slice(0, 12).join(", ")}`);
    return texts.map((text) => known.get(text)!);
  }
  const different = new Set(texts).size;
  const where = `${name}, column ${label + 1} ("${header[label]!}")`;
  if (different < 2) throw new Error(`${where}: expected at least two classes, got "${texts[0]!}" in every row.`);
  if (different > MOST_CLASSES) {
    throw new Error(
      `${where}: expected at most ${MOST_CLASSES} classes, got ${different} different values. The explorer shows networks that answer classes, not numbers.`,
    );
  }
  return texts.every((text) => Number.isInteger(numberIn(text))) ? texts.map(numberIn) : texts;
}
