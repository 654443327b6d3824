// The output layer, row by row: its activation, the cost of the row, whether it is right, and dCost/dz as the row's share of
// the batch's mean; equations (1) and (2), first factors.

import {
  COST_CROSS_ENTROPY,
  COST_HINGE,
  COST_HUBER,
  COST_POISSON,
  COST_QUANTILE,
  COST_SQUARES,
  EXPONENTIAL,
  PROGRAM,
  P_COST_SETTING,
  P_SECOND_CLASS,
  P_SLOPE_FACTOR,
  P_TERM_FACTOR,
  P_THRESHOLDS,
  SIGMOID,
  SOFTMAX,
} from "./addresses";
import { activate, differentiate } from "./activations";
import { exp, expOf, HALF, log, log1p, ONE, sigmoid } from "./functions";
import { lanesBelow, zero } from "./vectors";

/** A row of the output layer: neuron j of the row stands at address + (j >> 4) * panel + (j & 15) * 4. */
// @ts-ignore: decorator
@inline
function at(base: usize, panel: usize, j: i32): usize {
  return base + (j >> 4) * panel + (<usize>(j & 15) << 2);
}

/** The largest of four lanes. */
// @ts-ignore: decorator
@inline
function largestLane(x: v128): v128 {
  const pairs = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2));
}

/** The largest of a row, in all lanes. */
// @ts-ignore: decorator
@inline
function largestOf(a: usize, panel: usize, n: i32): v128 {
  const lowest = f32x4.splat(-Infinity);
  let largest = lowest;
  for (let j = 0; j < n; j += 4) {
    let value = v128.load(at(a, panel, j));
    if (j + 4 > n) value = v128.bitselect(value, lowest, lanesBelow(n - j));
    largest = f32x4.pmax(value, largest);
  }
  return largestLane(largest);
}

/** p = exp(z - max) / sum in place; writes z - max to `shifts`, and ln sum behind them where `logarithm`. */
function softmaxRow(z: usize, panel: usize, n: i32, shifts: usize, logarithm: bool): void {
  const shift = largestOf(z, panel, n);
  for (let j = 0; j < n; j += 4) {
    const here = at(z, panel, j);
    const shifted = f32x4.sub(v128.load(here), shift);
    v128.store(shifts + (<usize>j << 2), shifted);
    let e = exp(shifted);
    // Lanes behind n count for nothing.
    if (j + 4 > n) e = v128.and(e, lanesBelow(n - j));
    v128.store(here, e);
  }
  let sum: f32 = 0;
  for (let j = 0; j < n; j++) sum += load<f32>(at(z, panel, j));
  const divisor = f32x4.splat(sum);
  for (let j = 0; j < n; j += 4) {
    const here = at(z, panel, j);
    v128.store(here, f32x4.div(v128.load(here), divisor));
  }
  if (logarithm) store<f32>(shifts + (<usize>((n + 3) & ~3) << 2), f32x4.extract_lane(log(divisor), 0));
}

/** -sum_j y_j ln p_j = sum_j y_j (ln sum - (z_j - max)) */
function softmaxCost(y: usize, n: i32, shifts: usize): f32 {
  const logSum = load<f32>(shifts + (<usize>((n + 3) & ~3) << 2));
  let cost: f32 = 0;
  for (let j: usize = 0; j < <usize>n << 2; j += 4) {
    const yj = load<f32>(y + j);
    if (yj != 0) cost += yj * (logSum - load<f32>(shifts + j));
  }
  return cost;
}

/** sum_j max(z_j, 0) - y_j z_j + ln(1 + exp(-|z_j|)); a = sigma(z) in place. */
function sigmoidCost(z: usize, panel: usize, y: usize, n: i32, terms: usize): f32 {
  for (let j = 0; j < n; j += 4) {
    const here = at(z, panel, j);
    const zj = v128.load(here);
    const positive = v128.bitselect(zj, zero(), f32x4.gt(zj, zero()));
    const linear = f32x4.sub(positive, f32x4.mul(v128.load(y + (<usize>j << 2)), zj));
    const away = v128.bitselect(f32x4.neg(zj), zj, f32x4.gt(zj, zero()));
    v128.store(terms + (<usize>j << 2), linear);
    v128.store(terms + (<usize>(j + n + 4) << 2), log1p(exp(away)));
    v128.store(here, sigmoid(zj));
  }
  let cost: f32 = 0;
  for (let j = 0; j < n; j++) cost += load<f32>(terms + (<usize>j << 2)) + load<f32>(terms + (<usize>(j + n + 4) << 2));
  return cost;
}

