// Normalisation between z and the activation: the same sums and roundings as src/kernels/portable/normalise.ts.
//
// Over a batch, by panels: a thread owns units, and sums over all rows. Over the units of a row, by rows; but the derivatives of gamma
// and beta by panels. z stays where the sums of the layer were written, u goes to its activations.

import {
  BATCH_NORM,
  L_ACTIVATIONS,
  L_BETA,
  L_DERIVATIVES,
  L_EPSILON,
  L_GAMMA,
  L_GRADIENT,
  L_KEEP,
  L_MEAN,
  L_NORM,
  L_OUTPUTS,
  L_PANELS,
  L_SHARE,
  L_STATISTICS,
  L_SUMS_OUT,
  L_VAR,
  P_BATCH,
  P_LAYER_TABLE,
  P_PANEL,
  LAYER_BYTES,
} from "./addresses";
import { address, field, panelFrom, place, rowFrom, vectorsOf, word } from "./records";
import { lanesBelow, zero } from "./vectors";

// @ts-ignore: decorator
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
}

/** Four float64 as four float32. */
// @ts-ignore: decorator
@inline
function rounded(first: v128, second: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 1, 4, 5);
}

/** (lane 0 + lane 1) + (lane 2 + lane 3) */
// @ts-ignore: decorator
@inline
function total(first: v128, second: v128): f64 {
  return f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1) + (f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1));
}

function epsilonOf(layer: i32): f64 {
  return load<f64>(address(P_LAYER_TABLE) + layer * LAYER_BYTES + L_EPSILON);
}

// @ts-ignore: decorator
@inline
function inverseRoot(variance: v128, epsilon: f64): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.add(variance, f64x2.splat(epsilon))));
}

/** Statistics of units stand one kind behind the other: mean, scale, unbiased variance. */
// @ts-ignore: decorator
@inline
function unitsAt(layer: i32, kind: i32): usize {
  return place(layer, L_STATISTICS) + (<usize>(kind * field(layer, L_PANELS)) << 6);
}

/** Those of rows: mean, and scale behind them. */
// @ts-ignore: decorator
@inline
function rowsAt(layer: i32, kind: i32): usize {
  return place(layer, L_STATISTICS) + (<usize>(kind * word(P_BATCH)) << 2);
}

/** u = gamma zhat + beta. `train`: with the statistics of the batch. */
export function normaliseLayer(layer: i32, rows: i32, thread: i32, train: bool): void {
  if (field(layer, L_NORM) != BATCH_NORM) return normaliseRows(layer, rowFrom(rows, thread), rowFrom(rows, thread + 1));
  for (let p = panelFrom(layer, thread), end = panelFrom(layer, thread + 1); p < end; p++) {
    for (let v = 0; v < vectorsOf(layer, p); v++) {
      const offset = (<usize>p << 6) + (<usize>v << 4);
      const column = p * address(P_PANEL) + (<usize>v << 4);
      const scale = unitsAt(layer, 1) + offset;
      let mean = place(layer, L_MEAN) + offset;
      if (train) {
        mean = unitsAt(layer, 0) + offset;
        batchStatistics(place(layer, L_SUMS_OUT) + column, rows, epsilonOf(layer), mean, scale, unitsAt(layer, 2) + offset);
      } else {
        const variance = v128.load(place(layer, L_VAR) + offset);
        const epsilon = epsilonOf(layer);
        v128.store(scale, rounded(inverseRoot(low(variance), epsilon), inverseRoot(high(variance), epsilon)));
      }
      const m = v128.load(mean);
      const s = v128.load(scale);
      const gamma = v128.load(place(layer, L_GAMMA) + offset);
      const beta = v128.load(place(layer, L_BETA) + offset);
      const shift = place(layer, L_ACTIVATIONS) - place(layer, L_SUMS_OUT);
      for (let at = place(layer, L_SUMS_OUT) + column, last = at + (<usize>rows << 6); at < last; at += 64) {
        const zhat = f32x4.mul(f32x4.sub(v128.load(at), m), s);
        v128.store(at + shift, f32x4.add(f32x4.mul(zhat, gamma), beta));
      }
    }
  }
}

