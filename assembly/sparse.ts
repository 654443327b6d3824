// The first layer on rows that are mostly 0: only entries that are not 0 take part. The sums are those of dense.ts, since
// adding 0 * w changes nothing.
//
// An entry of bytes is one word: the index in the upper 22 bits, four times the byte in the lower 10, which is the place of
// its value in BYTE_VALUES. An entry of floats is two words: the index, shifted likewise, and the value.

import { BYTE_VALUES } from "./addresses";
import { madd, zero } from "./vectors";

// @ts-ignore: decorator
@inline
function valueAt(bytes: bool, entry: usize, word: u32): v128 {
  return bytes ? v128.load32_splat(<usize>(word & 1023), BYTE_VALUES) : v128.load32_splat(entry, 4);
}

/** index * 16 V */
// @ts-ignore: decorator
@inline
function rowOffset(V: i32, word: u32): usize {
  return V == 4 ? (word >>> 4) & ~63 : V == 2 ? (word >>> 5) & ~31 : V == 1 ? (word >>> 6) & ~15 : (word >>> 10) * 48;
}

/** z of one panel (or, with V = 8, of two) for one row. */
// @ts-ignore: decorator
@inline
function forwardRow(bytes: bool, V: i32, from: usize, to: usize, w: usize, second: usize, b: usize, z: usize, zSecond: usize): void {
  let c0 = v128.load(b);
  let c1 = V > 1 ? v128.load(b, 16) : c0;
  let c2 = V > 2 ? v128.load(b, 32) : c0;
  let c3 = V > 3 ? v128.load(b, 48) : c0;
  let c4 = V > 4 ? v128.load(b, 64) : c0;
  let c5 = V > 4 ? v128.load(b, 80) : c0;
  let c6 = V > 4 ? v128.load(b, 96) : c0;
  let c7 = V > 4 ? v128.load(b, 112) : c0;
  for (let entry = from; entry < to; entry += bytes ? 4 : 8) {
    const word = load<u32>(entry);
    const x = valueAt(bytes, entry, word);
    const at = w + rowOffset(V > 4 ? 4 : V, word);
    c0 = madd(c0, x, v128.load(at));
    if (V > 1) c1 = madd(c1, x, v128.load(at, 16));
    if (V > 2) c2 = madd(c2, x, v128.load(at, 32));
    if (V > 3) c3 = madd(c3, x, v128.load(at, 48));
    if (V > 4) {
      const beside = at + second;
      c4 = madd(c4, x, v128.load(beside));
      c5 = madd(c5, x, v128.load(beside, 16));
      c6 = madd(c6, x, v128.load(beside, 32));
      c7 = madd(c7, x, v128.load(beside, 48));
    }
  }
  v128.store(z, c0);
  if (V > 1) v128.store(z, c1, 16);
  if (V > 2) v128.store(z, c2, 32);
  if (V > 3) v128.store(z, c3, 48);
  if (V > 4) {
    v128.store(zSecond, c4);
    v128.store(zSecond, c5, 16);
    v128.store(zSecond, c6, 32);
    v128.store(zSecond, c7, 48);
  }
}

// @ts-ignore: decorator
@inline
function forwardRows(
  bytes: bool,
  V: i32,
  order: usize,
  starts: usize,
  parts: i32,
  entries: usize,
  from: i32,
  to: i32,
  w: usize,
  second: usize,
  b: usize,
  z: usize,
  zSecond: usize,
): void {
  const size: i32 = bytes ? 2 : 3;
  const pitch: usize = (V > 4 ? 4 : V) << 4;
  for (let row = from; row < to; row++) {
    const start = starts + (load<u32>(order + (<usize>row << 2)) * parts << 2);
    forwardRow(
      bytes,
      V,
      entries + (<usize>load<u32>(start) << size),
      entries + (<usize>load<u32>(start + (<usize>parts << 2)) << size),
      w,
      second,
      b,
      z + row * pitch,
      zSecond + row * pitch,
    );
  }
}

