import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { css, type Palette } from "../network/palette.js";
import type { Curve, Line } from "./chart-data.js";

export interface Plot {
  readonly draw: (lines: readonly Line[]) => void;
  /** Puts the cursor at a line of the data; away where it is undefined. */
  readonly point: (at: number | undefined) => void;
  readonly resize: (width: number) => void;
  readonly redraw: () => void;
  readonly destroy: () => void;
}

export interface PlotOptions {
  readonly curves: readonly Curve[];
  readonly colours: () => Palette;
  readonly height: number;
  readonly isLog: boolean;
  /** Fixed ends of the scale; it fits the curves where left out. */
  readonly range?: readonly [number, number];
  /** Called when the pointer is over a line of the data. */
  readonly onPoint: (at: number | undefined) => void;
}

/** A chart of curves over steps. */
export function createPlot(place: HTMLElement, { curves, colours, height, isLog, range, onPoint }: PlotOptions): Plot {
  const dpr = (): string => css(colours().quiet);
  const grid = { stroke: () => css(colours().line, 0.5), width: 1 };
  const strokeOf =
    ({ look }: Curve) =>
    (): string => {
      const { positive, negative } = colours();
      return look === "edge" ? css(positive, 0.25) : css(look === "dashed" ? negative : positive);
    };
  const edges = curves.flatMap(({ look }, at) => (look === "edge" ? [at + 1] : []));
  const axis = { stroke: dpr, grid, ticks: grid, font: "12px system-ui, sans-serif" };
  const plot = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false },
      scales: {
        x: { time: false },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's names of its scales are types only; 3 is logarithmic
        y: { distr: isLog ? 3 : 1, ...(range === undefined ? {} : { range: () => [...range] as [number, number] }) },
      },
      axes: [
        { ...axis, size: 30 },
        { ...axis, size: 56 },
      ],
      series: [
        {},
        ...curves.map((curve) => ({
          label: curve.label,
          stroke: strokeOf(curve),
          width: curve.look === "edge" ? 0.5 : 1.75,
          spanGaps: true,
          // A dot at each where they are this far apart: one alone makes no line.
          points: { ...(curve.look === "edge" ? { show: false } : {}), size: 5, space: 40 },
          ...(curve.look === "dashed" ? { dash: [6, 4] } : {}),
        })),
      ] as uPlot.Series[],
      bands: edges.length === 2 ? [{ series: [edges[0]!, edges[1]!], fill: () => css(colours().positive, 0.18) }] : [],
      hooks: { setCursor: [({ cursor: { idx, left = -1 } }) => onPoint(left < 0 ? undefined : (idx ?? undefined))] },
    },
    [[], ...curves.map(() => [])] as uPlot.AlignedData,
    place,
  );
  return {
    draw: (lines) => plot.setData(dataOf(lines, curves, isLog)),
    point(at) {
      if (at === undefined) plot.setCursor({ left: -10, top: -10 }, false);
      else plot.setCursor({ left: plot.valToPos(plot.data[0][at]!, "x"), top: 10 }, false);
    },
    resize: (width) => plot.setSize({ width, height }),
    redraw: () => plot.redraw(false, true),
    destroy: () => plot.destroy(),
  };
}

/** A logarithm knows nothing at and below 0. */
function dataOf(lines: readonly Line[], curves: readonly Curve[], isLog: boolean): uPlot.AlignedData {
  const shown = (value: number | null): number | null =>
    value === null || !Number.isFinite(value) || (isLog && value <= 0) ? null : value;
  return [lines.map(({ step }) => step), ...curves.map(({ key }) => lines.map((line) => shown(line[key])))];
}