/** sum_j a_j - y_j z_j of Poisson's cost; a = e^z in place. */
function exponentialCost(z: usize, panel: usize, y: usize, n: i32, terms: usize): f32 {
  for (let j = 0; j < n; j += 4) {
    const here = at(z, panel, j);
    const zj = v128.load(here);
    const rate = expOf(zj);
    v128.store(here, rate);
    v128.store(terms + (<usize>j << 2), f32x4.sub(rate, f32x4.mul(v128.load(y + (<usize>j << 2)), zj)));
  }
  return sumOf(terms, n);
}

/** In order. */
function sumOf(terms: usize, n: i32): f32 {
  let sum: f32 = 0;
  for (const end = terms + (<usize>n << 2); terms < end; terms += 4) sum += load<f32>(terms);
  return sum;
}

/** The position of the largest output; the first one among equals. */
function largest(a: usize, panel: usize, n: i32): i32 {
  const value = largestOf(a, panel, n);
  for (let j = 0; j < n; j += 4) {
    const equal = i32x4.bitmask(f32x4.eq(v128.load(at(a, panel, j)), value));
    if (equal != 0) return j + ctz(equal);
  }
  return 0;
}

/** Whether every output is on its target's side: at its threshold or above it where the target is 1, below it where that is 0. */
function isEachRight(a: usize, panel: usize, n: i32, y: usize, thresholds: usize): bool {
  for (let j = 0; j < n; j += 4) {
    const said = f32x4.ge(v128.load(at(a, panel, j)), v128.load(thresholds + (<usize>j << 2)));
    const wanted = f32x4.ge(v128.load(y + (<usize>j << 2)), v128.load(HALF));
    let wrong = i32x4.bitmask(v128.xor(said, wanted));
    // Lanes behind n count for nothing.
    if (j + 4 > n) wrong &= (1 << (n - j)) - 1;
    if (wrong != 0) return false;
  }
  return true;
}

/** dCost/dz_i = p_i (dCost/da_i - sum_j dCost/da_j * p_j), in place in d. */
function throughSoftmax(p: usize, d: usize, panel: usize, n: i32): void {
  let sum: f32 = 0;
  for (let j = 0; j < n; j++) sum += load<f32>(at(d, panel, j)) * load<f32>(at(p, panel, j));
  const total = f32x4.splat(sum);
  for (let j = 0; j < n; j += 4) {
    const here = at(d, panel, j);
    v128.store(here, f32x4.mul(v128.load(at(p, panel, j)), f32x4.sub(v128.load(here), total)));
  }
}

/**
 * One row of a cost whose every output has a term of its own, activation already done: its cost, and with `d` not 0 its
 * dCost/da. The terms go to `terms`.
 */
function termRow(kind: i32, a: usize, d: usize, panel: usize, n: i32, y: usize, terms: usize, cost: usize): void {
  const setting = v128.load32_splat(PROGRAM + P_COST_SETTING);
  const factor = v128.load32_splat(PROGRAM + P_SLOPE_FACTOR);
  const one = v128.load(ONE);
  for (let j = 0; j < n; j += 4) {
    const aj = v128.load(at(a, panel, j));
    const yj = v128.load(y + (<usize>j << 2));
    const difference = f32x4.sub(aj, yj);
    let term: v128;
    let slope = difference;
    if (kind == COST_SQUARES) {
      term = f32x4.mul(difference, difference);
    } else if (kind == COST_HUBER) {
      slope = f32x4.pmax(f32x4.pmin(difference, setting), f32x4.neg(setting));
      term = f32x4.mul(slope, f32x4.sub(difference, f32x4.mul(slope, v128.load(HALF))));
    } else if (kind == COST_QUANTILE) {
      const above = f32x4.gt(difference, zero());
      const weight = v128.bitselect(f32x4.sub(one, setting), f32x4.neg(setting), above);
      term = f32x4.mul(difference, weight);
      slope = v128.bitselect(weight, difference, v128.or(above, f32x4.lt(difference, zero())));
    } else if (kind == COST_HINGE) {
      const sign = f32x4.sub(f32x4.add(yj, yj), one);
      const short = f32x4.sub(one, f32x4.mul(sign, aj));
      term = v128.andnot(short, f32x4.le(short, zero()));
      slope = v128.and(f32x4.neg(sign), f32x4.gt(short, zero()));
    } else {
      const some = f32x4.ne(yj, zero());
      term = f32x4.sub(aj, v128.and(f32x4.mul(yj, log(aj)), some));
      slope = v128.bitselect(f32x4.div(difference, aj), one, some);
    }
    v128.store(terms + (<usize>j << 2), term);
    if (d == 0) continue;
    slope = f32x4.mul(slope, factor);
    if (j + 4 > n) slope = v128.and(slope, lanesBelow(n - j));
    v128.store(at(d, panel, j), slope);
  }
  store<f32>(cost, sumOf(terms, n) * load<f32>(PROGRAM + P_TERM_FACTOR));
}