function forwardBytes8(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, second: usize, b: usize, z: usize, zSecond: usize): void {
  forwardRows(true, 8, order, starts, parts, entries, from, to, w, second, b, z, zSecond);
}
function forwardBytes4(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(true, 4, order, starts, parts, entries, from, to, w, 0, b, z, z);
}
function forwardBytes3(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(true, 3, order, starts, parts, entries, from, to, w, 0, b, z, z);
}
function forwardBytes2(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(true, 2, order, starts, parts, entries, from, to, w, 0, b, z, z);
}
function forwardBytes1(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(true, 1, order, starts, parts, entries, from, to, w, 0, b, z, z);
}
function forwardFloats8(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, second: usize, b: usize, z: usize, zSecond: usize): void {
  forwardRows(false, 8, order, starts, parts, entries, from, to, w, second, b, z, zSecond);
}
function forwardFloats4(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(false, 4, order, starts, parts, entries, from, to, w, 0, b, z, z);
}
function forwardFloats3(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(false, 3, order, starts, parts, entries, from, to, w, 0, b, z, z);
}
function forwardFloats2(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(false, 2, order, starts, parts, entries, from, to, w, 0, b, z, z);
}
function forwardFloats1(order: usize, starts: usize, parts: i32, entries: usize, from: i32, to: i32, w: usize, b: usize, z: usize): void {
  forwardRows(false, 1, order, starts, parts, entries, from, to, w, 0, b, z, z);
}

/** z of one panel of outputs, V vectors wide, for rows [from, to) of the batch whose row numbers stand at `order`. */
export function forwardSparsePanel(
  bytes: bool,
  V: i32,
  order: usize,
  starts: usize,
  parts: i32,
  entries: usize,
  from: i32,
  to: i32,
  w: usize,
  b: usize,
  z: usize,
): void {
  if (bytes) {
    if (V == 4) forwardBytes4(order, starts, parts, entries, from, to, w, b, z);
    else if (V == 3) forwardBytes3(order, starts, parts, entries, from, to, w, b, z);
    else if (V == 2) forwardBytes2(order, starts, parts, entries, from, to, w, b, z);
    else forwardBytes1(order, starts, parts, entries, from, to, w, b, z);
  } else if (V == 4) forwardFloats4(order, starts, parts, entries, from, to, w, b, z);
  else if (V == 3) forwardFloats3(order, starts, parts, entries, from, to, w, b, z);
  else if (V == 2) forwardFloats2(order, starts, parts, entries, from, to, w, b, z);
  else forwardFloats1(order, starts, parts, entries, from, to, w, b, z);
}

/** The same for two whole panels side by side: eight sums hide the latency of an addition, and an entry is decoded once. */
export function forwardSparsePair(
  bytes: bool,
  order: usize,
  starts: usize,
  parts: i32,
  entries: usize,
  from: i32,
  to: i32,
  w: usize,
  second: usize,
  b: usize,
  z: usize,
  zSecond: usize,
): void {
  if (bytes) forwardBytes8(order, starts, parts, entries, from, to, w, second, b, z, zSecond);
  else forwardFloats8(order, starts, parts, entries, from, to, w, second, b, z, zSecond);
}

/** dCost/dw += a * dCost/dz of part `part` of each row, one panel of outputs; `out` (n x 4 V) begins at 0. */
// @ts-ignore: decorator
@inline
function scatterRows(
  bytes: bool,
  V: i32,
  order: usize,
  starts: usize,
  parts: i32,
  part: i32,
  entries: usize,
  rows: i32,
  d: usize,
  out: usize,
): void {
  const size: i32 = bytes ? 2 : 3;
  const pitch: usize = V << 4;
  for (let row = 0; row < rows; row++) {
    const start = starts + ((load<u32>(order + (<usize>row << 2)) * parts + part) << 2);
    const to = entries + (<usize>load<u32>(start, 4) << size);
    const d0 = v128.load(d);
    const d1 = V > 1 ? v128.load(d, 16) : d0;
    const d2 = V > 2 ? v128.load(d, 32) : d0;
    const d3 = V > 3 ? v128.load(d, 48) : d0;
    for (let entry = entries + (<usize>load<u32>(start) << size); entry < to; entry += bytes ? 4 : 8) {
      const word = load<u32>(entry);
      const x = valueAt(bytes, entry, word);
      const at = out + rowOffset(V, word);
      v128.store(at, madd(v128.load(at), x, d0));
      if (V > 1) v128.store(at, madd(v128.load(at, 16), x, d1), 16);
      if (V > 2) v128.store(at, madd(v128.load(at, 32), x, d2), 32);
      if (V > 3) v128.store(at, madd(v128.load(at, 48), x, d3), 48);
    }
    d += pitch;
  }
}

