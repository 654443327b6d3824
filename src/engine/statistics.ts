import type { LayerStatistics } from "../kernels/contract.js";
import type { ActivationName } from "../network/activations.js";

// What a step did to a layer, measured in float64: the portable engine and the reference, in plain TypeScript. The kernels of
// the WebAssembly engine measure the same (assembly/statistics.ts).

/** Share of the largest slope of an activation below which it counts as saturated. */
export const SATURATED = 0.05;
/** The largest slope da/dz: sigmoid's at z = 0, tanh's at z = 0. */
const LARGEST_SLOPE = { sigmoid: 0.25, tanh: 1 } as const;

type Numbers = Float32Array | Float64Array;

/** A layer before and after a step. Shapes: weights (n_l, n_(l-1)) in any one order; a (rows x n_l), `n` neurons a row. */
export interface MeasuredLayer {
  readonly layer: number;
  readonly activation: ActivationName;
  readonly before: Numbers;
  readonly after: Numbers;
  readonly gradient: Numbers;
  readonly a: Numbers;
  readonly rows: number;
  readonly n: number;
}

export function measureLayer({ layer, activation, before, after, gradient, a, rows, n }: MeasuredLayer): LayerStatistics {
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
    ...countUnits(activation, a, rows, n),
  };
}

/** Shares of units that are dead, and saturated, on every row of the batch. */
function countUnits(activation: ActivationName, a: Numbers, rows: number, n: number): Pick<LayerStatistics, "dead" | "saturated"> {
  if (activation === "identity" || activation === "softmax") return { dead: 0, saturated: 0 };
  const slope = {
    relu: (value: number) => (value > 0 ? 1 : 0),
    sigmoid: (value: number) => value * (1 - value),
    tanh: (value: number) => 1 - value * value,
  }[activation];
  const least = activation === "relu" ? 0 : SATURATED * LARGEST_SLOPE[activation];
  const [counts, all] = [{ dead: 0, saturated: 0 }, Array.from({ length: rows }, (_, row) => row * n)];
  for (let j = 0; j < n; j++) {
    if (all.every((at) => slope(a[at + j]!) <= 0)) counts.dead += 1;
    else if (all.every((at) => slope(a[at + j]!) <= least)) counts.saturated += 1;
  }
  return { dead: counts.dead / n, saturated: counts.saturated / n };
}
