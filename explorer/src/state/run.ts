import { type Recipe, recipe } from "./recipe.js";
import { type RateChange, speed, type Speed } from "./run-state.js";
import type { ReplayOptions } from "./trainer.js";

export { fault, onRunEnd, outcome, rate, run, speed, standing, status, version } from "./run-state.js";
export type { CostPoint, Fault, Outcome, RateChange, Run, RunEnd, RunEvent, RunStatus, Speed } from "./run-state.js";
export type { ReplayOptions } from "./trainer.js";

// What may be done to the run. Training is a good part of the whole page, so that it comes with the first of these.

const trainer = () => import("./trainer.js");

/**
 * Begins a run of the recipe: it first stands at step 0, so that the page shows what it starts from, and then trains.
 *
 * @throws ChainruleError naming the options that cannot be trained with
 */
export async function startRun(): Promise<void> {
  const { begin, resume } = await trainer();
  await begin(recipe.value);
  resume();
}

/** Stands after the step that is under way. */
export async function pause(): Promise<void> {
  await (await trainer()).pause();
}

/** Goes on at the chosen speed. */
export async function resume(): Promise<void> {
  (await trainer()).resume();
}

/** Trains on one batch, or up to the end of the epoch; begins a run where there is none. */
export async function stepBatch(): Promise<void> {
  await (await trainer()).stepBatch();
}

export async function stepEpoch(): Promise<void> {
  await (await trainer()).stepEpoch();
}

/** Back to step 0 of the run, with the same parameters. */
export async function rewind(): Promise<void> {
  await (await trainer()).rewind();
}

/** The recipe with another seed, at step 0. */
export async function newSeed(): Promise<void> {
  const { begin } = await trainer();
  const { options, ...rest } = recipe.value;
  const next = { ...rest, options: { ...options, seed: (options.seed ?? 1) + 1 } };
  recipe.value = next;
  await begin(next);
}

/**
 * Another learning rate from the next step on; it stands among the run's events.
 *
 * @throws ChainruleError `E_USAGE` for a rate that is no finite number above 0
 */
export async function changeRate(learningRate: number): Promise<void> {
  await (await trainer()).changeRate(learningRate);
}

export async function setSpeed(next: Speed): Promise<void> {
  speed.value = next;
  (await trainer()).keepSpeed();
}

/** After a fault: stands at the last state whose numbers were all finite. */
export async function restoreGood(): Promise<void> {
  await (await trainer()).restoreGood();
}

/** Puts a recipe into the form of the Train screen; the next run has it. */
export function useRecipe(next: Recipe): void {
  recipe.value = next;
}

/** Trains a recipe to exactly a step, with changes of the learning rate on the way, and stands there. */
export async function replay(next: Recipe, changes: readonly RateChange[], until: number, options: ReplayOptions = {}): Promise<void> {
  await (await trainer()).replay(next, changes, until, options);
}
