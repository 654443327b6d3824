import type { Label } from "../data/dataset.js";
import type { PartName } from "../data/split.js";

/** From what has to be mended to what is fine. */
export const SEVERITIES = ["bad", "warn", "info", "good"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a verdict is about; docs/diagnose.md has a row for each. */
export const VERDICT_KINDS = [
  "non-finite",
  "vanishing-gradient",
  "exploding-gradient",
  "gradient-flow",
  "update-ratio",
  "dead-units",
  "constant-units",
  "saturated-units",
  "saturated-layer",
  "stuck-outputs",
  "duplicate-units",
  "units",
  "unscaled-inputs",
  "uneven-columns",
  "constant-columns",
  "duplicate-columns",
  "inputs",
  "class-imbalance",
  "absent-classes",
  "conflicting-labels",
  "suspicious-labels",
  "worst-mistakes",
  "constant-output",
  "baseline",
  "overfitting",
  "calibration",
] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** Where it was found; what does not apply is left out. Lists of rows hold the first ones only. */
export interface Place {
  /** Layer numbers, the input being layer 1. */
  readonly layers?: readonly number[];
  /** `a3[7]` */
  readonly units?: readonly string[];
  /** `w3[2,5]` */
  readonly parameters?: readonly string[];
  readonly columns?: readonly string[];
  /** Row numbers in the order of the source. */
  readonly rows?: readonly number[];
  readonly classes?: readonly Label[];
}

/** One row that a verdict points at. */
export interface RowFinding {
  readonly row: number;
  /** The part of the training data that it stands in; null for other data. */
  readonly part: Exclude<PartName, "all"> | null;
  /** The class that the data give it, or the number, or its labels in one text. */
  readonly given: Label;
  readonly predicted: Label;
  /** The cost of a mistake; of a suspicious label by how much the predicted class is surer than the given one, 0..1. */
  readonly value: number;
}

export interface Verdict {
  readonly kind: VerdictKind;
  readonly severity: Severity;
  readonly where: Place;
  /** The number that was looked at, and what it was held against. */
  readonly value: number;
  readonly threshold: number;
  /** One sentence: what was found. */
  readonly message: string;
  /** One sentence: what to do next. */
  readonly advice: string;
  /** Of mistakes and suspicious labels, the worst first. */
  readonly findings?: readonly RowFinding[];
}

/** The worst first; the order of the checks otherwise. */
export function bySeverity(verdicts: readonly Verdict[]): Verdict[] {
  const rank = ({ severity }: Verdict): number => SEVERITIES.indexOf(severity);
  return [...verdicts].sort((p, q) => rank(p) - rank(q));
}

/** Two limits that a number may be above, or below; undefined where it is within both, or no number at all. */
export interface Limits {
  readonly warn: number;
  readonly bad: number;
}

export function above(value: number, { warn, bad }: Limits): { severity: "bad" | "warn"; threshold: number } | undefined {
  if (value > bad) return { severity: "bad", threshold: bad };
  return value > warn ? { severity: "warn", threshold: warn } : undefined;
}

export function below(value: number, { warn, bad }: Limits): { severity: "bad" | "warn"; threshold: number } | undefined {
  if (value < bad) return { severity: "bad", threshold: bad };
  return value < warn ? { severity: "warn", threshold: warn } : undefined;
}