function scatterBytes4(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(true, 4, order, starts, parts, part, entries, rows, d, out);
}
function scatterBytes3(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(true, 3, order, starts, parts, part, entries, rows, d, out);
}
function scatterBytes2(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(true, 2, order, starts, parts, part, entries, rows, d, out);
}
function scatterBytes1(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(true, 1, order, starts, parts, part, entries, rows, d, out);
}
function scatterFloats4(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(false, 4, order, starts, parts, part, entries, rows, d, out);
}
function scatterFloats3(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(false, 3, order, starts, parts, part, entries, rows, d, out);
}
function scatterFloats2(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(false, 2, order, starts, parts, part, entries, rows, d, out);
}
function scatterFloats1(order: usize, starts: usize, parts: i32, part: i32, entries: usize, rows: i32, d: usize, out: usize): void {
  scatterRows(false, 1, order, starts, parts, part, entries, rows, d, out);
}

export function scatter(
  bytes: bool,
  V: i32,
  order: usize,
  starts: usize,
  parts: i32,
  part: i32,
  entries: usize,
  rows: i32,
  d: usize,
  out: usize,
): void {
  if (bytes) {
    if (V == 4) scatterBytes4(order, starts, parts, part, entries, rows, d, out);
    else if (V == 3) scatterBytes3(order, starts, parts, part, entries, rows, d, out);
    else if (V == 2) scatterBytes2(order, starts, parts, part, entries, rows, d, out);
    else scatterBytes1(order, starts, parts, part, entries, rows, d, out);
  } else if (V == 4) scatterFloats4(order, starts, parts, part, entries, rows, d, out);
  else if (V == 3) scatterFloats3(order, starts, parts, part, entries, rows, d, out);
  else if (V == 2) scatterFloats2(order, starts, parts, part, entries, rows, d, out);
  else scatterFloats1(order, starts, parts, part, entries, rows, d, out);
}

/**
 * Lists the entries of one part of a batch by input: input k has counts[k] entries from lists + k * room on, rows ascending.
 * An entry is that of its row, with the row of the batch in place of the input.
 */
export function listColumns(
  bytes: bool,
  order: usize,
  starts: usize,
  parts: i32,
  part: i32,
  entries: usize,
  rows: i32,
  counts: usize,
  lists: usize,
  room: usize,
): void {
  const size: i32 = bytes ? 2 : 3;
  for (let row = 0; row < rows; row++) {
    const start = starts + ((load<u32>(order + (<usize>row << 2)) * parts + part) << 2);
    const to = entries + (<usize>load<u32>(start, 4) << size);
    for (let entry = entries + (<usize>load<u32>(start) << size); entry < to; entry += bytes ? 4 : 8) {
      const word = load<u32>(entry);
      const k = <usize>(word >>> 10);
      const count = load<u32>(counts + (k << 2));
      const at = lists + k * room + (<usize>count << size);
      store<u32>(at, (row << 10) | (word & 1023));
      if (!bytes) store<u32>(at, load<u32>(entry, 4), 4);
      store<u32>(counts + (k << 2), count + 1);
    }
  }
}

/**
 * Writes the inputs of [from, to) that have entries to `listed`, those with equally many entries next to each other: a loop
 * that runs as often as the one before it is foreseen by the processor. starts: room for rows + 1 words. Returns how many.
 */
export function sortColumns(counts: usize, from: i32, to: i32, rows: i32, starts: usize, listed: usize): i32 {
  memory.fill(starts, 0, <usize>(rows + 2) << 2);
  for (let k = from; k < to; k++) {
    const at = starts + (<usize>load<u32>(counts + (<usize>k << 2)) << 2);
    store<u32>(at, load<u32>(at, 4) + 1, 4);
  }
  // Inputs without entries come to nothing: their place is in front of the first.
  store<i32>(starts, 0);
  store<i32>(starts, 0, 4);
  for (let at = starts + 4, end = starts + (<usize>(rows + 1) << 2); at < end; at += 4) store<u32>(at, load<u32>(at) + load<u32>(at, 4), 4);
  for (let k = from; k < to; k++) {
    const count = load<u32>(counts + (<usize>k << 2));
    if (count == 0) continue;
    const at = starts + (<usize>count << 2);
    const place = load<u32>(at);
    store<u32>(listed + (<usize>place << 2), k);
    store<u32>(at, place + 1);
  }
  return load<i32>(starts + (<usize>rows << 2));
}

