import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { palette } from "../network/palette.js";
import { applyMark, chartOptions, type ChartView } from "./chart-options.js";
import { ChartTable } from "./chart-table.js";
import { axis, chosen, isLogarithmic, marked } from "./chosen.js";
import { type Curve, curvesOf, type Measure, valueAt } from "./curves.js";
import { letterOf, runColours } from "./marks.js";

interface Props {
  readonly measure: Measure;
  readonly title: string;
  /** What one value is called: "cost". */
  readonly unit: string;
  /** Said where no run has anything to show. */
  readonly nothing: string;
}

/** The chosen runs in one chart. It is one stop of the keyboard: arrows move along the line of a run and from one to the next. */
export function CurveChart({ measure, title, unit, nothing }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<{ readonly plot: uPlot; readonly view: ChartView } | undefined>(undefined);
  const width = useSignal(0);
  const library = useSignal<typeof uPlot | undefined>(undefined);
  const cursor = useSignal<number | undefined>(undefined);
  const active = useSignal<string | undefined>(undefined);
  const curves = useComputed(() => curvesOf(chosen.value, measure, axis.value));

  useEffect(() => {
    void import("./uplot.js").then(({ uPlot: loaded }) => (library.value = loaded));
    const sizes = new ResizeObserver(() => (width.value = frame.current?.clientWidth ?? 0));
    sizes.observe(frame.current!);
    return () => sizes.disconnect();
  }, []);

  useSignalEffect(() => {
    const [uplot, shown] = [library.value, curves.value];
    if (uplot === undefined || width.value === 0 || shown.length === 0) return;
    const view: ChartView = {
      curves: shown,
      xTitle: axis.value,
      isLogarithmic: isLogarithmic.value && measure !== "accuracy" && shown.every(({ y }) => y.every((value) => !(value <= 0))),
      width: width.value,
      palette: palette.value,
      colours: runColours(),
      marked: () => marked.peek(),
      onCursor: (x) => (cursor.value = x),
    };
    const data = uplot.join(
      shown.map(({ x, y }): uPlot.AlignedData => [[...x], y.map((value) => (Number.isFinite(value) ? value : null))]),
    );
    const plot = new uplot(chartOptions(view), data, frame.current!);
    plot.root.setAttribute("aria-hidden", "true");
    chart.current = { plot, view };
    applyMark(plot, view, marked.peek());
    return () => {
      chart.current = undefined;
      plot.destroy();
    };
  });
  useSignalEffect(() => {
    const id = marked.value;
    if (chart.current !== undefined) applyMark(chart.current.plot, chart.current.view, id);
  });

  const readout = useComputed(() => readoutText(curves.value, cursor.value, active.value, axis.value, unit));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moved(curves.value, cursor.value, active.value, event.key);
    if (next === undefined) return;
    event.preventDefault();
    active.value = marked.value = next.id;
    cursor.value = next.x;
    const plot = chart.current?.plot;
    plot?.setCursor({ left: plot.valToPos(next.x, "x"), top: 0 }, false);
  };
  return (
    <figure class="cp-chart" data-chart={measure} data-marked={curves.value.some(({ id }) => id === marked.value) ? marked : undefined}>
      <figcaption>
        {title}{" "}
        <span class="cp-readout" role="status">
          {readout}
        </span>
      </figcaption>
      <div
        ref={frame}
        class={curves.value.length === 0 ? "cp-frame empty" : "cp-frame"}
        role="application"
        aria-roledescription="chart"
        aria-label={`${title} by ${axis.value}: arrows move along a run and between runs`}
        tabIndex={curves.value.length === 0 ? -1 : 0}
        onKeyDown={onKeyDown}
        onBlur={() => {
          cursor.value = active.value = marked.value = undefined;
          chart.current?.plot.setCursor({ left: -10, top: -10 }, false);
        }}
      >
        {curves.value.length === 0 && <p class="cp-quiet">{nothing}</p>}
      </div>
      {curves.value.length > 0 && <ChartTable curves={curves.value} axis={axis.value} title={title} />}
    </figure>
  );
}

/** Where a key leads: to the point before or after on the same line, or to the line of another run. */
function moved(
  curves: readonly Curve[],
  x: number | undefined,
  id: string | undefined,
  key: string,
): { readonly id: string; readonly x: number } | undefined {
  const at = Math.max(
    0,
    curves.findIndex((curve) => curve.id === id),
  );
  const curve = curves[at];
  if (curve === undefined) return undefined;
  const now =
    x === undefined
      ? curve.x.length - 1
      : Math.max(
          0,
          curve.x.findLastIndex((value) => value <= x),
        );
  const on = (other: Curve, index: number): { id: string; x: number } => ({
    id: other.id,
    x: other.x[Math.min(Math.max(index, 0), other.x.length - 1)]!,
  });
  const turned = (by: number): { id: string; x: number } => ({
    id: curves[(at + by + curves.length) % curves.length]!.id,
    x: x ?? curve.x[now]!,
  });
  switch (key) {
    case "ArrowLeft":
      return on(curve, x === undefined ? now : now - 1);
    case "ArrowRight":
      return on(curve, x === undefined ? now : now + 1);
    case "Home":
      return on(curve, 0);
    case "End":
      return on(curve, curve.x.length - 1);
    case "ArrowUp":
      return turned(-1);
    case "ArrowDown":
      return turned(1);
    default:
      return undefined;
  }
}

/** "step 120: A 0.1234, B 0.2345"; the run of the keyboard alone and with its name. */
function readoutText(curves: readonly Curve[], x: number | undefined, id: string | undefined, by: string, unit: string): string {
  if (x === undefined) return "";
  const own = curves.find((curve) => curve.id === id);
  const values = (own === undefined ? curves : [own]).flatMap((curve) => {
    const value = valueAt(curve, x);
    if (value === undefined) return [];
    const name = own === undefined ? letterOf(curve.place) : `${letterOf(curve.place)} ${curve.name}, ${unit}`;
    return [`${name} ${numberText(value)}`];
  });
  return `${by} ${numberText(by === "step" ? Math.round(x) : x)}: ${values.join(", ")}`;
}
