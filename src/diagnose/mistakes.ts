import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import type { RowFinding, Verdict } from "./verdict.js";
import { plural, shown } from "./words.js";

const { worst } = DIAGNOSIS_THRESHOLDS;

/**
 * Rows whose cost stands out: more than ten times the mean, and of classes and labels predicted wrong.
 *
 * @param costs shape (rows)
 * @param isRight whether the class of a row, or each of its labels, was predicted; never of numbers
 * @returns row numbers, the largest cost first
 */
export function worstRows(costs: Float64Array, isRight: (row: number) => boolean): number[] {
  const limit = worst * meanOf(costs);
  const rows: number[] = [];
  for (let row = 0; row < costs.length; row++) if (costs[row]! > limit && !isRight(row)) rows.push(row);
  return rows.sort((p, q) => costs[q]! - costs[p]!);
}

/** @param found number of rows that stand out; `findings` the first of them, with their costs */
export function mistakesVerdict(found: number, findings: readonly RowFinding[], costs: Float64Array): Verdict[] {
  const [first] = findings;
  if (first === undefined) return [];
  const mean = meanOf(costs);
  return [
    {
      kind: "worst-mistakes",
      severity: "info",
      where: { rows: findings.map(({ row }) => row) },
      value: first.value,
      threshold: worst * mean,
      message: `${plural(found, "row")} ${found === 1 ? "costs" : "cost"} more than ${worst} times the mean (${shown(mean)}); the worst, row ${first.row}, costs ${shown(first.value)}.`,
      advice: "Look at them: each is a wrong label, a rare case, or something the network has not learned.",
      findings,
    },
  ];
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