/**
 * One row whose dCost/dz is (a - y) * share, cross-entropy or an exponential with Poisson's cost: activation, cost, and with `d`
 * not 0 that.
 */
// @ts-ignore: decorator
@inline
function simplifiedRow(
  activation: i32,
  a: usize,
  d: usize,
  panel: usize,
  n: i32,
  y: usize,
  share: f32,
  scratch: usize,
  cost: usize,
): void {
  if (activation == SOFTMAX) {
    softmaxRow(a, panel, n, scratch, true);
    store<f32>(cost, softmaxCost(y, n, scratch));
  } else {
    store<f32>(cost, activation == SIGMOID ? sigmoidCost(a, panel, y, n, scratch) : exponentialCost(a, panel, y, n, scratch));
  }
  if (d == 0) return;
  const factor = f32x4.splat(share);
  for (let j = 0; j < n; j += 4) {
    let difference = f32x4.mul(f32x4.sub(v128.load(at(a, panel, j)), v128.load(y + (<usize>j << 2))), factor);
    if (j + 4 > n) difference = v128.and(difference, lanesBelow(n - j));
    v128.store(at(d, panel, j), difference);
  }
}

/**
 * Rows [from, to) of the output layer: activation in place in `a` (z before), the cost of each row at `costs` and whether it
 * is right at `correct`. With `d` not 0 also dCost/dz times `share`, the batch's 1 / rows.
 *
 * a, d: panels of (B x 16); slopes: bytes from an activation to its da/dz, 0 where that follows from a; targets: rows of (n_L) `targetStride` bytes apart, by the row numbers at `order`, the
 * label in the word behind them; scratch: room for 2 n + 12 floats.
 */
export function outputRows(
  activation: i32,
  costKind: i32,
  a: usize,
  d: usize,
  slopes: usize,
  panel: usize,
  n: i32,
  from: i32,
  to: i32,
  order: usize,
  targets: usize,
  targetStride: usize,
  share: f32,
  scratch: usize,
  costs: usize,
  correct: usize,
): void {
  const simplified = costKind == COST_CROSS_ENTROPY || (costKind == COST_POISSON && activation == EXPONENTIAL);
  const elementwise = activation != SOFTMAX && !simplified;
  const secondClass = load<f32>(PROGRAM + P_SECOND_CLASS);
  const thresholds = <usize>load<u32>(PROGRAM + P_THRESHOLDS);
  const size = <usize>(to - from) << 6;
  const offset = <usize>from << 6;
  if (elementwise) for (let p = 0; p < n; p += 16) activate(activation, a + (p >> 4) * panel + offset, size, d == 0 ? 0 : slopes);
  for (let row = from; row < to; row++) {
    const aRow = a + (<usize>row << 6);
    const dRow = d == 0 ? 0 : d + (<usize>row << 6);
    const y = targets + load<u32>(order + (<usize>row << 2)) * targetStride;
    const cost = costs + (<usize>row << 2);
    if (simplified) {
      simplifiedRow(activation, aRow, dRow, panel, n, y, share, scratch, cost);
    } else {
      if (activation == SOFTMAX) softmaxRow(aRow, panel, n, scratch, false);
      termRow(costKind, aRow, dRow, panel, n, y, scratch, cost);
      if (activation == SOFTMAX && d != 0) throughSoftmax(aRow, dRow, panel, n);
    }
    const label = load<i32>(y + (<usize>n << 2));
    let right: i32;
    if (n == 1) right = i32(load<f32>(aRow) >= secondClass == label > 0);
    else if (thresholds != 0) right = i32(isEachRight(aRow, panel, n, y, thresholds));
    else right = i32(largest(aRow, panel, n) == label);
    store<i32>(correct + (<usize>row << 2), right);
  }
  if (d == 0 || simplified) return;
  const factor = f32x4.splat(share);
  for (let p = 0; p < n; p += 16) {
    const start = (p >> 4) * panel + offset;
    if (elementwise) differentiate(activation, d + start, a + slopes + start, size);
    for (let here = d + start, end = d + start + size; here < end; here += 16) v128.store(here, f32x4.mul(v128.load(here), factor));
  }
}
