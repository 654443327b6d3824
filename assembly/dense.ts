// One dense layer over a batch. Activations and derivatives stand in panels of 16 neurons: (n / 16) panels of (B x 16),
// panels a fixed number of bytes apart; weights in panels of 16 outputs: (n_l / 16) panels of (n_(l-1) x 16). One cache line
// is one row of a panel. The last panel of either holds only the vectors of 4 that it needs.
//
// Every kernel works on tiles of R rows (or inputs) by V vectors of 4 outputs, with R * V at most 8 sums in registers. R and
// V are constants where a tile is called, so that the compiler drops the conditions. The orders of sums are those of
// src/kernels/contract.ts.

import { madd, sumLanes, zero } from "./vectors";

/** Inputs in a block of the forward pass: 256 rows of a weight panel are 16 KiB, half of the first cache. */
export const BLOCK: i32 = 256;

/** Bytes of one row of a panel that begins at neuron `from` of n: 64, or less in the last one. */
// @ts-ignore: decorator
@inline
export function rowBytes(from: i32, n: i32): usize {
  return ((min(16, n - from) + 3) & ~3) << 2;
}

/**
 * z = b + W a, inputs k of [kFrom, kTo), for R rows from `row` on and one panel of outputs. With kFrom above 0 the sums go on
 * from what z holds.
 */
// @ts-ignore: decorator
@inline
function forwardTile(
  R: i32,
  V: i32,
  a: usize,
  panel: usize,
  n: i32,
  kFrom: i32,
  kTo: i32,
  row: i32,
  weights: usize,
  biases: usize,
  z: usize,
): void {
  const ws: usize = V << 4;
  const c = z + row * ws;
  let c00 = zero(), c01 = zero(), c02 = zero(), c03 = zero();
  let c10 = zero(), c11 = zero(), c12 = zero(), c13 = zero();
  let c20 = zero(), c21 = zero(), c30 = zero(), c31 = zero();
  // From the biases, the same for each row, or from z, a row further for each.
  const from = kFrom == 0 ? biases : c;
  const next: usize = kFrom == 0 ? 0 : ws;
  c00 = v128.load(from);
  if (V > 1) c01 = v128.load(from, 16);
  if (V > 2) c02 = v128.load(from, 32);
  if (V > 3) c03 = v128.load(from, 48);
  if (R > 1) {
    c10 = v128.load(from + next);
    if (V > 1) c11 = v128.load(from + next, 16);
    if (V > 2) c12 = v128.load(from + next, 32);
    if (V > 3) c13 = v128.load(from + next, 48);
  }
  if (R > 2) {
    c20 = v128.load(from + 2 * next);
    if (V > 1) c21 = v128.load(from + 2 * next, 16);
    c30 = v128.load(from + 3 * next);
    if (V > 1) c31 = v128.load(from + 3 * next, 16);
  }
  let w = weights + kFrom * ws;
  for (let k = kFrom; k < kTo; k += 16) {
    const rs = rowBytes(k, n);
    let x = a + (k >> 4) * panel + row * rs;
    const end = x + (min(16, kTo - k) << 2);
    do {
      const w0 = v128.load(w);
      const w1 = V > 1 ? v128.load(w, 16) : w0;
      const w2 = V > 2 ? v128.load(w, 32) : w0;
      const w3 = V > 3 ? v128.load(w, 48) : w0;
      const x0 = v128.load32_splat(x);
      c00 = madd(c00, x0, w0);
      if (V > 1) c01 = madd(c01, x0, w1);
      if (V > 2) c02 = madd(c02, x0, w2);
      if (V > 3) c03 = madd(c03, x0, w3);
      if (R > 1) {
        const x1 = v128.load32_splat(x + rs);
        c10 = madd(c10, x1, w0);
        if (V > 1) c11 = madd(c11, x1, w1);
        if (V > 2) c12 = madd(c12, x1, w2);
        if (V > 3) c13 = madd(c13, x1, w3);
      }
      if (R > 2) {
        const x2 = v128.load32_splat(x + 2 * rs);
        c20 = madd(c20, x2, w0);
        if (V > 1) c21 = madd(c21, x2, w1);
        const x3 = v128.load32_splat(x + 3 * rs);
        c30 = madd(c30, x3, w0);
        if (V > 1) c31 = madd(c31, x3, w1);
      }
      w += ws;
      x += 4;
    } while (x < end);
  }
  v128.store(c, c00);
  if (V > 1) v128.store(c, c01, 16);
  if (V > 2) v128.store(c, c02, 32);
  if (V > 3) v128.store(c, c03, 48);
  if (R > 1) {
    v128.store(c + ws, c10);
    if (V > 1) v128.store(c + ws, c11, 16);
    if (V > 2) v128.store(c + ws, c12, 32);
    if (V > 3) v128.store(c + ws, c13, 48);
  }
  if (R > 2) {
    v128.store(c + 2 * ws, c20);
    if (V > 1) v128.store(c + 2 * ws, c21, 16);
    v128.store(c + 3 * ws, c30);
    if (V > 1) v128.store(c + 3 * ws, c31, 16);
  }
}

