// One step of the optimizer over a stretch of parameters. All of it is elementwise, so that a stretch may be cut anywhere.

import {
  ADAM,
  MOMENTUM,
  O_BETA1,
  O_BETA2,
  O_EPSILON,
  O_KIND,
  O_MOMENTUM,
  O_RATE,
  O_REST1,
  O_REST2,
  O_STEP_RATE,
  O_STEP_SCALE,
  OPTIMIZER,
  SGD,
} from "./addresses";
import { SMALLEST_NORMAL } from "./functions";

// @ts-ignore: decorator
@inline
function setting(offset: usize): v128 {
  return v128.load32_splat(OPTIMIZER + offset);
}

/** 0 in place of what is smaller than the smallest normal number; a NaN stays. */
// @ts-ignore: decorator
@inline
function flush(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), v128.load(SMALLEST_NORMAL)));
}

/** w = w - rate * g */
function descend(w: usize, g: usize, bytes: usize): void {
  const rate = setting(O_RATE);
  for (const end = w + bytes; w < end; w += 16, g += 16) v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(rate, v128.load(g))));
}

/** v = momentum * v + g; w = w - rate * v, or with Nesterov w = w - rate * (g + momentum * v). */
function descendWithMomentum(w: usize, g: usize, v: usize, bytes: usize, nesterov: bool): void {
  const rate = setting(O_RATE);
  const momentum = setting(O_MOMENTUM);
  for (const end = w + bytes; w < end; w += 16, g += 16, v += 16) {
    const slope = v128.load(g);
    const velocity = flush(f32x4.add(f32x4.mul(momentum, v128.load(v)), slope));
    v128.store(v, velocity);
    const step = nesterov ? f32x4.add(slope, f32x4.mul(momentum, velocity)) : velocity;
    v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(rate, step)));
  }
}

/** m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = w - rate_t m / (sqrt(s_t v) + epsilon). */
function adam(w: usize, g: usize, m: usize, v: usize, bytes: usize): void {
  const beta1 = setting(O_BETA1);
  const rest1 = setting(O_REST1);
  const beta2 = setting(O_BETA2);
  const rest2 = setting(O_REST2);
  const rate = setting(O_STEP_RATE);
  const scale = setting(O_STEP_SCALE);
  const epsilon = setting(O_EPSILON);
  for (const end = w + bytes; w < end; w += 16, g += 16, m += 16, v += 16) {
    const slope = v128.load(g);
    const first = flush(f32x4.add(f32x4.mul(beta1, v128.load(m)), f32x4.mul(rest1, slope)));
    const second = flush(f32x4.add(f32x4.mul(beta2, v128.load(v)), f32x4.mul(rest2, f32x4.mul(slope, slope))));
    v128.store(m, first);
    v128.store(v, second);
    const length = f32x4.add(f32x4.sqrt(f32x4.mul(second, scale)), epsilon);
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(rate, first), length)));
  }
}

/** Updates `bytes` bytes of parameters at w by their derivatives at g. The states stand at w + state1 and w + state2. */
export function update(w: usize, g: usize, state1: usize, state2: usize, bytes: usize): void {
  const kind = load<i32>(OPTIMIZER + O_KIND);
  if (kind == SGD) descend(w, g, bytes);
  else if (kind == ADAM) adam(w, g, w + state1, w + state2, bytes);
  else descendWithMomentum(w, g, w + state1, bytes, kind != MOMENTUM);
}
