// Dense rows of a batch, from where the data stands into panels of 16 inputs.

import { BYTE_VALUES } from "./addresses";

/** Rows [from, to) of the batch; rows are `n` float32, unpadded. out: panels of (B x 16). */
export function gatherFloats(order: usize, rows: usize, n: i32, from: i32, to: i32, out: usize, panel: usize): void {
  for (let row = from; row < to; row++) {
    const source = rows + (<usize>load<u32>(order + (<usize>row << 2)) * n << 2);
    const whole = n & ~15;
    let target = out + (<usize>row << 6);
    let x = source;
    for (const end = source + (<usize>whole << 2); x < end; x += 64) {
      v128.store(target, v128.load(x));
      v128.store(target, v128.load(x, 16), 16);
      v128.store(target, v128.load(x, 32), 32);
      v128.store(target, v128.load(x, 48), 48);
      target += panel;
    }
    if (whole < n) {
      target = out + (whole >> 4) * panel + (<usize>row << 6);
      for (const end = source + (<usize>n << 2); x < end; x += 4) {
        store<f32>(target, load<f32>(x));
        target += 4;
      }
    }
  }
}

/** The same for rows of bytes, each standing for its value in BYTE_VALUES. */
export function gatherBytes(order: usize, rows: usize, n: i32, from: i32, to: i32, out: usize, panel: usize): void {
  for (let row = from; row < to; row++) {
    let x = rows + <usize>load<u32>(order + (<usize>row << 2)) * n;
    const whole = n & ~15;
    let target = out + (<usize>row << 6);
    for (const end = x + whole; x < end; x += 16) {
      for (let i: usize = 0; i < 16; i += 4) {
        let values = v128.load32_zero(<usize>load<u8>(x + i) << 2, BYTE_VALUES);
        values = v128.load32_lane(<usize>load<u8>(x + i, 1) << 2, values, 1, BYTE_VALUES);
        values = v128.load32_lane(<usize>load<u8>(x + i, 2) << 2, values, 2, BYTE_VALUES);
        values = v128.load32_lane(<usize>load<u8>(x + i, 3) << 2, values, 3, BYTE_VALUES);
        v128.store(target + (i << 2), values);
      }
      target += panel;
    }
    if (whole < n) {
      target = out + (whole >> 4) * panel + (<usize>row << 6);
      for (const end = x + (n - whole); x < end; x++) {
        store<f32>(target, load<f32>(<usize>load<u8>(x) << 2, BYTE_VALUES));
        target += 4;
      }
    }
  }
}

/**
 * Reads one word of each cache line of what rows [from, to) of the batch need, so that it is on its way before it is needed:
 * rows come in random order, and their lines otherwise miss one after the other. Lines of a row begin at `rows` plus
 * `rowBytes` times its number. Returns a value nobody needs, to keep the reads.
 */
export function touchWhole(order: usize, rows: usize, rowBytes: usize, from: i32, to: i32): u32 {
  let sum: u32 = 0;
  for (let row = from; row < to; row++) {
    const start = rows + <usize>load<u32>(order + (<usize>row << 2)) * rowBytes;
    for (let line = start, end = start + rowBytes; line < end; line += 64) sum += load<u8>(line);
  }
  return sum;
}

/** The same for the entries of sparse rows. */
export function touchEntries(order: usize, starts: usize, parts: i32, entries: usize, size: i32, from: i32, to: i32): u32 {
  let sum: u32 = 0;
  for (let row = from; row < to; row++) {
    const start = starts + (<usize>load<u32>(order + (<usize>row << 2)) * parts << 2);
    const end = entries + (<usize>load<u32>(start + (<usize>parts << 2)) << size);
    for (let line = entries + (<usize>load<u32>(start) << size); line < end; line += 64) sum += load<u32>(line);
  }
  return sum;
}
