import { numberText } from "chainrule/explain";
import { useEffect, useRef } from "preact/hooks";
import type { ShownData } from "../../state/task.js";

/** Columns of a row that are written where it is no image. */
const COLUMNS = 4;

/** A row as it stands in the data: an image, dark on light as ink, or its first values. */
export function RowTile({ dataset, row }: { readonly dataset: ShownData; readonly row: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { image, columns, inputs } = dataset;
  const values = inputs.subarray(row * columns.length, (row + 1) * columns.length);
  useEffect(() => {
    if (image === undefined) return;
    const context = canvas.current!.getContext("2d")!;
    const pixels = context.createImageData(image.width, image.height);
    values.forEach((value, at) => {
      const grey = Math.round(255 * (1 - Math.min(Math.max(value / image.maximum, 0), 1)));
      pixels.data.set([grey, grey, grey, 255], 4 * at);
    });
    context.putImageData(pixels, 0, 0);
  }, [dataset, row]);
  if (image !== undefined) return <canvas ref={canvas} class="cp-tile" width={image.width} height={image.height} aria-hidden="true" />;
  return (
    <span class="number">
      {Array.from(values.subarray(0, COLUMNS), (value) => numberText(value, 3)).join(" ")}
      {columns.length > COLUMNS ? " …" : ""}
    </span>
  );
}
