import { ChainruleError } from "../../base/errors.js";

/**
 * The weight of each row, shape (rows): 1 where none are given.
 *
 * @param name of `values`, which must have `width` numbers a row
 * @throws ChainruleError `E_USAGE` where `values` or `weights` do not fit the rows
 */
export function rowWeights(
  rows: number,
  name: string,
  values: ArrayLike<number>,
  width: number,
  weights: ArrayLike<number> = new Float64Array(rows).fill(1),
): ArrayLike<number> {
  const wrong = values.length !== rows * width;
  if (wrong || weights.length !== rows) {
    throw new ChainruleError("E_USAGE", {
      where: wrong ? name : "weights",
      expected: `${wrong ? rows * width : rows} numbers`,
      got: String((wrong ? values : weights).length),
    });
  }
  return weights;
}

/** A share of the whole; 0 where there is nothing to share. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
