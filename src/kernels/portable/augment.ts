import { STREAM } from "../../base/random.js";
import { type Augmentation, isWarped } from "../augmentation.js";
import { cos, log, sin } from "./float32.js";
import { drawWords, GROUP } from "./philox.js";

// A changed copy of one image, float32. All draws come from Philox by (seed, augmentation, pass, row): the same pass and row
// give the same image, whatever is done before, in which order and on which thread. What one setting draws does not depend on
// the others.
//
// In this order: pixels are moved, all movements in one; noise is added; a square is cut out. Let (x, y) be a pixel of the
// copy, y downwards, c the centre ((width - 1) / 2, (height - 1) / 2), t the shift, and each u a draw uniform in (-1, 1). The
// image is scaled by 1 + u scale, or where u is below 0 by 1 / (1 - u scale); slanted, so that x grows by -tan(u shear) y;
// turned by u rotation, clockwise where that is above 0; all about c; and then shifted by t, u shift in x and in y. The copy
// shows at (x, y) what stands at
//
//   A ((x, y) - c - t) + c + alpha * displacement of (x, y)
//
// where A undoes the scale, the slant and the turn, by bilinear interpolation; outside of the image there is background. A
// pixel that is not finite makes those near it NaN, where pixels move.
//
// The displacement has two fields, of x and y. Each pixel draws a u for both; fields are 0 outside of the image, and are
// smoothed by a Gaussian over the columns and then over the rows. Sums begin at 0 and add their products in ascending order.

const f = Math.fround;

/** Groups at which the words of fields and of noise begin; the others are in group 0. */
export const FIELDS = 2 ** 26;
export const NOISE = 2 ** 27;
/** Which word of group 0 decides what. */
const [SHIFT_X, SHIFT_Y, ROTATION, SCALE, SHEAR, CUTOUT_X, CUTOUT_Y] = [0, 1, 2, 3, 4, 5, 6] as const;
/** Pixels of background around an image, and how far outside a position may be. */
const MARGIN = 2;
/** 2 pi / 2^24 */
const TURN = f((2 * Math.PI) / 2 ** 24);

/** Writes a changed copy of source[from..) to target[to..), height * width each; row and pass are whole numbers below 2^32. */
export type Augment = (source: Float32Array, from: number, target: Float32Array, to: number, row: number, pass: number) => void;

/** Kernels with their own room for what is in between. */
export function createAugment(augmentation: Augmentation): Augment {
  const { key, height, width, noise, cutout } = augmentation;
  const warped = isWarped(augmentation);
  const words = new Uint32Array(GROUP);
  const more = new Uint32Array(GROUP);
  const room = createRoom(augmentation);
  return (source, from, target, to, row, pass) => {
    const draw: Draw = (group, out) => drawWords(key, group, row, pass, STREAM.augmentation, out);
    draw(0, words);
    if (!warped) target.set(source.subarray(from, from + height * width), to);
    else {
      if (augmentation.alpha > 0) displace(augmentation, draw, more, room);
      surround(augmentation, source, from, room.image);
      sample(augmentation, words, room, target, to);
    }
    if (noise > 0) addNoise(augmentation, draw, more, target, to);
    if (cutout > 0) cutOut(augmentation, words, target, to);
  };
}

type Draw = (group: number, out: Uint32Array) => void;

interface Room {
  /** (height + 2 MARGIN) x (width + 2 MARGIN) */
  readonly image: Float32Array;
  /** Displacements of x and y, (height x width). */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly between: Float32Array;
}

function createRoom({ height, width, alpha }: Augmentation): Room {
  const field = (): Float32Array => new Float32Array(height * width);
  const image = new Float32Array((height + 2 * MARGIN) * (width + 2 * MARGIN));
  return { image, x: field(), y: field(), between: alpha > 0 ? field() : new Float32Array(0) };
}

/** Uniform in (-1, 1): one of 2^24 numbers, as many below 0 as above. */
function uniform(word: number): number {
  return f(((word >> 8) + 0.5) * 2 ** -23);
}

/** The two fields, smoothed. Pixel (x, y) has word y * (width rounded up to a multiple of 4) + x; x takes its lower half. */
function displace({ height, width, weights }: Augmentation, draw: Draw, words: Uint32Array, room: Room): void {
  const stride = (width + 3) & ~3;
  for (let y = 0, number = 0; y < height; y++) {
    for (let x = 0; x < stride; x++, number++) {
      if (number % GROUP === 0) draw(FIELDS + number / GROUP, words);
      if (x >= width) continue;
      const word = words[number % GROUP]!;
      room.x[y * width + x] = f((((word << 16) >> 16) + 0.5) * 2 ** -15);
      room.y[y * width + x] = f(((word >> 16) + 0.5) * 2 ** -15);
    }
  }
  for (const field of [room.x, room.y]) smooth(field, room.between, weights, height, width);
}

