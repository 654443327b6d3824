import type { EpochRecord } from "chainrule";
import { plot } from "simple-ascii-chart";
import type { Terminal } from "../terminal.js";

const WIDTH = 60;
const HEIGHT = 10;
/** Room for the numbers of the axis. */
const MARGIN = 14;

/** Cost against epochs, training and, where there is one, validation. */
export function learningCurve(history: readonly EpochRecord[], { colors, columns }: Terminal): string {
  const epochs = history.length;
  const training = history.map(({ epoch, cost }): [number, number] => [epoch, cost]);
  const validation = history.flatMap(({ epoch, validation: score }): [number, number][] => (score === null ? [] : [[epoch, score.cost]]));
  const series = validation.length === 0 ? [training] : [training, validation];
  // A cost of 0 from the first epoch on has no scale of its own.
  const step = niceStep(Math.max(...series.flat().map(([, cost]) => cost)) / 4 || 1);
  const top = 4 * step;
  const digits = Math.max(0, Math.ceil(-Math.log10(step)) + 1);
  const chart = plot(series, {
    width: Math.min(WIDTH, Math.max(20, epochs), Math.max(20, columns() - MARGIN)),
    height: HEIGHT,
    yRange: [0, top],
    customYAxisTicks: [0, 1, 2, 3, 4].map((tick) => tick * step),
    customXAxisTicks: [...new Set([1, Math.round(epochs / 2), epochs])],
    formatter: (value, { axis }) => (axis === "y" ? value.toFixed(digits) : value),
    ...(colors.isColorSupported ? { color: ["ansiBlue", "ansiYellow"] } : {}),
  });
  const legend = validation.length === 0 ? "" : `   ${colors.blue("━")} training   ${colors.yellow("━")} validation`;
  const lines = chart.split("\n").filter((line) => line.trim() !== "");
  return [`  cost${legend}`, ...lines.map((line) => `  ${line.trimEnd()}`), `${" ".repeat(8)}epoch`].join("\n");
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}
