import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { drawing, row, session } from "../../state/session.js";
import { clear, erasing, fitting, type Point, setFitting, stroke } from "./bitmap.js";
import { MeantChoice } from "./meant.js";
import { usePaintedPad } from "./paint-pad.js";
import { emptyBitmap } from "./reduce.js";
import { Seen } from "./seen.js";

const STEPS: Readonly<Record<string, Point>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The input as an image that can be drawn on, with the mouse, a finger or the keyboard. */
export function Pad() {
  const image = session.value!.model.image!;
  const { width, height } = emptyBitmap(image);
  const cursor = useSignal<Point>([Math.floor(width / 2), Math.floor(height / 2)]);
  const hasFocus = useSignal(false);
  const said = useSignal("");
  const last = useRef<Point | undefined>(undefined);
  const canvas = usePaintedPad(() => (hasFocus.value ? cursor.value : undefined));

  const pixelAt = ({ offsetX, offsetY, currentTarget }: PointerEvent & { readonly currentTarget: HTMLCanvasElement }): Point => {
    const clamp = (value: number, size: number): number => Math.min(Math.max(Math.floor(value), 0), size - 1);
    const { clientWidth, clientHeight } = currentTarget;
    return [clamp((offsetX * width) / clientWidth, width), clamp((offsetY * height) / clientHeight, height)];
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    hasFocus.value = true;
    const step = STEPS[event.key];
    const [x, y] = cursor.value;
    if (step !== undefined) {
      // About 32 steps from side to side, however fine the bitmap.
      const far = Math.max(Math.round(width / 32), 1);
      const to: Point = [Math.min(Math.max(x + step[0] * far, 0), width - 1), Math.min(Math.max(y + step[1] * far, 0), height - 1)];
      cursor.value = to;
      if (event.shiftKey) stroke([x, y], to);
      said.value = `column ${to[0]}, row ${to[1]}`;
    } else if (event.key === " ") {
      stroke([x, y], [x, y]);
      said.value = `${erasing.value ? "erased" : "painted"} at column ${x}, row ${y}`;
    } else if (event.key === "Delete") {
      clear();
      said.value = "cleared";
    } else return;
    event.preventDefault();
  };
  return (
    <section class="pad" aria-labelledby="pad-title">
      <h3 id="pad-title">Input</h3>
      <canvas
        ref={canvas}
        width={width}
        height={height}
        role="application"
        aria-roledescription="drawing pad"
        aria-label={`Drawing pad of ${width} by ${height} pixels`}
        aria-describedby="pad-keys"
        tabIndex={0}
        onFocus={({ currentTarget }) => (hasFocus.value = currentTarget.matches(":focus-visible"))}
        onBlur={() => (hasFocus.value = false)}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = pixelAt(event);
          stroke(last.current, last.current);
        }}
        onPointerMove={(event) => {
          if (last.current === undefined) return;
          const to = pixelAt(event);
          stroke(last.current, to);
          last.current = to;
        }}
        onPointerUp={() => (last.current = undefined)}
        onPointerCancel={() => (last.current = undefined)}
      />
      <p id="pad-keys" class="hint">
        Draw on it. With the keyboard: arrows move, Space paints, Shift and an arrow draws a line, Delete clears.
      </p>
      <p class="hidden" role="status">
        {said}
      </p>
      <div class="group wrap">
        <button type="button" onClick={clear}>
          Clear
        </button>
        <button type="button" aria-pressed={erasing.value} onClick={() => (erasing.value = !erasing.value)}>
          Erase
        </button>
        <button type="button" disabled={drawing.value === undefined} onClick={() => (drawing.value = undefined)}>
          Back to row {row.value}
        </button>
      </div>
      {(width !== 112 || height !== 112) && (
        <label class="check" title="The data were made as large as the box before their pixels were counted">
          <input type="checkbox" checked={fitting.value} onChange={({ currentTarget }) => setFitting(currentTarget.checked)} /> Fit it to
          the box, as the data are
        </label>
      )}
      <MeantChoice />
      <Seen />
    </section>
  );
}
