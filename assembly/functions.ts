// exp, expm1, ln, sigmoid, tanh, erf, sine and cosine of four float32 at a time: the same operations in the same order as the portable ones
// (src/kernels/portable/float32.ts, which states their errors), so the same bits. Constants are loaded from memory: a
// literal vector would be built anew at each use.

import { CONSTANTS } from "./addresses";

const LOG2_E: usize = CONSTANTS;
const LN2_HIGH: usize = CONSTANTS + 16;
const LN2_LOW: usize = CONSTANTS + 32;
const MAGIC: usize = CONSTANTS + 48;
const E0: usize = CONSTANTS + 64;
const E1: usize = CONSTANTS + 80;
const E2: usize = CONSTANTS + 96;
const E3: usize = CONSTANTS + 112;
const E4: usize = CONSTANTS + 128;
const UPPER: usize = CONSTANTS + 144;
const LOWER: usize = CONSTANTS + 160;
export const ONE: usize = CONSTANTS + 176;
const BIAS: usize = CONSTANTS + 192;
export const TWO: usize = CONSTANTS + 208;
const T0: usize = CONSTANTS + 224;
const T1: usize = CONSTANTS + 240;
const T2: usize = CONSTANTS + 256;
const T3: usize = CONSTANTS + 272;
const T4: usize = CONSTANTS + 288;
const SMALL: usize = CONSTANTS + 304;
const L0: usize = CONSTANTS + 320;
const L1: usize = CONSTANTS + 336;
const L2: usize = CONSTANTS + 352;
const SQRT2: usize = CONSTANTS + 368;
export const HALF: usize = CONSTANTS + 384;
const MANTISSA: usize = CONSTANTS + 400;
export const SIGN: usize = CONSTANTS + 416;
/** The smallest normal float32, 2^-126. */
export const SMALLEST_NORMAL: usize = CONSTANTS + 432;

const ERF_SMALL: usize = CONSTANTS + 448;
const ERF_LARGE: usize = CONSTANTS + 544;
const ERF_BOUND: usize = CONSTANTS + 640;
const FOUR: usize = CONSTANTS + 656;
const SIN: usize = CONSTANTS + 672;
const COS: usize = CONSTANTS + 720;
/** Of float64, two lanes. */
const TWO_OVER_PI: usize = CONSTANTS + 768;
const HALF_PI_HIGH: usize = CONSTANTS + 784;
const HALF_PI_LOW: usize = CONSTANTS + 800;
const WHOLE: usize = CONSTANTS + 816;
/** Single float32, of the activations that are used less. */
export const LEAK: usize = CONSTANTS + 832;
export const SELU_ABOVE: usize = CONSTANTS + 836;
export const SELU_BELOW: usize = CONSTANTS + 840;
export const HALF_ROOT: usize = CONSTANTS + 844;
export const BELL: usize = CONSTANTS + 848;
export const GELU_1: usize = CONSTANTS + 852;
export const GELU_3: usize = CONSTANTS + 856;
export const GELU_9: usize = CONSTANTS + 860;
export const GELU_BOUND: usize = CONSTANTS + 864;
export const MISH_BOUND: usize = CONSTANTS + 868;
export const THREE: usize = CONSTANTS + 872;
export const SIX: usize = CONSTANTS + 876;

function constant(address: usize, value: f32): void {
  v128.store(address, f32x4.splat(value));
}

