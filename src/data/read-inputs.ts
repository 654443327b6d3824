import { ChainruleError, show } from "../base/errors.js";
import type { InputValues } from "./dataset.js";

/** Inputs as a list of rows, or as one list or typed array with its shape (rows x columns, row-major). */
export type InputSource =
  | readonly (readonly number[] | InputValues)[]
  | { readonly values: ArrayLike<number>; readonly shape: readonly [rows: number, columns: number] };

/** Inputs, row-major, in the array that they came in where it is one of those that a data set has. */
export interface ReadInputs {
  readonly values: InputValues;
  readonly rows: number;
  readonly width: number;
}

/** @throws ChainruleError `E_DATA`, naming the place, for what is no number and for lengths that do not fit */
export function readInputs(inputs: InputSource): ReadInputs {
  // Every array has a method called values, so it is the shape that tells the two forms apart.
  if (typeof (inputs as unknown) === "object" && (inputs as unknown) !== null && "shape" in inputs) return shaped(inputs);
  const list = listOf(inputs as readonly (readonly number[] | InputValues)[], "inputs");
  const width = widthOf(list[0], 0, undefined);
  const values = new Float64Array(list.length * width);
  list.forEach((row, index) => {
    widthOf(row, index, width);
    for (let column = 0; column < width; column++) values[index * width + column] = numberIn(row[column], `inputs[${index}][${column}]`);
  });
  return { values, rows: list.length, width };
}

function shaped({ values, shape }: Extract<InputSource, { readonly shape: unknown }>): ReadInputs {
  const [rows, width] = listOf<number>(shape, "inputs.shape");
  if (!isCount(rows) || !isCount(width)) {
    throw new ChainruleError("E_DATA", { where: "inputs.shape", expected: "whole numbers of rows and columns", got: show(shape) });
  }
  const count = (values as ArrayLike<number> | null)?.length;
  if (count !== undefined && count !== rows * width) {
    throw new ChainruleError("E_DATA", {
      where: "inputs.values",
      expected: `${rows} x ${width} = ${rows * width} numbers, as the shape says`,
      got: String(count),
    });
  }
  if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Uint8Array) return { values, rows, width };
  const list = listOf(values, "inputs.values");
  return { values: Float64Array.from(list, (value, at) => numberIn(value, `inputs.values[${at}]`)), rows, width };
}

/** Zero columns for no row at all. */
function widthOf(row: unknown, index: number, expected: number | undefined): number {
  const length = Array.isArray(row) || ArrayBuffer.isView(row) ? (row as ArrayLike<number>).length : undefined;
  if (length !== undefined && length === (expected ?? length)) return length;
  if (row === undefined && index === 0 && expected === undefined) return 0;
  throw new ChainruleError("E_DATA", {
    where: `inputs[${index}]`,
    expected: expected === undefined ? "a list of numbers, one a column" : `${expected} numbers, as in row 0`,
    got: String(length ?? show(row)),
    ...(typeof row === "number" ? { hint: "Rows of one column are lists of one number." } : {}),
  });
}

/** A hole in a list is a number that is missing: that error names row and column. */
function numberIn(value: unknown, where: string): number {
  if (typeof value === "number") return value;
  if (value === undefined) return NaN;
  throw new ChainruleError("E_DATA", { where, expected: "a number", got: show(value) });
}

/** A list or a typed array as a list; programs without types may hand over anything. */
export function listOf<T>(list: ArrayLike<T>, where: string): readonly T[] {
  if (Array.isArray(list)) return list as readonly T[];
  if (ArrayBuffer.isView(list)) return Array.from(list as unknown as ArrayLike<T>);
  throw new ChainruleError("E_DATA", { where, expected: "a list", got: show(list) });
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
