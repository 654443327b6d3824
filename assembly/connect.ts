// Connections around layers: what one hands on is added to what a later one does, and derivatives come back the same way.

import {
  GELU,
  L_ACTIVATION,
  L_ACTIVATIONS,
  L_BACK,
  L_BACK_FIRST,
  L_DERIVATIVES,
  L_DROPOUT,
  L_PENDING,
  L_SKIP,
  L_SLOPES,
  P_PANEL,
} from "./addresses";
import { slopeOf } from "./activations";
import { address, field, place } from "./records";

/** h = a + h of the earlier layer, of panels [first, end) and rows [from, to); where `train`, after da/du is kept. */
export function addSkipped(layer: i32, first: i32, end: i32, from: i32, to: i32, train: bool): void {
  const panel = address(P_PANEL);
  const source = place(layer, L_SKIP) - place(layer, L_ACTIVATIONS);
  const slopes = place(layer, L_SLOPES);
  const activation = field(layer, L_ACTIVATION);
  const keep = train && field(layer, L_DROPOUT) == 0;
  for (let p = first; p < end; p++) {
    const start = place(layer, L_ACTIVATIONS) + p * panel;
    for (let at = start + (<usize>from << 6), last = start + (<usize>to << 6); at < last; at += 16) {
      const a = v128.load(at);
      if (keep && activation < GELU) v128.store(at + slopes, slopeOf(activation, a));
      v128.store(at, f32x4.add(a, v128.load(at + source)));
    }
  }
}

/** Of dCost/dh: adds what later layers hand back, and hands it back to the layer whose values this one adds. */
export function connectBack(layer: i32, first: i32, end: i32, from: i32, to: i32): void {
  const pending = place(layer, L_PENDING);
  const back = place(layer, L_BACK);
  if (pending == 0 && back == 0) return;
  const highest = field(layer, L_BACK_FIRST) == 1;
  for (let p = first; p < end; p++) {
    const start = p * address(P_PANEL);
    for (let at = start + (<usize>from << 6), last = start + (<usize>to << 6); at < last; at += 16) {
      const here = place(layer, L_DERIVATIVES) + at;
      let d = v128.load(here);
      if (pending != 0) {
        d = f32x4.add(d, v128.load(pending + at));
        v128.store(here, d);
      }
      if (back != 0) v128.store(back + at, highest ? d : f32x4.add(v128.load(back + at), d));
    }
  }
}
