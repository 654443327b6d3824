// The output layer, row by row: its activation, the cost of the row, whether it is right, and dCost/dz as the row's share of
// the batch's mean; equations (1) and (2), first factors.

import { COST_CROSS_ENTROPY, SIGMOID, SOFTMAX } from "./addresses";
import { activate, differentiate } from "./activations";
import { exp, log, log1p, sigmoid } from "./functions";
import { lanesBelow, zero } from "./vectors";

/** A row of the output layer: neuron j of the row stands at address + (j >> 4) * panel + (j & 15) * 4 (less in the last panel). */
// @ts-ignore: decorator
@inline
function at(base: usize, panel: usize, j: i32): usize {
  return base + (j >> 4) * panel + (<usize>(j & 15) << 2);
}

/** p = exp(z - max) / sum in place; returns ln sum, and the maximum through `largestOf`. */
function softmaxRow(z: usize, panel: usize, n: i32, shifts: usize): void {
  let largest = load<f32>(z);
  for (let j = 1; j < n; j++) {
    const value = load<f32>(at(z, panel, j));
    if (value > largest) largest = value;
  }
  const shift = f32x4.splat(largest);
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
  store<f32>(shifts + (<usize>((n + 3) & ~3) << 2), f32x4.extract_lane(log(divisor), 0));
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

function squaredError(a: usize, panel: usize, y: usize, n: i32): f32 {
  let sum: f32 = 0;
  for (let j = 0; j < n; j++) {
    const difference = load<f32>(at(a, panel, j)) - load<f32>(y + (<usize>j << 2));
    sum += difference * difference;
  }
  return sum;
}

/** The position of the largest output; the first one among equals. */
function largest(a: usize, panel: usize, n: i32): i32 {
  let best = 0;
  let value = load<f32>(a);
  for (let j = 1; j < n; j++) {
    const candidate = load<f32>(at(a, panel, j));
    if (candidate > value) {
      value = candidate;
      best = j;
    }
  }
  return best;
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
 * One row: activation in place in `a` (z before), its cost at `cost` and whether it is right at `correct`. With `d` not 0
 * also dCost/dz times `share`, the batch's 1 / rows. y: the targets (n_L), the label in the word behind them; scratch: room
 * for 2 n + 12 floats.
 */
export function outputRow(
  activation: i32,
  costKind: i32,
  a: usize,
  d: usize,
  panel: usize,
  n: i32,
  y: usize,
  share: f32,
  scratch: usize,
  cost: usize,
  correct: usize,
): void {
  let value: f32;
  if (activation == SOFTMAX) {
    softmaxRow(a, panel, n, scratch);
    value = costKind == COST_CROSS_ENTROPY ? softmaxCost(y, n, scratch) : squaredError(a, panel, y, n);
  } else if (costKind == COST_CROSS_ENTROPY) {
    value = sigmoidCost(a, panel, y, n, scratch);
  } else {
    for (let j = 0; j < n; j += 16) activate(activation, at(a, panel, j), ((min(16, n - j) + 3) & ~3) << 2);
    value = squaredError(a, panel, y, n);
  }
  store<f32>(cost, value);
  const label = load<i32>(y + (<usize>n << 2));
  store<i32>(correct, n == 1 ? i32(load<f32>(a) >= 0.5 == label > 0) : i32(largest(a, panel, n) == label));
  if (d == 0) return;
  const factor = f32x4.splat(share);
  if (costKind == COST_CROSS_ENTROPY) {
    for (let j = 0; j < n; j += 4) {
      let difference = f32x4.mul(f32x4.sub(v128.load(at(a, panel, j)), v128.load(y + (<usize>j << 2))), factor);
      if (j + 4 > n) difference = v128.and(difference, lanesBelow(n - j));
      v128.store(at(d, panel, j), difference);
    }
    return;
  }
  for (let j = 0; j < n; j += 4) {
    const aj = v128.load(at(a, panel, j));
    const yj = v128.load(y + (<usize>j << 2));
    let slope = f32x4.sub(f32x4.add(aj, aj), f32x4.add(yj, yj));
    if (j + 4 > n) slope = v128.and(slope, lanesBelow(n - j));
    v128.store(at(d, panel, j), slope);
  }
  if (activation == SOFTMAX) throughSoftmax(a, d, panel, n);
  else for (let j = 0; j < n; j += 16) differentiate(activation, at(d, panel, j), at(a, panel, j), ((min(16, n - j) + 3) & ~3) << 2);
  for (let j = 0; j < n; j += 4) {
    const here = at(d, panel, j);
    v128.store(here, f32x4.mul(v128.load(here), factor));
  }
}
