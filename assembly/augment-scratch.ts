// Scratch of a thread, for images of (h x w), aligned to 16; `augmentScratch` says how much:
//   the prepared key; 32 words of the row; 32 more; vectors that loops need;
//   what each column adds to positions in x, and in y;
//   the image with two pixels of background on each side, and 4 pixels more for vectors that begin in its last ones;
//   fields: (h x 2 x stride), each row of displacements in x followed by that in y; later smoothed, (2 h x wide);
//   between: fields smoothed over the columns, in the shape of the former.
// stride is w rounded up to a multiple of 4, wide to one of 8; both have room for h rounded up to a multiple of 4.

import { KEY_BYTES } from "./philox";

/** Pixels of background around the image. */
export const MARGIN: i32 = 2;
export const WORDS: usize = KEY_BYTES;
export const MORE: usize = WORDS + 128;
export const HALF: usize = MORE + 128;
export const UNIT: usize = HALF + 16;
export const LEAST: usize = HALF + 32;
export const RIGHT: usize = HALF + 48;
export const BOTTOM: usize = HALF + 64;
export const STRIDE: usize = HALF + 80;
export const CORNER: usize = HALF + 96;
export const BASE: usize = HALF + 112;
export const ALPHA: usize = HALF + 128;
export const ROW_X: usize = HALF + 144;
export const ROW_Y: usize = HALF + 160;
export const COLUMNS: usize = HALF + 176;

// @ts-ignore: decorator
@inline
export function roundUp(n: i32, to: i32): i32 {
  return (n + to - 1) & -to;
}

// @ts-ignore: decorator
@inline
export function imageAt(w: i32): usize {
  return COLUMNS + 8 * roundUp(w, 4);
}

// @ts-ignore: decorator
@inline
export function fieldsAt(h: i32, w: i32): usize {
  return roundUp(<i32>imageAt(w) + 4 * (h + 2 * MARGIN) * (w + 2 * MARGIN) + 16, 64);
}

// @ts-ignore: decorator
@inline
export function fieldBytes(h: i32, w: i32): usize {
  return 8 * roundUp(h, 4) * roundUp(w, 8);
}

/** Bytes of scratch for images of (h x w). */
export function augmentScratch(h: i32, w: i32): usize {
  return fieldsAt(h, w) + 2 * fieldBytes(h, w);
}

// @ts-ignore: decorator
@inline
export function setting(settings: usize, offset: usize): f32 {
  return load<f32>(settings + offset);
}
