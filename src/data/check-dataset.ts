import { ChainruleError, show } from "../base/errors.js";
import type { Dataset, InputValues, Target } from "./dataset.js";
import { isStored } from "./stored-rows.js";

/**
 * Makes sure of a data set that may have been put together by hand, or by a program without types: shapes that fit each other, classes that
 * are there, and numbers that are finite.
 *
 * @param where what the error calls it if it is no data set at all
 * @throws ChainruleError `E_DATA`, naming row and column for a number that is not finite
 */
export function checkDataset(dataset: unknown, where = "data"): asserts dataset is Dataset {
  if (!isDataset(dataset)) {
    throw new ChainruleError("E_DATA", {
      where,
      expected: "a data set",
      got: show(dataset),
      hint: "createDataset makes one of arrays and rows of objects, encodeTable of a table that is to be predicted.",
    });
  }
  const { columns, rowCount, target } = dataset;
  // Stored rows are what a preparation has made of cells that were looked at.
  if (!isStored(dataset)) {
    const { inputs } = dataset;
    checkLength(`${where}.inputs`, inputs.length, rowCount * columns.length, `${rowCount} x ${columns.length} numbers`);
    checkFinite(inputs, columns);
  }
  checkTarget(target, rowCount);
}

function isDataset(data: unknown): data is Dataset {
  if (typeof data !== "object" || data === null) return false;
  const { rowCount, columns, stored, target } = data as Partial<Record<keyof Dataset, unknown>>;
  const hasInputs = stored !== undefined || ArrayBuffer.isView((data as Partial<Dataset>).inputs);
  return Number.isSafeInteger(rowCount) && Array.isArray(columns) && hasInputs && typeof (target as Target | null) === "object";
}

/** @throws ChainruleError `E_DATA`, naming row and column, for an input that is not finite */
export function checkFinite(values: InputValues, columns: readonly string[]): void {
  if (values instanceof Uint8Array) return;
  const width = columns.length;
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) throw notFinite(values[at], at, columns, width);
}

function checkTarget(target: Target, rows: number): void {
  switch (target.kind) {
    case "none":
      return;
    case "classes": {
      const { classes, indices, name } = target;
      checkLength("target.indices", indices.length, rows, `${rows}, one a row`);
      const row = indices.findIndex((index) => !(index >= 0 && index < classes.length));
      if (row < 0) return;
      const expected = `the position of one of ${classes.length} classes`;
      throw new ChainruleError("E_DATA", { where: `row ${row}, target "${name}"`, expected, got: String(indices[row]) });
    }
    case "values":
    case "labels": {
      const { names, values } = target;
      checkLength("target.values", values.length, rows * names.length, `${rows} x ${names.length} numbers`);
      if (values instanceof Uint8Array) return;
      const at = values.findIndex((value) => !Number.isFinite(value));
      if (at >= 0) throw notFinite(values[at], at, names, names.length, "target");
    }
  }
}

function checkLength(where: string, got: number, wanted: number, expected: string): void {
  if (got !== wanted) throw new ChainruleError("E_DATA", { where, expected, got: String(got) });
}

function notFinite(value: unknown, at: number, names: readonly string[], width: number, what = "column"): ChainruleError {
  return new ChainruleError("E_DATA", {
    where: `row ${Math.floor(at / width)}, ${what} "${names[at % width] ?? ""}"`,
    expected: "a finite number",
    got: show(value),
    hint: "Leave the row out or fill the gap.",
  });
}
