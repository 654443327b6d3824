import { ChainruleError, type Problem, show } from "../base/errors.js";
import { cosineOf, powerOf } from "../base/elementary.js";
import { suggestion } from "../base/spelling.js";

interface WarmUp {
  /** Epochs, or parts of one, in which the rate rises evenly from 0 to the optimizer's; the schedule begins after them. 0 where left out. */
  readonly warmUp?: number;
}

/**
 * How the learning rate moves. `rate` is the optimizer's own; e counts the epochs since the warm-up, with their fraction; p = e / all of
 * them. Shares are of `rate`.
 *
 * - `constant`: rate
 * - `step`: rate * factor^floor(e / every)
 * - `exponential`: rate * factor^floor(e)
 * - `polynomial`: rate * (end + (1 - end) * (1 - p)^power)
 * - `cosine`: rate * (end + (1 - end) * (1 + cos(pi * c)) / 2), c from 0 to 1 in each period; after each the next is `growth` times as
 *   long (Loshchilov and Hutter 2017)
 * - `one-cycle`: from rate * start up to rate in the first `rise` of the run and down to rate * end, by half cosines (Smith 2018)
 * - `plateau`: rate * factor^k, k counting how often the watched metric did not improve by more than `threshold` (a share of it) for more
 *   than `patience` epochs; never below rate * end
 */
export type ScheduleDescription =
  | ({ readonly kind: "constant" } & WarmUp)
  | ({ readonly kind: "step"; readonly every: number; readonly factor: number } & WarmUp)
  | ({ readonly kind: "exponential"; readonly factor: number } & WarmUp)
  | ({ readonly kind: "polynomial"; readonly end: number; readonly power: number } & WarmUp)
  | ({ readonly kind: "cosine"; readonly end: number; readonly period?: number; readonly growth: number } & WarmUp)
  | ({ readonly kind: "one-cycle"; readonly start: number; readonly end: number; readonly rise: number } & WarmUp)
  | ({
      readonly kind: "plateau";
      readonly factor: number;
      readonly patience: number;
      readonly threshold: number;
      readonly end: number;
    } & WarmUp);

export type ScheduleName = ScheduleDescription["kind"];

type Chosen<D> = D extends { readonly kind: ScheduleName } ? Pick<D, "kind"> & Partial<Omit<D, "kind">> : never;
/** A schedule by its name, or with the settings that are not its defaults. */
export type ScheduleSettings = ScheduleName | Chosen<ScheduleDescription>;

/** The settings of each schedule, and what they are where they are left out. */
const DEFAULTS = {
  constant: {},
  step: { every: 10, factor: 0.5 },
  exponential: { factor: 0.95 },
  polynomial: { end: 0, power: 1 },
  cosine: { end: 0, growth: 1 },
  "one-cycle": { start: 0.04, end: 4e-6, rise: 0.3 },
  plateau: { factor: 0.5, patience: 3, threshold: 1e-4, end: 0 },
} as const satisfies Record<ScheduleName, object>;
export const SCHEDULE_NAMES = Object.keys(DEFAULTS) as ScheduleName[];
/** Settings that have no number as their default. */
const OPTIONAL: Readonly<Partial<Record<ScheduleName, readonly string[]>>> = { cosine: ["period"] };

