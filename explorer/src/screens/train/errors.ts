import { costKind } from "chainrule";
import { partsOf } from "../../state/parts.js";
import type { Session } from "../../state/session.js";

/** Mean costs as people read them where numbers are learned. */
export interface Errors {
  /** What is learned. */
  readonly name: string;
  /** Root of the mean squared error, in the units of the target. */
  readonly rmse: (cost: number) => number;
  /** The share of the variance of a part's rows that is explained: 1 - error / variance. NaN of rows that are all equal. */
  readonly r2: (cost: number, part: "train" | "validation") => number;
}

/** The mean squared error of one standardised number in a cost, by the costs that have it. */
const SQUARES: Readonly<Record<string, number>> = { "squared-error": 1, "mean-squared-error": 1, "half-squared-error": 2 };

/** Undefined of classes, of several numbers, and of costs in which there is no squared error. */
export function errorsOf(open: Session): Errors | undefined {
  const { model, dataset } = open;
  const factor = SQUARES[costKind(model.network.description.cost)];
  const { task } = model;
  const { target } = dataset;
  if (task.kind !== "regression" || target.kind !== "values" || task.targets.length > 1 || factor === undefined) return undefined;
  const square = (cost: number): number => factor * cost * task.deviation[0]! ** 2;
  return {
    name: task.targets[0]!,
    rmse: (cost) => Math.sqrt(square(cost)),
    r2: (cost, part) => 1 - square(cost) / varianceOf(target.values, partsOf(open)[part]),
  };
}

const variances = new WeakMap<Uint32Array, number>();

/** @param rows always the same array for the same rows */
function varianceOf(values: Float64Array, rows: Uint32Array): number {
  let variance = variances.get(rows);
  if (variance === undefined) {
    const mean = rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
    variance = rows.reduce((sum, row) => sum + (values[row]! - mean) ** 2, 0) / rows.length || NaN;
    variances.set(rows, variance);
  }
  return variance;
}
