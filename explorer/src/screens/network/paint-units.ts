import type { Canvas } from "./canvas.js";
import { type Column, middleOf } from "./geometry.js";
import { paintTile } from "./paint-tile.js";
import { type Colour, css, mix, type Palette, signColour } from "./palette.js";
import { weightsOf } from "./quantities.js";
import { isSame } from "./view.js";

/** The input as an image: its ink, or the derivatives of its pixels by their signs. */
export function paintImage(canvas: Canvas, column: Column): void {
  const { picture, context, colours } = canvas;
  const { inputs, model } = picture;
  const { by } = picture.layers[column.layer]!;
  const most = model.image?.maximum ?? 1;
  if (by === "a" && inputs.length === column.across * Math.round(column.height / column.pitch)) {
    cells(canvas, column, (unit) => mix(colours.back, colours.text, inputs[unit]! / most));
  } else paintCells(canvas, column);
  context.strokeStyle = css(colours.quiet);
  context.lineWidth = 1;
  context.strokeRect(column.x - 0.5, column.y - 0.5, column.width + 1, column.height + 1);
}

/** A heat map; what is negative carries a dash. */
export function paintCells(canvas: Canvas, column: Column): void {
  const { picture, context, colours } = canvas;
  const { values, most } = picture.layers[column.layer]!;
  cells(canvas, column, (unit) => signColour(colours, values[unit]!, most));
  if (column.pitch < 5) return;
  values.forEach((value, unit) => {
    if (!(value < 0)) return;
    const [x, y] = middleOf(column, unit);
    context.strokeStyle = css(inkOn(colours, Math.abs(value) / most), 0.4 + 0.6 * Math.min(Math.abs(value) / most, 1));
    minus(context, x, y, column.pitch * 0.25);
  });
}

function cells(canvas: Canvas, column: Column, colour: (unit: number) => Colour): void {
  const { context, picture, colours, strength } = canvas;
  const { pitch, layer } = column;
  const size = picture.layers[layer]!.values.length;
  for (let unit = 0; unit < size; unit++) {
    const [x, y] = middleOf(column, unit);
    context.fillStyle = css(colour(unit), Math.max(strength(layer, unit), 0.45));
    // A hair wider, so that no seam shows between cells whose edges lie between pixels.
    context.fillRect(x - pitch / 2, y - pitch / 2, pitch + 0.3, pitch + 0.3);
  }
  for (const target of [picture.selected, picture.focused]) {
    if (target?.kind !== "unit" || target.layer !== layer) continue;
    const [x, y] = middleOf(column, target.unit);
    const side = Math.max(pitch, 6) + 2;
    context.strokeStyle = css(colours.back);
    context.lineWidth = 4;
    context.strokeRect(x - side / 2, y - side / 2, side, side);
    context.strokeStyle = css(target === picture.focused ? colours.accent : colours.text);
    context.lineWidth = 2;
    context.strokeRect(x - side / 2, y - side / 2, side, side);
  }
}

/** Circles, filled by their values; a negative one carries a minus. In front of them what their weights look like, over an image. */
export function paintCircles(canvas: Canvas, column: Column): void {
  const { context, picture, colours, strength } = canvas;
  const { layer, radius, tile } = column;
  const { values, most } = picture.layers[layer]!;
  values.forEach((value, unit) => {
    const [x, y] = middleOf(column, unit);
    context.globalAlpha = strength(layer, unit);
    if (tile > 0) {
      const { image, network } = picture.model;
      const width = network.layout.sizes[layer - 1]!;
      const weights = weightsOf(network, layer).subarray(unit * width, (unit + 1) * width);
      paintTile(context, colours, weights, image!, [column.x, y - tile / 2, tile]);
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = css(colours.back);
    context.fill();
    context.fillStyle = css(signColour(colours, value, most));
    context.fill();
    context.strokeStyle = css(value < 0 ? colours.negative : colours.quiet);
    context.lineWidth = 1.25;
    context.stroke();
    if (value < 0) {
      context.strokeStyle = css(inkOn(colours, Math.abs(value) / most));
      minus(context, x, y, radius * 0.45);
    }
    context.globalAlpha = 1;
    const isFocused = isSame(picture.focused, { kind: "unit", layer, unit });
    const isSelected = isSame(picture.selected, { kind: "unit", layer, unit });
    if (!isFocused && !isSelected) return;
    context.beginPath();
    context.arc(x, y, radius + 3, 0, 2 * Math.PI);
    context.strokeStyle = css(isFocused ? colours.accent : colours.text);
    context.lineWidth = 2.5;
    context.stroke();
  });
}

/** What can be read on a colour of the scale. */
function inkOn({ text, back }: Palette, share: number): Colour {
  return share > 0.5 ? back : text;
}

function minus(context: CanvasRenderingContext2D, x: number, y: number, half: number): void {
  context.beginPath();
  context.moveTo(x - half, y);
  context.lineTo(x + half, y);
  context.lineWidth = Math.max(half * 0.5, 1);
  context.stroke();
}
