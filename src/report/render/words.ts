import { numberText } from "../../explain/render/number-text.js";
import type { Importance, Mistake, ReportCell, ReportScore } from "../report.js";

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

/**
 * A score as the reports write it: a share as percent, an error in the target's units with four digits, anything else with four decimals, and `-`
 * where it is not defined.
 *
 * @example
 * ```ts
 * import { scoreText } from "chainrule/report";
 *
 * console.log(scoreText(0.975, "share")); // 97.50 %
 * ```
 */
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

const METRICS: Readonly<Record<Importance["metric"], string>> = {
  accuracy: "accuracy falls (points of a hundred)",
  rmse: "RMSE rises (units of the target)",
  hammingLoss: "share of wrong labels rises (points of a hundred)",
};

/**
 * What the numbers of an importance are, as the reports say it.
 *
 * @param folds models of a cross-validation, over which they are means
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { createReport, importanceText } from "chainrule/report";
 *
 * const { model } = await train(iris(), { seed: 1 }).result;
 * const [section] = (await createReport(model, iris())).sections;
 * console.log(importanceText(section!.importance)); // By how much the accuracy falls ...
 * ```
 */
export function importanceText({ metric, rows, repeats, seed, baseline }: Importance, folds: number | null = null): string {
  const before = metric === "rmse" ? number(baseline) : percent(baseline);
  const draws = plural(repeats, "draw");
  const drawn = folds === null ? `mean and deviation of ${draws}` : `mean and deviation of the ${folds} models, of ${draws} each`;
  return (
    `By how much the ${METRICS[metric]} where the cells of one raw column are handed to other rows, all inputs that it becomes together: ` +
    `${drawn} with seed ${seed}, on ${count(rows)} rows, where it was ${before}. Columns that say the same stand in for each other, so that each seems to matter less.`
  );
}
