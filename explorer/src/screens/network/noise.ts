import type { Network } from "chainrule";

/** Noise on all weights, as a link names it. */
export interface Noise {
  /** The deviation, as a share of the root mean square of each layer's weights. */
  readonly share: number;
  readonly seed: number;
}

/**
 * Adds noise to all weights. The same seed draws the same in every browser.
 *
 * @param parameters is changed
 */
export function addNoise({ layout }: Pick<Network, "layout">, parameters: Float32Array, { share, seed }: Noise): void {
  const draw = nearlyNormal(seed);
  for (const { kind, offset, rows, columns } of layout.tensors) {
    if (kind !== "weight") continue;
    const weights = parameters.subarray(offset, offset + rows * columns);
    const size = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / weights.length);
    weights.forEach((w, at) => (weights[at] = w + share * size * draw()));
  }
}

/**
 * Draws of mean 0 and deviation 1: twelve uniform numbers of mulberry32 less 6. Box and Muller take a logarithm and a cosine, which differ from
 * browser to browser in their last bit.
 */
function nearlyNormal(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
}
