import { numberText } from "../../explain/render/number-text.js";
import type { Mistake, ReportCell, ReportScore } from "../report.js";

/** Characters of a cell. */
const WIDEST = 60;

/** What is not known or not defined. */
export const NOTHING = "-";

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
export const count = (value: number): string => value.toLocaleString("en-US");
/** Four digits; 57,880 rather than 57880. */
export const number = (value: number): string => numberText(value).replace(/^-?\d{5,6}$/, (digits) => count(Number(digits)));
export const signed = (value: number): string => `${value >= 0 ? "+" : ""}${number(value)}`;

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function scoreText(value: number | null, unit: ReportScore["unit"]): string {
  if (value === null) return NOTHING;
  return unit === "share" ? percent(value) : unit === "target" ? number(value) : value.toFixed(4);
}

/** A cell or an answer on one line. Characters that a terminal would obey are left out. */
export function cellText(cell: ReportCell | readonly string[]): string {
  if (cell === null || cell === "") return "(nothing)";
  if (typeof cell === "number") return Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(7)));
  const text = oneLine(Array.isArray(cell) ? (cell.length === 0 ? "(no label)" : cell.join(", ")) : String(cell));
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 3)}...` : text;
}

/** Names too come from the data. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ");
}

/** "row 12: 5 was taken for 3" */
export function mistakeTitle({ row, target, actual, predicted, confidence }: Mistake): string {
  const sure = confidence === null ? "" : ` (${percent(confidence)} sure)`;
  const of = target === null ? "" : ` of ${oneLine(target)}`;
  return `Row ${row}: ${cellText(actual)}${of}, predicted ${cellText(predicted)}${sure}`;
}
