import type { CurveName } from "./curve.js";
import { datePart, usefulParts } from "./date-parts.js";
import { fitCurve, quantile } from "./fit-curve.js";
import type { ColumnPreparation } from "./preparation.js";
import { type ColumnType, isDate, orderOf } from "./column-types.js";
import type { TypedColumn } from "./typed.js";

export interface PreparationSettings {
  readonly curve: CurveName;
  /** Categories from which on a column is embedded. */
  readonly embedFrom: number;
  /** Whether numeric columns stand there twice. */
  readonly periodic: boolean;
}

/** Categories in fewer training rows than this share the place of all others. */
const RARE = 5;

/** What a column is fitted on: what its training rows hold. */
export type ColumnContent =
  /** Those that are there, in any order; all of them, or a sample. */
  | { readonly kind: "numbers"; readonly numbers: Float64Array; readonly missing: boolean }
  /** How many rows have each category. */
  | {
      readonly kind: "categories";
      readonly categories: readonly string[];
      readonly counts: Int32Array;
      readonly missing: boolean;
      readonly rows: number;
    };

/** What the given rows of a column hold. */
export function contentOf(column: TypedColumn, rows: Uint32Array): ColumnContent {
  if (column.kind === "numbers") {
    const numbers = Float64Array.from(rows, (row) => column.values[row]!).filter((value) => !Number.isNaN(value));
    return { kind: "numbers", numbers, missing: numbers.length < rows.length };
  }
  const { codes, categories } = column;
  const counts = new Int32Array(categories.length);
  let missing = false;
  for (const row of rows) {
    const code = codes[row]!;
    if (code < 0) missing = true;
    else counts[code]! += 1;
  }
  return { kind: "categories", categories, counts, missing, rows: rows.length };
}

/** Fits a column on what its training rows hold. */
export function fitColumn(
  name: string,
  type: ColumnType,
  content: ColumnContent,
  { curve, embedFrom, periodic }: PreparationSettings,
): ColumnPreparation {
  if (content.kind === "categories") return fitCategories(name, content, embedFrom);
  if (type === "boolean") return { name, kind: "boolean" };
  const { numbers, missing: indicator } = content;
  if (isDate(type)) {
    const order = orderOf(type);
    const parts = usefulParts(numbers).map((part) => {
      const values = numbers.map((seconds) => datePart(part, seconds));
      return { part, curve: fitCurve(values, "standard"), fill: medianOf(values) };
    });
    return { name, kind: "date", ...(order === undefined ? {} : { order }), parts, indicator };
  }
  return { name, kind: "numeric", curve: fitCurve(numbers, curve), fill: medianOf(numbers), indicator, twice: periodic };
}

function medianOf(values: Float64Array): number {
  return values.length === 0 ? 0 : quantile(values.slice().sort(), 0.5);
}

function fitCategories(
  name: string,
  { categories, counts, missing, rows }: Extract<ColumnContent, { kind: "categories" }>,
  embedFrom: number,
): ColumnPreparation {
  const frequent = categories
    .map((category, code) => ({ category, count: counts[code]! }))
    .filter(({ count }) => count >= Math.min(RARE, rows / 10))
    .sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  const encode = frequent.length >= embedFrom ? "embedding" : "one-hot";
  const trained = counts.filter((count) => count > 0).length;
  // What an embedding has for all others has to be learned from some: from the rarest category where all are frequent.
  if (encode === "embedding" && frequent.length === trained) frequent.pop();
  const kept = frequent.map(({ category }) => category);
  return { name, kind: "categorical", categories: kept, others: kept.length < trained, missing, encode };
}
