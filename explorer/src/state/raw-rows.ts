import { computed } from "@preact/signals";
import type { Cell, Dataset, PreparedDataset, TableRow } from "chainrule";
import { cellsOf, type RawRows } from "./raw-cells.js";
import { drawing, row, session } from "./session.js";
import type { ShownTarget } from "./task.js";

// The cells of a table that was opened, as its file has them: what the network gets of them are other numbers.

const tables = new WeakMap<Dataset, RawRows>();
const typed = new WeakMap<Float64Array, TableRow>();

/** Keeps the raw rows of a data set as long as that is there. */
export function keepRaw(dataset: Dataset, rows: RawRows): void {
  tables.set(dataset, rows);
}

/** One row as a table of its own. */
export function packed(cells: readonly (readonly [name: string, cell: Cell])[]): RawRows {
  const bytes = new TextEncoder().encode(JSON.stringify(cells.map(([, cell]) => cell)));
  return { columns: cells.map(([name]) => name), bytes, starts: Uint32Array.of(0, bytes.length), rows: Uint32Array.of(0) };
}

/** Keeps the raw row that inputs were made of which take the place of a row's. */
export function keepTyped(inputs: Float64Array, cells: TableRow): void {
  typed.set(inputs, cells);
}

/** All raw rows of a data set; undefined where it is not of a table, or its file is not here. */
export function rawRowsOf(dataset: Dataset): RawRows | undefined {
  return tables.get(dataset);
}

/** The cells of a row that the network gets. */
export function rawRow(dataset: Dataset, at: number): TableRow | undefined {
  const table = tables.get(dataset);
  if (table === undefined) return undefined;
  const cells = cellsOf(table, table.rows[at]!);
  return table.inputs === undefined ? cells : Object.fromEntries(table.inputs.map((name) => [name, cells[name]]));
}

/** The cells of the row that is looked at. */
export const shownCells = computed((): TableRow | undefined => {
  const open = session.value;
  const own = drawing.value;
  return own === undefined ? open && rawRow(open.dataset, row.value) : typed.get(own);
});

/** A cell as it is read; a dash where it is empty. */
export function cellText(cell: Cell): string {
  return cell === null || cell === undefined || cell === "" ? "–" : String(cell);
}

/** What a table's columns become, where the data set is of one. */
export function preparationOf(dataset: Dataset): PreparedDataset["preparation"] | undefined {
  return (dataset as Partial<PreparedDataset<ShownTarget>>).preparation;
}
