import { signal } from "@preact/signals";
import type { ImageShape } from "chainrule";
import { drawing, session } from "../../state/session.js";
import { type Bitmap, emptyBitmap, reduce } from "./reduce.js";

// The bitmap that is drawn on. What is read off it becomes the example of the whole page.

export type Point = readonly [x: number, y: number];

let own: Bitmap | undefined;

/** Whether strokes take away. */
export const erasing = signal(false);

/** Whether drawings are made as large as the box before they are reduced. */
export const fitting = signal(true);

export function setFitting(isFitting: boolean): void {
  fitting.value = isFitting;
  if (drawing.value !== undefined) read();
}

/** Makes the drawing the example of the page. */
function read(): void {
  const image = session.value!.model.image!;
  drawing.value = reduce(bitmapFor(image), image, fitting.value);
}

/** The bitmap of the drawing; an empty one where there is none yet, or none of this shape. */
export function bitmapFor(image: ImageShape): Bitmap {
  const empty = emptyBitmap(image);
  if (drawing.value === undefined || own?.width !== empty.width || own.height !== empty.height) own = empty;
  return own;
}

/** A stroke of the pen from one pixel to another, both included. */
export function stroke(from: Point, to: Point): void {
  const image = session.value!.model.image!;
  const bitmap = bitmapFor(image);
  const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    stamp(bitmap, Math.round(from[0] + (to[0] - from[0]) * share), Math.round(from[1] + (to[1] - from[1]) * share));
  }
  drawing.value = reduce(bitmap, image, fitting.value);
}

/** A disc of about an eighth of the side, the width of the lines of the digits. */
function stamp({ width, height, bits }: Bitmap, x: number, y: number): void {
  const radius = Math.max(width, height) / 16;
  const reach = Math.floor(radius);
  const set = erasing.value ? 0 : 1;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const [px, py] = [x + dx, y + dy];
      if (dx * dx + dy * dy > radius * radius || px < 0 || px >= width || py < 0 || py >= height) continue;
      bits[py * width + px] = set;
    }
  }
}

/** An empty drawing. */
export function clear(): void {
  const image = session.value!.model.image!;
  own = emptyBitmap(image);
  drawing.value = reduce(own, image, fitting.value);
}
