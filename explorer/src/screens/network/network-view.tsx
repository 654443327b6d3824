import { effect, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { selection } from "../../state/session.js";
import { describe } from "./describe.js";
import { layOut, type Geometry } from "./geometry.js";
import { targetAt } from "./hit.js";
import { handleKey } from "./keys.js";
import { classNames } from "./names.js";
import { paintNetwork } from "./paint.js";
import { short } from "./paint-texts.js";
import { palette, type Palette } from "./palette.js";
import { picture, type Picture } from "./picture.js";
import { cursor, hasFocus, hovered, isSame, nameOf } from "./view.js";

/** The network as a picture, which is one stop of the keyboard; the tables below say the same in text. */
export function NetworkView() {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const geometry = useRef<Geometry | undefined>(undefined);
  const said = useComputed(() => (hasFocus.value ? describe(cursor.value) : ""));
  useEffect(() => keepPainted(frame.current!, canvas.current!, geometry), []);

  const point = ({ offsetX, offsetY }: MouseEvent) => {
    if (geometry.current === undefined || picture.value === undefined) return undefined;
    return targetAt(geometry.current, picture.value, offsetX, offsetY);
  };
  return (
    <>
      <p id="network-keys" class="hint">
        Left and Right change the layer, Up and Down the unit, Enter selects it, <kbd>w</kbd> goes through its edges by size.
      </p>
      <div
        ref={frame}
        class="network-view"
        role="application"
        aria-roledescription="network diagram"
        aria-label="The network"
        aria-describedby="network-keys"
        tabIndex={0}
        onFocus={({ currentTarget }) => (hasFocus.value = currentTarget.matches(":focus-visible"))}
        onBlur={() => (hasFocus.value = false)}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (!handleKey(event.key)) return;
          hovered.value = undefined;
          hasFocus.value = true;
          event.preventDefault();
        }}
      >
        <canvas
          ref={canvas}
          aria-hidden="true"
          onPointerMove={(event) => {
            const target = point(event);
            if (!isSame(target, hovered.value)) hovered.value = target;
          }}
          onPointerLeave={() => (hovered.value = undefined)}
          onClick={(event) => {
            const target = point(event);
            if (target === undefined) return;
            cursor.value = target;
            selection.value = nameOf(target);
          }}
        />
      </div>
      <p class="hidden" role="status">
        {said}
      </p>
    </>
  );
}

/** Paints whenever something that the picture shows changes, at most once a frame. */
function keepPainted(frame: HTMLElement, canvas: HTMLCanvasElement, geometry: { current: Geometry | undefined }): () => void {
  const context = canvas.getContext("2d")!;
  let asked = 0;
  let placed: Geometry | undefined;
  let placedFor = "";
  let painted: readonly [Picture | undefined, Palette];
  const paint = (): void => {
    asked = 0;
    const [shown, colours] = painted;
    if (shown === undefined) return;
    const width = frame.clientWidth;
    context.font = "12px system-ui, sans-serif";
    const names = classNames(shown.model).map((name) => context.measureText(short(name)).width);
    const { layout } = shown.model.network;
    const labels = Math.max(...names) + 12;
    const key = [width, labels, layout.sizes.join(), shown.model.image?.width].join();
    if (key !== placedFor || placed === undefined) placed = layOut(layout.sizes, shown.model.image, width, labels);
    placedFor = key;
    const scale = devicePixelRatio;
    const [w, h] = [Math.round(placed.width * scale), Math.round(placed.height * scale)];
    if (canvas.width !== w || canvas.height !== h) {
      [canvas.width, canvas.height] = [w, h];
      [canvas.style.width, canvas.style.height] = [`${placed.width}px`, `${placed.height}px`];
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    geometry.current = placed;
    paintNetwork(context, placed, shown, colours);
  };
  const ask = (): void => {
    if (asked === 0) asked = requestAnimationFrame(paint);
  };
  const stop = effect(() => {
    // Both are read here, so that either asks again.
    painted = [picture.value, palette.value];
    ask();
  });
  const sizes = new ResizeObserver(ask);
  sizes.observe(frame);
  addEventListener("resize", ask);
  return () => {
    stop();
    // What is taken off the page hears of no pointer that leaves, and of no lost focus.
    hovered.value = undefined;
    hasFocus.value = false;
    sizes.disconnect();
    removeEventListener("resize", ask);
    cancelAnimationFrame(asked);
  };
}
