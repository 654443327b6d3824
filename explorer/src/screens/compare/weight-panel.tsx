import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Num } from "../../widgets/network-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { palette, signColour } from "../network/palette.js";
import { letterOf } from "./marks.js";
import type { Pair } from "./pair.js";
import { haveSameShapes, type LayerDiff, type WeightDiff, weightDiff } from "./weight-diff.js";

/** What training made of the same weights in two runs. */
export function WeightPanel({ pair }: { readonly pair: Pair }) {
  const found = useSignal<WeightDiff | undefined>(undefined);
  const { first, second } = pair;
  const isSame = haveSameShapes(first.model, second.model);
  useEffect(() => {
    let isCurrent = true;
    found.value = undefined;
    if (isSame) void weightDiff(first.model, second.model).then((diff) => isCurrent && (found.value = diff));
    return () => (isCurrent = false);
  }, [pair]);
  const [a, b] = [letterOf(first.place), letterOf(second.place)];
  if (!isSame) return <p>The networks have other shapes, so that their weights cannot be laid upon each other.</p>;
  if (found.value === undefined) return <p class="cp-quiet">Comparing the weights.</p>;
  const { layers, largest } = found.value;
  if (largest.length === 0) return <p>All parameters are the same.</p>;
  return (
    <>
      <p class="cp-quiet">
        {b} − {a}: a row a unit, a column a unit of the layer before; full colour is the scale of the layer.
        {first.seed === second.seed ? "" : " The runs have other seeds: their hidden units began differently and have no common order."}
      </p>
      <div class="cp-heats">
        {layers.map((layer) => (
          <LayerPicture key={layer.layer} diff={layer} />
        ))}
      </div>
      <ScrollBox label="Largest differences">
        <table class="cp-largest">
          <caption>Largest differences</caption>
          <thead>
            <tr>
              <th scope="col">parameter</th>
              <th scope="col">{a}</th>
              <th scope="col">{b}</th>
              <th scope="col">
                {b} − {a}
              </th>
            </tr>
          </thead>
          <tbody>
            {largest.map(({ name, first: one, second: other }) => (
              <tr key={name}>
                <th scope="row">
                  <span class="name">{name}</span>
                </th>
                <td>
                  <Num of={one} />
                </td>
                <td>
                  <Num of={other} />
                </td>
                <td>
                  <Num of={other - one} what="difference" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}

/** One cell of the canvas a weight, made larger by the page. */
function LayerPicture({ diff }: { readonly diff: LayerDiff }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { layer, shape, rows, columns, most, size, weight } = diff;
  useSignalEffect(() => {
    const colours = palette.value;
    const element = canvas.current!;
    const context = element.getContext("2d")!;
    const pixels = context.createImageData(columns, rows);
    diff.picture.forEach((value, at) => pixels.data.set([...signColour(colours, value, most), 255], 4 * at));
    context.putImageData(pixels, 0, 0);
    const scale = Math.max(2, Math.min(8, Math.floor(320 / columns)));
    element.style.width = `${scale * columns}px`;
    element.style.height = `${scale * rows}px`;
  });
  return (
    <figure class="cp-heat" data-layer={layer}>
      <figcaption>
        <span class="name">w{layer}</span>, {shape[0]} × {shape[1]}
      </figcaption>
      <canvas ref={canvas} width={columns} height={rows} aria-hidden="true" />
      <p class="cp-quiet">
        <span class="cp-scale">
          −<Num of={most} what="scale" digits={3} /> <span class="cp-ramp" aria-hidden="true" /> +<Num of={most} digits={3} />
        </span>
        <br />
        root mean square <Num of={size} what="size" digits={3} />, of the weights themselves <Num of={weight} digits={3} />
      </p>
    </figure>
  );
}
