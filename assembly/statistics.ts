// What a step did to a layer, for whoever asked: sums over its weights in float64, and units that do nothing. Read after the
// step by the first thread alone, in the order of memory, so that any number of threads gives the same numbers.

import { IDENTITY, L_ACTIVATION, L_SATURATED, L_SLOPES, SOFTMAX } from "./addresses";
import { slopeOf } from "./activations";
import { field, place, storedActivation } from "./records";
import { lanesBelow, zero } from "./vectors";

// @ts-ignore: decorator
@inline
function squares(sum: v128, x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
  return f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

// @ts-ignore: decorator
@inline
function total(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * Adds to three float64 at `out`: the squares of `bytes` bytes of derivatives (w + gradient), of weights (w), and of what the
 * step has changed (from w + before).
 */
export function addSquares(w: usize, gradient: usize, before: usize, bytes: usize, out: usize): void {
  let g = zero(), now = zero(), change = zero();
  for (const end = w + bytes; w < end; w += 16) {
    const weight = v128.load(w);
    g = squares(g, v128.load(w + gradient));
    now = squares(now, weight);
    change = squares(change, f32x4.sub(weight, v128.load(w + before)));
  }
  store<f64>(out, load<f64>(out) + total(g));
  store<f64>(out, load<f64>(out, 8) + total(now), 8);
  store<f64>(out, load<f64>(out, 16) + total(change), 16);
}

/**
 * Units of one panel, whose activations stand at `a`, `n` of them: those whose slope is 0 on every row (in the lower half of the
 * result), and those whose slope is small on every row, the former left out (in the upper half).
 */
export function countUnits(layer: i32, a: usize, rows: i32, n: i32): i32 {
  const activation = field(layer, L_ACTIVATION);
  if (activation == IDENTITY || activation == SOFTMAX) return 0;
  const stored = storedActivation(layer);
  const least = f32x4.splat(reinterpret<f32>(field(layer, L_SATURATED)));
  a += place(layer, L_SLOPES);
  let dead = 0;
  let saturated = 0;
  for (let j = 0; j < n; j += 4) {
    let alive = zero();
    let sound = zero();
    for (let row = 0; row < rows; row++) {
      const s = f32x4.abs(slopeOf(stored, v128.load(a + (<usize>row << 6) + (<usize>j << 2))));
      alive = v128.or(alive, f32x4.gt(s, zero()));
      sound = v128.or(sound, f32x4.gt(s, least));
    }
    const units = lanesBelow(min(4, n - j));
    dead += popcnt(i32x4.bitmask(v128.andnot(units, alive)));
    saturated += popcnt(i32x4.bitmask(v128.and(v128.andnot(units, sound), alive)));
  }
  return dead | (saturated << 16);
}
