// A changed copy of one image: the same operations in the same order as src/kernels/portable/augment.ts, which says what they
// mean, so the same bits. None of them is fused in any build.
// Loops load what does not change in them from memory: V8 would compute it anew at each turn, even where it was computed before
// the loop. augment-scratch.ts says where.

import {
  A_ALPHA,
  A_BACKGROUND,
  A_CUTOUT,
  A_HEIGHT,
  A_KEY,
  A_NOISE,
  A_ROTATION,
  A_SCALE,
  A_SHEAR,
  A_SHIFT,
  A_WARPED,
  A_WIDTH,
} from "./addresses";
import { ALPHA, BASE, BOTTOM, COLUMNS, CORNER, fieldsAt, imageAt, LEAST, MARGIN, MORE, RIGHT, roundUp, ROW_X, ROW_Y, setting, STRIDE, WORDS } from "./augment-scratch";
import { displace } from "./displacement";
import { cos, log, sin } from "./functions";
import { AUGMENTATION, drawWords, writeKey } from "./philox";

/** Group of words at which those of noise begin; those of the image are in group 0. */
const NOISE: u32 = 1 << 27;

/** Writes the copy of row `row` in pass `pass`, contiguous like the source, which may stand in the same place. */
export function augmentRow(source: usize, target: usize, settings: usize, scratch: usize, row: u32, pass: u32): void {
  const h = load<i32>(settings + A_HEIGHT);
  const w = load<i32>(settings + A_WIDTH);
  writeKey(load<u32>(settings + A_KEY), load<u32>(settings + A_KEY, 4), scratch);
  drawWords(scratch, 0, row, pass, AUGMENTATION, scratch + WORDS);
  if (load<i32>(settings + A_WARPED) == 0) memory.copy(target, source, <usize>(h * w) << 2);
  else {
    displace(settings, scratch, h, w, row, pass);
    surround(source, scratch + imageAt(w), h, w, setting(settings, A_BACKGROUND));
    sample(settings, scratch, h, w, target);
  }
  if (setting(settings, A_NOISE) > 0) addNoise(target, h * w, setting(settings, A_NOISE), scratch, row, pass);
  if (load<i32>(settings + A_CUTOUT) > 0) cutOut(target, h, w, settings, scratch + WORDS);
}

// @ts-ignore: decorator
@inline
function fill(at: usize, pixels: i32, value: f32): void {
  for (const end = at + (<usize>pixels << 2); at < end; at += 4) store<f32>(at, value);
}

/** The image with background around it. */
function surround(source: usize, image: usize, h: i32, w: i32, background: f32): void {
  const stride = w + 2 * MARGIN;
  // Above, and the margin left of the first row; then behind each row its right margin and the left one of the next.
  fill(image, MARGIN * stride + MARGIN, background);
  image += <usize>(MARGIN * stride + MARGIN) << 2;
  for (let y = 0; y < h; y++) {
    const end = source + (<usize>w << 2);
    for (; source + 16 <= end; source += 16, image += 16) v128.store(image, v128.load(source));
    for (; source < end; source += 4, image += 4) store<f32>(image, load<f32>(source));
    fill(image, 2 * MARGIN, background);
    image += 8 * MARGIN;
  }
  fill(image, MARGIN * stride - MARGIN, background);
}

/** Not below -2 and not above the size. */
// @ts-ignore: decorator
@inline
function clamp(position: v128, least: v128, size: v128): v128 {
  return f32x4.pmin(f32x4.pmax(position, least), size);
}

// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(share, f32x4.sub(b, a)));
}

/** Two neighbours of each of two pixels. */
// @ts-ignore: decorator
@inline
function pairs(first: usize, second: usize): v128 {
  return v128.load64_lane(second, v128.load64_zero(first), 1);
}

/** The first `count` of four numbers, at least 1. */
function storeSome(at: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, x);
    return;
  }
  v128.store32_lane(at, x, 0);
  if (count > 1) v128.store32_lane(at, x, 1, 4);
  if (count > 2) v128.store32_lane(at, x, 2, 8);
}

