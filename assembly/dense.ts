// One dense layer over a batch. Activations and derivatives stand in panels of 16 neurons: (n / 16) panels of (B x 16),
// panels a fixed number of bytes apart; weights in panels of 16 outputs: (n_l / 16) panels of (n_(l-1) x 16). One cache line
// is one row of a panel. Of the last panel of either only the vectors of 4 that hold neurons are computed; the rest stays 0.
//
// The loops over rows and inputs are those of scripts/lib/tiles.mjs. The orders of sums are those of src/kernels/contract.ts.

import { backward1, backward2 } from "./generated/tiles";
import { zero } from "./vectors";

/** Inputs in a block of the forward pass: 256 rows of a weight panel are 16 KiB, half of the first cache. */
export const BLOCK: i32 = 256;
/** Vectors of outputs whose products with weights make one lane sum of the backward pass: 16 panels. */
const BACKWARD_BLOCK: i32 = 64;

/** Vectors of 4 that hold neurons in the panel that begins at neuron `from` of n. */
// @ts-ignore: decorator
@inline
export function vectorsFrom(from: i32, n: i32): i32 {
  return (min(16, n - from) + 3) >> 2;
}

/** dCost/db of one panel: the sum of dCost/dz over the rows, (16) at `out`. */
export function biasDerivatives(d: usize, rows: i32, out: usize): void {
  const end = d + (<usize>rows << 6);
  let sum0 = zero(), sum1 = zero(), sum2 = zero(), sum3 = zero();
  for (; d < end; d += 64) {
    sum0 = f32x4.add(sum0, v128.load(d));
    sum1 = f32x4.add(sum1, v128.load(d, 16));
    sum2 = f32x4.add(sum2, v128.load(d, 32));
    sum3 = f32x4.add(sum3, v128.load(d, 48));
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
  v128.store(out, sum2, 32);
  v128.store(out, sum3, 48);
}

/**
 * dCost/da of the layer below for its panels [panelFrom, panelTo) and rows [from, to). d: this layer's dCost/dz in panels,
 * nL neurons; out: the layer below's, n neurons in panels. Lanes behind n become 0, since the weights there are 0.
 */
export function backward(
  d: usize,
  panel: usize,
  nL: i32,
  weights: usize,
  weightPanel: usize,
  out: usize,
  n: i32,
  panelFrom: i32,
  panelTo: i32,
  from: i32,
  to: i32,
): void {
  const all = (nL + 3) >> 2;
  for (let block = 0; block < all; block += BACKWARD_BLOCK) {
    const vectors = min(BACKWARD_BLOCK, all - block);
    const dBlock = d + (block >> 2) * panel;
    const wBlock = weights + (block >> 2) * weightPanel;
    for (let p = panelFrom; p < panelTo; p++) {
      for (let v = 0, end = vectorsFrom(p << 4, n); v < end; v++) {
        const w = wBlock + (<usize>((p << 2) + v) << 8);
        const column = out + p * panel + (<usize>v << 4);
        let row = from;
        for (; row + 2 <= to; row += 2) {
          const offset = <usize>row << 6;
          backward2(dBlock + offset, panel, w, weightPanel, vectors, block == 0, column + offset);
        }
        if (row < to) {
          const offset = <usize>row << 6;
          backward1(dBlock + offset, panel, w, weightPanel, vectors, block == 0, column + offset);
        }
      }
    }
  }
}
