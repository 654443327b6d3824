// One step of the optimizer over a stretch of parameters. All of it is elementwise, so that a stretch may be cut anywhere.

import {
  ADAGRAD,
  ADAM,
  LION,
  MOMENTUM,
  NADAM,
  NESTEROV,
  OPTIMIZER,
  O_BETA1,
  O_BETA2,
  O_CLIP_SCALE,
  O_CLIP_VALUE,
  O_EPSILON,
  O_KEEP,
  O_KIND,
  O_L1,
  O_L2,
  O_MOMENTUM,
  O_RATE,
  O_RATE2,
  O_REST1,
  O_REST2,
  O_RULES,
  O_SCALE,
  RMSPROP_MOMENTUM,
  RULE_CLIP_NORM,
  RULE_CLIP_VALUE,
  RULE_DECAY,
  RULE_L1,
  RULE_L2,
  SGD,
} from "./addresses";
import { ONE, SMALLEST_NORMAL } from "./functions";
import { zero } from "./vectors";

// @ts-ignore: decorator
@inline
function setting(offset: usize): v128 {
  return v128.load32_splat(OPTIMIZER + offset);
}

/** What is done around the step of the optimizer. */
// @ts-ignore: decorator
@inline
export function rules(): i32 {
  return load<i32>(OPTIMIZER + O_RULES);
}

/** 0 in place of what is smaller than the smallest normal number; a NaN stays. */
// @ts-ignore: decorator
@inline
function flush(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), v128.load(SMALLEST_NORMAL)));
}

/** -1, 0 or 1; a NaN stays. */
// @ts-ignore: decorator
@inline
function sign(x: v128): v128 {
  const one = v128.load(ONE);
  return v128.bitselect(one, v128.bitselect(f32x4.neg(one), x, f32x4.lt(x, zero())), f32x4.gt(x, zero()));
}

/** Within -limit..limit; a NaN stays. */
// @ts-ignore: decorator
@inline
export function clipped(x: v128, limit: v128): v128 {
  const low = f32x4.neg(limit);
  return v128.bitselect(limit, v128.bitselect(low, x, f32x4.lt(x, low)), f32x4.gt(x, limit));
}

/** share * kept + rest * next, flushed. */
// @ts-ignore: decorator
@inline
function mean(kept: v128, share: v128, next: v128, rest: v128): v128 {
  return flush(f32x4.add(f32x4.mul(share, kept), f32x4.mul(rest, next)));
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

/** m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = w - rate_t m / (sqrt(s_t v) + epsilon), or with Nesterov's look ahead. */
// @ts-ignore: decorator
@inline
function adam(w: usize, g: usize, m: usize, v: usize, bytes: usize, nesterov: bool): void {
  const beta1 = setting(O_BETA1);
  const rest1 = setting(O_REST1);
  const beta2 = setting(O_BETA2);
  const rest2 = setting(O_REST2);
  const rate = setting(O_RATE);
  const rate2 = setting(O_RATE2);
  const scale = setting(O_SCALE);
  const epsilon = setting(O_EPSILON);
  for (const end = w + bytes; w < end; w += 16, g += 16, m += 16, v += 16) {
    const slope = v128.load(g);
    const first = mean(v128.load(m), beta1, slope, rest1);
    const second = mean(v128.load(v), beta2, f32x4.mul(slope, slope), rest2);
    v128.store(m, first);
    v128.store(v, second);
    const length = f32x4.add(f32x4.sqrt(f32x4.mul(second, scale)), epsilon);
    const ahead = nesterov ? f32x4.add(f32x4.mul(rate, slope), f32x4.mul(rate2, first)) : f32x4.mul(rate, first);
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(ahead, length)));
  }
}

/** s = s + g^2; w = w - rate g / (sqrt(s) + epsilon) */
function adagrad(w: usize, g: usize, s: usize, bytes: usize): void {
  const rate = setting(O_RATE);
  const epsilon = setting(O_EPSILON);
  for (const end = w + bytes; w < end; w += 16, g += 16, s += 16) {
    const slope = v128.load(g);
    const sum = flush(f32x4.add(v128.load(s), f32x4.mul(slope, slope)));
    v128.store(s, sum);
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(rate, slope), f32x4.add(f32x4.sqrt(sum), epsilon))));
  }
}

