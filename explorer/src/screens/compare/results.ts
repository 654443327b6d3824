import type { KeptRun } from "../../state/kept-run.js";

/** What is said of each run in the table. */
export interface Results {
  readonly bestValidation: number | undefined;
  readonly bestEpoch: number | undefined;
  readonly finalCost: number | undefined;
  readonly testAccuracy: number | undefined;
  readonly testRmse: number | undefined;
  readonly testR2: number | undefined;
  readonly testCost: number | undefined;
  readonly seconds: number | undefined;
  readonly samplesPerSecond: number | undefined;
}

export type ResultName = Exclude<keyof Results, "bestEpoch">;

export function resultsOf({ records, costs, test, seconds, samplesPerSecond }: KeptRun): Results {
  const validated = records.filter(({ validation }) => validation !== null);
  const best = validated.reduce<(typeof validated)[number] | undefined>(
    (found, record) => (found === undefined || record.validation!.cost < found.validation!.cost ? record : found),
    undefined,
  );
  return {
    bestValidation: best?.validation?.cost,
    bestEpoch: best?.epoch,
    finalCost: records.at(-1)?.cost ?? (costs.length === 0 ? undefined : costs[costs.length - 2]),
    testAccuracy: test?.accuracy,
    testRmse: test?.rmse,
    testR2: test?.r2,
    testCost: test?.cost,
    seconds: seconds > 0 ? seconds : undefined,
    samplesPerSecond: samplesPerSecond > 0 ? samplesPerSecond : undefined,
  };
}

export interface Spread {
  readonly mean: number;
  /** Of the sample: its squares are divided by one less than there are. */
  readonly deviation: number;
}

/** Undefined where a run does not have it. */
export function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  if (values.length < 2 || !values.every((value) => value !== undefined)) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
