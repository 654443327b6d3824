import { STREAM } from "../../base/random.js";
import { drawWords, GROUP } from "./philox.js";

/** Halves of random words: 2^16 steps from 0 to 1. */
const STEPS = 65_536;
/** Units whose halves one group of words holds. */
const UNITS = 2 * GROUP;

/** A rate as units are dropped by it: the nearest multiple of 2^-16. */
export function dropoutThreshold(rate: number): number {
  return Math.round(rate * STEPS);
}

/** What a unit that is kept is multiplied by, so that the mean stays what it was: 1 / (1 - rate), float32. */
export function dropoutScale(threshold: number): number {
  return Math.fround(STEPS / (STEPS - threshold));
}

const words = new Uint32Array(GROUP);

/**
 * The factors of a layer's units for one row in one pass: 0 where a unit is dropped, otherwise the scale. A pure function of its
 * arguments, so that it does not matter which thread or batch asks.
 *
 * @param key the lower and the upper 32 bits of the seed
 * @param layer l, below 512
 * @param out n factors from `at` on
 */
export function dropoutFactors(
  key: readonly [number, number],
  layer: number,
  row: number,
  pass: number,
  threshold: number,
  n: number,
  out: Float32Array,
  at: number,
): void {
  const scale = dropoutScale(threshold);
  for (let j = 0; j < n; j++) {
    const within = j % UNITS;
    if (within === 0) drawWords(key, layer * 2 ** 20 + j / UNITS, row, pass, STREAM.dropout, words);
    const half = (words[within >> 1]! >>> (16 * (within & 1))) & 0xffff;
    out[at + j] = half >= threshold ? scale : 0;
  }
}
