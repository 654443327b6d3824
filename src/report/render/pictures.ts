import type { EpochRecord } from "../../training/history.js";
import type { Calibration, Importance, Mistake, ThresholdTable, ValueSection } from "../report.js";
import { chart, legend, line, svg } from "./chart.js";
import { escapeXml } from "./escape.js";
import { number, oneLine, signed } from "./words.js";

/** Bars of an importance; a table has all columns. */
export const MOST_BARS = 20;

/** How often predictions were right against how sure they were: on the diagonal probabilities can be believed. */
export function reliabilityPicture({ bins }: Calibration, alt: string): string {
  const all = bins.reduce((sum, { rows }) => sum + rows, 0);
  const share = { from: 0, to: 1 };
  return chart(alt, { ...share, title: "mean confidence" }, { ...share, title: "share that is right" }, (at) => {
    const points = bins.flatMap(({ rows, confidence, accuracy }) =>
      confidence === null || accuracy === null ? [] : [{ rows, confidence, accuracy }],
    );
    const drawn = points.map(({ rows, confidence, accuracy }) => {
      const radius = (2.5 + 7 * Math.sqrt(rows / all)).toFixed(1);
      return `<circle class="dot" cx="${at.x(confidence)}" cy="${at.y(accuracy)}" r="${radius}"/>`;
    });
    const way = points.map(({ confidence, accuracy }) => [confidence, accuracy] as const);
    return `<path class="line ideal" d="M${at.x(0)} ${at.y(0)}L${at.x(1)} ${at.y(1)}"/>${line("first", way, at)}${drawn.join("")}`;
  });
}

export function thresholdPicture({ rows }: ThresholdTable, alt: string): string {
  const share = { from: 0, to: 1 };
  return chart(alt, { ...share, title: "threshold" }, { ...share, title: "share" }, (at) => {
    const of = (name: "precision" | "recall" | "f1") => rows.map((row) => [row.threshold, row[name]] as const);
    return (
      line("first", of("precision"), at) +
      line("second", of("recall"), at) +
      line("third", of("f1"), at) +
      `<g transform="translate(0 126)">${legend(
        [
          ["first", "precision"],
          ["second", "recall"],
          ["third", "F1"],
        ],
        "left",
      )}</g>`
    );
  });
}

export function scatterPicture({ points }: Pick<ValueSection, "points">, alt: string, target: string): string {
  const all = points.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const edge = (high - low) * 0.03 || 1;
  const range = { from: low - edge, to: high + edge };
  return chart(alt, { ...range, title: `true ${shortened(target, 30)}` }, { ...range, title: "predicted" }, (at) => {
    const dots = points.map(([actual, predicted]) => `<circle class="point" cx="${at.x(actual)}" cy="${at.y(predicted)}" r="2"/>`);
    const ideal = `<path class="line ideal" d="M${at.x(range.from)} ${at.y(range.from)}L${at.x(range.to)} ${at.y(range.to)}"/>`;
    return dots.join("") + ideal;
  });
}

export function residualPicture({ bins }: ValueSection["residuals"], alt: string): string {
  const most = Math.max(...bins.map(({ rows }) => rows));
  const [first, last] = [bins[0]!.from, bins.at(-1)!.to];
  const x = { from: first, to: last > first ? last : first + 1, title: "error: true - predicted" };
  return chart(alt, x, { from: 0, to: most, title: "rows" }, (at) => {
    const bars = bins.map(({ from, to, rows }) => {
      const left = Number(at.x(from));
      const width = Math.max(1, Number(at.x(to > from ? to : x.to)) - left - 1);
      const top = Number(at.y(rows));
      return `<rect class="bar" x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(Number(at.y(0)) - top).toFixed(1)}"/>`;
    });
    const zero = first < 0 && last > 0 ? `<path class="line ideal" d="M${at.x(0)} ${at.y(0)}V${at.y(most)}"/>` : "";
    return bars.join("") + zero;
  });
}

