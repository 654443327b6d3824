import type { Label } from "../data/dataset.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import type { Verdict } from "./verdict.js";
import { percent, plural, shown } from "./words.js";

const { constantOutput, baselineErrors } = DIAGNOSIS_THRESHOLDS;

/** What was found of classes, or of numbers, on the rows that the fit is measured on. */
export type FitFacts = ClassFit | NumberFit;

interface Common {
  readonly rows: number;
  /** "the test part", "every row" */
  readonly where: string;
  /** Largest deviation of an output over these rows, as a share of the deviation of its target. */
  readonly spread: number;
}

export interface ClassFit extends Common {
  readonly kind: "classification";
  readonly accuracy: number;
  /** The class with the most rows, and its share. */
  readonly majority: { readonly label: Label; readonly share: number };
  /** The class that is predicted for all rows, where it is one. */
  readonly only: Label | undefined;
}

export interface NumberFit extends Common {
  readonly kind: "regression";
  readonly r2: number;
}

/** Do the outputs depend on the inputs, and are they worth more than an answer that does not? */
export function fitVerdicts(facts: FitFacts): Verdict[] {
  return [...constantVerdict(facts), ...(facts.kind === "classification" ? classBaseline(facts) : numberBaseline(facts))];
}

function constantVerdict(facts: FitFacts): Verdict[] {
  const { spread, rows, where } = facts;
  const flat = spread < constantOutput;
  const only = facts.kind === "classification" ? facts.only : undefined;
  if (rows < 2 || !(flat || only !== undefined) || (facts.kind === "classification" && facts.majority.share === 1)) return [];
  const answer = only === undefined ? "" : `, always class ${only}`;
  return [
    {
      kind: "constant-output",
      severity: flat ? "bad" : "warn",
      where: only === undefined ? {} : { classes: [only] },
      value: spread,
      threshold: constantOutput,
      message: flat
        ? `The outputs ignore the inputs${answer}: over ${plural(rows, "row")} of ${where} they vary ${shown(spread)} times as much as their targets, below ${constantOutput}.`
        : `The same class is predicted for all of ${plural(rows, "row")} of ${where}: ${only!}.`,
      advice: flat
        ? "Mend what is said of derivatives, units and inputs, then train again from new weights."
        : "Train for longer, and look at the balance of the classes.",
    },
  ];
}

function classBaseline({ accuracy, majority, rows, where }: ClassFit): Verdict[] {
  if (majority.share === 1) return [];
  const error = Math.sqrt((majority.share * (1 - majority.share)) / rows);
  const threshold = Math.min(1, majority.share + baselineErrors * error);
  const accuracyIs = `The accuracy of ${percent(accuracy)} on ${plural(rows, "row")} of ${where}`;
  const rule = `the ${percent(majority.share)} of always naming the largest class, ${majority.label}`;
  return [
    baseline(accuracy, majority.share, threshold, {
      good: `${accuracyIs} beats ${rule}.`,
      warn: `${accuracyIs} may be above ${rule} by luck.`,
      bad: `${accuracyIs} does not beat ${rule}.`,
    }),
  ];
}

function numberBaseline({ r2, rows, where }: NumberFit): Verdict[] {
  if (rows < 2 || !Number.isFinite(r2)) return [];
  // Of numbers that have nothing to do with each other the correlation has a standard error of 1 / sqrt(rows); R2 is its square.
  const threshold = Math.min(1, baselineErrors ** 2 / rows);
  const r2Is = `The R2 of ${shown(r2)} on ${plural(rows, "row")} of ${where}`;
  return [
    baseline(r2, 0, threshold, {
      good: `${r2Is} beats the 0 of always naming the mean.`,
      warn: `${r2Is} may be above the 0 of always naming the mean by luck.`,
      bad: `${r2Is} does not beat the 0 of always naming the mean.`,
    }),
  ];
}

function baseline(value: number, bad: number, warn: number, said: Readonly<Record<"good" | "warn" | "bad", string>>): Verdict {
  const severity = value > warn || value === 1 ? "good" : value > bad ? "warn" : "bad";
  return {
    kind: "baseline",
    severity,
    where: {},
    value,
    threshold: severity === "bad" ? bad : warn,
    message: said[severity],
    advice:
      severity === "good"
        ? "Nothing to do."
        : "Mend what is said of derivatives, units and inputs, train for longer, and ask whether the columns can tell the target at all.",
  };
}
