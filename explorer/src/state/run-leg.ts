import {
  type CheckpointStore,
  type Dataset,
  type EpochRecord,
  memoryCheckpoints,
  split,
  type StepStatistics,
  train,
  type TrainingRun,
} from "chainrule";
import type { Recipe, RecipeOptions } from "./recipe.js";
import { createTally, type Tally } from "./run-costs.js";
import type { CostPoint, Run, RunEvent } from "./run-state.js";
import type { ShownData, ShownTarget } from "./task.js";

/** A run as the page writes it. */
export interface Grown extends Run {
  readonly costs: CostPoint[];
  readonly records: EpochRecord[];
  readonly statistics: StepStatistics[];
  readonly events: RunEvent[];
}

/** What stays the same of a run when it goes on after a fault. */
export interface Course {
  readonly run: Grown;
  readonly dataset: ShownData;
  readonly stepsPerEpoch: number;
  readonly store: CheckpointStore;
  /** How many changes of the learning rate a checkpoint has, by its step. */
  readonly rates: Map<number, number>;
}

/** A training of the library: a run has one from its beginning, and another from each restored state. */
export interface Leg extends Course {
  readonly training: TrainingRun<ShownTarget>;
  readonly tally: Tally;
  /** Ends it. */
  readonly leave: () => void;
}

/** Observed steps of a run, about: some are seen each second, and the others cost nothing. */
const OBSERVED = 400;
/** The page saves by time, not by steps. */
const NEVER = Number.MAX_SAFE_INTEGER;

let count = 0;

/**
 * A run at its step 0.
 *
 * @throws ChainruleError for options that cannot be trained with
 */
export function firstLeg(recipe: Recipe, dataset: ShownData): Leg {
  const started = Math.round(performance.timeOrigin + performance.now());
  count += 1;
  const run: Grown = { id: `${started.toString(36)}-${count}`, recipe, started, costs: [], records: [], statistics: [], events: [] };
  const stepsPerEpoch = countSteps(recipe.options, dataset);
  return nextLeg({ run, dataset, stepsPerEpoch, store: memoryCheckpoints(), rates: new Map([[0, 0]]) }, 0);
}

/** A run that stands at the newest checkpoint of its store, or at its step 0. */
export function nextLeg(course: Course, from: number): Leg {
  const { run, dataset, stepsPerEpoch, store } = course;
  const controller = new AbortController();
  const { options } = run.recipe;
  const training = train(dataset, {
    ...options,
    paused: true,
    statisticsEvery: Math.ceil(((options.epochs ?? 1) * stepsPerEpoch) / OBSERVED) || 1,
    checkpoint: { store, everySteps: NEVER, resume: true },
    signal: controller.signal,
  });
  return { ...course, training, tally: createTally(from), leave: () => controller.abort() };
}

/** The steps of an epoch; 1 where the options are such that `train` will refuse them. */
function countSteps({ test, validation = 0.1, seed = 1, batchSize = 32, optimizer }: RecipeOptions, dataset: Dataset): number {
  if (optimizer?.kind === "lbfgs") return 1;
  try {
    const parts = split(dataset, { test: test ?? (dataset.testFrom === undefined ? 0.2 : 0), validation, seed });
    return Math.max(1, Math.ceil(parts.train.length / batchSize));
  } catch {
    return 1;
  }
}