// One of each for scalars and for noise.
function cosine(x: v128): v128 {
  return cos(x);
}
function sine(x: v128): v128 {
  return sin(x);
}

// @ts-ignore: decorator
@inline
function uniform(word: v128): v128 {
  return f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_s(word, 8)), f32x4.splat(0.5)), f32x4.splat(1.0 / 8388608));
}

/** Every pixel of the copy. */
function sample(settings: usize, scratch: usize, h: i32, w: i32, target: usize): void {
  // Shift in x and in y, rotation, scale; shear.
  const draws = uniform(v128.load(scratch + WORDS));
  const shear = setting(settings, A_SHEAR) * f32x4.extract_lane(uniform(v128.load(scratch + WORDS, 16)), 0);
  const angles = f32x4.replace_lane(f32x4.splat(setting(settings, A_ROTATION) * f32x4.extract_lane(draws, 2)), 1, shear);
  const cosines = cosine(angles);
  const sines = sine(angles);
  const c = f32x4.extract_lane(cosines, 0);
  const s = f32x4.extract_lane(sines, 0);
  const t = f32x4.extract_lane(sines, 1) / f32x4.extract_lane(cosines, 1);
  const growth = setting(settings, A_SCALE) * f32x4.extract_lane(draws, 3);
  const factor: f32 = growth > 0 ? 1 / (1 + growth) : 1 - growth;
  const axx = factor * (c - t * s);
  const axy = factor * (s + t * c);
  const ayx = -(factor * s);
  const ayy = factor * c;
  const shift = setting(settings, A_SHIFT);
  const tx = shift * f32x4.extract_lane(draws, 0);
  const ty = shift * f32x4.extract_lane(draws, 1);
  const cx = <f32>(w - 1) / 2;
  const cy = <f32>(h - 1) / 2;

  const columns = scratch + COLUMNS;
  // Also those that a vector takes beyond the last, whose places have to lie somewhere in the image.
  const columnBytes = <usize>roundUp(w, 4) << 2;
  for (let x = 0; x < roundUp(w, 4); x++) {
    const px = <f32>x - cx - tx;
    const at = columns + (<usize>x << 2);
    store<f32>(at, axx * px);
    store<f32>(at + columnBytes, ayx * px);
  }
  const stride = w + 2 * MARGIN;
  v128.store(scratch + LEAST, f32x4.splat(<f32>-MARGIN));
  v128.store(scratch + RIGHT, f32x4.splat(<f32>w));
  v128.store(scratch + BOTTOM, f32x4.splat(<f32>h));
  v128.store(scratch + STRIDE, f32x4.splat(<f32>stride));
  // Added to a whole number below 2^22, 2^23 leaves it in the low bits.
  v128.store(scratch + CORNER, f32x4.splat(8388608 + <f32>(MARGIN * stride + MARGIN)));
  v128.store(scratch + BASE, i32x4.splat(<i32>(scratch + imageAt(w)) - (0x4b000000 << 2)));
  v128.store(scratch + ALPHA, v128.load32_splat(settings + A_ALPHA));
  const wide = <usize>roundUp(w, 8) << 2;
  let field = scratch + fieldsAt(h, w);
  for (let y = 0; y < h; y++) {
    const py = <f32>y - cy - ty;
    v128.store(scratch + ROW_X, f32x4.splat(axy * py + cx));
    v128.store(scratch + ROW_Y, f32x4.splat(ayy * py + cy));
    sampleRow(scratch, columns, columnBytes, field, wide, w, <usize>stride << 2, target);
    target += <usize>w << 2;
    field += wide << 1;
  }
}

