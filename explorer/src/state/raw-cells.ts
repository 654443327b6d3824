import type { Cell, ColumnSchema, TableRow } from "chainrule";

// Workers read them too: nothing of the page may be imported here.

/** The raw rows of a data set, packed: millions of cells come from another thread without being copied one by one. */
export interface RawRows {
  readonly columns: readonly string[];
  /** Those that the network gets; all of them where left out. */
  readonly inputs?: readonly string[];
  /** The cells of each row of the file as a JSON list, in UTF-8. */
  readonly bytes: Uint8Array;
  /** Where each row of the file begins in `bytes`, and behind them where the last one ends. */
  readonly starts: Uint32Array;
  /** The row of the file that each row of the data set is. */
  readonly rows: Uint32Array;
  /** What was found of all columns of the file, and what is worth knowing of it, where they were prepared here. */
  readonly schema?: readonly ColumnSchema[];
  readonly notes?: readonly string[];
}

/** The cells of a row of the file by their columns. */
export function cellsOf({ columns, bytes, starts }: RawRows, fileRow: number): TableRow {
  const cells = JSON.parse(new TextDecoder().decode(bytes.subarray(starts[fileRow], starts[fileRow + 1]))) as Cell[];
  return Object.fromEntries(columns.map((name, column) => [name, cells[column]]));
}
