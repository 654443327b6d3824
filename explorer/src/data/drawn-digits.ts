import type { ClassTarget, Dataset } from "chainrule";
import { type Bitmap, emptyBitmap, reduce } from "../screens/network/reduce.js";
import { between, createUniform } from "./random.js";
import { type Place, WAYS } from "./strokes.js";

const IMAGE = { width: 28, height: 28, maximum: 255 } as const;
const EACH = 6;
const CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
/** Steps of the pen between two places. */
const STEPS = 24;

/** Where a place of the box lies on the bitmap, for one hand and one moment. */
type Hand = (place: Place) => Place;

/**
 * Digits as the page writes them itself: pen paths with another slant, width, turn and wobble each time, drawn on the bitmap of the drawing
 * pad and reduced as its drawings are. Always the same ones.
 *
 * @returns 60 rows of 28 x 28 bytes, six of each class
 */
export function drawnDigits(): Dataset<ClassTarget> {
  const uniform = createUniform(28);
  const rowCount = CLASSES.length * EACH;
  const inputs = new Uint8Array(rowCount * IMAGE.width * IMAGE.height);
  const indices = Int32Array.from({ length: rowCount }, (_, row) => row % CLASSES.length);
  indices.forEach((digit, row) => {
    const ways = WAYS[digit]!;
    const bitmap = emptyBitmap(IMAGE);
    const hand = drawHand(uniform, bitmap.width);
    const radius = between(uniform, 0.04, 0.055) * bitmap.width;
    const pieces = ways[Math.floor(row / CLASSES.length) % ways.length]!;
    for (const piece of pieces) for (const place of along(piece)) stamp(bitmap, hand(place), radius);
    inputs.set(reduce(bitmap, IMAGE, true), row * IMAGE.width * IMAGE.height);
  });
  return {
    name: "digits-28",
    rowCount,
    columns: Array.from({ length: IMAGE.width * IMAGE.height }, (_, pixel) => `pixel${pixel}`),
    inputs,
    target: { kind: "classes", name: "digit", classes: CLASSES, indices },
    image: IMAGE,
  };
}

function drawHand(uniform: () => number, side: number): Hand {
  const [slant, turn] = [between(uniform, -0.05, 0.3), between(uniform, -0.08, 0.08)];
  const [wide, high] = [between(uniform, 0.42, 0.58) * side, between(uniform, 0.66, 0.74) * side];
  const wobble = [0, 1].map(() => ({
    size: between(uniform, 0.015, 0.04),
    pace: between(uniform, 3, 6),
    begin: between(uniform, 0, 2 * Math.PI),
  }));
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return ([x, y]) => {
    const [p, q] = wobble as [(typeof wobble)[0], (typeof wobble)[0]];
    const left = (x - 0.5 + p.size * Math.sin(p.pace * y + p.begin)) * wide;
    const down = (y - 0.5 + q.size * Math.sin(q.pace * x + q.begin)) * high;
    const slanted = left - slant * down;
    return [side / 2 + cos * slanted - sin * down, side / 2 + sin * slanted + cos * down];
  };
}

/** A smooth line through places (Catmull and Rom 1974). */
function* along(places: readonly Place[]): Generator<Place> {
  for (let at = 0; at + 1 < places.length; at++) {
    const [p1, p2] = [places[at]!, places[at + 1]!];
    const [p0, p3] = [places[at - 1] ?? p1, places[at + 2] ?? p2];
    for (let step = 0; step <= STEPS; step++) {
      const t = step / STEPS;
      const part = (i: 0 | 1): number =>
        0.5 *
        (2 * p1[i] +
          (p2[i] - p0[i]) * t +
          (2 * p0[i] - 5 * p1[i] + 4 * p2[i] - p3[i]) * t * t +
          (3 * p1[i] - p0[i] - 3 * p2[i] + p3[i]) * t * t * t);
      yield [part(0), part(1)];
    }
  }
}

/** The round tip of the pen. */
function stamp({ width, height, bits }: Bitmap, [x, y]: Place, radius: number): void {
  for (let py = Math.max(Math.ceil(y - radius), 0); py <= Math.min(y + radius, height - 1); py++) {
    for (let px = Math.max(Math.ceil(x - radius), 0); px <= Math.min(x + radius, width - 1); px++) {
      if ((px - x) * (px - x) + (py - y) * (py - y) <= radius * radius) bits[py * width + px] = 1;
    }
  }
}
