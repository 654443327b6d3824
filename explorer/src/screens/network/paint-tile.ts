import type { ImageShape } from "chainrule";
import { css, type Palette, signColour } from "./palette.js";
import { largest } from "./quantities.js";

/** Cells that are this large carry a dash where they are negative. */
const DASHED = 7;

/** One pixel a weight, from where it is enlarged; made when it is first needed. */
let small: CanvasRenderingContext2D | undefined;

/**
 * The weights that lead to a unit as an image over the input, each tile on its own scale. Where its cells are large enough, a negative
 * weight carries a dash.
 *
 * @param weights shape (height x width), row-major
 * @param place left, top and the length of the longer side
 */
export function paintTile(
  context: CanvasRenderingContext2D,
  colours: Palette,
  weights: ArrayLike<number>,
  { width, height }: ImageShape,
  [left, top, side]: readonly [number, number, number],
): void {
  const most = largest(weights);
  const cell = side / Math.max(width, height);
  small ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  if (small.canvas.width !== width || small.canvas.height !== height) [small.canvas.width, small.canvas.height] = [width, height];
  const pixels = small.createImageData(width, height);
  for (let at = 0; at < weights.length; at++) {
    const [red, green, blue] = signColour(colours, weights[at]!, most);
    pixels.data[4 * at] = red;
    pixels.data[4 * at + 1] = green;
    pixels.data[4 * at + 2] = blue;
    pixels.data[4 * at + 3] = 255;
  }
  small.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small.canvas, left, top, cell * width, cell * height);
  for (let at = 0; cell >= DASHED && at < weights.length; at++) {
    const value = weights[at]!;
    if (!(value < 0)) continue;
    const [x, y] = [left + (at % width) * cell, top + Math.floor(at / width) * cell];
    context.fillStyle = css(Math.abs(value) / most > 0.5 ? colours.back : colours.text);
    context.fillRect(x + cell * 0.25, y + cell / 2 - 0.75, cell * 0.5, 1.5);
  }
  context.strokeStyle = css(colours.line);
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, cell * width + 1, cell * height + 1);
}