/** Of four units, whose z stand 64 bytes apart. */
function batchStatistics(z: usize, rows: i32, epsilon: f64, mean: usize, scale: usize, unbiased: usize): void {
  const end = z + (<usize>rows << 6);
  const count = f64x2.splat(<f64>rows);
  let first = zero(), second = zero();
  for (let at = z; at < end; at += 64) {
    const x = v128.load(at);
    first = f64x2.add(first, low(x));
    second = f64x2.add(second, high(x));
  }
  const m = rounded(f64x2.div(first, count), f64x2.div(second, count));
  v128.store(mean, m);
  first = zero();
  second = zero();
  for (let at = z; at < end; at += 64) {
    const difference = f32x4.sub(v128.load(at), m);
    const left = low(difference);
    const right = high(difference);
    first = f64x2.add(first, f64x2.mul(left, left));
    second = f64x2.add(second, f64x2.mul(right, right));
  }
  v128.store(scale, rounded(inverseRoot(f64x2.div(first, count), epsilon), inverseRoot(f64x2.div(second, count), epsilon)));
  const others = f64x2.splat(<f64>max(rows - 1, 1));
  v128.store(unbiased, rounded(f64x2.div(first, others), f64x2.div(second, others)));
}

function normaliseRows(layer: i32, from: i32, to: i32): void {
  const n = field(layer, L_OUTPUTS);
  const panel = address(P_PANEL);
  const epsilon = epsilonOf(layer);
  const shift = place(layer, L_ACTIVATIONS) - place(layer, L_SUMS_OUT);
  for (let row = from; row < to; row++) {
    const z = place(layer, L_SUMS_OUT) + (<usize>row << 6);
    let first = zero(), second = zero();
    for (let k = 0; k < n; k += 4) {
      const x = v128.load(z + (k >> 4) * panel + (<usize>(k & 15) << 2));
      first = f64x2.add(first, low(x));
      second = f64x2.add(second, high(x));
    }
    const mean = <f32>(total(first, second) / <f64>n);
    const m = f32x4.splat(mean);
    first = zero();
    second = zero();
    for (let k = 0; k < n; k += 4) {
      let difference = f32x4.sub(v128.load(z + (k >> 4) * panel + (<usize>(k & 15) << 2)), m);
      if (k + 4 > n) difference = v128.and(difference, lanesBelow(n - k));
      const left = low(difference);
      const right = high(difference);
      first = f64x2.add(first, f64x2.mul(left, left));
      second = f64x2.add(second, f64x2.mul(right, right));
    }
    const scale = <f32>(1 / sqrt(total(first, second) / <f64>n + epsilon));
    store<f32>(rowsAt(layer, 0) + (<usize>row << 2), mean);
    store<f32>(rowsAt(layer, 1) + (<usize>row << 2), scale);
    const s = f32x4.splat(scale);
    for (let k = 0; k < n; k += 4) {
      const at = z + (k >> 4) * panel + (<usize>(k & 15) << 2);
      const zhat = f32x4.mul(f32x4.sub(v128.load(at), m), s);
      const u = f32x4.mul(zhat, v128.load(place(layer, L_GAMMA) + (<usize>k << 2)));
      v128.store(at + shift, f32x4.add(u, v128.load(place(layer, L_BETA) + (<usize>k << 2))));
    }
  }
}

/**
 * dCost/dgamma and dCost/dbeta of the thread's panels, kept with the derivatives of parameters; and over a batch dCost/dz in the place of
 * dCost/du.
 */
export function normSums(layer: i32, rows: i32, thread: i32): void {
  const byBatch = field(layer, L_NORM) == BATCH_NORM;
  const count = f64x2.splat(<f64>rows);
  for (let p = panelFrom(layer, thread), end = panelFrom(layer, thread + 1); p < end; p++) {
    for (let v = 0; v < vectorsOf(layer, p); v++) {
      const offset = (<usize>p << 6) + (<usize>v << 4);
      const column = p * address(P_PANEL) + (<usize>v << 4);
      const d = place(layer, L_DERIVATIVES) + column;
      const z = place(layer, L_SUMS_OUT) + column;
      let m = v128.load(unitsAt(layer, 0) + offset);
      let s = v128.load(unitsAt(layer, 1) + offset);
      let sum1 = zero(), sum2 = zero(), along1 = zero(), along2 = zero();
      for (let row = 0; row < rows; row++) {
        if (!byBatch) {
          m = v128.load32_splat(rowsAt(layer, 0) + (<usize>row << 2));
          s = v128.load32_splat(rowsAt(layer, 1) + (<usize>row << 2));
        }
        const derivative = v128.load(d + (<usize>row << 6));
        const zhat = f32x4.mul(f32x4.sub(v128.load(z + (<usize>row << 6)), m), s);
        const left = low(derivative);
        const right = high(derivative);
        sum1 = f64x2.add(sum1, left);
        sum2 = f64x2.add(sum2, right);
        along1 = f64x2.add(along1, f64x2.mul(left, low(zhat)));
        along2 = f64x2.add(along2, f64x2.mul(right, high(zhat)));
      }
      v128.store(place(layer, L_GAMMA) + offset + place(layer, L_GRADIENT), rounded(along1, along2));
      v128.store(place(layer, L_BETA) + offset + place(layer, L_GRADIENT), rounded(sum1, sum2));
      if (!byBatch) continue;
      const mean = rounded(f64x2.div(sum1, count), f64x2.div(sum2, count));
      const along = rounded(f64x2.div(along1, count), f64x2.div(along2, count));
      const factor = f32x4.mul(v128.load(place(layer, L_GAMMA) + offset), s);
      for (let row = 0; row < rows; row++) {
        const at = d + (<usize>row << 6);
        const zhat = f32x4.mul(f32x4.sub(v128.load(z + (<usize>row << 6)), m), s);
        v128.store(at, f32x4.mul(factor, f32x4.sub(f32x4.sub(v128.load(at), mean), f32x4.mul(zhat, along))));
      }
    }
  }
}

