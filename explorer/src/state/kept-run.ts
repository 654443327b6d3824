import type { EpochRecord, Score } from "chainrule";
import type { ShownEvaluation } from "./task.js";
import type { Recipe } from "./recipe.js";
import type { CostPoint, RunEvent } from "./run.js";

/** Of the test rows: where numbers are learned, the error of the (first) target in its units. */
export interface TestScore extends Score {
  readonly rmse?: number;
  /** Left out of one row, of which it is not defined. */
  readonly r2?: number;
}

export function testScore(test: ShownEvaluation): TestScore {
  if (test.kind === "classification") return { cost: test.cost, accuracy: test.accuracy };
  return { cost: test.cost, rmse: test.rmse, ...(test.r2 === null ? {} : { r2: test.r2 }) };
}

/** A run as the browser keeps it. Plain data, with the curves in flat arrays, so that a list of many is read quickly. */
export interface KeptRun {
  readonly id: string;
  /** What people call it; they may change it. */
  readonly name: string;
  /** Trained by the page, repeated by it with another seed, or read from a file that the command line printed. */
  readonly source: "page" | "repeat" | "file";
  readonly status: "training" | "paused" | "done" | "failed";
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly updated: number;
  readonly recipe: Recipe;
  /** Of runs whose network the options of a recipe cannot say: it in words. Such a run cannot be repeated here. */
  readonly network?: string;
  /** step, least, mean, most of the training batches, shape (points x 4). */
  readonly costs: Float64Array;
  /** Steps and the seconds of training that they took, shape (points x 2). */
  readonly clock: Float64Array;
  readonly records: readonly EpochRecord[];
  readonly events: readonly RunEvent[];
  /** Steps done, and those of an epoch; 0 where not known. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Of training, pauses not counted. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly parameters?: number;
  readonly parametersHash?: string;
  /** Of the test rows, by the final parameters. */
  readonly test?: TestScore;
  /** What the diagnosis found to be wrong. */
  readonly verdicts?: number;
}

/** Parameters at a step of a run, as a model file. */
export interface KeptSnapshot {
  readonly run: string;
  readonly step: number;
  readonly epoch: number;
  readonly file: Uint8Array<ArrayBuffer>;
}

/** Milliseconds since 1970, for lists of people. */
export function today(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

export function packCosts(costs: readonly CostPoint[]): Float64Array {
  return Float64Array.from(costs.flatMap(({ step, least, mean, most }) => [step, least, mean, most]));
}

export function costPoints(costs: Float64Array): CostPoint[] {
  return Array.from({ length: costs.length / 4 }, (_, at) => {
    const [step, least, mean, most] = costs.subarray(4 * at, 4 * at + 4) as unknown as [number, number, number, number];
    return { step, least, mean, most };
  });
}

/** Whether a record of the store is one that this version can show. */
export function isKeptRun(value: unknown): value is KeptRun {
  const run = value as Partial<KeptRun> | null;
  return (
    typeof run?.id === "string" &&
    typeof run.name === "string" &&
    typeof run.recipe?.options === "object" &&
    run.costs instanceof Float64Array &&
    run.clock instanceof Float64Array &&
    Array.isArray(run.records) &&
    Array.isArray(run.events)
  );
}
