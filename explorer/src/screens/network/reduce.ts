import type { ImageShape } from "chainrule";

/** Pixels that are set (1) or not (0), row-major. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly bits: Uint8Array;
}

/** One pixel of the input is a block of 4 x 4 pixels that are drawn on, as the digits were made (Alpaydin and Kaynak 1998). */
const BLOCK = 4;

export function emptyBitmap({ width, height }: ImageShape): Bitmap {
  return { width: width * BLOCK, height: height * BLOCK, bits: new Uint8Array(width * height * BLOCK * BLOCK) };
}

/**
 * Raw inputs, shape (height x width): how many pixels of each block are set, on the scale of the image.
 *
 * @param isFitted whether the drawing is first made as large as the box, in its middle, as the digits were
 */
export function reduce(bitmap: Bitmap, image: ImageShape, isFitted: boolean): Float64Array {
  if (image.width === 28 && image.height === 28) return centred(bitmap, image.maximum);
  return counted(isFitted ? fitted(bitmap) : bitmap, image);
}

function counted({ width, bits }: Bitmap, image: ImageShape): Float64Array {
  const inputs = new Float64Array(image.width * image.height);
  bits.forEach((bit, at) => {
    if (bit === 0) return;
    const [x, y] = [at % width, Math.floor(at / width)];
    inputs[Math.floor(y / BLOCK) * image.width + Math.floor(x / BLOCK)]! += 1;
  });
  return inputs.map((count) => (count * image.maximum) / (BLOCK * BLOCK));
}

/** A drawing is made this much larger at most, so that its first dot stays a dot. */
const MOST_ENLARGED = 2;

/** What is set, as high or as wide as the bitmap and in its middle; its shape is kept. */
function fitted(bitmap: Bitmap): Bitmap {
  const box = boxOf(bitmap);
  if (box === undefined) return bitmap;
  const { width, height, bits } = bitmap;
  const scale = Math.min(height / box.height, width / box.width, MOST_ENLARGED);
  const [left, top] = [(width - box.width * scale) / 2, (height - box.height * scale) / 2];
  const moved = new Uint8Array(bits.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = [Math.floor((x + 0.5 - left) / scale), Math.floor((y + 0.5 - top) / scale)];
      if (fromX < 0 || fromX >= box.width || fromY < 0 || fromY >= box.height) continue;
      moved[y * width + x] = bits[(box.top + fromY) * width + box.left + fromX]!;
    }
  }
  return { width, height, bits: moved };
}

/** What is set, fitted into 20 x 20 with grey edges, and moved until its centre of mass is in the middle of 28 x 28, in bytes: as MNIST was made. */
function centred(bitmap: Bitmap, maximum: number): Float64Array {
  const box = boxOf(bitmap);
  const inputs = new Float64Array(28 * 28);
  if (box === undefined) return inputs;
  const scale = 20 / Math.max(box.width, box.height);
  const grey = new Float64Array(20 * 20);
  // Every set pixel spreads its area over the cells that it comes to lie on.
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      if (bitmap.bits[(box.top + y) * bitmap.width + box.left + x] === 0) continue;
      spread(grey, [x * scale, (x + 1) * scale], [y * scale, (y + 1) * scale]);
    }
  }
  let [mass, sumX, sumY] = [0, 0, 0];
  grey.forEach((value, at) => {
    mass += value;
    sumX += value * ((at % 20) + 0.5);
    sumY += value * (Math.floor(at / 20) + 0.5);
  });
  const [dx, dy] = [Math.round(14 - sumX / mass), Math.round(14 - sumY / mass)];
  grey.forEach((value, at) => {
    const [x, y] = [(at % 20) + dx, Math.floor(at / 20) + dy];
    if (x >= 0 && x < 28 && y >= 0 && y < 28) inputs[y * 28 + x] = Math.round(Math.min(value, 1) * maximum);
  });
  return inputs;
}

function spread(grey: Float64Array, [x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number]): void {
  for (let y = Math.floor(y0); y < Math.min(y1, 20); y++) {
    for (let x = Math.floor(x0); x < Math.min(x1, 20); x++) {
      const [wide, high] = [Math.min(x1, x + 1) - Math.max(x0, x), Math.min(y1, y + 1) - Math.max(y0, y)];
      if (wide > 0 && high > 0) grey[y * 20 + x]! += wide * high;
    }
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest box around what is set. */
function boxOf({ width, bits }: Bitmap): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  bits.forEach((bit, at) => {
    if (bit === 0) return;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  });
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}
