import { effect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { drawing, session, shown } from "../../state/session.js";
import { bitmapFor, type Point } from "./bitmap.js";
import { type Colour, mix, palette } from "./palette.js";
import { emptyBitmap } from "./reduce.js";

/** Colours a canvas pixel by pixel; style sheets enlarge it. */
export function paintPixels(canvas: HTMLCanvasElement, colour: (at: number) => Colour): void {
  const context = canvas.getContext("2d")!;
  const pixels = context.createImageData(canvas.width, canvas.height);
  for (let at = 0; at < canvas.width * canvas.height; at++) {
    pixels.data.set(colour(at), 4 * at);
    pixels.data[4 * at + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}

/** A canvas that shows the drawing, or the input of the row where there is none, and the keyboard's place. */
export function usePaintedPad(place: () => Point | undefined): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(
    () =>
      effect(() => {
        const { image } = session.value!.model;
        // A model without images may be there before the pad is taken off the page.
        if (image === undefined) return;
        const { back, text, accent } = palette.value;
        const { inputs } = shown.value!;
        const isDrawn = drawing.value !== undefined;
        const { width } = emptyBitmap(image);
        const { bits } = bitmapFor(image);
        const block = width / image.width;
        const [x, y] = place() ?? [-1, -1];
        paintPixels(canvas.current!, (at) => {
          const [column, line] = [at % width, Math.floor(at / width)];
          if (column === x && line === y) return accent;
          const ink = isDrawn ? bits[at]! : inputs[Math.floor(line / block) * image.width + Math.floor(column / block)]! / image.maximum;
          return mix(back, text, ink);
        });
      }),
    [],
  );
  return canvas;
}
