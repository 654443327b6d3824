import { effect, type ReadonlySignal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { numberText } from "chainrule/explain";
import { palette } from "../network/palette.js";
import type { Curve, Line } from "./chart-data.js";
import { createPlot, type Plot } from "./plot.js";

interface ChartProps {
  readonly id: string;
  readonly title: string;
  readonly lines: ReadonlySignal<readonly Line[]>;
  readonly curves: readonly Curve[];
  readonly height: number;
  readonly isLog: boolean;
  readonly range?: readonly [number, number];
}

/** A chart that is one tab stop: arrows walk along its curves, Up and Down change the curve, and its value is said. */
export function Chart({ id, title, lines, curves, height, isLog, range }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  /** The line that the cursor stands at, by its step, so that it stays when lines are merged. */
  const step = useSignal<number | undefined>(undefined);
  const curve = useSignal(curves.findIndex(({ look }) => look === "line"));
  const said = useSignal("");
  useLayoutEffect(() => {
    const made = createPlot(place.current!, {
      curves,
      colours: () => palette.peek(),
      height,
      isLog,
      ...(range === undefined ? {} : { range }),
      onPoint: (at) => (step.value = at === undefined ? undefined : lines.peek()[at]?.step),
    });
    plot.current = made;
    const endDrawing = effect(() => made.draw(lines.value));
    const endColours = effect(() => {
      palette.valueOf();
      made.redraw();
    });
    const watch = new ResizeObserver(([entry]) => made.resize(Math.max(200, Math.floor(entry!.contentRect.width))));
    watch.observe(place.current!);
    return () => {
      endDrawing();
      endColours();
      watch.disconnect();
      made.destroy();
    };
  }, [isLog]);
  const go = (to: number, by: number): void => {
    curve.value = to;
    const { key } = curves[to]!;
    const all = lines.peek();
    const from = all.findIndex((line) => line.step === step.peek());
    let at = by === -Infinity ? 0 : by === Infinity ? all.length - 1 : from < 0 ? all.length - 1 : from + by;
    // On to the next place that this curve has.
    const way = by > 0 && by !== Infinity ? 1 : by === -Infinity ? 1 : -1;
    while (all[at]?.[key] === null) at += way;
    const line = all[at];
    if (line === undefined) {
      said.value = all.length === 0 ? "There is nothing yet." : `No more of ${curves[to]!.label}.`;
      return;
    }
    step.value = line.step;
    said.value = `${curves[to]!.label}, step ${line.step.toLocaleString("en-US")}: ${numberText(line[key]!)}`;
    plot.current!.point(at);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const up = (curve.value + curves.length - 1) % curves.length;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => go(curve.value, -1),
      ArrowRight: () => go(curve.value, 1),
      Home: () => go(curve.value, -Infinity),
      End: () => go(curve.value, Infinity),
      ArrowUp: () => go(up, 0),
      ArrowDown: () => go((curve.value + 1) % curves.length, 0),
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  };
  return (
    <figure class="tr-chart" id={`tr-${id}`}>
      <figcaption>{title}</figcaption>
      <div
        class="tr-plot"
        role="application"
        aria-roledescription="chart"
        aria-label={`${title}: arrows left and right walk along a curve, up and down change it`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div ref={place} aria-hidden="true" />
      </div>
      <p class="hidden" role="status">
        {said.value}
      </p>
      <Legend curves={curves} line={lines.value.find((line) => line.step === step.value)} chosen={said.value === "" ? -1 : curve.value} />
    </figure>
  );
}

/** What the curves are, and their values at the cursor. */
function Legend({ curves, line, chosen }: { readonly curves: readonly Curve[]; readonly line: Line | undefined; readonly chosen: number }) {
  return (
    <ul class="tr-legend">
      {line !== undefined && <li>step {line.step.toLocaleString("en-US")}</li>}
      {curves.map(({ key, label, look }, at) => (
        <li key={key} class={at === chosen ? "chosen" : ""}>
          <span class={`tr-sign ${look}`} aria-hidden="true" /> {label}
          {typeof line?.[key] === "number" && `: ${numberText(line[key])}`}
        </li>
      ))}
    </ul>
  );
}
