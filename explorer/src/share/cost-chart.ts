import type { EpochRecord } from "chainrule";
import { numberText } from "chainrule/explain";
import type { CostPoint } from "../state/run.js";
import type { RateChange } from "./link.js";

const [WIDTH, HEIGHT] = [800, 420];
const BOX = { left: 70, right: 780, top: 50, bottom: 370 };

/** What the chart shows; steps count from 1. */
export interface CostCurves {
  readonly title: string;
  readonly costs: readonly CostPoint[];
  readonly records: readonly EpochRecord[];
  readonly stepsPerEpoch: number;
  readonly changes: readonly RateChange[];
}

/** Cost over steps as an SVG file: batches with the range between two looks, validation rows at the end of each epoch. */
export function costChart({ title, costs, records, stepsPerEpoch, changes }: CostCurves): string {
  const validation = records.flatMap(({ epoch, validation: score }) =>
    score === null ? [] : [[epoch * stepsPerEpoch, score.cost] as const],
  );
  const means = costs.map(({ step, mean }) => [step, mean] as const);
  const lastStep = Math.max(1, costs.at(-1)?.step ?? 0, validation.at(-1)?.[0] ?? 0);
  const highest = 1.1 * largest([...means, ...validation].map(([, cost]) => cost));
  const x = (step: number): string => round(BOX.left + ((BOX.right - BOX.left) * step) / lastStep);
  const y = (cost: number): string => round(BOX.bottom - (BOX.bottom - BOX.top) * Math.min(1, Math.max(0, cost / highest)));
  const line = (list: readonly (readonly [number, number])[]): string =>
    list
      .filter(([, cost]) => Number.isFinite(cost))
      .map(([step, cost]) => `${x(step)},${y(cost)}`)
      .join(" ");
  const upper = costs.map(({ step, most }) => [step, most] as const);
  const lower = costs.map(({ step, least }) => [step, least] as const).reverse();
  const text = (at: number, down: string, anchor: string, content: string): string =>
    `<text x="${round(at)}" y="${down}" text-anchor="${anchor}">${escaped(content)}</text>`;
  const parts = [
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${BOX.left}" y="24" font-size="16" font-weight="600">${escaped(title)}</text>`,
    ...ticks(highest).flatMap((cost) => [
      `<line x1="${BOX.left}" x2="${BOX.right}" y1="${y(cost)}" y2="${y(cost)}" stroke="#dfe3e8"/>`,
      text(BOX.left - 8, String(Number(y(cost)) + 4), "end", numberText(cost, 3)),
    ]),
    ...ticks(lastStep).map((step) => text(Number(x(step)), String(BOX.bottom + 18), "middle", String(step))),
    text((BOX.left + BOX.right) / 2, String(BOX.bottom + 40), "middle", "step"),
    text(BOX.left - 8, "42", "end", "cost"),
    ...changes.flatMap(({ step, learningRate }) => [
      `<line x1="${x(step)}" x2="${x(step)}" y1="${BOX.top}" y2="${BOX.bottom}" stroke="#56606d" stroke-dasharray="2 3"/>`,
      text(Number(x(step)) + 4, String(BOX.top + 12), "start", `rate ${learningRate}`),
    ]),
    `<polygon points="${line([...upper, ...lower])}" fill="#2166ac" fill-opacity="0.18"/>`,
    `<polyline points="${line(means)}" fill="none" stroke="#2166ac" stroke-width="1.5"/>`,
    `<polyline points="${line(validation)}" fill="none" stroke="#b35806" stroke-width="2" stroke-dasharray="6 4"/>`,
    ...validation.map(([step, cost]) => `<circle cx="${x(step)}" cy="${y(cost)}" r="2.5" fill="#b35806"/>`),
    ...legend(validation.length > 0),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#1b1f24">
${parts.join("\n")}
</svg>
`;
}

function legend(hasValidation: boolean): string[] {
  const y = BOX.bottom + 36;
  const entries = [
    `<line x1="520" x2="550" y1="${y}" y2="${y}" stroke="#2166ac" stroke-width="1.5"/><text x="556" y="${y + 4}">training batches</text>`,
    `<line x1="660" x2="690" y1="${y}" y2="${y}" stroke="#b35806" stroke-width="2" stroke-dasharray="6 4"/><text x="696" y="${y + 4}">validation rows</text>`,
  ];
  return hasValidation ? entries : entries.slice(0, 1);
}

/** The end of the scale is that of the lines: single batches may be far above them, and their range is cut off there. */
function largest(costs: readonly number[]): number {
  const top = costs.reduce((most, cost) => (Number.isFinite(cost) && cost > most ? cost : most), 0);
  return top > 0 ? top : 1;
}

/** 0 and round numbers up to `end`, at most six. */
function ticks(end: number): number[] {
  const raw = end / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const by = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  return Array.from({ length: Math.floor(end / by + 1e-9) + 1 }, (_, at) => Number((at * by).toPrecision(12)));
}

const round = (value: number): string => String(Math.round(value * 100) / 100);

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