/** Fills the constants; called once for a memory, before any kernel. */
export function writeConstants(): void {
  constant(LOG2_E, 1.4426950408889634);
  constant(LN2_HIGH, 0.693359375);
  constant(LN2_LOW, -2.12194440054690583e-4);
  constant(MAGIC, 12582912);
  constant(E0, 0.4999999403953552);
  constant(E1, 0.1666651964187622);
  constant(E2, 0.04166839271783829);
  constant(E3, 0.008368780836462975);
  constant(E4, 0.0013814467238262296);
  constant(UPPER, 89);
  constant(LOWER, -104);
  constant(ONE, 1);
  v128.store(BIAS, i32x4.splat(127));
  constant(TWO, 2);
  constant(T0, -0.3333328068256378);
  constant(T1, 0.13331441581249237);
  constant(T2, -0.05373971536755562);
  constant(T3, 0.0206390880048275);
  constant(T4, -0.005704987328499556);
  constant(SMALL, 0.625);
  constant(L0, 0.6666677594184875);
  constant(L1, 0.39977481961250305);
  constant(L2, 0.2987362742424011);
  constant(SQRT2, 1.4142135623730951);
  constant(HALF, 0.5);
  v128.store(MANTISSA, i32x4.splat(0x7fffff));
  v128.store(SIGN, i32x4.splat(0x80000000));
  constant(SMALLEST_NORMAL, 1.1754943508222875e-38);
  constant(ERF_SMALL, 0.12837915122509003);
  constant(ERF_SMALL + 16, -0.37612468004226685);
  constant(ERF_SMALL + 32, 0.1128155067563057);
  constant(ERF_SMALL + 48, -0.026756973937153816);
  constant(ERF_SMALL + 64, 0.004979042336344719);
  constant(ERF_SMALL + 80, -0.0005918974056839943);
  constant(ERF_LARGE, -0.1285085827112198);
  constant(ERF_LARGE + 16, -0.6357377171516418);
  constant(ERF_LARGE + 32, -0.1052364706993103);
  constant(ERF_LARGE + 48, 0.022873787209391594);
  constant(ERF_LARGE + 64, -0.0032099359668791294);
  constant(ERF_LARGE + 80, 0.00021337867656257004);
  constant(ERF_BOUND, 0.9375);
  constant(FOUR, 4);
  constant(SIN, -0.16666655242443085);
  constant(SIN + 16, 0.00833216030150652);
  constant(SIN + 32, -0.00019515218446031213);
  constant(COS, 0.04166664555668831);
  constant(COS + 16, -0.0013887315290048718);
  constant(COS + 32, 2.4433082217001356e-5);
  v128.store(TWO_OVER_PI, f64x2.splat(0.6366197723675814));
  v128.store(HALF_PI_HIGH, f64x2.splat(1.5707963267341256));
  v128.store(HALF_PI_LOW, f64x2.splat(6.077100506506192e-11));
  v128.store(WHOLE, f64x2.splat(6755399441055744));
  store<f32>(LEAK, 0.01);
  store<f32>(SELU_ABOVE, 1.0507009873554805);
  store<f32>(SELU_BELOW, 1.7580993408473769);
  store<f32>(HALF_ROOT, 0.7071067811865476);
  store<f32>(BELL, 0.3989422804014327);
  store<f32>(GELU_1, 1.5957691216057308);
  store<f32>(GELU_3, 0.07135481627260025);
  store<f32>(GELU_9, 0.21406444881780076);
  store<f32>(GELU_BOUND, 12);
  store<f32>(MISH_BOUND, 20);
  store<f32>(THREE, 3);
  store<f32>(SIX, 6);
}

// @ts-ignore: decorator
@inline
function step(q: v128, x: v128, coefficient: usize): v128 {
  return f32x4.add(f32x4.mul(q, x), v128.load(coefficient));
}

