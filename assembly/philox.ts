// The random words of a row: Philox 4x32 with 10 rounds, four blocks at a time; the words are those of
// src/kernels/portable/philox.ts. Constants are loaded from memory, since a literal vector would be built anew at each use.

/** What each purpose draws from; STREAM of src/base/random.ts. */
export const AUGMENTATION: u32 = 5;
export const DROPOUT: u32 = 6;

/** The two multipliers and the keys of the ten rounds, each in all lanes. */
export const KEY_BYTES: usize = 352;

/** Prepares a key, KEY_BYTES at `at`, aligned to 16. */
export function writeKey(low: u32, high: u32, at: usize): void {
  v128.store(at, i32x4.splat(0xd2511f53));
  v128.store(at, i32x4.splat(0xcd9e8d57), 16);
  for (const end = at + KEY_BYTES - 32; at < end; at += 32) {
    v128.store(at, i32x4.splat(low), 32);
    v128.store(at, i32x4.splat(high), 48);
    low += 0x9e3779b9;
    high += 0xbb67ae85;
  }
}

/**
 * Writes groups 2 * pair and 2 * pair + 1 of the words, 128 bytes at `out`: vector j of a group holds word j of four blocks. Two
 * groups at once, since each of their steps waits for the one before.
 */
export function drawWords(key: usize, pair: u32, row: u32, pass: u32, stream: u32, out: usize): void {
  const multiplier0 = v128.load(key);
  const multiplier1 = v128.load(key, 16);
  let a0 = i32x4.add(i32x4.splat(pair << 3), i32x4(0, 1, 2, 3));
  let b0 = i32x4.add(i32x4.splat(pair << 3), i32x4(4, 5, 6, 7));
  let a1 = i32x4.splat(row), b1 = a1;
  let a2 = i32x4.splat(pass), b2 = a2;
  let a3 = i32x4.splat(stream), b3 = a3;
  for (const end = key + KEY_BYTES - 32; key < end; key += 32) {
    const key0 = v128.load(key, 32);
    const key1 = v128.load(key, 48);
    const low01 = i64x2.extmul_low_i32x4_u(a0, multiplier0);
    const low23 = i64x2.extmul_high_i32x4_u(a0, multiplier0);
    const high01 = i64x2.extmul_low_i32x4_u(a2, multiplier1);
    const high23 = i64x2.extmul_high_i32x4_u(a2, multiplier1);
    a0 = v128.xor(v128.shuffle<i32>(high01, high23, 1, 3, 5, 7), v128.xor(a1, key0));
    a2 = v128.xor(v128.shuffle<i32>(low01, low23, 1, 3, 5, 7), v128.xor(a3, key1));
    a1 = v128.shuffle<i32>(high01, high23, 0, 2, 4, 6);
    a3 = v128.shuffle<i32>(low01, low23, 0, 2, 4, 6);
    const low45 = i64x2.extmul_low_i32x4_u(b0, multiplier0);
    const low67 = i64x2.extmul_high_i32x4_u(b0, multiplier0);
    const high45 = i64x2.extmul_low_i32x4_u(b2, multiplier1);
    const high67 = i64x2.extmul_high_i32x4_u(b2, multiplier1);
    b0 = v128.xor(v128.shuffle<i32>(high45, high67, 1, 3, 5, 7), v128.xor(b1, key0));
    b2 = v128.xor(v128.shuffle<i32>(low45, low67, 1, 3, 5, 7), v128.xor(b3, key1));
    b1 = v128.shuffle<i32>(high45, high67, 0, 2, 4, 6);
    b3 = v128.shuffle<i32>(low45, low67, 0, 2, 4, 6);
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  v128.store(out, b0, 64);
  v128.store(out, b1, 80);
  v128.store(out, b2, 96);
  v128.store(out, b3, 112);
}
