const f = Math.fround;

/** The smallest normal float32. */
const SMALLEST = 2 ** -126;

/** 0 in the place of a subnormal number, which many processors handle a hundred times slower; a NaN stays. */
function flushed(value: number): number {
  return Math.abs(value) < SMALLEST ? 0 : value;
}

/** w = w - rate * g */
export function descend(w: Float32Array, g: Float32Array, rate: number): void {
  for (let i = 0; i < w.length; i++) w[i] = f(w[i]! - f(rate * g[i]!));
}

/** v = momentum * v + g; w = w - rate * v, or with Nesterov w = w - rate * (g + momentum * v). */
export function descendWithMomentum(
  w: Float32Array,
  g: Float32Array,
  v: Float32Array,
  rate: number,
  momentum: number,
  nesterov: boolean,
): void {
  for (let i = 0; i < w.length; i++) {
    const velocity = flushed(f(f(momentum * v[i]!) + g[i]!));
    v[i] = velocity;
    const step = nesterov ? f(g[i]! + f(momentum * velocity)) : velocity;
    w[i] = f(w[i]! - f(rate * step));
  }
}

/** What Adam multiplies by at one step, each a float32; `rate` and `scale` correct m and v for their start at 0. */
export interface AdamFactors {
  readonly beta1: number;
  /** 1 - beta1 */
  readonly rest1: number;
  readonly beta2: number;
  /** 1 - beta2 */
  readonly rest2: number;
  readonly epsilon: number;
  /** learningRate / (1 - beta1^t) */
  rate: number;
  /** 1 / (1 - beta2^t) */
  scale: number;
}

/** m = beta1 * m + rest1 * g; v = beta2 * v + rest2 * g^2; w = w - rate * m / (sqrt(scale * v) + epsilon). */
export function adam(w: Float32Array, g: Float32Array, m: Float32Array, v: Float32Array, factors: AdamFactors): void {
  const { beta1, rest1, beta2, rest2, epsilon, rate, scale } = factors;
  for (let i = 0; i < w.length; i++) {
    const slope = g[i]!;
    const first = flushed(f(f(beta1 * m[i]!) + f(rest1 * slope)));
    const second = flushed(f(f(beta2 * v[i]!) + f(rest2 * f(slope * slope))));
    m[i] = first;
    v[i] = second;
    w[i] = f(w[i]! - f(f(rate * first) / f(f(Math.sqrt(f(second * scale))) + epsilon)));
  }
}
