import type { Label } from "../data/dataset.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import { above, type Verdict } from "./verdict.js";
import { count, listed, plural, shown } from "./words.js";

const { imbalance } = DIAGNOSIS_THRESHOLDS;

/**
 * Has every class enough rows?
 *
 * @param classes of the model
 * @param counts rows of each, shape (classes)
 * @param trainedOn a class without a row cannot be learned; in other data it only goes unmeasured
 */
export function classVerdicts(classes: readonly Label[], counts: readonly number[], trainedOn: boolean): Verdict[] {
  const present = classes.map((label, c) => ({ label, rows: counts[c]! })).filter(({ rows }) => rows > 0);
  const absent = classes.filter((_, c) => counts[c] === 0);
  return [...absentVerdict(absent, classes.length, trainedOn), ...imbalanceVerdict(present)];
}

function absentVerdict(absent: readonly Label[], classes: number, trainedOn: boolean): Verdict[] {
  if (absent.length === 0) return [];
  return [
    {
      kind: "absent-classes",
      severity: trainedOn ? "warn" : "info",
      where: { classes: absent },
      value: absent.length,
      threshold: 0,
      message: `${count(absent.length)} of ${plural(classes, "class")} ${absent.length === 1 ? "has" : "have"} no row: ${listed(absent)}.`,
      advice: trainedOn ? "Find rows of them, or leave the classes out." : "Use data with all classes to measure all of them.",
    },
  ];
}

function imbalanceVerdict(present: readonly { readonly label: Label; readonly rows: number }[]): Verdict[] {
  if (present.length < 2) return [];
  const most = present.reduce((p, q) => (q.rows > p.rows ? q : p));
  const least = present.reduce((p, q) => (q.rows < p.rows ? q : p));
  const ratio = most.rows / least.rows;
  const crossed = above(ratio, imbalance);
  if (crossed === undefined) {
    return [
      {
        kind: "class-imbalance",
        severity: "good",
        where: { classes: [most.label, least.label] },
        value: ratio,
        threshold: imbalance.warn,
        message:
          ratio === 1
            ? `The classes are of one size: each of ${count(present.length)} has ${plural(most.rows, "row")}.`
            : `The classes are of similar size: the largest, ${most.label}, has ${plural(most.rows, "row")} and the smallest, ${least.label}, ${count(least.rows)}.`,
        advice: "Nothing to do.",
      },
    ];
  }
  const small = present.filter(({ rows }) => most.rows / rows > imbalance.warn).map(({ label }) => label);
  return [
    {
      kind: "class-imbalance",
      ...crossed,
      where: { classes: [most.label, ...small] },
      value: ratio,
      message: `There are ${shown(ratio)} times as many rows of class ${most.label} (${count(most.rows)}) as of ${least.label} (${count(least.rows)}), above ${crossed.threshold}.`,
      advice: 'Train with class weights "balanced", find more rows of the small classes, and judge by recall and balanced accuracy.',
    },
  ];
}
