import { quantile } from "../table/fit-curve.js";
import { sum } from "../training/metrics/weights.js";
import type { ValueSection } from "./report.js";

const BINS = 21;
const MOST_POINTS = 1000;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Errors of a target, and points for a picture. @param actual shape (rows) @param predicted the same, in the same units */
export function residualsOf(actual: Float64Array, predicted: Float64Array): Pick<ValueSection, "residuals" | "points"> {
  const errors = actual.map((value, row) => value - predicted[row]!);
  const sorted = errors.slice().sort();
  const mean = sum(errors) / errors.length;
  const deviation = Math.sqrt(sum(errors.map((error) => (error - mean) * (error - mean))) / errors.length);
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const width = (high - low) / BINS || 1;
  const count = high > low ? BINS : 1;
  const rows = new Array<number>(count).fill(0);
  for (const error of errors) rows[Math.min(count - 1, Math.floor((error - low) / width))]! += 1;
  const edge = (bin: number): number => (bin === count ? Math.max(high, low) : low + bin * width);
  const every = Math.max(1, errors.length / MOST_POINTS);
  const points = Array.from({ length: Math.min(errors.length, MOST_POINTS) }, (_, i) => {
    const row = Math.floor(i * every);
    return [actual[row]!, predicted[row]!] as const;
  });
  return {
    residuals: {
      mean,
      deviation,
      quantiles: QUANTILES.map((share) => quantile(sorted, share)),
      bins: rows.map((inBin, bin) => ({ from: edge(bin), to: edge(bin + 1), rows: inBin })),
    },
    points,
  };
}
