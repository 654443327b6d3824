import { ChainruleError } from "../base/errors.js";
import { checkSeed, createRandom, shuffle, STREAM } from "../base/random.js";
import type { Dataset } from "../data/dataset.js";
import { rowNumbers } from "../data/rows.js";
import type { PartName, Split } from "../data/split.js";
import { rememberedSplit } from "../training/align.js";
import type { Model } from "../training/model.js";

/** Which rows are looked at, and what for. */
export interface ChosenRows {
  /** The parts of the training; undefined where the model was trained on other data. */
  readonly parts: Split | undefined;
  /** Rows that derivatives and units are measured on, in the order they were drawn in. */
  readonly sample: Uint32Array;
  /** What they were drawn from. */
  readonly sampledFrom: "train" | "all";
  /** Rows that the fit is measured on. */
  readonly fit: Uint32Array;
  readonly fitOn: PartName;
}

/** A validation part of fewer rows says less than a test part. */
const FEWEST_ROWS = 30;

/** @throws ChainruleError `E_DATA` where there is no row, `E_USAGE` for a number of rows or a seed that is none */
export function chooseRows(model: Model, dataset: Dataset, rows: number, seed: number): ChosenRows {
  if (!(Number.isSafeInteger(rows) && rows >= 1)) {
    throw new ChainruleError("E_USAGE", { where: "rows", expected: "a whole number of at least 1", got: String(rows) });
  }
  if (dataset.rowCount === 0) throw new ChainruleError("E_DATA", { where: dataset.name, expected: "at least one row", got: "none" });
  const random = createRandom(checkSeed(seed), STREAM.sample);
  const parts = rememberedSplit(model, dataset);
  const all = rowNumbers(0, dataset.rowCount);
  const fitOn = parts === undefined ? "all" : heldOut(parts);
  return {
    parts,
    sample: shuffle((parts?.train ?? all).slice(), random).slice(0, rows),
    sampledFrom: parts === undefined ? "all" : "train",
    fit: fitOn === "all" || parts === undefined ? all : parts[fitOn],
    fitOn,
  };
}

/** The test part; without one the validation part; "train" where there is neither. */
function heldOut({ test, validation }: Split): "test" | "validation" | "train" {
  return test.length > 0 ? "test" : validation.length > 0 ? "validation" : "train";
}

/** The part to compare the training rows with: validation, or the test part where that says more; undefined where there is neither. */
export function comparedPart({ test, validation }: Split): "test" | "validation" | undefined {
  if (validation.length >= FEWEST_ROWS || (validation.length > 0 && test.length === 0)) return "validation";
  return test.length > 0 ? "test" : undefined;
}

/** Says in which part of the training data a row stands. */
export function partFinder(parts: Split | undefined): (row: number) => Exclude<PartName, "all"> | null {
  if (parts === undefined) return () => null;
  const [validation, test] = [new Set(parts.validation), new Set(parts.test)];
  return (row) => (test.has(row) ? "test" : validation.has(row) ? "validation" : "train");
}
