import { effect, useComputed } from "@preact/signals";
import { split, type Split } from "chainrule";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Palette, palette } from "../screens/network/palette.js";
import { drawing, row, session, type Session, shown } from "../state/session.js";
import { accuracyOf, extentOf, type Grid, gridByRows } from "./surface-grid.js";
import { mark, paintAxes, paintGrid, paintRows, toCanvas, toPlane } from "./surface-paint.js";
import { hasSurface } from "./surface-fits.js";
import { SurfaceLegend, SurfaceTable } from "./surface-table.js";
import "./surface.css";

/** Milliseconds of a frame that go into the answers. */
const SLICE = 5;

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

/** The newest grid that is whole, and the one that is being made. */
let ready: { readonly of: Session; readonly grid: Grid | undefined } | undefined;
let made: { readonly of: Session; readonly work: Generator<undefined, Grid | undefined> } | undefined;

/** Goes on with the grid of a network for some milliseconds, so that the page stays free; true where nothing is left to do. */
function advance(open: Session): boolean {
  if (ready?.of.model === open.model) return true;
  if (made?.of.dataset !== open.dataset) made = undefined;
  // A grid that was begun is ended first: a network that trains has a new one before each is done.
  made ??= { of: open, work: gridByRows(open.model, extentOf(open.dataset)) };
  const end = performance.now() + SLICE;
  do {
    const { done, value } = made.work.next();
    if (done !== true) continue;
    ready = { of: made.of, grid: value };
    made = undefined;
    return ready.of.model === open.model;
  } while (performance.now() < end);
  return false;
}

/** The picture, its numbers, and its table; for a session that has a surface. */
export function Plane() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current!;
    let frame = 0;
    let colours = palette.peek();
    const paint = (): void => {
      frame = 0;
      const open = session.peek();
      if (open === undefined || !hasSurface(open)) return;
      if (!advance(open)) frame = requestAnimationFrame(paint);
      paintAll(element, open, colours);
    };
    const observer = new ResizeObserver(() => (frame ||= requestAnimationFrame(paint)));
    observer.observe(element);
    const end = effect(() => {
      // Read, so that a change of one of them is seen.
      if (session.value === undefined || shown.value === undefined) return;
      colours = palette.value;
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
  return (
    <figure class="surface">
      <canvas ref={canvas} aria-hidden="true" onClick={choose} />
      <figcaption>
        <SurfaceLegend classes={open.model.task.classes} />
        <p>
          <Share name={accuracy.value?.test === undefined ? "" : "training "} what="train-accuracy" of={accuracy.value?.train} />
          {accuracy.value?.test !== undefined && (
            <>
              , <Share name="test " what="test-accuracy" of={accuracy.value.test} />
            </>
          )}
        </p>
        <SurfaceTable model={open.model} extent={extentOf(open.dataset)} names={open.dataset.columns} />
      </figcaption>
    </figure>
  );
}

function Share({ name, what, of }: { readonly name: string; readonly what: string; readonly of: number | undefined }) {
  return (
    <>
      right of the {name}rows:{" "}
      <span class="number" data-what={what} data-value={of}>
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

function paintAll(canvas: HTMLCanvasElement, open: Session, colours: Palette): void {
  const [size, scale] = [canvas.clientWidth, devicePixelRatio];
  if (size === 0) return;
  const pixels = Math.round(size * scale);
  if (canvas.width !== pixels) [canvas.width, canvas.height] = [pixels, pixels];
  const context = canvas.getContext("2d")!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size, size);
  const [extent, grid] = [extentOf(open.dataset), ready?.of.dataset === open.dataset ? ready.grid : undefined];
  if (grid !== undefined) paintGrid(context, colours, grid, size);
  paintRows(context, colours, open.dataset, partsOf(open), extent, size);
  paintAxes(context, colours, extent, open.dataset.columns, size);
  const { inputs, label } = shown.value!;
  context.beginPath();
  mark(context, label, ...toCanvas(extent, size, inputs[0]!, inputs[1]!), 7);
  context.strokeStyle = `rgb(${colours.text.join(" ")})`;
  context.lineWidth = 2.5;
  context.stroke();
}
