import type { Dataset } from "../data/dataset.js";
import { type Scaling, scaleValue } from "../data/scaling.js";

/** One column over all rows, as the network sees it. */
export interface ColumnStatistics {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
  /** Root mean square: what the weights are multiplied by. */
  readonly rms: number;
  readonly constant: boolean;
}

/** @param dataset with its columns in the model's order */
export function columnStatistics({ columns, inputs, rowCount }: Dataset, scaling: Scaling): ColumnStatistics[] {
  const width = columns.length;
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let row = 0, i = 0; row < rowCount; row++) {
    const share = 1 / (row + 1);
    for (let k = 0; k < width; k++, i++) {
      const value = inputs[i]!;
      const off = value - mean[k]!;
      mean[k]! += off * share;
      squares[k]! += off * (value - mean[k]!);
    }
  }
  return columns.map((name, k) => {
    const raw = Math.sqrt(squares[k]! / rowCount);
    // What is only the rounding of a constant counts as none, as where a scaling is fitted.
    const constant = !(raw > 1e-12 * Math.abs(mean[k]!));
    const scaled = scaleValue(scaling, mean[k]!, k);
    const deviation = constant ? 0 : Math.abs(scaleValue(scaling, raw, k) - scaleValue(scaling, 0, k));
    return { name, mean: scaled, deviation, rms: Math.sqrt(scaled * scaled + deviation * deviation), constant };
  });
}