// @ts-ignore: decorator
@inline
function forwardPanelOf(
  R: i32,
  V: i32,
  a: usize,
  panel: usize,
  n: i32,
  from: i32,
  to: i32,
  weights: usize,
  biases: usize,
  z: usize,
): void {
  let k = 0;
  do {
    const kTo = min(k + BLOCK, n);
    let row = from;
    for (; row + R <= to; row += R) forwardTile(R, V, a, panel, n, k, kTo, row, weights, biases, z);
    for (; row < to; row++) forwardTile(1, V, a, panel, n, k, kTo, row, weights, biases, z);
    k = kTo;
  } while (k < n);
}

function forward4(a: usize, panel: usize, n: i32, from: i32, to: i32, weights: usize, biases: usize, z: usize): void {
  forwardPanelOf(2, 4, a, panel, n, from, to, weights, biases, z);
}
function forward3(a: usize, panel: usize, n: i32, from: i32, to: i32, weights: usize, biases: usize, z: usize): void {
  forwardPanelOf(2, 3, a, panel, n, from, to, weights, biases, z);
}
function forward2(a: usize, panel: usize, n: i32, from: i32, to: i32, weights: usize, biases: usize, z: usize): void {
  forwardPanelOf(4, 2, a, panel, n, from, to, weights, biases, z);
}
function forward1(a: usize, panel: usize, n: i32, from: i32, to: i32, weights: usize, biases: usize, z: usize): void {
  forwardPanelOf(4, 1, a, panel, n, from, to, weights, biases, z);
}

/** z of one panel of outputs, V vectors wide, for rows [from, to). a: inputs (n) in panels; z: (B x 4 V). */
export function forwardPanel(
  V: i32,
  a: usize,
  panel: usize,
  n: i32,
  from: i32,
  to: i32,
  weights: usize,
  biases: usize,
  z: usize,
): void {
  if (V == 4) forward4(a, panel, n, from, to, weights, biases, z);
  else if (V == 3) forward3(a, panel, n, from, to, weights, biases, z);
  else if (V == 2) forward2(a, panel, n, from, to, weights, biases, z);
  else forward1(a, panel, n, from, to, weights, biases, z);
}

