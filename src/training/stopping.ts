import { type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";

// What can be watched at the end of each epoch, of the validation rows: docs/metrics.md has each.
export const PROBABILITY_METRICS = ["logLoss", "brier", "calibrationError"] as const;
export const CLASS_METRICS = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "weightedF1",
  "matthews",
  "rocAuc",
  "averagePrecision",
  ...PROBABILITY_METRICS,
] as const;
export const VALUE_METRICS = ["rmse", "mae", "medianError", "mape", "r2", "explainedVariance"] as const;
/** Of rows with any number of labels; `microF1` and `hammingLoss` are theirs alone. */
export const LABEL_METRICS = [
  "accuracy",
  "macroF1",
  "microF1",
  "weightedF1",
  "hammingLoss",
  "rocAuc",
  "averagePrecision",
  "logLoss",
  "brier",
] as const;
export const METRIC_NAMES = ["cost", ...CLASS_METRICS, "microF1", "hammingLoss", ...VALUE_METRICS] as const;
export type MetricName = (typeof METRIC_NAMES)[number];
/** Metrics that get better as they fall. */
const FALLING: readonly MetricName[] = ["cost", ...PROBABILITY_METRICS, "hammingLoss", "rmse", "mae", "medianError", "mape"];

/** When a run ends before its last epoch, and which parameters it leaves. */
export interface StoppingSettings {
  /** Of the validation rows: "cost" where left out. */
  readonly metric?: MetricName;
  /** Epochs in a row without an improvement of the metric after which the run ends; endless where left out. */
  readonly patience?: number;
  /** How much the metric has to improve to count, at least 0 (0). */
  readonly leastGain?: number;
  /** The run ends as soon as the metric is as good as this. */
  readonly stopAt?: number;
  /**
   * Seconds of training after which the run ends, at the step that is under way. The epoch that this cuts short is not in the history, since
   * its mean would be over other rows than those of the others; its steps are in the parameters where those of the end are kept.
   */
  readonly timeLimit?: number;
  /** "best": the parameters of the best epoch, whatever ended the run; "last": those of its end. Where left out, "best" if `metric` or `patience` is given. */
  readonly keep?: "best" | "last";
}

export const STOPPING_NAMES = [
  "metric",
  "patience",
  "leastGain",
  "stopAt",
  "timeLimit",
  "keep",
] as const satisfies (keyof StoppingSettings)[];

/** Why a run ended. */
export type StopReason = "epochs" | "patience" | "target" | "time" | "converged";

/** What is watched, and what has been seen of it. Plain data: a checkpoint keeps it. */
export interface Watched {
  /** The best value so far, and its epoch, from 1; 0 before the first. */
  readonly best: number | null;
  readonly bestEpoch: number;
  /** How often a plateau has lowered the learning rate, the value it compares with, and epochs since that improved. */
  readonly drops: number;
  readonly level: number | null;
  readonly waited: number;
}

export const NOTHING_WATCHED: Watched = { best: null, bestEpoch: 0, drops: 0, level: null, waited: 0 };

/** Whether a value is better than another by more than `gain`; a NaN never is. */
export function isBetter(metric: MetricName, value: number, than: number | null, gain = 0): boolean {
  if (than === null) return !Number.isNaN(value);
  return FALLING.includes(metric) ? value < than - gain : value > than + gain;
}

/** What a new value makes of what was watched. `plateau` is that of the schedule, if it has one. */
export function watch(
  before: Watched,
  { metric = "cost", leastGain = 0 }: StoppingSettings,
  epoch: number,
  value: number,
  plateau?: { readonly patience: number; readonly threshold: number },
): Watched {
  const better = isBetter(metric, value, before.best, leastGain);
  const found = better ? { best: value, bestEpoch: epoch } : { best: before.best, bestEpoch: before.bestEpoch };
  if (plateau === undefined) return { ...before, ...found };
  const improved = isBetter(metric, value, before.level, plateau.threshold * Math.abs(before.level ?? 0));
  const waited = improved ? 0 : before.waited + 1;
  const level = improved ? value : before.level;
  return waited > plateau.patience
    ? { ...found, level, drops: before.drops + 1, waited: 0 }
    : { ...found, level, drops: before.drops, waited };
}

/** Why a run should end after an epoch; undefined where it goes on. */
export function reasonToStop(
  { metric = "cost", patience = Infinity, stopAt }: StoppingSettings,
  { bestEpoch }: Watched,
  epoch: number,
  value: number | undefined,
): StopReason | undefined {
  if (stopAt !== undefined && value !== undefined && (value === stopAt || isBetter(metric, value, stopAt))) return "target";
  return value !== undefined && epoch - bestEpoch >= patience ? "patience" : undefined;
}

/** Whether anything here asks for the metric. */
export function needsMetric({ metric, patience, stopAt, keep }: StoppingSettings): boolean {
  return metric !== undefined || patience !== undefined || stopAt !== undefined || keep === "best";
}

/** Which parameters a run leaves. */
export function keepsBest({ metric, patience, keep }: StoppingSettings): boolean {
  return keep === undefined ? metric !== undefined || patience !== undefined : keep === "best";
}

/** What is wrong with the settings among some options. */
export function stoppingProblems(options: StoppingSettings): Problem[] {
  const problems: Problem[] = [];
  const check = (
    where: keyof StoppingSettings,
    expected: string,
    isAllowed: (value: unknown) => boolean,
    names: readonly string[] = [],
  ): void => {
    const value: unknown = options[where];
    if (value !== undefined && !isAllowed(value)) problems.push({ where, expected, got: show(value), ...suggestion(value, names) });
  };
  const isNumber = (least: number) => (value: unknown) => Number.isFinite(value) && (value as number) >= least;
  check("metric", `one of ${METRIC_NAMES.join(", ")}`, (value) => METRIC_NAMES.some((name) => name === value), METRIC_NAMES);
  check("patience", "a whole number of at least 1", (value) => Number.isInteger(value) && (value as number) >= 1);
  check("leastGain", "a finite number of at least 0", isNumber(0));
  check("stopAt", "a finite number", Number.isFinite);
  check("timeLimit", "seconds, a finite number above 0", (value) => isNumber(0)(value) && value !== 0);
  check("keep", '"best" or "last"', (value) => value === "best" || value === "last");
  return problems;
}