const above0 = ["a finite number above 0", (value: number): boolean => value > 0 && Number.isFinite(value)] as const;
const share = ["a number from 0 to 1", (value: number): boolean => value >= 0 && value <= 1] as const;
const ALLOWED: Readonly<Record<string, readonly [expected: string, isAllowed: (value: number) => boolean]>> = {
  every: above0,
  factor: ["a number above 0 and at most 1", (value) => value > 0 && value <= 1],
  power: above0,
  period: above0,
  growth: ["a finite number of at least 1", (value) => value >= 1 && Number.isFinite(value)],
  rise: ["a number above 0 and below 1", (value) => value > 0 && value < 1],
  patience: ["a whole number of at least 0", (value) => Number.isInteger(value) && value >= 0],
  warmUp: ["a finite number of at least 0", (value) => value >= 0 && Number.isFinite(value)],
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** @throws ChainruleError `E_USAGE` naming the setting */
export function completeSchedule(settings: ScheduleSettings = "constant"): ScheduleDescription {
  const given: Readonly<Record<string, unknown>> = isRecord(settings) ? settings : { kind: settings };
  const kind = SCHEDULE_NAMES.find((name) => name === given["kind"]);
  if (kind === undefined) {
    const got = given["kind"];
    throw new ChainruleError("E_USAGE", {
      where: "schedule",
      expected: `one of ${SCHEDULE_NAMES.join(", ")}`,
      got: show(got),
      ...suggestion(got, SCHEDULE_NAMES),
    });
  }
  const names = [...Object.keys(DEFAULTS[kind]), ...(OPTIONAL[kind] ?? []), "warmUp"];
  const problems = Object.entries(given).flatMap(([name, value]): Problem[] => {
    if (name === "kind" || value === undefined) return [];
    const where = `schedule.${name}`;
    if (!names.includes(name)) return [{ where, expected: `one of ${names.join(", ")}`, got: show(value), ...suggestion(name, names) }];
    const [expected, isAllowed] = ALLOWED[name] ?? share;
    return typeof value === "number" && isAllowed(value) ? [] : [{ where, expected, got: show(value) }];
  });
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
  return {
    ...DEFAULTS[kind],
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    kind,
  } as ScheduleDescription;
}

/** The run that a schedule is laid over. */
export interface ScheduledRun {
  readonly schedule: ScheduleDescription;
  /** The optimizer's learning rate. */
  readonly rate: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/**
 * The learning rate of a step, counted from 0 over the whole run. Computed with exact operations and own functions, so that every
 * runtime gets the same bits.
 *
 * @param drops how often a plateau has lowered it
 */
export function rateAt({ schedule, rate, epochs, stepsPerEpoch }: ScheduledRun, step: number, drops = 0): number {
  const warm = Math.round((schedule.warmUp ?? 0) * stepsPerEpoch);
  if (step < warm) return (rate * (step + 1)) / (warm + 1);
  const at = step - warm;
  const steps = Math.max(1, epochs * stepsPerEpoch - warm);
  const e = at / stepsPerEpoch;
  const between = (end: number, height: number): number => rate * (end + (1 - end) * height);
  switch (schedule.kind) {
    case "constant":
      return rate;
    case "step":
      return rate * repeated(schedule.factor, Math.floor(e / schedule.every));
    case "exponential":
      return rate * repeated(schedule.factor, Math.floor(e));
    case "polynomial":
      return between(schedule.end, powerOf(Math.max(0, 1 - at / steps), schedule.power));
    case "cosine":
      return between(schedule.end, (1 + cosineOf(inPeriod(e, schedule.period ?? steps / stepsPerEpoch, schedule.growth))) / 2);
    case "one-cycle": {
      // The last step of the rise has the whole rate, the last of all the end.
      const top = schedule.rise * steps - 1;
      const turn = at <= top ? (top <= 0 ? 1 : at / top) : Math.min(1, (at - top) / (steps - 1 - top));
      const [from, to] = at <= top ? [schedule.start, 1] : [1, schedule.end];
      return rate * (to + ((from - to) * (1 + cosineOf(turn))) / 2);
    }
    case "plateau":
      return rate * Math.max(schedule.end, repeated(schedule.factor, drops));
  }
}

/** How far into its period an epoch is, 0..1. */
function inPeriod(e: number, period: number, growth: number): number {
  if (growth === 1) return (e % period) / period;
  let [start, length] = [0, period];
  while (e - start >= length) {
    start += length;
    length *= growth;
  }
  return (e - start) / length;
}

/** factor^times by products, which are the same everywhere. */
function repeated(factor: number, times: number): number {
  let product = 1;
  for (let i = 0; i < times; i++) product *= factor;
  return product;
}
