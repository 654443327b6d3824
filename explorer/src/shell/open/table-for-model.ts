import {
  type Cell,
  ChainruleError,
  type ClassificationModel,
  type ClassTarget,
  createDataset,
  type Dataset,
  encodeTable,
  type Label,
  type TableSource,
} from "chainrule";
import type { RawRows } from "../../state/raw-rows.js";
import { packRows } from "./table-rows.js";

/** What a model says of its rows. */
export type TableModel = Pick<ClassificationModel, "columns" | "task" | "image" | "preparation">;

/** Rows for a model, and their cells where the model prepares them. */
export interface ModelData {
  readonly dataset: Dataset<ClassTarget>;
  readonly raw: RawRows | undefined;
}

/**
 * A table as rows of a model: prepared as the model says, or numbers as they are. Rows without a class are left out.
 *
 * @throws ChainruleError `E_DATA`, naming line and column
 */
export async function dataForModel(source: TableSource, mark: "." | ",", model: TableModel): Promise<ModelData> {
  const { columns, preparation, image, task } = model;
  const wanted = preparation === undefined ? columns : preparation.columns.map(({ name }) => name);
  const missing = [task.target, ...wanted].find((name) => !source.columns.includes(name));
  if (missing !== undefined) {
    const got = `${source.columns.length} others`;
    throw new ChainruleError("E_DATA", { where: source.name, expected: `a column "${missing}", as the model has one`, got });
  }
  const { labels, rows, values } = await cellsOf(source, mark, task, preparation === undefined ? columns : []);
  if (preparation === undefined) {
    const inputs = { values: Float64Array.from(values), shape: [rows.length, columns.length] } as const;
    const named = { targetName: task.target, classes: task.classes, ...(image === undefined ? {} : { image }) };
    return { dataset: createDataset({ name: source.name, columns, inputs, labels, ...named }), raw: undefined };
  }
  const encoded = await encodeTable(preparation, source);
  const width = encoded.columns.length;
  const inputs = new Float32Array(rows.length * width);
  rows.forEach((from, to) => inputs.set(encoded.inputs.subarray(from * width, (from + 1) * width), to * width));
  const indices = Int32Array.from(labels, (label) => task.classes.indexOf(label));
  const target = { kind: "classes", name: task.target, classes: task.classes, indices } as const;
  const dataset = { ...encoded, inputs, rowCount: rows.length, target };
  return { dataset, raw: await packRows(source, wanted, rows) };
}

/** The classes of the rows that have one, where these rows stand, and their numbers. */
async function cellsOf(
  source: TableSource,
  mark: "." | ",",
  { target, classes }: TableModel["task"],
  columns: readonly string[],
): Promise<{ readonly labels: Label[]; readonly rows: Uint32Array; readonly values: number[] }> {
  const known = new Map(classes.map((label) => [String(label), label]));
  const places = columns.map((name) => source.columns.indexOf(name));
  const at = source.columns.indexOf(target);
  const fail = (row: number, column: string, expected: string, cell: Cell): never => {
    const got = isEmpty(cell) ? "an empty cell" : `"${String(cell)}"`;
    throw new ChainruleError("E_DATA", { where: source.place(row, column), expected, got });
  };
  const labels: Label[] = [];
  const rows: number[] = [];
  const values: number[] = [];
  let row = -1;
  for await (const batch of source.batches()) {
    for (const cells of batch) {
      row += 1;
      const cell = cells[at];
      if (isEmpty(cell)) continue;
      const text = String(cell);
      const label =
        known.get(text) ??
        known.get(text.replace(/\.$/, "")) ??
        known.get(String(numberIn(cell, mark))) ??
        fail(row, target, `one of the classes of the model, ${[...known.keys()].slice(0, 12).join(", ")}`, cell);
      labels.push(label);
      rows.push(row);
      for (const place of places) {
        const value = numberIn(cells[place], mark);
        values.push(Number.isFinite(value) ? value : fail(row, source.columns[place]!, "a number", cells[place]));
      }
    }
  }
  if (rows.length === 0) throw new ChainruleError("E_DATA", { where: source.name, expected: `rows with a "${target}"`, got: "none" });
  return { labels, rows: Uint32Array.from(rows), values };
}

function isEmpty(cell: Cell): boolean {
  return cell === null || cell === undefined || cell === "" || cell === "?";
}

function numberIn(cell: Cell, mark: "." | ","): number {
  if (typeof cell !== "string") return typeof cell === "number" ? cell : NaN;
  return cell === "" ? NaN : Number(mark === "," ? cell.replaceAll(".", "").replace(",", ".") : cell);
}
