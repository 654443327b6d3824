import type { Canvas } from "./canvas.js";
import { entryOf, exitOf } from "./geometry.js";
import { css } from "./palette.js";
import type { Edge } from "./top-edges.js";

/** Dashes of a negative edge. */
const DASHES = [5, 3];

/** Wider and stronger the larger the value is on its layer's scale; dashed where it is negative. */
export function paintEdges(canvas: Canvas): void {
  const { context, colours, picture } = canvas;
  const { selected } = picture;
  if (selected?.kind === "edge") paintHalo(canvas, selected);
  for (const layer of picture.layers) {
    if (layer === undefined) continue;
    for (const edge of layer.edges) {
      const share = layer.mostOfEdges > 0 ? Math.abs(edge.value) / layer.mostOfEdges : 0;
      context.strokeStyle = css(edge.value < 0 ? colours.negative : colours.positive, 0.3 + 0.7 * share);
      context.lineWidth = 0.75 + 3.25 * share;
      context.setLineDash(edge.value < 0 ? DASHES : []);
      line(canvas, edge);
    }
  }
  context.setLineDash([]);
}

/** The selected edge, also where it is too small to be drawn otherwise. */
function paintHalo(canvas: Canvas, edge: Omit<Edge, "value">): void {
  const { context, colours } = canvas;
  context.setLineDash([]);
  context.strokeStyle = css(colours.text, 0.9);
  context.lineWidth = 7;
  line(canvas, edge);
  context.strokeStyle = css(colours.back);
  context.lineWidth = 4.5;
  line(canvas, edge);
}

function line({ context, geometry }: Canvas, { layer, to, from }: Omit<Edge, "value">): void {
  context.beginPath();
  context.moveTo(...exitOf(geometry.columns[layer - 1]!, from));
  context.lineTo(...entryOf(geometry.columns[layer]!, to));
  context.stroke();
}
