// Activations and their derivatives, in place over whole vectors. NaN passes through each of them.

import { IDENTITY, RELU, SIGMOID, TANH } from "./addresses";
import { ONE, sigmoid, tanh } from "./functions";
import { zero } from "./vectors";

/** a = sigma(z) over `bytes` bytes, a multiple of 16. */
export function activate(activation: i32, at: usize, bytes: usize): void {
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
  }
}

/** dCost/dz = dCost/da * da/dz, in place in `d`; (1), (4), (7), second factor. */
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
  } else {
    // relu: z above 0 is a above 0.
    for (; d < end; d += 16, a += 16) v128.store(d, v128.and(v128.load(d), f32x4.gt(v128.load(a), zero())));
  }
}
