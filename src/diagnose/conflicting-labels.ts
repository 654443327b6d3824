import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import type { Verdict } from "./verdict.js";
import { count, listed, percent, plural } from "./words.js";

const { conflicting } = DIAGNOSIS_THRESHOLDS;

/**
 * Rows that are the same and are said to be of different classes.
 *
 * @param groups of rows with the same inputs
 * @param given class of each row, shape (rows)
 */
export function conflictVerdict(groups: readonly (readonly number[])[], given: ArrayLike<number>, top: number): Verdict[] {
  const torn = groups.filter((group) => group.some((row) => given[row] !== given[group[0]!]));
  if (torn.length === 0) return [];
  const rows = torn.flat().sort((p, q) => p - q);
  const lost = torn.reduce((sum, group) => sum + group.length - largestClass(group, given), 0);
  const share = rows.length / given.length;
  return [
    {
      kind: "conflicting-labels",
      severity: share > conflicting ? "warn" : "info",
      where: { rows: rows.slice(0, top) },
      value: share,
      threshold: conflicting,
      message: `${plural(rows.length, "row")} stand in the data with another class as well, so that no model can be right about more than ${percent(1 - lost / given.length)}; the first: ${listed(torn[0]!)}.`,
      advice: `Find out which class is right${torn.length > 1 ? ` in these ${count(torn.length)} groups` : ""}, or add columns that tell the rows apart.`,
    },
  ];
}

function largestClass(group: readonly number[], given: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const row of group) counts.set(given[row]!, (counts.get(given[row]!) ?? 0) + 1);
  return Math.max(...counts.values());
}
