import { numberText } from "../../explain/render/number-text.js";
import { escapeXml } from "./escape.js";

// Pictures are drawn 340 wide, so that their letters can be read on a telephone too. Colours are classes of the page's style.

const SIZE = { width: 340, height: 236 };
const MARGIN = { left: 54, right: 12, top: 10, bottom: 40 };

export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** Where the numbers of a chart are in its picture. */
export interface Places {
  readonly x: (value: number) => string;
  readonly y: (value: number) => string;
}

/** A picture with axes. @param draw what is inside of them */
export function chart(alt: string, x: Axis, y: Axis, draw: (at: Places) => string): string {
  const { width, height } = SIZE;
  const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
  const place = ({ from, to }: Axis, low: number, high: number) => {
    const span = to - from || 1;
    return (value: number): string => (low + ((value - from) / span) * (high - low)).toFixed(1);
  };
  const at: Places = { x: place(x, left, right), y: place(y, bottom, top) };
  const columns = ticks(x).map(
    (tick) =>
      `<path class="grid" d="M${at.x(tick)} ${top}V${bottom}"/><text x="${at.x(tick)}" y="${bottom + 15}" text-anchor="middle">${tickText(tick)}</text>`,
  );
  const rows = ticks(y).map(
    (tick) =>
      `<path class="grid" d="M${left} ${at.y(tick)}H${right}"/><text x="${left - 5}" y="${Number(at.y(tick)) + 4}" text-anchor="end">${tickText(tick)}</text>`,
  );
  const titles =
    `<text x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${escapeXml(x.title)}</text>` +
    `<text transform="translate(11 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y.title)}</text>`;
  return svg(alt, width, height, `${columns.join("")}${rows.join("")}${titles}${draw(at)}`);
}

export function svg(alt: string, width: number, height: number, inside: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(alt)}">${inside}</svg>`;
}

/** A line through points. */
export function line(className: string, points: readonly (readonly [x: number, y: number])[], at: Places): string {
  if (points.length === 0) return "";
  return `<path class="line ${className}" d="${points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${at.x(x)} ${at.y(y)}`).join("")}"/>`;
}

/** Names of lines, at the top right or left of a chart. */
export function legend(names: readonly (readonly [className: string, name: string])[], side: "left" | "right" = "right"): string {
  const x = side === "right" ? SIZE.width - MARGIN.right - 100 : MARGIN.left + 8;
  const height = 16 * names.length + 6;
  const back = `<rect class="back" x="${x - 4}" y="${MARGIN.top + 2}" width="102" height="${height}"/>`;
  const rows = names.map(([className, name], i) => {
    const y = MARGIN.top + 14 + 16 * i;
    return `<path class="line ${className}" d="M${x} ${y}h22"/><text x="${x + 28}" y="${y + 4}">${escapeXml(name)}</text>`;
  });
  return back + rows.join("");
}

/** Round numbers within an axis, some five of them. */
function ticks({ from, to }: Axis): number[] {
  const rough = (to - from) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const list: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9 && list.length < 12; i++) list.push(i * step);
  return list;
}

/** Short enough for its place: 1.5, 200k, 2M, 1e+9. */
function tickText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e9 || (magnitude > 0 && magnitude < 1e-3)) return value.toExponential(0);
  if (magnitude >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (magnitude >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return numberText(Number(value.toPrecision(6)));
}
