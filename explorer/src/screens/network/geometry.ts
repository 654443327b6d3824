import type { ImageShape } from "chainrule";

/** A layer's place in the picture, in CSS pixels. */
export interface Column {
  readonly layer: number;
  /** An image of cells, circles one below the other, or a heat map of cells where these are too many. */
  readonly kind: "image" | "circles" | "cells";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How many units stand side by side. */
  readonly across: number;
  /** From one unit to the next; its circle's radius, and the side of the tile of weights left of it (0: none). */
  readonly pitch: number;
  readonly radius: number;
  readonly tile: number;
}

export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** The index is the layer; the first is left out. */
  readonly columns: readonly (Column | undefined)[];
}

/** More units than this become a heat map. */
export const MOST_CIRCLES = 64;
const [TOP, BOTTOM, EDGE] = [40, 42, 6];

/**
 * @param sizes by layer, the index is the layer
 * @param labels width of what stands right of the outputs
 */
export function layOut(sizes: readonly number[], image: ImageShape | undefined, width: number, labels: number): Geometry {
  const depth = sizes.length - 1;
  const most = Math.max(...sizes.filter((size) => size <= MOST_CIRCLES), 1);
  const pitch = Math.min(Math.max(480 / most, 9), 44);
  const inner = Math.max(most * pitch, 300);
  const isImage = image !== undefined && image.height * image.width === sizes[1];
  const side = Math.min(width * 0.2, 180);
  const shapes = sizes.map((size, layer) => {
    if (layer === 1 && isImage) {
      const cell = side / Math.max(image.width, image.height);
      return { kind: "image", across: image.width, pitch: cell, width: cell * image.width, height: cell * image.height, tile: 0 } as const;
    }
    if (size <= MOST_CIRCLES) {
      const step = Math.min(inner / size, 44);
      const tile = layer === 2 && isImage && width > 480 ? Math.min(step - 5, 40) : 0;
      return {
        kind: "circles",
        across: 1,
        pitch: step,
        width: 2 * radiusOf(step) + (tile > 0 ? tile + 6 : 0),
        height: size * step,
        tile,
      } as const;
    }
    const across = Math.ceil(size / MOST_CIRCLES);
    const cell = Math.min(inner / Math.ceil(size / across), 12, (width * 0.2) / across);
    return { kind: "cells", across, pitch: cell, width: cell * across, height: cell * Math.ceil(size / across), tile: 0 } as const;
  });
  const height = Math.max(inner, ...shapes.map((shape) => shape.height)) + TOP + BOTTOM;
  const free = width - 2 * EDGE - labels - shapes.slice(1).reduce((sum, shape) => sum + shape.width, 0);
  const gap = depth > 1 ? Math.max(free / (depth - 1), 12) : 0;
  let x = EDGE;
  const columns = shapes.map((shape, layer): Column | undefined => {
    if (layer === 0) return undefined;
    const column = { ...shape, layer, x, y: TOP + (height - TOP - BOTTOM - shape.height) / 2, radius: radiusOf(shape.pitch) };
    x += shape.width + gap;
    return column;
  });
  return { width, height, columns };
}

function radiusOf(pitch: number): number {
  return Math.min(Math.max(pitch * 0.42, 3.5), 13);
}

/** The middle of a unit's circle or cell. */
export function middleOf(column: Column, unit: number): readonly [number, number] {
  const { x, y, width, pitch, radius, kind, across } = column;
  if (kind === "circles") return [x + width - radius, y + (unit + 0.5) * pitch];
  return [x + ((unit % across) + 0.5) * pitch, y + (Math.floor(unit / across) + 0.5) * pitch];
}

/** Where edges arrive at a unit, and where they leave it. */
export function entryOf(column: Column, unit: number): readonly [number, number] {
  const [x, y] = middleOf(column, unit);
  return column.kind === "circles" ? [column.x, y] : [x, y];
}

export function exitOf(column: Column, unit: number): readonly [number, number] {
  const [x, y] = middleOf(column, unit);
  return column.kind === "circles" ? [x + column.radius, y] : [x, y];
}
