import { effect, useComputed } from "@preact/signals";
import { type ClassificationModel, split, type Split } from "chainrule";
import { useLayoutEffect, useRef } from "preact/hooks";
import { palette } from "../screens/network/palette.js";
import { drawing, row, session, type Session, shown } from "../state/session.js";
import { accuracyOf, extentOf, type Grid, predictGrid } from "./surface-grid.js";
import { mark, paintAxes, paintGrid, paintRows, toCanvas, toPlane } from "./surface-paint.js";
import { SurfaceLegend, SurfaceTable } from "./surface-table.js";
import "./surface.css";

/** Whether a network is one whose answers can be shown in the plane. */
export function hasSurface({ model, dataset }: Session): boolean {
  return model.columns.length === 2 && dataset.columns.length === 2 && model.preparation === undefined;
}

let known: { readonly of: unknown; readonly key: string; readonly parts: Split } | undefined;

/** Which rows the model was trained on; all of them where that is not known. */
function partsOf({ model, dataset }: Session): Split {
  const { test = 0, validation = 0, seed = 1 } = model.split ?? {};
  const key = [test, validation, seed].join();
  if (known?.of !== dataset || known.key !== key) {
    known = { of: dataset, key, parts: split(dataset, { seed, test: dataset.testFrom === undefined ? test : 0, validation }) };
  }
  return known.parts;
}

let predicted: { readonly of: ClassificationModel; readonly grid: Grid | undefined } | undefined;

/** The grid of a model; the same for every surface that is on the page. */
function gridOf({ model, dataset }: Session): Grid | undefined {
  if (predicted?.of !== model) predicted = { of: model, grid: predictGrid(model, extentOf(dataset)) };
  return predicted.grid;
}

/**
 * What a network of two inputs answers everywhere in the plane, with the rows of the data. It follows the network while that trains, once a frame at
 * most.
 */
export function Surface() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current!;
    let frame = 0;
    const paint = (): void => {
      frame = 0;
      const open = session.peek();
      if (open !== undefined && hasSurface(open)) paintAll(element, open);
    };
    const observer = new ResizeObserver(() => (frame ||= requestAnimationFrame(paint)));
    observer.observe(element);
    const end = effect(() => {
      // Read, so that a change of one of them is seen.
      if (session.value === undefined || shown.value === undefined || palette.value === undefined) return;
      frame ||= requestAnimationFrame(paint);
    });
    return () => {
      end();
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, []);
  const open = session.value!;
  const accuracy = useComputed(() => {
    const now = session.value;
    if (now === undefined || !hasSurface(now)) return undefined;
    const { train, test } = partsOf(now);
    return { train: accuracyOf(now.model, now.dataset, train), test: accuracyOf(now.model, now.dataset, test) };
  });
  if (!hasSurface(open)) return null;
  return (
    <figure class="surface">
      <canvas ref={canvas} aria-hidden="true" onClick={choose} />
      <figcaption>
        <SurfaceLegend classes={open.model.task.classes} />
        <p>
          <Share name="training" of={accuracy.value?.train} />
          {accuracy.value?.test !== undefined && (
            <>
              , <Share name="test" of={accuracy.value.test} />
            </>
          )}
        </p>
        <SurfaceTable model={open.model} extent={extentOf(open.dataset)} names={open.dataset.columns} />
      </figcaption>
    </figure>
  );
}

function Share({ name, of }: { readonly name: string; readonly of: number | undefined }) {
  return (
    <>
      right of the {name} rows:{" "}
      <span class="number" data-what={`${name}-accuracy`} data-value={of}>
        {of === undefined ? "–" : `${(100 * of).toFixed(1)} %`}
      </span>
    </>
  );
}

/** A row under the pointer becomes the one that is looked at; elsewhere the place itself does. */
function choose({ currentTarget, offsetX, offsetY }: MouseEvent & { readonly currentTarget: HTMLCanvasElement }): void {
  const { dataset } = session.value!;
  const [extent, size] = [extentOf(dataset), currentTarget.clientWidth];
  let [nearest, distance] = [-1, 8];
  for (let at = 0; at < dataset.rowCount; at++) {
    const [x, y] = toCanvas(extent, size, dataset.inputs[2 * at]!, dataset.inputs[2 * at + 1]!);
    const away = Math.hypot(x - offsetX, y - offsetY);
    if (away < distance) [nearest, distance] = [at, away];
  }
  if (nearest >= 0) {
    drawing.value = undefined;
    row.value = nearest;
  } else drawing.value = Float64Array.from(toPlane(extent, size, offsetX, offsetY), (value) => Number(value.toPrecision(4)));
}

function paintAll(canvas: HTMLCanvasElement, open: Session): void {
  const [size, scale] = [canvas.clientWidth, devicePixelRatio];
  if (size === 0) return;
  const pixels = Math.round(size * scale);
  if (canvas.width !== pixels) [canvas.width, canvas.height] = [pixels, pixels];
  const context = canvas.getContext("2d")!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size, size);
  const [colours, extent, grid] = [palette.value, extentOf(open.dataset), gridOf(open)];
  const place = (p: number, q: number): [number, number] => toCanvas(extent, size, p, q);
  if (grid !== undefined) paintGrid(context, colours, grid, size);
  paintRows(context, colours, open.dataset, partsOf(open), place);
  paintAxes(context, colours, extent, open.dataset.columns, size);
  const { inputs, label } = shown.value!;
  context.beginPath();
  mark(context, label, ...place(inputs[0]!, inputs[1]!), 7);
  context.strokeStyle = `rgb(${colours.text.join(" ")})`;
  context.lineWidth = 2.5;
  context.stroke();
}
