import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { session, shown } from "../../state/session.js";
import { mix, palette } from "./palette.js";
import { paintPixels } from "./paint-pad.js";

/** The input as the network gets it. */
export function Seen() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, maximum } = session.value!.model.image!;
  useLayoutEffect(
    () =>
      effect(() => {
        const { inputs } = shown.value!;
        const { back, text } = palette.value;
        paintPixels(canvas.current!, (at) => mix(back, text, inputs[at]! / maximum));
      }),
    [width, height, maximum],
  );
  return (
    <figure class="seen">
      <canvas ref={canvas} width={width} height={height} aria-hidden="true" />
      <figcaption>
        what the network sees: {width} x {height} pixels from 0 to {maximum}
      </figcaption>
    </figure>
  );
}