/** e^x, or e^x - 1: where the whole number n is 0, the sum without its 1. */
// @ts-ignore: decorator
@inline
function power(x: v128, less: bool): v128 {
  // pmin and pmax keep their first argument where it is NaN.
  const t = f32x4.pmax(f32x4.pmin(x, v128.load(UPPER)), v128.load(LOWER));
  const magic = v128.load(MAGIC);
  const rounded = f32x4.add(f32x4.mul(t, v128.load(LOG2_E)), magic);
  const n = f32x4.sub(rounded, magic);
  const r = f32x4.sub(f32x4.sub(t, f32x4.mul(n, v128.load(LN2_HIGH))), f32x4.mul(n, v128.load(LN2_LOW)));
  let q = step(v128.load(E4), r, E3);
  q = step(q, r, E2);
  q = step(q, r, E1);
  q = step(q, r, E0);
  const rest = f32x4.add(f32x4.mul(f32x4.mul(r, r), q), r);
  const one = v128.load(ONE);
  const p = f32x4.add(rest, one);
  // The whole number n stands in the low bits of `rounded`. 2^n in two factors, because 2^128 and the subnormal powers are
  // not float32 of their own.
  const whole = i32x4.sub(rounded, magic);
  const half = i32x4.shr_s(whole, 1);
  const bias = v128.load(BIAS);
  const first = i32x4.shl(i32x4.add(half, bias), 23);
  const second = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23);
  const value = f32x4.mul(f32x4.mul(p, first), second);
  return less ? v128.bitselect(rest, f32x4.sub(value, one), i32x4.eq(whole, i32x4.splat(0))) : value;
}

// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return power(x, false);
}

/** The same where it is less in a hurry: called, and not written out at each use. */
export function expOf(x: v128): v128 {
  return exp(x);
}

/** e^x - 1 for x up to 0. */
export function expm1(x: v128): v128 {
  return power(x, true);
}

// @ts-ignore: decorator
@inline
export function sigmoid(z: v128): v128 {
  const one = v128.load(ONE);
  return f32x4.div(one, f32x4.add(one, exp(v128.xor(z, v128.load(SIGN)))));
}

/** Odd: computed of |z|, the sign put back, so that -0 stays -0. */
// @ts-ignore: decorator
@inline
export function tanh(z: v128): v128 {
  const sign = v128.load(SIGN);
  const m = v128.andnot(z, sign);
  const s = f32x4.mul(m, m);
  let q = step(v128.load(T4), s, T3);
  q = step(q, s, T2);
  q = step(q, s, T1);
  q = step(q, s, T0);
  const small = f32x4.add(f32x4.mul(f32x4.mul(q, s), m), m);
  const one = v128.load(ONE);
  const two = v128.load(TWO);
  const large = f32x4.sub(one, f32x4.div(two, f32x4.add(exp(f32x4.mul(two, m)), one)));
  const magnitude = v128.bitselect(small, large, f32x4.lt(m, v128.load(SMALL)));
  return v128.or(magnitude, v128.and(z, sign));
}

export function log(x: v128): v128 {
  const bias = v128.load(BIAS);
  let e = i32x4.sub(i32x4.shr_u(x, 23), bias);
  let m = v128.or(v128.and(x, v128.load(MANTISSA)), i32x4.shl(bias, 23));
  const large = f32x4.gt(m, v128.load(SQRT2));
  m = v128.bitselect(f32x4.mul(m, v128.load(HALF)), m, large);
  e = i32x4.sub(e, large);
  const one = v128.load(ONE);
  const s = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const s2 = f32x4.mul(s, s);
  let q = step(v128.load(L2), s2, L1);
  q = step(q, s2, L0);
  const lnM = f32x4.add(f32x4.mul(v128.load(TWO), s), f32x4.mul(f32x4.mul(s2, q), s));
  const n = f32x4.convert_i32x4_s(e);
  const value = f32x4.add(f32x4.mul(n, v128.load(LN2_HIGH)), f32x4.add(f32x4.mul(n, v128.load(LN2_LOW)), lnM));
  const infinity = f32x4.splat(f32.MAX_VALUE * 2);
  const positive = f32x4.gt(x, i32x4.splat(0));
  // 0 gives -Infinity, what is below it NaN; a NaN and Infinity stay.
  const edge = v128.bitselect(f32x4.neg(infinity), f32x4.splat(NaN), f32x4.eq(x, i32x4.splat(0)));
  return v128.bitselect(v128.bitselect(x, value, f32x4.eq(x, infinity)), edge, positive);
}