/** v = rho v + (1 - rho) g^2; d = g / (sqrt(v) + epsilon), with momentum d = momentum d + that; w = w - rate d */
function rmsprop(w: usize, g: usize, v: usize, d: usize, bytes: usize, momentum: bool): void {
  const rate = setting(O_RATE);
  const rho = setting(O_BETA2);
  const rest = setting(O_REST2);
  const epsilon = setting(O_EPSILON);
  const share = setting(O_MOMENTUM);
  for (const end = w + bytes; w < end; w += 16, g += 16, v += 16, d += 16) {
    const slope = v128.load(g);
    const second = mean(v128.load(v), rho, f32x4.mul(slope, slope), rest);
    v128.store(v, second);
    let step = f32x4.div(slope, f32x4.add(f32x4.sqrt(second), epsilon));
    if (momentum) {
      step = flush(f32x4.add(f32x4.mul(share, v128.load(d)), step));
      v128.store(d, step);
    }
    v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(rate, step)));
  }
}

/** w = w - rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g */
function lion(w: usize, g: usize, m: usize, bytes: usize): void {
  const rate = setting(O_RATE);
  const beta1 = setting(O_BETA1);
  const rest1 = setting(O_REST1);
  const beta2 = setting(O_BETA2);
  const rest2 = setting(O_REST2);
  for (const end = w + bytes; w < end; w += 16, g += 16, m += 16) {
    const slope = v128.load(g);
    const kept = v128.load(m);
    const direction = sign(f32x4.add(f32x4.mul(beta1, kept), f32x4.mul(rest1, slope)));
    v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(rate, direction)));
    v128.store(m, mean(kept, beta2, slope, rest2));
  }
}

/** Derivatives as the optimizer is given them; decoupled decay moves the weights themselves. */
function prepare(w: usize, g: usize, bytes: usize, applied: i32): void {
  const limit = setting(O_CLIP_VALUE);
  const scale = setting(O_CLIP_SCALE);
  const l2 = setting(O_L2);
  const l1 = setting(O_L1);
  const keep = setting(O_KEEP);
  for (const end = w + bytes; w < end; w += 16, g += 16) {
    let slope = v128.load(g);
    const weight = v128.load(w);
    if (applied & RULE_CLIP_VALUE) slope = clipped(slope, limit);
    if (applied & RULE_CLIP_NORM) slope = f32x4.mul(slope, scale);
    if (applied & RULE_L2) slope = f32x4.add(slope, f32x4.mul(l2, weight));
    if (applied & RULE_L1) slope = f32x4.add(slope, f32x4.mul(l1, sign(weight)));
    v128.store(g, slope);
    if (applied & RULE_DECAY) v128.store(w, f32x4.mul(weight, keep));
  }
}

/**
 * Updates `bytes` bytes of parameters at w by their derivatives at g, which rules change in place. The states stand at w + state1
 * and w + state2.
 *
 * @param weights false for biases, which are never decayed
 */
export function update(w: usize, g: usize, state1: usize, state2: usize, bytes: usize, weights: bool): void {
  const applied = weights ? rules() : rules() & (RULE_CLIP_VALUE | RULE_CLIP_NORM);
  if (applied != 0) prepare(w, g, bytes, applied);
  const kind = load<i32>(OPTIMIZER + O_KIND);
  if (kind == SGD) descend(w, g, bytes);
  else if (kind == ADAM) adam(w, g, w + state1, w + state2, bytes, false);
  else if (kind == MOMENTUM || kind == NESTEROV) descendWithMomentum(w, g, w + state1, bytes, kind == NESTEROV);
  else if (kind == NADAM) adam(w, g, w + state1, w + state2, bytes, true);
  else if (kind == ADAGRAD) adagrad(w, g, w + state1, bytes);
  else if (kind == LION) lion(w, g, w + state1, bytes);
  else rmsprop(w, g, w + state1, w + state2, bytes, kind == RMSPROP_MOMENTUM);
}
