import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import { above, type Verdict } from "./verdict.js";
import { percent, plural, shown } from "./words.js";

const { overfitting } = DIAGNOSIS_THRESHOLDS;

/** Accuracy or R2 on the training rows and on others. */
export interface Gap {
  readonly measure: "accuracy" | "R2";
  readonly train: number;
  readonly other: number;
  /** The part that the others are, and how many. */
  readonly part: "validation" | "test";
  readonly rows: number;
  /** Standard error of the measure on the others. */
  readonly error: number;
}

/** Has the network learned its rows by heart? */
export function overfittingVerdict({ measure, train, other, part, rows, error }: Gap): Verdict[] {
  const gap = train - other;
  if (!Number.isFinite(gap) || !Number.isFinite(error)) return [];
  const limits = { warn: overfitting.warn + 2 * error, bad: overfitting.bad + 2 * error };
  const said = measure === "accuracy" ? percent : shown;
  const numbers = `${measure} is ${said(train)} on training rows and ${said(other)} on ${plural(rows, "row")} of the ${part} part`;
  const crossed = above(gap, limits);
  if (crossed === undefined) {
    return [
      {
        kind: "overfitting",
        severity: "good",
        where: {},
        value: gap,
        threshold: limits.warn,
        message: `What was learned holds for other rows: ${numbers}.`,
        advice: "Nothing to do.",
      },
    ];
  }
  return [
    {
      kind: "overfitting",
      ...crossed,
      where: {},
      value: gap,
      message: `The network has learned its rows by heart: ${numbers}, a difference of ${said(gap)}, above ${said(crossed.threshold)}.`,
      advice: "Use more rows, early stopping, weight decay, dropout, or fewer units.",
    },
  ];
}
