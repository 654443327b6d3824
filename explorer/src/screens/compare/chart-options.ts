import { numberText } from "chainrule/explain";
import type uPlot from "uplot";
import type { Palette } from "../network/palette.js";
import { css } from "../network/palette.js";
import type { Curve } from "./curves.js";
import { DASHES, letterOf } from "./marks.js";

/** Pixels of a chart. */
export const HEIGHT = 210;
/** From this width on a label has the run's name beside its letter. */
const ROOM_FOR_NAMES = 520;
/** Opacity of runs while another one is marked. */
const FADED = 0.18;
const LABEL_LINE = 14;
const MOST_LETTERS = 20;
/** As uPlot names it, whose own name of it is there for types alone. */
const LOGARITHMIC = { distr: 3 } as object;

export interface ChartView {
  readonly curves: readonly Curve[];
  readonly xTitle: string;
  readonly isLogarithmic: boolean;
  readonly width: number;
  readonly colours: readonly string[];
  readonly palette: Palette;
  /** The run that is marked now. */
  readonly marked: () => string | undefined;
  readonly onCursor: (x: number | undefined) => void;
}

/** What uPlot is to draw: lines with their names at their ends. */
export function chartOptions(view: ChartView): uPlot.Options {
  const { curves, colours, palette, width } = view;
  const axis = {
    stroke: css(palette.quiet),
    grid: { stroke: css(palette.line), width: 1 },
    ticks: { stroke: css(palette.line), width: 1 },
  };
  const textOf = (tick: number): string =>
    Number.isInteger(tick) && Math.abs(tick) >= 1000 ? tick.toLocaleString("en-US") : numberText(tick, 3);
  const shown = (_: uPlot, ticks: number[]): string[] => ticks.map((tick) => (Number.isFinite(tick) ? textOf(tick) : ""));
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    padding: [10, width >= ROOM_FOR_NAMES && curves.length > 1 ? 150 : 28, 0, 0],
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: false } },
    scales: { x: { time: false }, y: view.isLogarithmic ? LOGARITHMIC : {} },
    axes: [
      { ...axis, label: view.xTitle, labelSize: 22, labelGap: 0, size: 34, values: shown },
      { ...axis, grid: { ...axis.grid, filter: view.isLogarithmic ? roundOnly : all }, size: 62, values: shown },
    ],
    series: [
      {},
      ...curves.map(({ place }): uPlot.Series => ({
        stroke: colours[place]!,
        dash: [...DASHES[place]!],
        width: 2,
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: {
      drawAxes: [(chart) => drawRange(chart, view)],
      draw: [(chart) => drawLabels(chart, view)],
      setCursor: [
        (chart) => {
          const { left } = chart.cursor;
          view.onCursor(left === undefined || left < 0 ? undefined : chart.posToVal(left, "x"));
        },
      ],
    },
  };
}

const all = (_: uPlot, splits: number[]): number[] => splits;
/** Of the lines of a logarithmic scale those at 1, 2 and 5 times a power of ten: all of them would be grey. */
const roundOnly = (_: uPlot, splits: number[]): (number | null)[] =>
  splits.map((split) => (/^[125](e|$)/.test(split.toExponential()) ? split : null));

/** The marked run full and thick, the others faded. */
export function applyMark(chart: uPlot, { curves }: ChartView, marked: string | undefined): void {
  const isHere = curves.some(({ id }) => id === marked);
  curves.forEach(({ id }, at) => {
    const series = chart.series[at + 1]!;
    series.alpha = !isHere || id === marked ? 1 : FADED;
    series.width = isHere && id === marked ? 3.5 : 2;
  });
  chart.redraw(false);
}

/** The range of the batches between two points, of the run that is marked or alone. */
function drawRange(chart: uPlot, { curves, colours, marked }: ChartView): void {
  const curve = curves.length === 1 ? curves[0] : curves.find(({ id }) => id === marked());
  if (curve?.range === undefined) return;
  const { left, top, width, height } = chart.bbox;
  const { ctx } = chart;
  const [least, most] = [chart.scales["y"]!.min!, chart.scales["y"]!.max!];
  const y = (value: number): number => chart.valToPos(Math.min(Math.max(value, least), most), "y", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.beginPath();
  curve.x.forEach((x, at) => ctx.lineTo(chart.valToPos(x, "x", true), y(curve.range!.most[at]!)));
  for (let at = curve.x.length - 1; at >= 0; at--) ctx.lineTo(chart.valToPos(curve.x[at]!, "x", true), y(curve.range.least[at]!));
  ctx.globalAlpha = 0.15;
  ctx.fillStyle = colours[curve.place]!;
  ctx.fill();
  ctx.restore();
}

/** Letter and name at the end of each line, moved apart where they would lie upon each other. */
function drawLabels(chart: uPlot, { curves, colours, marked, width }: ChartView): void {
  const dense = devicePixelRatio;
  const { left, top, width: wide, height } = chart.bbox;
  const labels = curves
    .flatMap((curve, at) => {
      const last = curve.y.findLastIndex((value) => Number.isFinite(value));
      if (last < 0) return [];
      return [{ ...curve, at, end: chart.valToPos(curve.x[last]!, "x", true), y: chart.valToPos(curve.y[last]!, "y", true) }];
    })
    .sort((one, other) => one.y - other.y);
  let free = top;
  const placed = labels.map((label) => {
    const y = Math.max(label.y, free);
    free = y + LABEL_LINE * dense;
    return { ...label, y };
  });
  // What was pushed below the chart is pushed up again.
  let lowest = top + height;
  for (const label of placed.reverse()) {
    label.y = Math.min(label.y, lowest);
    lowest = label.y - LABEL_LINE * dense;
  }
  const isHere = curves.some(({ id }) => id === marked());
  const names = shortNames(curves.map(({ name }) => name));
  const { ctx } = chart;
  ctx.save();
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const { id, at, place, y, end } of placed) {
    const isMarked = isHere && id === marked();
    ctx.globalAlpha = isHere && !isMarked ? 0.4 : 1;
    ctx.fillStyle = colours[place]!;
    ctx.font = `${isMarked ? 700 : 600} ${12 * dense}px system-ui, sans-serif`;
    const text = width >= ROOM_FOR_NAMES ? `${letterOf(place)} ${names[at]!}`.trim() : letterOf(place);
    ctx.fillText(
      text,
      Math.min(end, left + wide) + 6 * dense,
      y,
      Math.max(12, chart.ctx.canvas.width - Math.min(end, left + wide) - 8 * dense),
    );
  }
  ctx.restore();
}

/** What is not the same in all names, which are lists of parts; nothing of a single one, whose letter stands beside its name in the list. */
function shortNames(names: readonly string[]): string[] {
  const parts = names.map((name) => name.split(", "));
  return parts.map((own) => {
    const rest = own.filter((part) => !parts.every((other) => other.includes(part))).join(", ");
    return rest.length > MOST_LETTERS ? `${rest.slice(0, MOST_LETTERS - 1)}…` : rest;
  });
}