/** w = w - rate * dCost/dw of the listed inputs, one panel of outputs (two with V = 8). */
// @ts-ignore: decorator
@inline
function descendLists(
  bytes: bool,
  V: i32,
  counts: usize,
  lists: usize,
  room: usize,
  listed: usize,
  listedCount: i32,
  d: usize,
  second: usize,
  w: usize,
  wSecond: usize,
  rate: v128,
): void {
  const size: i32 = bytes ? 2 : 3;
  for (const end = listed + (<usize>listedCount << 2); listed < end; listed += 4) {
    const k = <usize>load<u32>(listed);
    let g0 = zero(), g1 = zero(), g2 = zero(), g3 = zero();
    let g4 = zero(), g5 = zero(), g6 = zero(), g7 = zero();
    let entry = lists + k * room;
    const last = entry + (<usize>load<u32>(counts + (k << 2)) << size);
    do {
      const word = load<u32>(entry);
      const x = valueAt(bytes, entry, word);
      const at = d + rowOffset(4, word);
      g0 = madd(g0, x, v128.load(at));
      g1 = madd(g1, x, v128.load(at, 16));
      g2 = madd(g2, x, v128.load(at, 32));
      g3 = madd(g3, x, v128.load(at, 48));
      if (V > 4) {
        const beside = at + second;
        g4 = madd(g4, x, v128.load(beside));
        g5 = madd(g5, x, v128.load(beside, 16));
        g6 = madd(g6, x, v128.load(beside, 32));
        g7 = madd(g7, x, v128.load(beside, 48));
      }
      entry += bytes ? 4 : 8;
    } while (entry < last);
    const row = w + (k << 6);
    v128.store(row, f32x4.sub(v128.load(row), f32x4.mul(rate, g0)));
    v128.store(row, f32x4.sub(v128.load(row, 16), f32x4.mul(rate, g1)), 16);
    v128.store(row, f32x4.sub(v128.load(row, 32), f32x4.mul(rate, g2)), 32);
    v128.store(row, f32x4.sub(v128.load(row, 48), f32x4.mul(rate, g3)), 48);
    if (V > 4) {
      const next = row + wSecond;
      v128.store(next, f32x4.sub(v128.load(next), f32x4.mul(rate, g4)));
      v128.store(next, f32x4.sub(v128.load(next, 16), f32x4.mul(rate, g5)), 16);
      v128.store(next, f32x4.sub(v128.load(next, 32), f32x4.mul(rate, g6)), 32);
      v128.store(next, f32x4.sub(v128.load(next, 48), f32x4.mul(rate, g7)), 48);
    }
  }
}

/** Plain descent of one whole panel (two of them where `pair`) along the derivatives of the listed inputs. */
export function descendPanels(
  bytes: bool,
  pair: bool,
  counts: usize,
  lists: usize,
  room: usize,
  listed: usize,
  listedCount: i32,
  d: usize,
  second: usize,
  w: usize,
  wSecond: usize,
  rate: v128,
): void {
  if (bytes) {
    if (pair) descendLists(true, 8, counts, lists, room, listed, listedCount, d, second, w, wSecond, rate);
    else descendLists(true, 4, counts, lists, room, listed, listedCount, d, second, w, wSecond, rate);
  } else if (pair) descendLists(false, 8, counts, lists, room, listed, listedCount, d, second, w, wSecond, rate);
  else descendLists(false, 4, counts, lists, room, listed, listedCount, d, second, w, wSecond, rate);
}

