import type { Split } from "chainrule";
import { type Colour, css, mix, type Palette, signColour } from "../screens/network/palette.js";
import { type Extent, type Grid, type Scale, scaleOf, SIDE } from "./surface-grid.js";
import type { ShownData, ShownTarget } from "../state/task.js";

/** CSS pixels that the axes take, at the left and at the bottom. */
export const MARGIN = 34;
/** CSS pixels from the middle of a mark to its edge, on a surface of so many. */
const markOf = (size: number, rows: number): number => Math.min(Math.max(size / 110, 1.8), 3.2) * (rows > 600 ? 0.8 : 1);

/** The colour of a class; marks tell them apart too. */
export function classColour({ positive, negative, good, bad, quiet }: Palette, at: number): Colour {
  const colours = [positive, negative, good, bad, quiet];
  return colours[at % colours.length]!;
}

/** Where a place of the plane lies on a canvas of so many CSS pixels. */
export function toCanvas([x1, x2]: Extent, size: number, p: number, q: number): [x: number, y: number] {
  const inner = size - MARGIN;
  return [MARGIN + ((p - x1[0]) / (x1[1] - x1[0])) * inner, ((x2[1] - q) / (x2[1] - x2[0])) * inner];
}

/** The place of the plane under a place of the canvas. */
export function toPlane([x1, x2]: Extent, size: number, x: number, y: number): [p: number, q: number] {
  const inner = size - MARGIN;
  return [x1[0] + ((x - MARGIN) / inner) * (x1[1] - x1[0]), x2[1] - (y / inner) * (x2[1] - x2[0])];
}

const cells = document.createElement("canvas");

/** The colour of a row's class or number, and the mark that it has. */
function lookOf(colours: Palette, target: ShownTarget, row: number): readonly [Colour, number] {
  if (target.kind === "classes") return [classColour(colours, target.indices[row]!), target.indices[row]!];
  return [valueColour(colours, scaleOf(target), target.values[row * target.names.length]!), 0];
}

/** A number on the scale from orange over the page's colour to blue. */
function valueColour(colours: Palette, { middle, half }: Scale, value: number): Colour {
  return signColour(colours, value - middle, half);
}

/** Classes as colours, the surer the stronger; numbers by their scale. */
export function paintGrid(
  context: CanvasRenderingContext2D,
  colours: Palette,
  { answers, confidence }: Grid,
  target: ShownTarget,
  size: number,
): void {
  [cells.width, cells.height] = [SIDE, SIDE];
  const own = cells.getContext("2d")!;
  const pixels = own.createImageData(SIDE, SIDE);
  const scale = target.kind === "values" ? scaleOf(target) : undefined;
  for (let at = 0; at < answers.length; at++) {
    const colour =
      scale === undefined
        ? mix(colours.back, classColour(colours, answers[at]!), 0.08 + 0.5 * confidence[at]!)
        : mix(colours.back, valueColour(colours, scale, answers[at]!), 0.7);
    pixels.data.set(colour, 4 * at);
    pixels.data[4 * at + 3] = 255;
  }
  own.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(cells, MARGIN, 0, size - MARGIN, size - MARGIN);
}

/** Rows as marks, another shape for each class: full where they are trained on, hollow where they are held out. */
export function paintRows(
  context: CanvasRenderingContext2D,
  colours: Palette,
  { inputs, target }: ShownData,
  { train, validation, test }: Split,
  extent: Extent,
  size: number,
): void {
  const paint = (rows: Uint32Array, isFull: boolean): void => {
    // More marks would cover each other.
    for (const row of rows.subarray(0, 2000)) {
      const [colour, at] = lookOf(colours, target, row);
      context.beginPath();
      mark(
        context,
        at,
        ...toCanvas(extent, size, inputs[2 * row]!, inputs[2 * row + 1]!),
        markOf(size, target.kind === "values" ? inputs.length / 2 : 0),
      );
      const ofValues = target.kind === "values";
      context.fillStyle = isFull || ofValues ? css(colour) : css(colours.back);
      // The middle of the scale has no colour of its own: such marks need an edge, and that of those held out is stronger.
      const edge = ofValues
        ? mix(colours.back, colours.text, isFull ? 0.3 : 0.55)
        : isFull
          ? colours.back
          : mix(colour, colours.text, 0.35);
      context.strokeStyle = css(edge);
      context.lineWidth = isFull ? 0.8 : ofValues ? 1.2 : 1.5;
      context.fill();
      context.stroke();
    }
  };
  paint(train, true);
  paint(validation, false);
  paint(test, false);
}

/** A disc, a square, a triangle, a diamond, a triangle on its tip; then again. */
export function mark(context: CanvasRenderingContext2D, at: number, x: number, y: number, size: number): void {
  const corners: readonly (readonly (readonly [number, number])[])[] = [
    [],
    [
      [-0.9, -0.9],
      [0.9, -0.9],
      [0.9, 0.9],
      [-0.9, 0.9],
    ],
    [
      [0, -1.2],
      [1.1, 0.8],
      [-1.1, 0.8],
    ],
    [
      [0, -1.3],
      [1.3, 0],
      [0, 1.3],
      [-1.3, 0],
    ],
    [
      [0, 1.2],
      [1.1, -0.8],
      [-1.1, -0.8],
    ],
  ];
  const list = corners[at % corners.length]!;
  if (list.length === 0) context.arc(x, y, size, 0, 2 * Math.PI);
  list.forEach(([dx, dy], i) => {
    if (i === 0) context.moveTo(x + dx * size, y + dy * size);
    else context.lineTo(x + dx * size, y + dy * size);
  });
  if (list.length > 0) context.closePath();
}

/** Round numbers along both sides, and the names of the columns. */
export function paintAxes(
  context: CanvasRenderingContext2D,
  colours: Palette,
  [x1, x2]: Extent,
  names: readonly string[],
  size: number,
): void {
  const inner = size - MARGIN;
  context.fillStyle = css(colours.quiet);
  context.strokeStyle = css(colours.quiet);
  context.lineWidth = 1;
  context.strokeRect(MARGIN + 0.5, 0.5, inner - 1, inner - 1);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (const value of ticks(x1)) {
    const [x] = toCanvas([x1, x2], size, value, 0);
    context.textAlign = "center";
    context.fillText(String(value), x, inner + 9);
    context.fillRect(x - 0.5, inner, 1, 3);
  }
  for (const value of ticks(x2)) {
    const [, y] = toCanvas([x1, x2], size, 0, value);
    context.textAlign = "right";
    context.fillText(String(value), MARGIN - 5, y);
    context.fillRect(MARGIN - 3, y - 0.5, 3, 1);
  }
  context.textAlign = "center";
  context.fillText(cut(names[0]!), MARGIN + inner / 2, inner + 24);
  context.save();
  context.translate(8, inner / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(cut(names[1]!), 0, 0);
  context.restore();
}

const cut = (name: string): string => (name.length > 24 ? `${name.slice(0, 23)}…` : name);

/** About five round numbers within a range. */
function ticks([least, most]: readonly [number, number]): number[] {
  const rough = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(least / step);
  const count = Math.floor(most / step) - first + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}
