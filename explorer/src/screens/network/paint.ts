import type { Canvas } from "./canvas.js";
import type { Geometry } from "./geometry.js";
import { paintBundle } from "./paint-bundle.js";
import { paintEdges } from "./paint-edges.js";
import { paintTexts } from "./paint-texts.js";
import { paintCells, paintCircles, paintImage } from "./paint-units.js";
import type { Palette } from "./palette.js";
import type { Picture } from "./picture.js";
import type { Target } from "./view.js";

/** What the rest fades to while something stands out. */
const DIMMED = 0.22;

export function paintNetwork(context: CanvasRenderingContext2D, geometry: Geometry, picture: Picture, colours: Palette): void {
  context.clearRect(0, 0, geometry.width, geometry.height);
  context.font = "12px system-ui, sans-serif";
  const bright = connected(picture);
  const strength = (layer: number, unit: number): number => (bright === undefined || bright.has(key(layer, unit)) ? 1 : DIMMED);
  const canvas: Canvas = { context, geometry, picture, colours, strength };
  paintBundle(canvas);
  paintEdges(canvas);
  for (const column of geometry.columns) {
    if (column?.kind === "image") paintImage(canvas, column);
    if (column?.kind === "cells") paintCells(canvas, column);
    if (column?.kind === "circles") paintCircles(canvas, column);
  }
  paintTexts(canvas);
}

const key = (layer: number, unit: number): number => layer * 2 ** 24 + unit;

/** The units at the ends of the edges that are drawn, and what stands out itself; undefined where nothing does. */
function connected({ layers, focused }: Picture): ReadonlySet<number> | undefined {
  if (focused === undefined) return undefined;
  const units = new Set<number>(endsOf(focused));
  for (const layer of layers) for (const edge of layer?.edges ?? []) endsOf({ kind: "edge", ...edge }).forEach((end) => units.add(end));
  return units;
}

function endsOf(target: Target): number[] {
  if (target.kind === "unit") return [key(target.layer, target.unit)];
  return [key(target.layer, target.to), key(target.layer - 1, target.from)];
}