export function curvePicture(history: readonly EpochRecord[], alt: string): string {
  const training = history.map(({ epoch, cost }) => [epoch, cost] as const);
  const validation = history.flatMap(({ epoch, validation: score }) => (score === null ? [] : [[epoch, score.cost] as const]));
  const costs = [...training, ...validation].map(([, cost]) => cost).filter(Number.isFinite);
  const x = { from: history[0]!.epoch, to: history.at(-1)!.epoch, title: "epoch" };
  return chart(alt, x, { from: Math.min(0, ...costs), to: Math.max(...costs, 0), title: "cost" }, (at) => {
    const names: (readonly [string, string])[] = [["first", "training"]];
    if (validation.length > 0) names.push(["second", "validation"]);
    return line("first", training, at) + line("second", validation, at) + legend(names);
  });
}

/** Bars of the most important columns, each with its deviation over the repeats. */
export function importancePicture({ columns }: Importance, alt: string): string {
  const shown = columns.slice(0, MOST_BARS);
  const most = Math.max(...shown.map(({ mean, deviation }) => mean + deviation), 0) || 1;
  const least = Math.min(...shown.map(({ mean, deviation }) => mean - deviation), 0);
  const [left, right, step] = [128, 282, 20];
  const x = (value: number): number => left + ((value - least) / (most - least)) * (right - left);
  const rows = shown.map(({ column, mean, deviation }, i) => {
    const y = 4 + i * step;
    const [from, to] = [Math.min(x(0), x(mean)), Math.max(x(0), x(mean))];
    return (
      `<text x="${left - 6}" y="${y + 12}" text-anchor="end">${escapeXml(shortened(column, 19))}</text>` +
      `<rect class="bar" x="${from.toFixed(1)}" y="${y + 2}" width="${Math.max(0.5, to - from).toFixed(1)}" height="13"/>` +
      `<path class="whisker" d="M${x(mean - deviation).toFixed(1)} ${y + 8.5}H${x(mean + deviation).toFixed(1)}"/>` +
      `<text x="${right + 6}" y="${y + 12}">${escapeXml(signed(Number(mean.toPrecision(3))))}</text>`
    );
  });
  const height = 8 + shown.length * step;
  return svg(alt, 340, height, `<path class="grid" d="M${x(0).toFixed(1)} 2V${height - 2}"/>${rows.join("")}`);
}

/** Importance of each pixel, where the columns are those of a picture. */
export function importanceMap(
  { columns }: Importance,
  { height, width }: { readonly height: number; readonly width: number },
  alt: string,
): string {
  const most = Math.max(...columns.map(({ mean }) => mean), 0) || 1;
  const values = new Array<number>(height * width).fill(0);
  for (const { index, mean } of columns) values[index] = Math.max(0, mean / most);
  return pixels(alt, height, width, values, "heat");
}

/** The picture that a row is. */
export function inputPicture({ height, width, maximum, pixels: values }: NonNullable<Mistake["image"]>, alt: string): string {
  return pixels(
    alt,
    height,
    width,
    values.map((value) => Math.min(1, Math.max(0, value / maximum))),
    "ink",
  );
}

function pixels(alt: string, height: number, width: number, values: readonly number[], className: string): string {
  const size = Math.max(1, Math.floor(168 / Math.max(height, width)));
  const squares = values.flatMap((value, t) =>
    value < 0.004
      ? []
      : [
          `<rect class="${className}" x="${(t % width) * size}" y="${Math.floor(t / width) * size}" width="${size}" height="${size}" fill-opacity="${number(Number(value.toFixed(3)))}"/>`,
        ],
  );
  const frame = `<rect class="frame" x="0.5" y="0.5" width="${width * size - 1}" height="${height * size - 1}"/>`;
  return svg(alt, width * size, height * size, squares.join("") + frame);
}

function shortened(text: string, most: number): string {
  const plain = oneLine(text);
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}
