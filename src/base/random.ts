import { ChainruleError } from "./errors.js";
import { logarithm } from "./logarithm.js";

/** One seed, independent streams: what is drawn for one purpose never shifts what is drawn for another. */
export const STREAM = { split: 1, initialisation: 2, order: 3, sample: 4, augmentation: 5, dropout: 6, permutation: 7 } as const;

/**
 * A counter-based generator: Philox 4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as
 * easy as 1, 2, 3"). Block i is a pure function of (seed, stream, section, i), so its whole state is one counter, and any
 * epoch's order can be drawn without drawing those before it.
 */
export interface Random {
  /** A whole number in 0..2^32 (half-open). */
  uint32(): number;
  /** A float64 in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A whole number in 0..limit (half-open), without bias; limit at most 2^32. */
  below(limit: number): number;
  /** A draw from the normal distribution with mean 0 and deviation 1. */
  normal(): number;
}

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}

/** The key of a seed: its lower and its upper 32 bits. */
export function keyOf(seed: number): [number, number] {
  return [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0];
}

/** Four random 32-bit words for a counter (4 words) under a key (2 words), written into `out`. */
export function philox(counter: readonly [number, number, number, number], key: readonly [number, number], out: Uint32Array): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** @throws ChainruleError `E_USAGE` unless the seed is a whole number in 0..2^53 */
export function checkSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new ChainruleError("E_USAGE", { where: "seed", expected: "a whole number of at least 0", got: String(seed) });
}

/**
 * The generator of one purpose.
 *
 * @param seed a whole number in 0..2^53
 * @param stream what the numbers are for, one of `STREAM`
 * @param section a part of that purpose, such as the epoch or the layer
 */
export function createRandom(seed: number, stream: number, section = 0): Random {
  const key = keyOf(seed);
  const block = new Uint32Array(4);
  let counter = 0;
  let used = 4;
  let spare: number | undefined;

  const uint32 = (): number => {
    if (used === 4) {
      philox([counter >>> 0, Math.floor(counter / 0x100000000) >>> 0, section >>> 0, stream >>> 0], key, block);
      counter += 1;
      used = 0;
    }
    return block[used++]!;
  };
  const uniform = (): number => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000;
  const below = (limit: number): number => {
    // Words from `bound` up would make the small remainders likelier; they are drawn again.
    const bound = 0x100000000 - (0x100000000 % limit);
    for (;;) {
      const word = uint32();
      if (word < bound) return word % limit;
    }
  };
  // Marsaglia's polar method: only + - * /, sqrt (exact by IEEE 754) and the library's own logarithm, so that every
  // runtime draws the same bits.
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const radius = Math.sqrt((-2 * logarithm(s)) / s);
        spare = v * radius;
        return u * radius;
      }
    }
  };
  return { uint32, uniform, below, normal };
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle(values: Uint32Array, random: Random): Uint32Array {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const value = values[last]!;
    values[last] = values[other]!;
    values[other] = value;
  }
  return values;
}
