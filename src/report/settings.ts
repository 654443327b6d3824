import { ChainruleError } from "../base/errors.js";
import type { Answers } from "../diagnose/answers.js";
import type { Model } from "../training/model.js";
import { rawColumnsOf } from "./prepared-columns.js";

/** Of importance: rows at most and at least, in between as many as take a few seconds; and how often columns are shuffled, in all. */
const IMPORTANCE = { most: 2_000, least: 200, products: 2e10, repeats: 5, passes: 1_000 };
/** Reasons a row. */
export const TOP = 5;

/** How often columns are shuffled. */
export function usualRepeats(model: Model): number {
  return Math.max(1, Math.min(IMPORTANCE.repeats, Math.floor(IMPORTANCE.passes / rawColumnsOf(model).length)));
}

/** Rows on which that is measured. */
export function importanceRows(model: Model, repeats: number): number {
  const passes = rawColumnsOf(model).length * repeats;
  const rows = Math.floor(IMPORTANCE.products / passes / model.network.layout.length);
  return Math.min(IMPORTANCE.most, Math.max(IMPORTANCE.least, rows));
}

/** @throws ChainruleError `E_NON_FINITE` where an output cannot be measured */
export function checkFinite({ nonFinite }: Answers): void {
  if (nonFinite.length === 0) return;
  throw new ChainruleError("E_NON_FINITE", {
    where: `the outputs of row ${nonFinite[0]!}`,
    expected: "finite numbers",
    got: `NaN or an infinity, in ${nonFinite.length} rows`,
    hint: "Are the inputs in the units of the training data?",
  });
}

/** @throws ChainruleError `E_USAGE` */
export function checkCount(where: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ChainruleError("E_USAGE", { where, expected: `a whole number of at least ${least}`, got: String(value) });
}