/** dCost/dw of K inputs from k on by V vectors of outputs: sums over the rows of the batch, in order. */
// @ts-ignore: decorator
@inline
function weightTile(K: i32, V: i32, x: usize, rs: usize, d: usize, rows: i32, out: usize): void {
  const ws: usize = V << 4;
  let g00 = zero(), g01 = zero(), g02 = zero(), g03 = zero();
  let g10 = zero(), g11 = zero(), g12 = zero(), g13 = zero();
  let g20 = zero(), g21 = zero(), g30 = zero(), g31 = zero();
  const end = d + rows * ws;
  do {
    const d0 = v128.load(d);
    const d1 = V > 1 ? v128.load(d, 16) : d0;
    const d2 = V > 2 ? v128.load(d, 32) : d0;
    const d3 = V > 3 ? v128.load(d, 48) : d0;
    const x0 = v128.load32_splat(x);
    g00 = madd(g00, x0, d0);
    if (V > 1) g01 = madd(g01, x0, d1);
    if (V > 2) g02 = madd(g02, x0, d2);
    if (V > 3) g03 = madd(g03, x0, d3);
    if (K > 1) {
      const x1 = v128.load32_splat(x, 4);
      g10 = madd(g10, x1, d0);
      if (V > 1) g11 = madd(g11, x1, d1);
      if (V > 2) g12 = madd(g12, x1, d2);
      if (V > 3) g13 = madd(g13, x1, d3);
    }
    if (K > 2) {
      const x2 = v128.load32_splat(x, 8);
      g20 = madd(g20, x2, d0);
      if (V > 1) g21 = madd(g21, x2, d1);
      const x3 = v128.load32_splat(x, 12);
      g30 = madd(g30, x3, d0);
      if (V > 1) g31 = madd(g31, x3, d1);
    }
    d += ws;
    x += rs;
  } while (d < end);
  v128.store(out, g00);
  if (V > 1) v128.store(out, g01, 16);
  if (V > 2) v128.store(out, g02, 32);
  if (V > 3) v128.store(out, g03, 48);
  if (K > 1) {
    v128.store(out + ws, g10);
    if (V > 1) v128.store(out + ws, g11, 16);
    if (V > 2) v128.store(out + ws, g12, 32);
    if (V > 3) v128.store(out + ws, g13, 48);
  }
  if (K > 2) {
    v128.store(out + 2 * ws, g20);
    if (V > 1) v128.store(out + 2 * ws, g21, 16);
    v128.store(out + 3 * ws, g30);
    if (V > 1) v128.store(out + 3 * ws, g31, 16);
  }
}

// @ts-ignore: decorator
@inline
function weightsOf(K: i32, V: i32, a: usize, panel: usize, n: i32, from: i32, to: i32, d: usize, rows: i32, out: usize): void {
  const ws: usize = V << 4;
  let k = from;
  while (k < to) {
    const x = a + (k >> 4) * panel + ((k & 15) << 2);
    const rs = rowBytes(k & ~15, n);
    // A tile of K inputs stays within a panel, since `from` is a multiple of K.
    if (k + K <= to) {
      weightTile(K, V, x, rs, d, rows, out);
      k += K;
      out += K * ws;
    } else {
      weightTile(1, V, x, rs, d, rows, out);
      k += 1;
      out += ws;
    }
  }
}

function weights4(a: usize, panel: usize, n: i32, from: i32, to: i32, d: usize, rows: i32, out: usize): void {
  weightsOf(2, 4, a, panel, n, from, to, d, rows, out);
}
function weights3(a: usize, panel: usize, n: i32, from: i32, to: i32, d: usize, rows: i32, out: usize): void {
  weightsOf(2, 3, a, panel, n, from, to, d, rows, out);
}
function weights2(a: usize, panel: usize, n: i32, from: i32, to: i32, d: usize, rows: i32, out: usize): void {
  weightsOf(4, 2, a, panel, n, from, to, d, rows, out);
}
function weights1(a: usize, panel: usize, n: i32, from: i32, to: i32, d: usize, rows: i32, out: usize): void {
  weightsOf(4, 1, a, panel, n, from, to, d, rows, out);
}

/** dCost/dw of inputs [from, to) (from a multiple of 4) of one panel of outputs, written to `out`, ((to - from) x 4 V). */
export function weightDerivatives(
  V: i32,
  a: usize,
  panel: usize,
  n: i32,
  from: i32,
  to: i32,
  d: usize,
  rows: i32,
  out: usize,
): void {
  if (V == 4) weights4(a, panel, n, from, to, d, rows, out);
  else if (V == 3) weights3(a, panel, n, from, to, d, rows, out);
  else if (V == 2) weights2(a, panel, n, from, to, d, rows, out);
  else weights1(a, panel, n, from, to, d, rows, out);
}

/** dCost/db of one panel: the sum of dCost/dz over the rows, (4 V) at `out`. */
export function biasDerivatives(V: i32, d: usize, rows: i32, out: usize): void {
  const ws: usize = V << 4;
  for (let v: usize = 0; v < ws; v += 16) {
    let sum = zero();
    for (let row = 0; row < rows; row++) sum = f32x4.add(sum, v128.load(d + row * ws + v));
    v128.store(out + v, sum);
  }
}

/**
 * dCost/da of 4 inputs and R rows over one block of at most 16 panels of outputs: four lane sums each, one reduction. Added
 * to what `out` holds unless this is the first block.
 */
