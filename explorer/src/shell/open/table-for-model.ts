import { type Cell, ChainruleError, createDataset, encodeTable, type TableSource } from "chainrule";
import type { RawRows } from "../../state/raw-cells.js";
import { packRows } from "./table-rows.js";
import type { ShownData, ShownModel, ShownTarget } from "../../state/task.js";

/** What a model says of its rows. */
export type TableModel = Pick<ShownModel, "columns" | "task" | "image" | "preparation">;

/** Rows for a model, and their cells where the model prepares them. */
export interface ModelData {
  readonly dataset: ShownData;
  readonly raw: RawRows | undefined;
}

/**
 * A table as rows of a model: prepared as the model says, or numbers as they are. Rows without a class, or without a number to learn, are left out.
 *
 * @throws ChainruleError `E_DATA`, naming line and column
 */
export async function dataForModel(source: TableSource, mark: "." | ",", model: TableModel): Promise<ModelData> {
  const { columns, preparation, image, task } = model;
  const wanted = preparation === undefined ? columns : preparation.columns.map(({ name }) => name);
  const learned = task.kind === "classification" ? [task.target] : task.targets;
  const missing = [...learned, ...wanted].find((name) => !source.columns.includes(name));
  if (missing !== undefined) {
    const got = `${source.columns.length} others`;
    throw new ChainruleError("E_DATA", { where: source.name, expected: `a column "${missing}", as the model has one`, got });
  }
  const { answers, rows, values } = await cellsOf(source, mark, task, preparation === undefined ? columns : []);
  if (preparation === undefined) {
    const inputs = { values: Float64Array.from(values), shape: [rows.length, columns.length] } as const;
    const common = { name: source.name, columns, inputs, ...(image === undefined ? {} : { image }) };
    return { dataset: { ...createDataset(common), target: targetOf(task, answers) }, raw: undefined };
  }
  const encoded = await encodeTable(preparation, source);
  const width = encoded.columns.length;
  const inputs = new Float32Array(rows.length * width);
  rows.forEach((from, to) => inputs.set(encoded.inputs.subarray(from * width, (from + 1) * width), to * width));
  const dataset = { ...encoded, inputs, rowCount: rows.length, target: targetOf(task, answers) };
  return { dataset, raw: await packRows(source, wanted, rows) };
}

/** @param answers positions of classes, shape (rows), or numbers, shape (rows x targets) */
function targetOf(task: TableModel["task"], answers: readonly number[]): ShownTarget {
  if (task.kind === "regression") return { kind: "values", names: task.targets, values: Float64Array.from(answers) };
  return { kind: "classes", name: task.target, classes: task.classes, indices: Int32Array.from(answers) };
}

/** What the rows that have it should be answered with, where these rows stand, and their numbers. */
async function cellsOf(
  source: TableSource,
  mark: "." | ",",
  task: TableModel["task"],
  columns: readonly string[],
): Promise<{ readonly answers: number[]; readonly rows: Uint32Array; readonly values: number[] }> {
  const places = columns.map((name) => source.columns.indexOf(name));
  const learned = task.kind === "classification" ? [task.target] : task.targets;
  const targets = learned.map((name) => source.columns.indexOf(name));
  const fail = (row: number, column: string, expected: string, cell: Cell): never => {
    const got = isEmpty(cell) ? "an empty cell" : `"${String(cell)}"`;
    throw new ChainruleError("E_DATA", { where: source.place(row, column), expected, got });
  };
  const known = new Map(task.kind === "classification" ? task.classes.map((label, position) => [String(label), position]) : []);
  const answerOf = (cell: Cell, row: number, column: string): number => {
    const value = numberIn(cell, mark);
    if (task.kind === "regression") return Number.isFinite(value) ? value : fail(row, column, "a number", cell);
    const text = String(cell);
    return (
      known.get(text) ??
      known.get(text.replace(/\.$/, "")) ??
      known.get(String(value)) ??
      fail(row, column, `one of the classes of the model, ${[...known.keys()].slice(0, 12).join(", ")}`, cell)
    );
  };
  const answers: number[] = [];
  const rows: number[] = [];
  const values: number[] = [];
  let row = -1;
  for await (const batch of source.batches()) {
    for (const cells of batch) {
      row += 1;
      if (targets.some((at) => isEmpty(cells[at]))) continue;
      learned.forEach((name, j) => answers.push(answerOf(cells[targets[j]!], row, name)));
      rows.push(row);
      for (const place of places) {
        const value = numberIn(cells[place], mark);
        values.push(Number.isFinite(value) ? value : fail(row, source.columns[place]!, "a number", cells[place]));
      }
    }
  }
  if (rows.length === 0)
    throw new ChainruleError("E_DATA", { where: source.name, expected: `rows with a "${learned.join('" and a "')}"`, got: "none" });
  return { answers, rows: Uint32Array.from(rows), values };
}

function isEmpty(cell: Cell): boolean {
  return cell === null || cell === undefined || cell === "" || cell === "?";
}

function numberIn(cell: Cell, mark: "." | ","): number {
  if (typeof cell !== "string") return typeof cell === "number" ? cell : NaN;
  return cell === "" ? NaN : Number(mark === "," ? cell.replaceAll(".", "").replace(",", ".") : cell);
}
