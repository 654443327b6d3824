// Elastic displacement: a field of random numbers for x and one for y, smoothed (src/kernels/portable/augment.ts).

import { A_ALPHA, A_REACH, A_TABLE } from "./addresses";
import { fieldBytes, fieldsAt, HALF, MORE, roundUp, setting, UNIT } from "./augment-scratch";
import { AUGMENTATION, drawWords } from "./philox";
import { zero } from "./vectors";

/** Group of words at which those of fields begin; those of the image are in group 0. */
const FIELDS: u32 = 1 << 26;
/** Zeros on either side of the weights in A_TABLE. */
const BEYOND: i32 = 7;

/** Draws the two fields and smooths them, or makes them 0. */
export function displace(settings: usize, scratch: usize, h: i32, w: i32, row: u32, pass: u32): void {
  const fields = scratch + fieldsAt(h, w);
  if (!(setting(settings, A_ALPHA) > 0)) {
    memory.fill(fields, 0, fieldBytes(h, w));
    return;
  }
  const stride = roundUp(w, 4);
  drawFields(scratch, fields, h, stride, row, pass);
  const between = fields + fieldBytes(h, w);
  const reach = load<i32>(settings + A_REACH);
  const middle = settings + A_TABLE + (<usize>(reach + BEYOND) << 2);
  const rowBytes = <usize>stride << 3;
  // Over the columns: 4 rows of 8 columns of both fields at a time; those of `between` behind the image are of no use.
  for (let y = 0; y < h; y += 4) {
    const from = max(0, y - reach);
    const steps = min(h, y + 4 + reach) - from;
    const weights = middle + ((y - from) << 2);
    for (let x: usize = 0; x < rowBytes; x += 32) {
      products(weights, 4, -4, fields + from * rowBytes + x, rowBytes, steps, between + y * rowBytes + x, rowBytes);
    }
  }
  // Over the rows: 8 columns of 4 rows at a time, where those of x and of y are alike.
  const wide = <usize>roundUp(w, 8) << 2;
  const half = rowBytes >> 1;
  for (let x = 0; x < w; x += 8) {
    const from = max(0, x - reach);
    const steps = min(w, x + 8 + reach) - from;
    const weights = middle + ((x - from) << 2);
    for (let y = 0, end = 2 * h; y < end; y += 4) {
      products(between + y * half + (<usize>from << 2), half, 4, weights, -4, steps, fields + y * wide + (<usize>x << 2), wide);
    }
  }
}

/** Words of both fields become numbers in (-1, 1); vectors of 4 pixels in the order of the rows. */
function drawFields(scratch: usize, fields: usize, h: i32, stride: i32, row: u32, pass: u32): void {
  const words = scratch + MORE;
  v128.store(scratch + HALF, f32x4.splat(0.5));
  v128.store(scratch + UNIT, f32x4.splat(1.0 / 32768));
  const half = v128.load(scratch + HALF);
  const unit = v128.load(scratch + UNIT);
  const next = <usize>stride << 2;
  let group = FIELDS;
  let left = stride;
  for (let vectors = (h * stride) >> 2; vectors > 0; vectors -= 8) {
    drawWords(scratch, group++, row, pass, AUGMENTATION, words);
    for (let at = words, end = words + (<usize>min(8, vectors) << 4); at < end; at += 16) {
      const word = v128.load(at);
      const x = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(word, 16), 16));
      const y = f32x4.convert_i32x4_s(i32x4.shr_s(word, 16));
      v128.store(fields, f32x4.mul(f32x4.add(x, half), unit));
      v128.store(fields + next, f32x4.mul(f32x4.add(y, half), unit));
      fields += 16;
      left -= 4;
      if (left == 0) {
        fields += next;
        left = stride;
      }
    }
  }
}

/**
 * Four rows of eight sums of `steps` products: row r adds (number at a + r * aRow) times (8 numbers at b), and then a moves by
 * aStep and b by bStep.
 */
function products(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, steps: i32, out: usize, outRow: usize): void {
  let a2 = a + 2 * aRow;
  let c00 = zero(), c01 = zero(), c10 = zero(), c11 = zero(), c20 = zero(), c21 = zero(), c30 = zero(), c31 = zero();
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    const x1 = v128.load32_splat(a + aRow);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    const x2 = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x2, b0));
    c21 = f32x4.add(c21, f32x4.mul(x2, b1));
    const x3 = v128.load32_splat(a2 + aRow);
    c30 = f32x4.add(c30, f32x4.mul(x3, b0));
    c31 = f32x4.add(c31, f32x4.mul(x3, b1));
    a += aStep;
    a2 += aStep;
    b += bStep;
  } while (--steps > 0);
  v128.store(out, c00);
  v128.store(out, c01, 16);
  out += outRow;
  v128.store(out, c10);
  v128.store(out, c11, 16);
  out += outRow;
  v128.store(out, c20);
  v128.store(out, c21, 16);
  out += outRow;
  v128.store(out, c30);
  v128.store(out, c31, 16);
}
