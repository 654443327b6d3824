import { ChainruleError } from "../base/errors.js";
import { nearest } from "../base/spelling.js";
import { columnType, encodeCells, type Preparation } from "./preparation.js";
import { wrongCell } from "./wrong-cell.js";
import type { RawRow } from "./source.js";

/**
 * The network's inputs of one raw row, shape (inputs): the same numbers as among many rows.
 *
 * @param width how many inputs it makes
 * @throws ChainruleError `E_DATA` for a column that is not there, and for a cell of another type
 */
export function prepareRow(preparation: Preparation, row: RawRow, width: number): Float64Array {
  const cells = preparation.columns.map(({ name }) => {
    if (Object.hasOwn(row, name)) return row[name];
    const guess = nearest(name, Object.keys(row));
    throw new ChainruleError("E_DATA", {
      where: `input "${name}"`,
      expected: "a cell, null where there is none",
      got: "no column of that name",
      ...(guess === undefined ? {} : { hint: `Is "${guess}" meant?` }),
    });
  });
  const inputs = new Float64Array(width);
  encodeCells(preparation, cells, inputs, (cell, column) => {
    throw wrongCell(`input "${column.name}"`, columnType(column), cell);
  });
  return inputs;
}
