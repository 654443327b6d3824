import { numberText } from "chainrule/explain";
import type { ReportScore } from "chainrule/report";

// Numbers as the pages of reports write them.

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
export const signed = (value: number): string => `${value >= 0 ? "+" : ""}${numberText(value)}`;

export function scoreText(value: number | null, unit: ReportScore["unit"]): string {
  if (value === null) return "–";
  return unit === "share" ? percent(value) : unit === "target" ? numberText(value) : value.toFixed(4);
}
