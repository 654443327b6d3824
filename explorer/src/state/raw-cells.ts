import type { Cell, TableRow } from "chainrule";
import type { RawRows } from "./raw-rows.js";

// Workers read them too: nothing of the page may be imported here.

/** The cells of a row of the file by their columns. */
export function cellsOf({ columns, bytes, starts }: RawRows, fileRow: number): TableRow {
  const cells = JSON.parse(new TextDecoder().decode(bytes.subarray(starts[fileRow], starts[fileRow + 1]))) as Cell[];
  return Object.fromEntries(columns.map((name, column) => [name, cells[column]]));
}
