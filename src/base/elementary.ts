import { logarithm } from "./logarithm.js";

// exp, cos and powers in float64 from + - * / alone, for numbers that every runtime has to agree on to the last bit: ECMAScript
// leaves Math.exp, Math.cos and ** to the implementation.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** e^x, within a few units in the last place; x within ±700. */
export function exponential(x: number): number {
  const n = Math.round(x / Math.LN2);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  // Taylor on |r| <= ln 2 / 2: the first term left out is below 1e-18.
  let sum = 1;
  for (let k = 14; k > 0; k--) sum = 1 + (r / k) * sum;
  return sum * powerOfTwo(n);
}

/** 2^n, exact. */
function powerOfTwo(n: number): number {
  let power = 1;
  for (let i = 0; i < Math.abs(n); i++) power *= 2;
  return n < 0 ? 1 / power : power;
}

/** base^to for a base in [0, 1]. */
export function powerOf(base: number, to: number): number {
  if (base === 0) return to === 0 ? 1 : 0;
  if (Number.isInteger(to) && to >= 0 && to <= 4) {
    let product = 1;
    for (let i = 0; i < to; i++) product *= base;
    return product;
  }
  const exponent = to * logarithm(base);
  return exponent < -700 ? 0 : exponential(exponent);
}

/** cos(pi * turn) for turn in [0, 1], within 4e-16. */
export function cosineOf(turn: number): number {
  if (turn > 0.5) return -cosineOf(1 - turn);
  const angle = Math.PI * turn;
  const square = angle * angle;
  // Taylor on [0, pi / 2]: the first term left out is below 1e-19.
  let sum = 1;
  for (let k = 22; k > 0; k -= 2) sum = 1 - (square / (k * (k - 1))) * sum;
  return sum;
}
