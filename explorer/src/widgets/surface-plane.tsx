import { effect, useComputed } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Palette, palette } from "../screens/network/palette.js";
import { partsOf } from "../state/parts.js";
import { drawing, row, session, type Session, shown } from "../state/session.js";
import { extentOf, type Grid, gridByRows, scoreOf } from "./surface-grid.js";
import { mark, paintAxes, paintGrid, paintRows, toCanvas, toPlane } from "./surface-paint.js";
import { hasSurface } from "./surface-fits.js";
import { SurfaceLegend, SurfaceTable } from "./surface-table.js";
import "./surface.css";

/** Milliseconds of a frame that go into the answers. */
const SLICE = 5;

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
  const score = useComputed(() => {
    const now = session.value;
    if (now === undefined || !hasSurface(now)) return undefined;
    const { train, test } = partsOf(now);
    return { train: scoreOf(now.model, now.dataset, train), test: scoreOf(now.model, now.dataset, test) };
  });
  return (
    <figure class="surface">
      <canvas ref={canvas} aria-hidden="true" onClick={choose} />
      <figcaption>
        <SurfaceLegend target={open.dataset.target} />
        <p>
          <Score name={score.value?.test === undefined ? "" : "training "} part="train" of={score.value?.train} />
          {score.value?.test !== undefined && (
            <>
              , <Score name="test " part="test" of={score.value.test} />
            </>
          )}
        </p>
        <SurfaceTable model={open.model} extent={extentOf(open.dataset)} names={open.dataset.columns} />
      </figcaption>
    </figure>
  );
}

function Score({ name, part, of }: { readonly name: string; readonly part: string; readonly of: number | undefined }) {
  const ofValues = session.value!.model.task.kind === "regression";
  return (
    <>
      {ofValues ? "RMSE" : "right"} of the {name}rows:{" "}
      <span class="number" data-what={`${part}-${ofValues ? "rmse" : "accuracy"}`} data-value={of}>
        {of === undefined ? "–" : ofValues ? numberText(of) : `${(100 * of).toFixed(1)} %`}
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
  if (grid !== undefined) paintGrid(context, colours, grid, open.dataset.target, size);
  paintRows(context, colours, open.dataset, partsOf(open), extent, size);
  paintAxes(context, colours, extent, open.dataset.columns, size);
  const { inputs, label } = shown.value!;
  context.beginPath();
  mark(context, label ?? 0, ...toCanvas(extent, size, inputs[0]!, inputs[1]!), 7);
  context.strokeStyle = `rgb(${colours.text.join(" ")})`;
  context.lineWidth = 2.5;
  context.stroke();
}
