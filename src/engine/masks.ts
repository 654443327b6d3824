import { keyOf } from "../base/random.js";
import { dropoutFactors, dropoutThreshold } from "../kernels/portable/dropout.js";
import { dropoutOf } from "../network/description.js";
import type { Architecture } from "../network/network.js";
import type { Masks } from "../reference/forward.js";

/**
 * The factors of a row's layers in an epoch of a run.
 *
 * @param seed of the run
 * @param row its number in the data
 * @param epoch from 1
 */
export function masksOf({ description, layout }: Architecture, seed: number, row: number, epoch: number): Masks {
  return layout.sizes.map((n, l) => {
    const threshold = l < 2 ? 0 : dropoutThreshold(dropoutOf(description, l));
    if (threshold === 0) return undefined;
    const factors = new Float32Array(n);
    dropoutFactors(keyOf(seed), l, row, epoch, threshold, n, factors, 0);
    return Float64Array.from(factors);
  });
}
