/** Numbers in [0, 1), the same for the same seed in every browser: mulberry32 (T. Ettinger), which is enough for points on a screen. */
export function createUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 0x100000000;
  };
}

/** A number between two others. */
export function between(uniform: () => number, low: number, high: number): number {
  return low + (high - low) * uniform();
}

/** A draw from the normal distribution with mean 0 and deviation 1, by Marsaglia's polar method. */
export function normal(uniform: () => number): number {
  for (;;) {
    const [u, v] = [between(uniform, -1, 1), between(uniform, -1, 1)];
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}
