const f = Math.fround;

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
    const velocity = f(f(momentum * v[i]!) + g[i]!);
    v[i] = velocity;
    const step = nesterov ? f(g[i]! + f(momentum * velocity)) : velocity;
    w[i] = f(w[i]! - f(rate * step));
  }
}
