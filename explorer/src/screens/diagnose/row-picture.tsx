import { numberText } from "chainrule/explain";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../../state/session.js";

/** Columns of a row that are listed. */
const COLUMNS = 6;

/** A row as it stands in the data: an image, or its first values. */
export function RowPicture({ row }: { readonly row: number }) {
  const { dataset, model } = session.value!;
  const { columns } = dataset;
  const image = dataset.image ?? model.image;
  if (image !== undefined && image.width * image.height === columns.length) return <ImageTile row={row} {...image} />;
  const values = dataset.inputs.subarray(row * columns.length, (row + 1) * columns.length);
  return (
    <span class="dg-values">
      {columns.slice(0, COLUMNS).map((name, at) => (
        <span key={name}>
          {name} <span class="number">{numberText(values[at]!, 4)}</span>
        </span>
      ))}
      {columns.length > COLUMNS && <span>and {columns.length - COLUMNS} more</span>}
    </span>
  );
}

/** One pixel of the canvas a pixel of the image, made larger by the page. Dark on light, as ink, in both themes. */
function ImageTile({
  row,
  width,
  height,
  maximum,
}: {
  readonly row: number;
  readonly width: number;
  readonly height: number;
  readonly maximum: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { dataset } = session.value!;
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const pixels = context.createImageData(width, height);
    for (let at = 0; at < width * height; at++) {
      const ink = Math.min(Math.max(dataset.inputs[row * width * height + at]! / maximum, 0), 1);
      pixels.data.fill(Math.round(255 * (1 - ink)), 4 * at, 4 * at + 3);
      pixels.data[4 * at + 3] = 255;
    }
    context.putImageData(pixels, 0, 0);
  }, [dataset, row]);
  return <canvas ref={canvas} class="dg-tile" width={width} height={height} aria-hidden="true" />;
}
