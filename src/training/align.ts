import { ChainruleError, show } from "../base/errors.js";
import { nearest, suggestion } from "../base/spelling.js";
import type { Dataset } from "../data/dataset.js";
import { fingerprint } from "../data/fingerprint.js";
import { rowNumbers } from "../data/rows.js";
import { PART_NAMES, type PartName, partRows, split, type Split } from "../data/split.js";
import type { Model } from "./model.js";

/**
 * A data set in the column order of a model. Columns are found by name; where the data set or the model only numbers its
 * columns (`x0`, `x1`, ...) or holds images, they are taken in order.
 *
 * @throws ChainruleError `E_DATA` where the widths differ or a column is missing
 */
export function alignColumns(model: Pick<Model, "columns">, dataset: Dataset): Dataset {
  const wanted = model.columns;
  const given = dataset.columns;
  if (wanted.length === given.length && wanted.every((name, k) => name === given[k])) return dataset;
  const positions = wanted.map((name) => given.indexOf(name));
  if (positions.every((position) => position >= 0)) return reorder(dataset, wanted, positions);
  const positional = dataset.image !== undefined || isNumbered(given) || isNumbered(wanted);
  if (positional && wanted.length === given.length) return dataset;
  const missing = wanted.filter((name) => !given.includes(name));
  const guess = nearest(
    missing[0]!,
    given.filter((name) => !wanted.includes(name)),
  );
  throw new ChainruleError("E_DATA", {
    where: `the columns of "${dataset.name}"`,
    expected: `the ${wanted.length} inputs of the model`,
    got: `${given.length} columns`,
    hint: `Missing: ${show(missing)}.${guess === undefined ? "" : ` Is "${guess}" meant for "${missing[0]!}"?`}`,
  });
}

function isNumbered(columns: readonly string[]): boolean {
  return columns.every((name, index) => name === `x${index}`);
}

function reorder(dataset: Dataset, columns: readonly string[], positions: readonly number[]): Dataset {
  const { rowCount, inputs } = dataset;
  const width = dataset.columns.length;
  const values = new Float64Array(rowCount * positions.length);
  for (let row = 0; row < rowCount; row++) {
    positions.forEach((position, k) => (values[row * positions.length + k] = inputs[row * width + position]!));
  }
  return { ...dataset, columns, inputs: values };
}

/** The parts that a model's own data was divided into, or undefined where this is other data. */
export function rememberedSplit({ split: record }: Model, dataset: Dataset): Split | undefined {
  if (record !== undefined && record.fingerprint === dataset.remembered?.fingerprint) return dataset.remembered.parts;
  if (record?.rows !== dataset.rowCount || record.fingerprint !== fingerprint(dataset)) return undefined;
  return split(dataset, record);
}

/**
 * The rows that a part names. Left out, it is the held-out part of the data that the model was trained on (where it has
 * one), and every row of any other data.
 *
 * @throws ChainruleError `E_USAGE` for a part of data that the model was not trained on
 */
export function choosePart(
  model: Model,
  dataset: Dataset,
  part: PartName | undefined,
): { rows: Uint32Array; part: PartName; known: boolean } {
  if (part !== undefined && !PART_NAMES.includes(part)) {
    const expected = `one of ${PART_NAMES.join(", ")}`;
    throw new ChainruleError("E_USAGE", { where: "part", expected, got: show(part), ...suggestion(part, PART_NAMES) });
  }
  const parts = rememberedSplit(model, dataset);
  if (parts !== undefined) {
    const chosen = part ?? (parts.test.length > 0 ? "test" : "all");
    const rows = partRows(dataset, parts, chosen);
    if (rows.length > 0) return { rows, part: chosen, known: true };
    throw new ChainruleError("E_USAGE", {
      where: "part",
      expected: "a part with rows in it",
      got: `"${chosen}", which is empty in this model's split`,
    });
  }
  if (part === undefined || part === "all") return { rows: rowNumbers(0, dataset.rowCount), part: "all", known: false };
  // The source's own test part needs no split to be known.
  if (part === "test" && dataset.testFrom !== undefined) {
    return { rows: rowNumbers(dataset.testFrom, dataset.rowCount), part, known: false };
  }
  throw new ChainruleError("E_USAGE", {
    where: "part",
    expected: `"all", since the model was not trained on "${dataset.name}" as it is now`,
    got: `"${part}"`,
  });
}

/** A half-open range of row numbers, [from, to). */
export type RowRange = readonly [from: number, to: number];

/** @throws ChainruleError `E_USAGE` for a range that is empty or not within the data */
export function rowsOfRange(dataset: Dataset, [from, to]: RowRange): Uint32Array {
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= dataset.rowCount) {
    return rowNumbers(from, to);
  }
  throw new ChainruleError("E_USAGE", {
    where: "rows",
    expected: `a half-open range within 0..${dataset.rowCount}`,
    got: `${from}..${to}`,
  });
}
