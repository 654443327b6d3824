import type { LayerStatistics } from "../kernels/contract.js";
import { type ActivationName, activations } from "../network/activations.js";

// What a step did to a layer, measured in float64: the portable engine and the reference, in plain TypeScript. The kernels of
// the WebAssembly engine measure the same (assembly/statistics.ts).

/** Share of the largest slope of an activation below which it counts as saturated. */
const SATURATED = 0.05;

/** A unit whose |da/dz| is at most this, a float32, is saturated; 0 where slopes have no bound. */
export function saturationOf(activation: ActivationName): number {
  if (activation === "softmax") return 0;
  const { steepest } = activations[activation];
  return steepest < Infinity ? Math.fround(SATURATED * steepest) : 0;
}

type Numbers = Float32Array | Float64Array;

/**
 * A layer before and after a step. Shapes: weights (n_l, n_(l-1)) in any one order; da/dz before it (rows x n_l), `n` neurons a row.
 */
export interface MeasuredLayer {
  readonly layer: number;
  readonly activation: ActivationName;
  readonly before: Numbers;
  readonly after: Numbers;
  readonly gradient: Numbers;
  readonly slopes: Numbers;
  readonly rows: number;
  readonly n: number;
}

export function measureLayer({ layer, activation, before, after, gradient, slopes, rows, n }: MeasuredLayer): LayerStatistics {
  let [g2, w2, u2] = [0, 0, 0];
  for (let i = 0; i < after.length; i++) {
    g2 += gradient[i]! ** 2;
    w2 += after[i]! ** 2;
    u2 += (after[i]! - before[i]!) ** 2;
  }
  return {
    layer,
    gradient: Math.sqrt(g2 / after.length),
    weight: Math.sqrt(w2 / after.length),
    update: Math.sqrt(u2 / after.length),
    ...countUnits(activation, slopes, rows, n),
  };
}

/** Shares of units that are dead, and saturated, on every row of the batch. */
function countUnits(activation: ActivationName, slopes: Numbers, rows: number, n: number): Pick<LayerStatistics, "dead" | "saturated"> {
  if (activation === "identity" || activation === "softmax") return { dead: 0, saturated: 0 };
  const least = saturationOf(activation);
  const [counts, all] = [{ dead: 0, saturated: 0 }, Array.from({ length: rows }, (_, row) => row * n)];
  for (let j = 0; j < n; j++) {
    if (all.every((at) => slopes[at + j] === 0)) counts.dead += 1;
    else if (all.every((at) => Math.abs(slopes[at + j]!) <= least)) counts.saturated += 1;
  }
  return { dead: counts.dead / n, saturated: counts.saturated / n };
}