/** ln(1 + t) for t in [0, 1]. */
// @ts-ignore: decorator
@inline
export function log1p(t: v128): v128 {
  const one = v128.load(ONE);
  const u = f32x4.add(one, t);
  const rounded = f32x4.sub(u, one);
  const corrected = f32x4.mul(log(u), f32x4.div(t, rounded));
  return v128.bitselect(t, corrected, f32x4.eq(rounded, i32x4.splat(0)));
}

/** Odd, like tanh: small arguments by a polynomial, others as 1 - exp(...). */
// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const sign = v128.load(SIGN);
  const t = v128.andnot(x, sign);
  const s = f32x4.mul(t, t);
  let q = step(v128.load(ERF_SMALL, 80), s, ERF_SMALL + 64);
  q = step(q, s, ERF_SMALL + 48);
  q = step(q, s, ERF_SMALL + 32);
  q = step(q, s, ERF_SMALL + 16);
  q = step(q, s, ERF_SMALL);
  const small = f32x4.add(f32x4.mul(q, t), t);
  const within = f32x4.pmin(t, v128.load(FOUR));
  let p = step(v128.load(ERF_LARGE, 80), within, ERF_LARGE + 64);
  p = step(p, within, ERF_LARGE + 48);
  p = step(p, within, ERF_LARGE + 32);
  p = step(p, within, ERF_LARGE + 16);
  p = step(p, within, ERF_LARGE);
  const large = f32x4.sub(v128.load(ONE), expOf(f32x4.sub(f32x4.mul(p, within), within)));
  const magnitude = v128.bitselect(small, large, f32x4.lt(t, v128.load(ERF_BOUND)));
  return v128.or(magnitude, v128.and(x, sign));
}

/** What is left of two angles when n quarters of a turn are taken away, in float64; n as float64. */
// @ts-ignore: decorator
@inline
function reduce(x: v128, n: v128): v128 {
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, v128.load(HALF_PI_HIGH))), f64x2.mul(n, v128.load(HALF_PI_LOW)));
}

/** sin(x + quarters * pi / 2) */
// @ts-ignore: decorator
@inline
function quarterWave(x: v128, quarters: v128): v128 {
  const factor = v128.load(TWO_OVER_PI);
  const whole = v128.load(WHOLE);
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
  // The whole number stands in the low bits of what is rounded.
  const lowRounded = f64x2.add(f64x2.mul(low, factor), whole);
  const highRounded = f64x2.add(f64x2.mul(high, factor), whole);
  const lowRest = f32x4.demote_f64x2_zero(reduce(low, f64x2.sub(lowRounded, whole)));
  const highRest = f32x4.demote_f64x2_zero(reduce(high, f64x2.sub(highRounded, whole)));
  const r = v128.shuffle<i32>(lowRest, highRest, 0, 1, 4, 5);
  const quarter = i32x4.add(v128.shuffle<i32>(lowRounded, highRounded, 0, 2, 4, 6), quarters);
  const s = f32x4.mul(r, r);
  const sine = step(step(v128.load(SIN, 32), s, SIN + 16), s, SIN);
  const cosine = step(step(v128.load(COS, 32), s, COS + 16), s, COS);
  const odd = f32x4.add(f32x4.mul(f32x4.mul(sine, s), r), r);
  const even = f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(cosine, s), s), f32x4.mul(s, v128.load(HALF))), v128.load(ONE));
  const one = i32x4.splat(1);
  const wave = v128.bitselect(even, odd, i32x4.eq(v128.and(quarter, one), one));
  return v128.xor(wave, i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30));
}

// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  return v128.bitselect(x, quarterWave(x, i32x4.splat(0)), f32x4.eq(x, i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function cos(x: v128): v128 {
  return quarterWave(x, i32x4.splat(1));
}
