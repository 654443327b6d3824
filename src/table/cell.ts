import { dayNumber } from "./calendar.js";
import type { DayOrder } from "./column-types.js";

/** What a cell of a table may hold; text is read as the column's type has it. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;

/** What stands before the fraction of a number written as text: "1,234.5" or "1.234,5". */
export type DecimalMark = "." | ",";

/** What people write where there is nothing. */
const NOTHING: ReadonlySet<string> = new Set(["", "?", "na", "n/a", "nan", "null", "#n/a", "<na>"]);

/** Whether a cell says nothing: empty, `?`, `NA`, `N/A`, `#N/A`, `<NA>`, `NaN` or `null`, in any case; null, undefined, the number NaN. */
export function isMissing(cell: Cell): boolean {
  if (cell === null || cell === undefined) return true;
  if (typeof cell === "string") return cell.length <= 4 && !beginsWithDigit(cell) && NOTHING.has(cell.toLowerCase());
  return cell instanceof Date ? Number.isNaN(cell.getTime()) : Number.isNaN(cell);
}

/** Most cells are numbers, which are told from words and days by their first character, faster than by all of it. */
function beginsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  return code >= 48 && code <= 57;
}

/** Text that is a number, and the marks between its thousands. */
export const NUMBERS: Readonly<Record<DecimalMark, RegExp>> = {
  ".": /^[+-]?(?:\d+|\d{1,3}(?:[, ’']\d{3})+)?(?:\.\d*)?(?:e[+-]?\d+)?$/i,
  ",": /^[+-]?(?:\d+|\d{1,3}(?:[. ’']\d{3})+)?(?:,\d*)?(?:e[+-]?\d+)?$/i,
};
export const MARKS: Readonly<Record<DecimalMark, RegExp>> = { ".": /[, ’']/g, ",": /[. ’']/g };
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Signs of currencies and percent. */
const SIGN = /[%$€£¥₹]/;

/** Text without the sign of a currency or percent at either end: `12%` is 12, `-$5.50` is -5.50. */
export function withoutSign(text: string): string {
  if (!SIGN.test(text)) return text;
  return text.replace(/^([+-]?)[$€£¥₹][ \u00a0]?/, "$1").replace(/[ \u00a0]?[%$€£¥₹]$/, "");
}

/** The number that a cell holds: NaN where it holds none. Marks between thousands and signs of currencies are passed over; true is 1. */
export function numberOf(cell: Cell, mark: DecimalMark): number {
  switch (typeof cell) {
    case "number":
      return cell;
    case "bigint":
    case "boolean":
      return Number(cell);
    case "string":
      return numberIn(cell, mark);
    default:
      return NaN;
  }
}

function numberIn(text: string, mark: DecimalMark): number {
  if (mark === "." && PLAIN.test(text)) return Number(text);
  const bare = withoutSign(text);
  if (!NUMBERS[mark].test(bare) || !/\d/.test(bare)) return NaN;
  return Number(bare.replaceAll(MARKS[mark], "").replace(",", "."));
}

const YES: ReadonlySet<string> = new Set(["true", "yes", "y", "t"]);
const NO: ReadonlySet<string> = new Set(["false", "no", "n", "f"]);

/** 1 for true, yes, y and t, in any case, 0 for false, no, n and f; NaN for anything else. */
export function truthOf(cell: Cell): number {
  if (typeof cell === "boolean") return Number(cell);
  if (typeof cell !== "string" || cell.length > 5 || beginsWithDigit(cell)) return NaN;
  const text = cell.toLowerCase();
  return YES.has(text) ? 1 : NO.has(text) ? 0 : NaN;
}

/** A day, or a day with a time of day, as ISO 8601 writes it, with a blank for the T or slashes where people like those better. */
const DAY = /^(\d{4})(?:-(?=\d\d-)|\/(?=\d\d\/))(\d\d)[-/](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
/** Day, month, year, or month, day, year, with dots, slashes or dashes between them, and a time of day, of 24 hours or of twice 12. */
const ORDERED = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([ap])m)?)?$/i;

/**
 * Seconds since 1970 of the day and time that a cell names, whatever its zone, as if it were UTC; NaN where it names none.
 *
 * @param order of days such as 5/6/2024; left out, only those with dots are read, the day first
 */
export function momentOf(cell: Cell, order?: DayOrder): number {
  if (cell instanceof Date) return Math.floor(cell.getTime() / 1000);
  if (typeof cell !== "string" || !beginsWithDigit(cell)) return NaN;
  const iso = DAY.exec(cell);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second] = iso;
    return 86_400 * dayNumber(Number(year), Number(month), Number(day)) + timeOf(hour, minute, second, undefined);
  }
  const [, first, mark, second, year, ...time] = ORDERED.exec(cell) ?? [];
  if (year === undefined || (mark !== "." && order === undefined)) return NaN;
  const [month, day] = order === "mdy" ? [first, second] : [second, first];
  return 86_400 * dayNumber(Number(year), Number(month), Number(day)) + timeOf(...(time as [string, string, string, string]));
}

/** Seconds of a day; NaN for a time that no day has. */
function timeOf(hour = "0", minute = "0", second = "0", half: string | undefined): number {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (m > 59 || s > 60) return NaN;
  if (half === undefined) return h > 23 ? NaN : 3600 * h + 60 * m + s;
  return h < 1 || h > 12 ? NaN : 3600 * ((h % 12) + (/p/i.test(half) ? 12 : 0)) + 60 * m + s;
}

/** A cell as a category: its text. */
export function categoryOf(cell: Cell): string {
  return cell instanceof Date ? cell.toISOString() : String(cell);
}
