import type { FoundRate } from "chainrule";
import { plot } from "simple-ascii-chart";
import type { Terminal } from "../terminal.js";
import { niceStep } from "./curve.js";

const WIDTH = 60;
const HEIGHT = 10;
/** Room for the numbers of the axis. */
const MARGIN = 16;
const MOST_TICKS = 6;
/** Powers of ten of rates below the steepest descent that are shown: under them nothing happens. */
const BEFORE = 2;

/** The smoothed cost against the rate, each power of ten as wide as the others; undefined where there is nothing to draw. */
export function rateCurve({ curve, steepest }: Pick<FoundRate, "curve" | "steepest">, { colors, columns }: Terminal): string | undefined {
  const from = Math.floor(Math.log10(steepest ?? 0)) - BEFORE;
  const points = curve.map(({ rate, cost }): [number, number] => [Math.log10(rate), cost]).filter(([power]) => power >= from - 1e-9);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const costs = points.map(([, cost]) => cost);
  // A likelihood may be below 0; other costs are shown from 0 on.
  const base = Math.min(0, ...costs);
  const step = niceStep((Math.max(...costs) - base) / 4 || 1);
  const bottom = step * Math.floor(base / step);
  const ticks = [0, 1, 2, 3, 4, 5].map((tick) => bottom + tick * step).filter((tick) => tick - step < Math.max(...costs));
  const digits = Math.max(0, Math.ceil(-Math.log10(step)) + 1);
  const [low, high] = [Math.ceil(first[0] - 1e-9), Math.floor(last[0] + 1e-9)];
  const every = Math.ceil((high - low + 1) / MOST_TICKS);
  const powers = Array.from({ length: high - low + 1 }, (_, k) => low + k).filter((power) => (power - low) % every === 0);
  const chart = plot([points], {
    width: Math.min(WIDTH, Math.max(20, columns() - MARGIN)),
    height: HEIGHT,
    yRange: [bottom, Math.max(...ticks)],
    customYAxisTicks: ticks,
    customXAxisTicks: powers,
    formatter: (value, { axis }) => (axis === "y" ? value.toFixed(digits) : rateOf(Math.round(value))),
    ...(colors.isColorSupported ? { color: "ansiBlue" } : {}),
  });
  const lines = chart.split("\n").filter((line) => line.trim() !== "");
  return ["  cost", ...lines.map((line) => `  ${line.trimEnd()}`), `${" ".repeat(8)}learning rate`].join("\n");
}

/** "1e-4", "0.01", "100" */
function rateOf(power: number): string {
  return power < -3 ? `1e${power}` : String(Number(`1e${power}`));
}
