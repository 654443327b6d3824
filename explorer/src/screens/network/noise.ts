import type { Network } from "chainrule";

/**
 * Adds noise to all weights: normal, its deviation a share of the root mean square of each layer's weights. The same seed draws the same.
 *
 * @param parameters is changed
 */
export function addNoise({ layout }: Network, parameters: Float32Array, share: number, seed: number): void {
  const draw = normal(seed);
  for (const { kind, offset, rows, columns } of layout.tensors) {
    if (kind !== "weight") continue;
    const weights = parameters.subarray(offset, offset + rows * columns);
    const size = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / weights.length);
    weights.forEach((w, at) => (weights[at] = w + share * size * draw()));
  }
}

/** Draws from the normal distribution by Box and Muller, of uniform numbers of mulberry32. */
function normal(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