/** Four pixels of a row at a time, by one interpolation: first between rows of the image, `below` bytes apart, then between columns. */
function sampleRow(scratch: usize, column: usize, columnBytes: usize, field: usize, wide: usize, w: i32, below: usize, target: usize): void {
  const rowX = v128.load(scratch + ROW_X);
  const rowY = v128.load(scratch + ROW_Y);
  const alpha = v128.load(scratch + ALPHA);
  const least = v128.load(scratch + LEAST);
  for (; ; ) {
    const dx = f32x4.mul(alpha, v128.load(field));
    const dy = f32x4.mul(alpha, v128.load(field + wide));
    const sx = clamp(f32x4.add(f32x4.add(v128.load(column), rowX), dx), least, v128.load(scratch + RIGHT));
    const sy = clamp(f32x4.add(f32x4.add(v128.load(column + columnBytes), rowY), dy), least, v128.load(scratch + BOTTOM));
    const left = f32x4.floor(sx);
    const top = f32x4.floor(sy);
    const shareX = f32x4.sub(sx, left);
    const shareY = f32x4.sub(sy, top);
    const number = f32x4.add(f32x4.add(f32x4.mul(top, v128.load(scratch + STRIDE)), left), v128.load(scratch + CORNER));
    const places = i32x4.add(i32x4.shl(number, 2), v128.load(scratch + BASE));
    const p0 = <usize>i32x4.extract_lane(places, 0);
    const p1 = <usize>i32x4.extract_lane(places, 1);
    const p2 = <usize>i32x4.extract_lane(places, 2);
    const p3 = <usize>i32x4.extract_lane(places, 3);
    const v01 = mix(pairs(p0, p1), pairs(p0 + below, p1 + below), v128.shuffle<i32>(shareY, shareY, 0, 0, 1, 1));
    const v23 = mix(pairs(p2, p3), pairs(p2 + below, p3 + below), v128.shuffle<i32>(shareY, shareY, 2, 2, 3, 3));
    const value = mix(v128.shuffle<i32>(v01, v23, 0, 2, 4, 6), v128.shuffle<i32>(v01, v23, 1, 3, 5, 7), shareX);
    if (w <= 4) {
      storeSome(target, value, w);
      return;
    }
    v128.store(target, value);
    w -= 4;
    column += 16;
    field += 16;
    target += 16;
  }
}

/** target + noise, 8 numbers by 8 words. */
function addNoise(target: usize, pixels: i32, noise: f32, scratch: usize, row: u32, pass: u32): void {
  const words = scratch + MORE;
  let group = NOISE;
  for (let pixel = 0; pixel < pixels; pixel += 8) {
    if ((pixel & 24) == 0) drawWords(scratch, group++, row, pass, AUGMENTATION, words);
    const pair = words + (<usize>(pixel & 24) << 2);
    const first = i32x4.add(i32x4.shr_u(v128.load(pair), 8), i32x4.splat(1));
    const u = f32x4.mul(f32x4.convert_i32x4_s(first), f32x4.splat(1.0 / 16777216));
    const radius = f32x4.mul(f32x4.splat(noise), f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log(u))));
    // 2 pi / 2^24
    const angle = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(pair, 16), 8)), f32x4.splat(3.7450704e-7));
    add(target, f32x4.mul(radius, cosine(angle)), pixels - pixel);
    add(target + 16, f32x4.mul(radius, sine(angle)), pixels - pixel - 4);
    target += 32;
  }
}

/** Adds to the first `count` of four numbers. */
function add(at: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, f32x4.add(v128.load(at), x));
    return;
  }
  for (; count > 0; count--, at += 4) {
    store<f32>(at, load<f32>(at) + f32x4.extract_lane(x, 0));
    x = v128.shuffle<i32>(x, x, 1, 2, 3, 0);
  }
}

function cutOut(target: usize, h: i32, w: i32, settings: usize, words: usize): void {
  const side = load<i32>(settings + A_CUTOUT);
  const x = below(load<u32>(words, 20), w) - (side >> 1);
  const y = below(load<u32>(words, 24), h) - (side >> 1);
  const left = max(0, x);
  const length = min(w, x + side) - left;
  for (let line = max(0, y), end = min(h, y + side); line < end; line++) {
    fill(target + (<usize>(line * w + left) << 2), length, setting(settings, A_BACKGROUND));
  }
}

// @ts-ignore: decorator
@inline
function below(word: u32, limit: i32): i32 {
  return <i32>((<u64>word * <u64>limit) >> 32);
}
