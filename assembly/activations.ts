// Activations and their derivatives, in place over whole vectors. NaN passes through each of them.

import { ELU, EXPONENTIAL, GELU, GELU_TANH, HARD_SWISH, IDENTITY, LEAKY_RELU, MISH, RELU, SELU, SIGMOID, SOFTPLUS, TANH } from "./addresses";
import {
  BELL,
  erf,
  expm1,
  expOf,
  GELU_1,
  GELU_3,
  GELU_9,
  GELU_BOUND,
  HALF,
  HALF_ROOT,
  LEAK,
  log1p,
  MISH_BOUND,
  ONE,
  SELU_ABOVE,
  SELU_BELOW,
  SIGN,
  sigmoid,
  SIX,
  tanh,
  THREE,
  TWO,
} from "./functions";
import { zero } from "./vectors";

/**
 * a = sigma(z) over `bytes` bytes, a multiple of 16. With `slopes` not 0, da/dz of those that need z for it (from GELU on) is
 * written so many bytes further on.
 */
export function activate(activation: i32, at: usize, bytes: usize, slopes: usize): void {
  const end = at + bytes;
  if (activation == SIGMOID) {
    for (; at < end; at += 16) v128.store(at, sigmoid(v128.load(at)));
  } else if (activation == TANH) {
    for (; at < end; at += 16) v128.store(at, tanh(v128.load(at)));
  } else if (activation == RELU) {
    for (; at < end; at += 16) {
      const z = v128.load(at);
      // What is not above 0 becomes 0, but a NaN, which is not below it either, stays.
      v128.store(at, v128.andnot(z, f32x4.le(z, zero())));
    }
  } else if (activation >= GELU) {
    for (; at < end; at += 16) gate(activation, at, slopes);
  } else if (activation != IDENTITY) {
    for (; at < end; at += 16) v128.store(at, bend(activation, v128.load(at)));
  }
}

/** Those whose derivative follows from a. */
function bend(activation: i32, z: v128): v128 {
  if (activation == EXPONENTIAL) return expOf(z);
  const above = f32x4.gt(z, zero());
  if (activation == SOFTPLUS) return f32x4.add(v128.and(z, above), log1p(expOf(v128.or(z, v128.load(SIGN)))));
  if (activation == LEAKY_RELU) return v128.bitselect(z, f32x4.mul(z, v128.load32_splat(LEAK)), above);
  const below = expm1(z);
  if (activation == ELU) return v128.bitselect(z, below, above);
  return v128.bitselect(f32x4.mul(z, v128.load32_splat(SELU_ABOVE)), f32x4.mul(below, v128.load32_splat(SELU_BELOW)), above);
}

/** Those that are z times a share of it: gelu, gelu-tanh, silu, mish and hard-swish. */
function gate(activation: i32, at: usize, slopes: usize): void {
  const z = v128.load(at);
  const one = v128.load(ONE);
  const half = v128.load(HALF);
  let share: v128;
  let slope: v128;
  if (activation == GELU) {
    share = f32x4.mul(half, f32x4.add(one, erf(f32x4.mul(z, v128.load32_splat(HALF_ROOT)))));
    const bell = f32x4.mul(expOf(f32x4.neg(f32x4.mul(half, f32x4.mul(z, z)))), v128.load32_splat(BELL));
    slope = f32x4.add(share, f32x4.mul(z, bell));
  } else if (activation == MISH) {
    const w = f32x4.pmin(z, v128.load32_splat(MISH_BOUND));
    const e = expOf(w);
    const n = f32x4.mul(e, f32x4.add(e, v128.load(TWO)));
    const m = f32x4.add(n, v128.load(TWO));
    share = f32x4.div(n, m);
    const root = f32x4.div(f32x4.mul(e, f32x4.add(e, one)), f32x4.mul(m, m));
    const twice = f32x4.add(root, root);
    slope = f32x4.add(share, f32x4.mul(w, f32x4.add(twice, twice)));
  } else if (activation == HARD_SWISH) {
    const three = v128.load32_splat(THREE);
    const six = v128.load32_splat(SIX);
    share = f32x4.div(f32x4.pmax(f32x4.pmin(f32x4.add(z, three), six), zero()), six);
    const inside = f32x4.add(f32x4.div(z, three), half);
    slope = v128.bitselect(one, v128.and(inside, f32x4.gt(z, f32x4.neg(three))), f32x4.gt(z, three));
  } else {
    let argument = z;
    let rate = one;
    if (activation == GELU_TANH) {
      const bound = v128.load32_splat(GELU_BOUND);
      const w = f32x4.pmax(f32x4.pmin(z, bound), f32x4.neg(bound));
      const square = f32x4.mul(w, w);
      const first = v128.load32_splat(GELU_1);
      argument = f32x4.mul(w, f32x4.add(first, f32x4.mul(square, v128.load32_splat(GELU_3))));
      rate = f32x4.add(first, f32x4.mul(square, v128.load32_splat(GELU_9)));
    }
    share = f32x4.div(one, f32x4.add(one, expOf(f32x4.neg(argument))));
    slope = f32x4.add(share, f32x4.mul(f32x4.mul(z, f32x4.mul(share, f32x4.sub(one, share))), rate));
  }
  v128.store(at, f32x4.mul(z, share));
  if (slopes != 0) v128.store(at + slopes, slope);
}

/** da/dz from a; from GELU on `a` is da/dz itself, as `activate` kept it. */
export function slopeOf(activation: i32, a: v128): v128 {
  const one = v128.load(ONE);
  const above = f32x4.gt(a, zero());
  if (activation == IDENTITY) return one;
  if (activation == SIGMOID) return f32x4.mul(a, f32x4.sub(one, a));
  if (activation == TANH) return f32x4.sub(one, f32x4.mul(a, a));
  if (activation == RELU) return v128.and(one, above);
  if (activation == LEAKY_RELU) return v128.bitselect(one, v128.load32_splat(LEAK), above);
  if (activation == ELU) return v128.bitselect(one, f32x4.add(a, one), above);
  if (activation == SELU) {
    return v128.bitselect(v128.load32_splat(SELU_ABOVE), f32x4.add(a, v128.load32_splat(SELU_BELOW)), above);
  }
  if (activation == SOFTPLUS) return f32x4.neg(expm1(f32x4.neg(a)));
  return a;
}

/** dCost/dz = dCost/da * da/dz, in place in `d`; (1), (4), (7), second factor. `a` as `slopeOf` takes it. */
export function differentiate(activation: i32, d: usize, a: usize, bytes: usize): void {
  if (activation == IDENTITY) return;
  const end = d + bytes;
  const one = v128.load(ONE);
  if (activation == SIGMOID) {
    for (; d < end; d += 16, a += 16) {
      const s = v128.load(a);
      v128.store(d, f32x4.mul(v128.load(d), f32x4.mul(s, f32x4.sub(one, s))));
    }
  } else if (activation == TANH) {
    for (; d < end; d += 16, a += 16) {
      const t = v128.load(a);
      v128.store(d, f32x4.mul(v128.load(d), f32x4.sub(one, f32x4.mul(t, t))));
    }
  } else if (activation == RELU) {
    // z above 0 is a above 0.
    for (; d < end; d += 16, a += 16) v128.store(d, v128.and(v128.load(d), f32x4.gt(v128.load(a), zero())));
  } else {
    for (; d < end; d += 16, a += 16) v128.store(d, f32x4.mul(v128.load(d), slopeOf(activation, v128.load(a))));
  }
}