// @ts-ignore: decorator
@inline
function backwardTile(
  R: i32,
  d: usize,
  panel: usize,
  weights: usize,
  weightPanel: usize,
  full: i32,
  last: i32,
  row: i32,
  k: i32,
  first: bool,
  out: usize,
  outRow: usize,
): void {
  let a0 = zero(), a1 = zero(), a2 = zero(), a3 = zero();
  let b0 = zero(), b1 = zero(), b2 = zero(), b3 = zero();
  let x = d + (<usize>row << 6);
  let w = weights + (<usize>k << 6);
  for (let p = 0; p < full; p++) {
    for (let v: usize = 0; v < 64; v += 16) {
      const w0 = v128.load(w + v);
      const w1 = v128.load(w + v, 64);
      const w2 = v128.load(w + v, 128);
      const w3 = v128.load(w + v, 192);
      const x0 = v128.load(x + v);
      a0 = madd(a0, x0, w0);
      a1 = madd(a1, x0, w1);
      a2 = madd(a2, x0, w2);
      a3 = madd(a3, x0, w3);
      if (R > 1) {
        const x1 = v128.load(x + v, 64);
        b0 = madd(b0, x1, w0);
        b1 = madd(b1, x1, w1);
        b2 = madd(b2, x1, w2);
        b3 = madd(b3, x1, w3);
      }
    }
    x += panel;
    w += weightPanel;
  }
  if (last > 0) {
    const ws: usize = last << 4;
    x = d + full * panel + row * ws;
    w = weights + full * weightPanel + k * ws;
    for (let v: usize = 0; v < ws; v += 16) {
      const x0 = v128.load(x + v);
      const w0 = v128.load(w + v);
      const w1 = v128.load(w + ws + v);
      const w2 = v128.load(w + 2 * ws + v);
      const w3 = v128.load(w + 3 * ws + v);
      a0 = madd(a0, x0, w0);
      a1 = madd(a1, x0, w1);
      a2 = madd(a2, x0, w2);
      a3 = madd(a3, x0, w3);
      if (R > 1) {
        const x1 = v128.load(x + ws + v);
        b0 = madd(b0, x1, w0);
        b1 = madd(b1, x1, w1);
        b2 = madd(b2, x1, w2);
        b3 = madd(b3, x1, w3);
      }
    }
  }
  const sumA = sumLanes(a0, a1, a2, a3);
  v128.store(out, first ? sumA : f32x4.add(v128.load(out), sumA));
  if (R > 1) {
    const sumB = sumLanes(b0, b1, b2, b3);
    v128.store(out + outRow, first ? sumB : f32x4.add(v128.load(out + outRow), sumB));
  }
}

/**
 * dCost/da of the layer below for its panels [panelFrom, panelTo) and rows [from, to). d: this layer's dCost/dz in panels;
 * out: the layer below's, n neurons in panels. Lanes behind n become 0, since the weights there are 0.
 */
export function backward(
  d: usize,
  panel: usize,
  panels: i32,
  last: i32,
  weights: usize,
  weightPanel: usize,
  out: usize,
  n: i32,
  panelFrom: i32,
  panelTo: i32,
  from: i32,
  to: i32,
): void {
  for (let block = 0; block < panels; block += 16) {
    const blockTo = min(block + 16, panels);
    // The last panel counts as a narrow one unless it is whole.
    const narrow = blockTo == panels && last < 4;
    const full = blockTo - block - i32(narrow);
    const lastVectors = narrow ? last : 0;
    const dBlock = d + block * panel;
    const wBlock = weights + block * weightPanel;
    for (let p = panelFrom; p < panelTo; p++) {
      const rs = rowBytes(p << 4, n);
      for (let v: usize = 0; v < rs; v += 16) {
        const k = (p << 4) + <i32>(v >> 2);
        let target = out + p * panel + from * rs + v;
        let row = from;
        for (; row + 2 <= to; row += 2) {
          backwardTile(2, dBlock, panel, wBlock, weightPanel, full, lastVectors, row, k, block == 0, target, rs);
          target += 2 * rs;
        }
        if (row < to) backwardTile(1, dBlock, panel, wBlock, weightPanel, full, lastVectors, row, k, block == 0, target, rs);
      }
    }
  }
}