/** dCost/dw of inputs [from, to) by their lists, one panel of outputs (two with V = 8), written to `out` and `outSecond`. */
// @ts-ignore: decorator
@inline
function sumLists(
  bytes: bool,
  V: i32,
  counts: usize,
  lists: usize,
  room: usize,
  from: i32,
  to: i32,
  d: usize,
  second: usize,
  out: usize,
  outSecond: usize,
): void {
  const size: i32 = bytes ? 2 : 3;
  const pitch: usize = (V > 4 ? 4 : V) << 4;
  for (let k = from; k < to; k++) {
    let g0 = zero(), g1 = zero(), g2 = zero(), g3 = zero();
    let g4 = zero(), g5 = zero(), g6 = zero(), g7 = zero();
    let entry = lists + k * room;
    const end = entry + (<usize>load<u32>(counts + (<usize>k << 2)) << size);
    for (; entry < end; entry += bytes ? 4 : 8) {
      const word = load<u32>(entry);
      const x = valueAt(bytes, entry, word);
      const at = d + rowOffset(V > 4 ? 4 : V, word);
      g0 = madd(g0, x, v128.load(at));
      if (V > 1) g1 = madd(g1, x, v128.load(at, 16));
      if (V > 2) g2 = madd(g2, x, v128.load(at, 32));
      if (V > 3) g3 = madd(g3, x, v128.load(at, 48));
      if (V > 4) {
        const beside = at + second;
        g4 = madd(g4, x, v128.load(beside));
        g5 = madd(g5, x, v128.load(beside, 16));
        g6 = madd(g6, x, v128.load(beside, 32));
        g7 = madd(g7, x, v128.load(beside, 48));
      }
    }
    v128.store(out, g0);
    if (V > 1) v128.store(out, g1, 16);
    if (V > 2) v128.store(out, g2, 32);
    if (V > 3) v128.store(out, g3, 48);
    out += pitch;
    if (V > 4) {
      v128.store(outSecond, g4);
      v128.store(outSecond, g5, 16);
      v128.store(outSecond, g6, 32);
      v128.store(outSecond, g7, 48);
      outSecond += pitch;
    }
  }
}

function sumBytes8(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, second: usize, out: usize, outSecond: usize): void {
  sumLists(true, 8, counts, lists, room, from, to, d, second, out, outSecond);
}
function sumBytes4(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(true, 4, counts, lists, room, from, to, d, 0, out, out);
}
function sumBytes3(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(true, 3, counts, lists, room, from, to, d, 0, out, out);
}
function sumBytes2(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(true, 2, counts, lists, room, from, to, d, 0, out, out);
}
function sumBytes1(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(true, 1, counts, lists, room, from, to, d, 0, out, out);
}
function sumFloats8(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, second: usize, out: usize, outSecond: usize): void {
  sumLists(false, 8, counts, lists, room, from, to, d, second, out, outSecond);
}
function sumFloats4(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(false, 4, counts, lists, room, from, to, d, 0, out, out);
}
function sumFloats3(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(false, 3, counts, lists, room, from, to, d, 0, out, out);
}
function sumFloats2(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(false, 2, counts, lists, room, from, to, d, 0, out, out);
}
function sumFloats1(counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  sumLists(false, 1, counts, lists, room, from, to, d, 0, out, out);
}

export function sumPanel(bytes: bool, V: i32, counts: usize, lists: usize, room: usize, from: i32, to: i32, d: usize, out: usize): void {
  if (bytes) {
    if (V == 4) sumBytes4(counts, lists, room, from, to, d, out);
    else if (V == 3) sumBytes3(counts, lists, room, from, to, d, out);
    else if (V == 2) sumBytes2(counts, lists, room, from, to, d, out);
    else sumBytes1(counts, lists, room, from, to, d, out);
  } else if (V == 4) sumFloats4(counts, lists, room, from, to, d, out);
  else if (V == 3) sumFloats3(counts, lists, room, from, to, d, out);
  else if (V == 2) sumFloats2(counts, lists, room, from, to, d, out);
  else sumFloats1(counts, lists, room, from, to, d, out);
}

export function sumPair(
  bytes: bool,
  counts: usize,
  lists: usize,
  room: usize,
  from: i32,
  to: i32,
  d: usize,
  second: usize,
  out: usize,
  outSecond: usize,
): void {
  if (bytes) sumBytes8(counts, lists, room, from, to, d, second, out, outSecond);
  else sumFloats8(counts, lists, room, from, to, d, second, out, outSecond);
}
