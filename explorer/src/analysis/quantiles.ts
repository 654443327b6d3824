import { type Quantiles, QUANTILE_SHARES } from "./messages.js";

/** The value at each share of the sorted values, between two of them by their distance; NaN where there is none or one is no number. */
export function quantilesOf(values: Float64Array | Float32Array): Quantiles {
  const n = values.length;
  // A NaN is sorted to the end.
  const sorted = values.slice().sort();
  if (n === 0 || Number.isNaN(sorted[n - 1])) return QUANTILE_SHARES.map(() => NaN);
  return QUANTILE_SHARES.map((share) => {
    const at = share * (n - 1);
    const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
    return low === high ? low : low + (high - low) * (at - Math.floor(at));
  });
}
