const f = Math.fround;

/** The smallest normal float32. */
const SMALLEST = 2 ** -126;

/** 0 in the place of a subnormal number, which many processors handle a hundred times slower; a NaN stays. */
function flushed(value: number): number {
  return Math.abs(value) < SMALLEST ? 0 : value;
}

/** -1, 0 or 1; a NaN stays. */
function sign(value: number): number {
  return value > 0 ? 1 : value < 0 ? -1 : value;
}

/** What an optimizer multiplies by, each a float32: settings, and what `step-factors.ts` works out for each step. */
export interface UpdateFactors {
  readonly momentum: number;
  readonly beta1: number;
  /** 1 - beta1 */
  readonly rest1: number;
  /** rho of RMSProp */
  readonly beta2: number;
  /** 1 - beta2 */
  readonly rest2: number;
  readonly epsilon: number;
  rate: number;
  /** Of Nadam. */
  rate2: number;
  /** 1 / (1 - beta2^t) */
  scale: number;
}

/** Parameters w move along their derivatives g; `first` and `second` are the optimizer's states. All of one length. */
export type Update = (w: Float32Array, g: Float32Array, first: Float32Array, second: Float32Array, factors: UpdateFactors) => void;

/** w = w - rate * g */
export const descend: Update = (w, g, _first, _second, { rate }) => {
  for (let i = 0; i < w.length; i++) w[i] = f(w[i]! - f(rate * g[i]!));
};

/** v = momentum * v + g; w = w - rate * v */
export const descendWithMomentum: Update = (w, g, v, _second, { rate, momentum }) => {
  for (let i = 0; i < w.length; i++) {
    v[i] = flushed(f(f(momentum * v[i]!) + g[i]!));
    w[i] = f(w[i]! - f(rate * v[i]!));
  }
};

/** v = momentum * v + g; w = w - rate * (g + momentum * v) */
export const descendWithNesterov: Update = (w, g, v, _second, { rate, momentum }) => {
  for (let i = 0; i < w.length; i++) {
    v[i] = flushed(f(f(momentum * v[i]!) + g[i]!));
    w[i] = f(w[i]! - f(rate * f(g[i]! + f(momentum * v[i]!))));
  }
};

/** m = beta1 * m + rest1 * g; v = beta2 * v + rest2 * g^2; w = w - rate * m / (sqrt(scale * v) + epsilon). */
export const adam: Update = (w, g, m, v, { beta1, rest1, beta2, rest2, epsilon, rate, scale }) => {
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]!;
    m[i] = flushed(f(f(beta1 * m[i]!) + f(rest1 * slope)));
    v[i] = flushed(f(f(beta2 * v[i]!) + f(rest2 * f(slope * slope))));
    w[i] = f(w[i]! - f(f(rate * m[i]!) / f(f(Math.sqrt(f(v[i]! * scale))) + epsilon)));
  }
};

/** m and v as Adam; w = w - (rate * g + rate2 * m) / (sqrt(scale * v) + epsilon). */
export const nadam: Update = (w, g, m, v, { beta1, rest1, beta2, rest2, epsilon, rate, rate2, scale }) => {
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]!;
    m[i] = flushed(f(f(beta1 * m[i]!) + f(rest1 * slope)));
    v[i] = flushed(f(f(beta2 * v[i]!) + f(rest2 * f(slope * slope))));
    w[i] = f(w[i]! - f(f(f(rate * slope) + f(rate2 * m[i]!)) / f(f(Math.sqrt(f(v[i]! * scale))) + epsilon)));
  }
};

/** s = s + g^2; w = w - rate * g / (sqrt(s) + epsilon) */
export const adagrad: Update = (w, g, s, _second, { rate, epsilon }) => {
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]!;
    s[i] = flushed(f(s[i]! + f(slope * slope)));
    w[i] = f(w[i]! - f(f(rate * slope) / f(f(Math.sqrt(s[i]!)) + epsilon)));
  }
};

/** v = rho * v + (1 - rho) * g^2; d = g / (sqrt(v) + epsilon); with momentum d = momentum * d + that; w = w - rate * d */
export const rmsprop: Update = (w, g, v, kept, { beta2, rest2, epsilon, rate, momentum }) => {
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]!;
    v[i] = flushed(f(f(beta2 * v[i]!) + f(rest2 * f(slope * slope))));
    let d = f(slope / f(f(Math.sqrt(v[i]!)) + epsilon));
    if (momentum > 0) d = kept[i] = flushed(f(f(momentum * kept[i]!) + d));
    w[i] = f(w[i]! - f(rate * d));
  }
};

/** w = w - rate * sign(beta1 * m + rest1 * g); m = beta2 * m + rest2 * g */
export const lion: Update = (w, g, m, _second, { beta1, rest1, beta2, rest2, rate }) => {
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]!;
    w[i] = f(w[i]! - f(rate * sign(f(f(beta1 * m[i]!) + f(rest1 * slope)))));
    m[i] = flushed(f(f(beta2 * m[i]!) + f(rest2 * slope)));
  }
};

// What is done around the step of any optimizer. Weights of a layer: (nIn x nOut), input-major.

/** g within -limit..limit; a NaN stays. */
export function clipValues(g: Float32Array, limit: number): void {
  for (let i = 0; i < g.length; i++) g[i] = g[i]! > limit ? limit : g[i]! < -limit ? -limit : g[i]!;
}

/** g = factor * g */
export function scaleAll(g: Float32Array, factor: number): void {
  for (let i = 0; i < g.length; i++) g[i] = f(g[i]! * factor);
}

/** g = g + l2 * w */
export function addSquareDecay(g: Float32Array, w: Float32Array, l2: number): void {
  for (let i = 0; i < g.length; i++) g[i] = f(g[i]! + f(l2 * w[i]!));
}

/** g = g + l1 * sign(w) */
export function addAbsoluteDecay(g: Float32Array, w: Float32Array, l1: number): void {
  for (let i = 0; i < g.length; i++) g[i] = f(g[i]! + f(l1 * sign(w[i]!)));
}

/** The sum of squares that leads to each unit, in float64, added to `sums` (nOut); weights by input, then biases. */
export function addUnitSquares(w: Float32Array, sums: Float64Array): void {
  const nOut = sums.length;
  for (let at = 0; at < w.length; at += nOut) for (let j = 0; j < nOut; j++) sums[j]! += w[at + j]! * w[at + j]!;
}

/** Weights of units that are longer than `maxNorm` become that long. */
export function limitNorms(w: Float32Array, sums: Float64Array, maxNorm: number): void {
  const nOut = sums.fill(0).length;
  addUnitSquares(w, sums);
  for (let j = 0; j < nOut; j++) {
    const norm = Math.sqrt(sums[j]!);
    if (!(norm > maxNorm)) continue;
    const factor = f(maxNorm / norm);
    for (let at = j; at < w.length; at += nOut) w[at] = f(w[at]! * factor);
  }
}

/** e = keep * e + rest * w */
export function follow(e: Float32Array, w: Float32Array, keep: number, rest: number): void {
  for (let i = 0; i < e.length; i++) e[i] = f(f(keep * e[i]!) + f(rest * w[i]!));
}
