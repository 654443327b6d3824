import { ChainruleError } from "../base/errors.js";
import type { Dataset } from "./dataset.js";
import { inputRow } from "./read-rows.js";

export const SCALING_NAMES = ["factor", "standard", "minmax", "none"] as const;
export type ScalingName = (typeof SCALING_NAMES)[number];

/**
 * What happens to raw inputs before they enter the network; part of the model. `factor` divides everything by one number,
 * so that zero stays zero; `standard` is (x - mean) / deviation and `minmax` (x - minimum) / range, by column.
 */
export type Scaling =
  | { readonly kind: "none" }
  | { readonly kind: "factor"; readonly factor: number }
  | { readonly kind: "standard"; readonly mean: readonly number[]; readonly deviation: readonly number[] }
  | { readonly kind: "minmax"; readonly minimum: readonly number[]; readonly range: readonly number[] };

/** The scaling that fits a kind of data: one factor for images, standard for tables. */
export function defaultScaling(dataset: Dataset): ScalingName {
  return dataset.image === undefined ? "standard" : "factor";
}

/**
 * Fits a scaling on the given rows only. A constant column gets a deviation or range of 1, so that it becomes 0.
 *
 * @param kept columns that enter as they are: those of categories, and of yes and no
 * @throws ChainruleError `E_USAGE` for `factor` on data that are not images and hold no value above 0, or where columns are kept
 */
export function fitScaling(dataset: Dataset, rows: Uint32Array, kind: ScalingName, kept: readonly number[] = []): Scaling {
  const scaling = fitAll(dataset, rows, kind);
  if (kept.length === 0 || scaling.kind === "none") return scaling;
  const other = (values: readonly number[], value: number): number[] => values.map((own, k) => (kept.includes(k) ? value : own));
  switch (scaling.kind) {
    case "standard":
      return { ...scaling, mean: other(scaling.mean, 0), deviation: other(scaling.deviation, 1) };
    case "minmax":
      return { ...scaling, minimum: other(scaling.minimum, 0), range: other(scaling.range, 1) };
    case "factor":
      throw new ChainruleError("E_USAGE", {
        where: "scale",
        expected: "standard, minmax or none beside categories and answers of yes or no, which are not scaled",
        got: "factor",
      });
  }
}

function fitAll(dataset: Dataset, rows: Uint32Array, kind: ScalingName): Scaling {
  switch (kind) {
    case "none":
      return { kind };
    case "factor":
      return { kind, factor: dataset.image?.maximum ?? largestMagnitude(dataset, rows) };
    case "standard": {
      const mean = columnMeans(dataset, rows);
      const squares = new Float64Array(mean.length);
      // x * x rather than x ** 2, which ECMAScript leaves to the runtime.
      for (const row of rows) inputRow(dataset, row).forEach((x, k) => (squares[k]! += (x - mean[k]!) * (x - mean[k]!)));
      return { kind, mean, deviation: Array.from(squares, (sum, k) => positiveOr1(Math.sqrt(sum / rows.length), mean[k]!)) };
    }
    case "minmax": {
      const minimum = new Array<number>(dataset.columns.length).fill(Infinity);
      const maximum = new Array<number>(dataset.columns.length).fill(-Infinity);
      for (const row of rows) {
        inputRow(dataset, row).forEach((x, k) => {
          minimum[k] = Math.min(minimum[k]!, x);
          maximum[k] = Math.max(maximum[k]!, x);
        });
      }
      return { kind, minimum, range: maximum.map((high, k) => positiveOr1(high - minimum[k]!, high)) };
    }
  }
}

/** A spread that is only the rounding of a constant column counts as none. */
function positiveOr1(spread: number, level: number): number {
  return spread > 1e-12 * Math.abs(level) ? spread : 1;
}

function columnMeans(dataset: Dataset, rows: Uint32Array): number[] {
  const sums = new Float64Array(dataset.columns.length);
  for (const row of rows) inputRow(dataset, row).forEach((x, k) => (sums[k]! += x));
  return Array.from(sums, (sum) => sum / rows.length);
}

function largestMagnitude(dataset: Dataset, rows: Uint32Array): number {
  let largest = 0;
  for (const row of rows) inputRow(dataset, row).forEach((x) => (largest = Math.max(largest, Math.abs(x))));
  if (largest > 0) return largest;
  throw new ChainruleError("E_USAGE", { where: "scale", expected: "some input other than 0 to take the factor from", got: "factor" });
}

/** One scaled input, in float64: raw value x of column k. */
export function scaleValue(scaling: Scaling, x: number, k: number): number {
  switch (scaling.kind) {
    case "none":
      return x;
    case "factor":
      return x / scaling.factor;
    case "standard":
      return (x - scaling.mean[k]!) / scaling.deviation[k]!;
    case "minmax":
      return (x - scaling.minimum[k]!) / scaling.range[k]!;
  }
}

/** One scaled row, shape (columns), float64. */
export function scaleRow(scaling: Scaling, raw: ArrayLike<number>): Float64Array {
  const scaled = new Float64Array(raw.length);
  for (let k = 0; k < scaled.length; k++) scaled[k] = scaleValue(scaling, raw[k]!, k);
  return scaled;
}