/** Over the columns, and then over the rows. */
function smooth(field: Float32Array, between: Float32Array, weights: Float32Array, height: number, width: number): void {
  const reach = weights.length - 1;
  between.fill(0);
  for (let y = 0; y < height; y++) {
    for (let k = Math.max(0, y - reach); k <= Math.min(height - 1, y + reach); k++) {
      const weight = weights[Math.abs(y - k)]!;
      addProducts(between, y * width, field, k * width, weight, width);
    }
  }
  field.fill(0);
  for (let at = 0; at < height * width; at += width) {
    for (let t = -reach; t <= reach; t++) {
      const first = Math.max(0, -t);
      addProducts(field, at + first, between, at + first + t, weights[Math.abs(t)]!, width - Math.abs(t));
    }
  }
}

function addProducts(sums: Float32Array, to: number, values: Float32Array, from: number, weight: number, length: number): void {
  for (let i = 0; i < length; i++) sums[to + i] = f(sums[to + i]! + f(weight * values[from + i]!));
}

/** The image with background around it. */
function surround({ height, width, background }: Augmentation, source: Float32Array, from: number, image: Float32Array): void {
  image.fill(background);
  for (let y = 0; y < height; y++) {
    image.set(source.subarray(from + y * width, from + (y + 1) * width), (y + MARGIN) * (width + 2 * MARGIN) + MARGIN);
  }
}

/** What undoes a growth of an image. */
function unscale(growth: number): number {
  return growth > 0 ? f(1 / f(1 + growth)) : f(1 - growth);
}

/** A and t. */
function affine({ shift, rotation, scale, shear }: Augmentation, words: Uint32Array) {
  const angle = f(rotation * uniform(words[ROTATION]!));
  const [c, s] = [cos(angle), sin(angle)];
  const slant = f(shear * uniform(words[SHEAR]!));
  const t = f(sin(slant) / cos(slant));
  const factor = unscale(f(scale * uniform(words[SCALE]!)));
  return {
    tx: f(shift * uniform(words[SHIFT_X]!)),
    ty: f(shift * uniform(words[SHIFT_Y]!)),
    axx: f(factor * f(c - f(t * s))),
    axy: f(factor * f(s + f(t * c))),
    ayx: f(-f(factor * s)),
    ayy: f(factor * c),
  };
}

/** Every pixel of the copy, by one interpolation: first between rows, then between columns. */
function sample(augmentation: Augmentation, words: Uint32Array, { image, x: dx, y: dy }: Room, target: Float32Array, to: number): void {
  const { height, width, alpha } = augmentation;
  const { tx, ty, axx, axy, ayx, ayy } = affine(augmentation, words);
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const stride = width + 2 * MARGIN;
  for (let y = 0, at = 0; y < height; y++) {
    const py = f(f(y - cy) - ty);
    const [rowX, rowY] = [f(f(axy * py) + cx), f(f(ayy * py) + cy)];
    for (let x = 0; x < width; x++, at++) {
      const px = f(f(x - cx) - tx);
      const sx = clamp(f(f(f(axx * px) + rowX) + f(alpha * dx[at]!)), width);
      const sy = clamp(f(f(f(ayx * px) + rowY) + f(alpha * dy[at]!)), height);
      const [left, top] = [Math.floor(sx), Math.floor(sy)];
      const [shareX, shareY] = [f(sx - left), f(sy - top)];
      const corner = (top + MARGIN) * stride + left + MARGIN;
      const a = mix(image[corner]!, image[corner + stride]!, shareY);
      const b = mix(image[corner + 1]!, image[corner + stride + 1]!, shareY);
      target[to + at] = mix(a, b, shareX);
    }
  }
}

/** Far outside is the same as a little outside. */
function clamp(position: number, size: number): number {
  return position < -MARGIN ? -MARGIN : position > size ? size : position;
}

function mix(a: number, b: number, share: number): number {
  return f(a + f(share * f(b - a)));
}

/** Normal draws by pairs (Box and Muller 1958): of 8 pixels, by 8 words, four take the cosine and four the sine. */
function addNoise({ height, width, noise }: Augmentation, draw: Draw, words: Uint32Array, target: Float32Array, to: number): void {
  const end = height * width;
  for (let pixel = 0; pixel < end; pixel++) {
    if (pixel % GROUP === 0) draw(NOISE + pixel / GROUP, words);
    const first = words[(pixel & 24) + (pixel & 3)]!;
    const second = words[(pixel & 24) + (pixel & 3) + 4]!;
    const radius = f(noise * f(Math.sqrt(f(-2 * log(f(((first >>> 8) + 1) * 2 ** -24))))));
    const angle = f((second >>> 8) * TURN);
    target[to + pixel] = f(target[to + pixel]! + f(radius * ((pixel & 4) === 0 ? cos(angle) : sin(angle))));
  }
}

function cutOut({ height, width, background, cutout }: Augmentation, words: Uint32Array, target: Float32Array, to: number): void {
  const left = below(words[CUTOUT_X]!, width) - (cutout >> 1);
  const top = below(words[CUTOUT_Y]!, height) - (cutout >> 1);
  for (let y = Math.max(0, top); y < Math.min(height, top + cutout); y++) {
    const row = to + y * width;
    target.fill(background, row + Math.max(0, left), row + Math.min(width, left + cutout));
  }
}

/** A whole number in 0..limit (half-open); its bias, limit / 2^32, is far below what could be seen. */
function below(word: number, limit: number): number {
  return Math.floor((word * limit) / 0x100000000);
}
