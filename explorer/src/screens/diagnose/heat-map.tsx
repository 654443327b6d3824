import { type ReadonlySignal, signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { useEffect, useRef } from "preact/hooks";
import { Num } from "../../widgets/network-number.js";
import { palette } from "../network/palette.js";
import { type Heat, type Quantity, type Scale, scaleOf } from "./heat-data.js";
import { columnWidth, paintHeat, ROW } from "./paint-heat.js";

/** Columns that a scale is of, where it is not locked. */
export const RECENT = 50;

export const NAMES: Readonly<Record<Quantity, string>> = {
  gradient: "dCost/dw",
  weight: "w",
  update: "step",
  ratio: "step / w",
};

/** Scales that somebody has locked. */
export const locked = signal<Readonly<Partial<Record<Quantity, Scale>>> | undefined>(undefined);

/** The colour scale of a quantity: the locked one, or that of the last columns. */
export function currentScale(heat: Heat, quantity: Quantity): Scale | undefined {
  return locked.value === undefined ? scaleOf(heat, quantity, RECENT) : locked.value[quantity];
}

/** One quantity of all layers over time; one stop of the keyboard, and said in text below. */
export function HeatMap({ quantity, heat }: { readonly quantity: Quantity; readonly heat: ReadonlySignal<Heat> }) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const cursor = useSignal<{ readonly column: number; readonly row: number } | undefined>(undefined);
  useEffect(() => {
    const sizes = new ResizeObserver(() => (width.value = frame.current?.clientWidth ?? 0));
    sizes.observe(frame.current!);
    return () => sizes.disconnect();
  }, []);
  useSignalEffect(() => {
    const element = canvas.current;
    if (element === null || width.value === 0) return;
    const [dense, height] = [devicePixelRatio, heat.value.layers.length * ROW];
    [element.width, element.height] = [Math.round(width.value * dense), Math.round(height * dense)];
    [element.style.width, element.style.height] = [`${width.value}px`, `${height}px`];
    const context = element.getContext("2d")!;
    context.setTransform(dense, 0, 0, dense, 0, 0);
    const view = { quantity, scale: currentScale(heat.value, quantity), cursor: cursor.value, width: width.value };
    paintHeat(context, palette.value, heat.value, view);
  });
  const said = useComputed(() => cellText(heat.value, quantity, cursor.value));
  const scale = useComputed(() => currentScale(heat.value, quantity)).value;
  const { layers, columns } = heat.value;

  const at = ({ offsetX, offsetY }: MouseEvent): void => {
    const column = Math.floor(offsetX / columnWidth(width.value, columns.length));
    cursor.value = column < columns.length ? { column, row: Math.min(layers.length - 1, Math.floor(offsetY / ROW)) } : undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { column, row } = cursor.value ?? { column: columns.length - 1, row: 0 };
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [column - 1, row],
      ArrowRight: [column + 1, row],
      ArrowUp: [column, row - 1],
      ArrowDown: [column, row + 1],
      Home: [0, row],
      End: [columns.length - 1, row],
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const within = (value: number, count: number): number => Math.min(Math.max(value, 0), count - 1);
    cursor.value = { column: within(next[0], columns.length), row: within(next[1], layers.length) };
  };
  return (
    <figure class="dg-heat" data-quantity={quantity}>
      <figcaption>
        <span class="name">{NAMES[quantity]}</span>{" "}
        {scale === undefined ? (
          "nothing to show"
        ) : (
          <span class="dg-range">
            <Power of={scale.low} /> <span class="dg-ramp" aria-hidden="true" /> <Power of={scale.high} />
          </span>
        )}
      </figcaption>
      <div class={columns.length === 1 ? "dg-heat-row single" : "dg-heat-row"}>
        <ol class="dg-heat-layers" aria-hidden="true">
          {layers.map((layer) => (
            <li key={layer}>{layer}</li>
          ))}
        </ol>
        <div
          ref={frame}
          class="dg-heat-frame"
          role="application"
          aria-roledescription="heat map"
          aria-label={`Root mean square of ${NAMES[quantity]} by layer and step`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={({ currentTarget }) => {
            if (currentTarget.matches(":focus-visible")) cursor.value ??= { column: columns.length - 1, row: 0 };
          }}
          onBlur={() => (cursor.value = undefined)}
        >
          <canvas ref={canvas} aria-hidden="true" onPointerMove={at} onPointerLeave={() => (cursor.value = undefined)} />
        </div>
        {columns.length === 1 && (
          <ol class="dg-heat-values">
            {columns[0]!.values[quantity].map((value, index) => (
              <li key={index}>
                <Num of={Number.isNaN(value) ? undefined : value} what={quantity} />
              </li>
            ))}
          </ol>
        )}
      </div>
      <p class="dg-readout" role="status">
        {said}
      </p>
    </figure>
  );
}

/** "10^-3.2" */
function Power({ of }: { readonly of: number }) {
  return (
    <span class="number" data-value={String(10 ** of)} title={String(10 ** of)}>
      10
      <sup>{of.toFixed(1).replace("-", "−")}</sup>
    </span>
  );
}

function cellText(
  { layers, columns }: Heat,
  quantity: Quantity,
  cursor: { readonly column: number; readonly row: number } | undefined,
): string {
  const column = cursor === undefined ? undefined : columns[cursor.column];
  if (cursor === undefined || column === undefined) return "";
  const { from, to, values } = column;
  const [first, last] = [from.toLocaleString("en-US"), to.toLocaleString("en-US")];
  const steps = from === to ? `step ${first}` : `steps ${first} to ${last}`;
  const value = values[quantity][cursor.row] ?? NaN;
  return `layer ${layers[cursor.row]!}, ${columns.length === 1 && from === 0 ? "now" : steps}: ${Number.isNaN(value) ? "not measured" : numberText(value)}`;
}
