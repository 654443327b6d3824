// Rows that count more than others: their costs, and their shares of the batch's mean.

import { L_DERIVATIVES, L_PANELS, P_COSTS, P_PANEL, P_WEIGHTS } from "./addresses";
import { address, field, orderAt, place, rowFrom } from "./records";

/** Multiplies the cost of each of the thread's rows by its weight, and dCost/dz by weight * rows / sum of weights. */
export function weighRows(layer: i32, position: i32, rows: i32, thread: i32): void {
  const order = orderAt(position);
  const weights = address(P_WEIGHTS);
  let sum: f64 = 0;
  for (let row = 0; row < rows; row++) sum += <f64>load<f32>(weights + (<usize>load<u32>(order + (<usize>row << 2)) << 2));
  for (let row = rowFrom(rows, thread), to = rowFrom(rows, thread + 1); row < to; row++) {
    const weight = load<f32>(weights + (<usize>load<u32>(order + (<usize>row << 2)) << 2));
    const cost = address(P_COSTS) + (<usize>row << 2);
    store<f32>(cost, load<f32>(cost) * weight);
    const factor = f32x4.splat(<f32>((<f64>weight * <f64>rows) / sum));
    for (let p = 0, end = field(layer, L_PANELS); p < end; p++) {
      const d = place(layer, L_DERIVATIVES) + p * address(P_PANEL) + (<usize>row << 6);
      for (let at = d; at < d + 64; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor));
    }
  }
}
