import type { ImageShape } from "chainrule";
import { css, type Palette, signColour } from "./palette.js";
import { largest } from "./quantities.js";

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
  for (let at = 0; at < weights.length; at++) {
    const [x, y] = [left + (at % width) * cell, top + Math.floor(at / width) * cell];
    const value = weights[at]!;
    context.fillStyle = css(signColour(colours, value, most));
    context.fillRect(x, y, cell + 0.2, cell + 0.2);
    if (!(value < 0) || cell < 7) continue;
    context.fillStyle = css(Math.abs(value) / most > 0.5 ? colours.back : colours.text);
    context.fillRect(x + cell * 0.25, y + cell / 2 - 0.75, cell * 0.5, 1.5);
  }
  context.strokeStyle = css(colours.line);
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, cell * width + 1, cell * height + 1);
}
