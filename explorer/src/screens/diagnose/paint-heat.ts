import { css, mix, type Palette } from "../network/palette.js";
import type { Heat, Quantity, Scale } from "./heat-data.js";

/** Pixels of one layer. */
export const ROW = 22;

/** Where a column stands: all of them fill the width, at most so wide each. */
export function columnWidth(width: number, columns: number): number {
  return Math.min(width / Math.max(1, columns), 48);
}

/**
 * One cell for each layer and column, from the page's own colour (low) to the full one (high). What is 0 or no number carries a cross.
 */
export function paintHeat(
  context: CanvasRenderingContext2D,
  colours: Palette,
  { layers, columns }: Heat,
  { quantity, scale, cursor, width }: HeatView,
): void {
  const wide = columnWidth(width, columns.length);
  context.clearRect(0, 0, width, layers.length * ROW);
  columns.forEach(({ values }, at) =>
    values[quantity].forEach((value, index) => {
      const [x, y] = [at * wide, index * ROW];
      const share = scale === undefined ? 0 : (Math.log10(value) - scale.low) / (scale.high - scale.low);
      context.fillStyle = css(value > 0 && value < Infinity ? mix(colours.raised, colours.positive, 0.08 + 0.92 * share) : colours.back);
      context.fillRect(x, y, wide + 0.3, ROW - 1);
      if (value > 0 && value < Infinity) return;
      context.strokeStyle = css(colours.negative);
      context.strokeRect(x + 0.5, y + 0.5, wide - 1, ROW - 2);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + wide, y + ROW - 1);
      context.stroke();
    }),
  );
  if (cursor === undefined) return;
  context.strokeStyle = css(colours.text);
  context.lineWidth = 2;
  context.strokeRect(cursor.column * wide + 1, cursor.row * ROW + 1, Math.max(2, wide - 2), ROW - 3);
  context.lineWidth = 1;
}

export interface HeatView {
  readonly quantity: Quantity;
  readonly scale: Scale | undefined;
  readonly cursor: { readonly column: number; readonly row: number } | undefined;
  /** Of the canvas, in pixels of the page. */
  readonly width: number;
}