/** dCost/dz in the place of dCost/du, of the thread's rows, where their own units are what normalises them. */
export function normRows(layer: i32, rows: i32, thread: i32): void {
  const n = field(layer, L_OUTPUTS);
  const panel = address(P_PANEL);
  const shift = place(layer, L_SUMS_OUT) - place(layer, L_DERIVATIVES);
  for (let row = rowFrom(rows, thread), to = rowFrom(rows, thread + 1); row < to; row++) {
    const d = place(layer, L_DERIVATIVES) + (<usize>row << 6);
    const m = v128.load32_splat(rowsAt(layer, 0) + (<usize>row << 2));
    const s = v128.load32_splat(rowsAt(layer, 1) + (<usize>row << 2));
    let sum1 = zero(), sum2 = zero(), along1 = zero(), along2 = zero();
    for (let k = 0; k < n; k += 4) {
      const at = d + (k >> 4) * panel + (<usize>(k & 15) << 2);
      const g = f32x4.mul(v128.load(at), v128.load(place(layer, L_GAMMA) + (<usize>k << 2)));
      const zhat = f32x4.mul(f32x4.sub(v128.load(at + shift), m), s);
      sum1 = f64x2.add(sum1, low(g));
      sum2 = f64x2.add(sum2, high(g));
      along1 = f64x2.add(along1, f64x2.mul(low(g), low(zhat)));
      along2 = f64x2.add(along2, f64x2.mul(high(g), high(zhat)));
    }
    const mean = f32x4.splat(<f32>(total(sum1, sum2) / <f64>n));
    const along = f32x4.splat(<f32>(total(along1, along2) / <f64>n));
    for (let k = 0; k < n; k += 4) {
      const at = d + (k >> 4) * panel + (<usize>(k & 15) << 2);
      const g = f32x4.mul(v128.load(at), v128.load(place(layer, L_GAMMA) + (<usize>k << 2)));
      const zhat = f32x4.mul(f32x4.sub(v128.load(at + shift), m), s);
      let dz = f32x4.mul(s, f32x4.sub(f32x4.sub(g, mean), f32x4.mul(zhat, along)));
      // Lanes behind n stay 0, so that no weight leads anywhere from there.
      if (k + 4 > n) dz = v128.and(dz, lanesBelow(n - k));
      v128.store(at, dz);
    }
  }
}

/** Running statistics of a panel follow those of a batch that is applied. */
export function moveStatistics(layer: i32, p: i32): void {
  if (field(layer, L_NORM) != BATCH_NORM) return;
  const offset = <usize>p << 6;
  follow(layer, place(layer, L_MEAN) + offset, unitsAt(layer, 0) + offset);
  follow(layer, place(layer, L_VAR) + offset, unitsAt(layer, 2) + offset);
}

function follow(layer: i32, running: usize, batch: usize): void {
  const keep = f32x4.splat(reinterpret<f32>(field(layer, L_KEEP)));
  const share = f32x4.splat(reinterpret<f32>(field(layer, L_SHARE)));
  for (const end = running + 64; running < end; running += 16, batch += 16) {
    v128.store(running, f32x4.add(f32x4.mul(keep, v128.load(running)), f32x4.mul(share, v128.load(batch))));
  }
}
