import { philox } from "../../base/random.js";

/** Words that are drawn at once: eight blocks of Philox. */
export const GROUP = 32;

const block = new Uint32Array(4);

/**
 * Group `group` of the random words of one row in one pass: a pure function of its arguments. Word 16 i + 4 j + l of a group is
 * word j of block 8 group + 4 i + l, so that vectors of four blocks hold neighbouring words.
 *
 * @param key the lower and the upper 32 bits of the seed
 * @param group below 2^29; row, pass and stream (one of `STREAM`) are whole numbers below 2^32
 * @param out 32 words
 */
export function drawWords(
  key: readonly [number, number],
  group: number,
  row: number,
  pass: number,
  stream: number,
  out: Uint32Array,
): void {
  for (let i = 0; i < 8; i++) {
    philox([8 * group + i, row, pass, stream], key, block);
    for (let j = 0; j < 4; j++) out[4 * (i & 4) + 4 * j + (i & 3)] = block[j]!;
  }
}
