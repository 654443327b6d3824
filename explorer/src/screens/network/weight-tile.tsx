import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { session } from "../../state/session.js";
import { paintTile } from "./paint-tile.js";
import { palette } from "./palette.js";
import { weightsOf } from "./quantities.js";

const SIDE = 160;

/** The weights of a unit of layer 2 as an image over the input, large enough for the sign of each. */
export function WeightTile({ unit }: { readonly unit: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(
    () =>
      effect(() => {
        const { model } = session.value!;
        const scale = devicePixelRatio;
        const element = canvas.current!;
        [element.width, element.height] = [(SIDE + 2) * scale, (SIDE + 2) * scale];
        const context = element.getContext("2d")!;
        context.setTransform(scale, 0, 0, scale, 0, 0);
        const width = model.columns.length;
        const weights = weightsOf(model.network, 2).subarray(unit * width, (unit + 1) * width);
        paintTile(context, palette.value, weights, model.image!, [1, 1, SIDE]);
      }),
    [unit],
  );
  return (
    <figure>
      <canvas ref={canvas} class="weight-tile" aria-hidden="true" />
      <figcaption>
        <span class="name">{`w2[${unit},·]`}</span> over the input; a dash marks negative weights
      </figcaption>
    </figure>
  );
}
