import { ChainruleError, show } from "../base/errors.js";
import type { Cell } from "./cell.js";
import type { ColumnType } from "./column-types.js";

/** What each type of column expects of a cell. */
export const EXPECTED: Readonly<Record<ColumnType, string>> = {
  numeric: "a finite number, or nothing",
  boolean: "true or false, yes or no, or nothing",
  date: "a day such as 2024-05-31, or nothing",
  "date:dmy": "a day such as 31/5/2024, or nothing",
  "date:mdy": "a day such as 5/31/2024, or nothing",
  categorical: "a category",
};

/** What a cell that does not have its column's type is told. */
export function wrongCell(where: string, type: ColumnType, cell: Cell): ChainruleError {
  return new ChainruleError("E_DATA", { where, expected: EXPECTED[type], got: show(cell) });
}
