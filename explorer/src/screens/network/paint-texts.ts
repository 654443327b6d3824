import type { Canvas } from "./canvas.js";
import { numberText } from "chainrule/explain";
import { type Column, middleOf } from "./geometry.js";
import { classNames } from "./names.js";
import { css } from "./palette.js";

/** Names of layers and classes, and the ends of the scales. */
export function paintTexts(canvas: Canvas): void {
  const { context, geometry, picture, colours } = canvas;
  const { layout, description } = picture.model.network;
  const last = layout.depth;
  for (const column of geometry.columns) {
    if (column === undefined) continue;
    const { layer } = column;
    const { by, most } = picture.layers[layer]!;
    const activation = layer === 1 ? `${layout.sizes[1]}` : `${layout.sizes[layer]} ${description.layers[layer - 2]!.activation}`;
    context.fillStyle = css(colours.text);
    centred(canvas, column, layer === 1 ? "input" : layer === last ? "output" : `layer ${layer}`, 14);
    context.fillStyle = css(colours.quiet);
    centred(canvas, column, activation, 30);
    centred(canvas, column, end(canvas, by, most), geometry.height - 24);
  }
  context.fillStyle = css(colours.quiet);
  for (let layer = 2; layer <= last; layer++) {
    const [from, to] = [geometry.columns[layer - 1]!, geometry.columns[layer]!];
    const x = (from.x + from.width + to.x) / 2;
    text(canvas, end(canvas, picture.edgesBy, picture.layers[layer]!.mostOfEdges), x, geometry.height - 6);
  }
  paintClasses(canvas, geometry.columns[last]!);
}

function paintClasses({ context, picture, colours, strength }: Canvas, column: Column): void {
  if (column.kind !== "circles") return;
  context.textAlign = "left";
  context.textBaseline = "middle";
  classNames(picture.model).forEach((name, unit) => {
    const [x, y] = middleOf(column, unit);
    context.fillStyle = css(colours.text, Math.max(strength(column.layer, unit), 0.45));
    context.fillText(short(name), x + column.radius + 7, y + 0.5);
  });
}

/** The end of a scale; where there is little room, what it is of stands in the legend alone. */
function end({ geometry, context }: Canvas, of: string, most: number): string {
  const [first, second] = geometry.columns.slice(-2);
  const room = second!.x + second!.width / 2 - first!.x - first!.width / 2;
  const words = `max |${of}| ${numberText(most, 3)}`;
  // The last one is moved in from the edge.
  return context.measureText(words).width > room * 0.75 ? `max ${numberText(most, 2)}` : words;
}

/** A class name as it stands beside its circle. */
export function short(name: string): string {
  return name.length > 12 ? `${name.slice(0, 11)}…` : name;
}

function centred(canvas: Canvas, column: Column, words: string, y: number): void {
  text(canvas, words, column.x + column.width / 2, y);
}

/** Centred at x where there is room for it. */
function text({ context, geometry }: Canvas, words: string, x: number, y: number): void {
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  const half = context.measureText(words).width / 2;
  context.fillText(words, Math.min(Math.max(x, half), geometry.width - half), y);
}
