import { batch } from "@preact/signals";
import { ChainruleError, type Snapshot, type TrainResult } from "chainrule";
import { numberText } from "chainrule/explain";
import { changed, type Recipe, recipe } from "./recipe.js";
import { datasetOf } from "./run-data.js";
import { createDrive, type Drive } from "./run-drive.js";
import { faultOf } from "./run-fault.js";
import { firstLeg, type Leg, nextLeg } from "./run-leg.js";
import { show } from "./run-show.js";
import { fault, outcome, rate, type RateChange, run, standing, status, tellRunEnd } from "./run-state.js";
import type { ShownTarget } from "./task.js";

// Owns the run: what begins it, moves it and ends it. There is one at a time.

interface Live {
  readonly leg: Leg;
  readonly drive: Drive;
  /** Changes of the learning rate that were asked for; each stands among the events when it has happened. */
  asked: number;
}

let live: Live | undefined;

/** A run of a recipe, at step 0 and in the place of the one before. It then stands. */
export async function begin(next: Recipe): Promise<void> {
  const dataset = await datasetOf(next);
  // Refused options leave everything as it is.
  const leg = firstLeg(next, dataset);
  leave();
  batch(() => {
    run.value = leg.run;
    outcome.value = undefined;
    rate.value = undefined;
  });
  await stand(leg, 0);
}

/** Stands where a leg begins. */
async function stand(leg: Leg, asked: number): Promise<void> {
  const own: Live = { leg, drive: createDrive(leg, () => own.asked), asked };
  live = own;
  fault.value = undefined;
  void listen(own);
  const snapshot = await leg.training.snapshot();
  if (live !== own) return;
  // It is said to stand when what is shown is where it stands.
  batch(() => {
    rate.value ??= leg.run.recipe.options.optimizer?.learningRate ?? snapshot.model.training?.optimizer.learningRate;
    standing.value = { ...standing.value, samplesPerSecond: 0, secondsLeft: 0, learningRate: snapshot.learningRate };
    show(leg, snapshot);
    status.value = "paused";
  });
}

async function listen(own: Live): Promise<void> {
  const { leg, drive } = own;
  const { training } = leg;
  void (async () => {
    for await (const record of training) if (record.epoch > leg.run.records.length) leg.run.records.push(record);
  })().catch(() => undefined);
  try {
    const result = await training.result;
    const last = await training.snapshot();
    if (live === own) finish(own, result, last);
  } catch (error) {
    if (live !== own || (error instanceof ChainruleError && error.code === "E_ABORTED")) return;
    drive.stop();
    status.value = "failed";
    const found = await faultOf(error, leg, drive.tick()?.step ?? standing.value.step, rate.value ?? NaN);
    if (live !== own) return;
    leg.run.events.push({ step: found.step, kind: "fault", text: found.message });
    fault.value = found;
    tellRunEnd({ run: leg.run, step: standing.value.step, outcome: undefined, fault: found });
  }
}

function finish({ leg, drive }: Live, result: TrainResult<ShownTarget>, last: Snapshot<ShownTarget>): void {
  drive.stop();
  const { stopped, model, test, samplesPerSecond, bestEpoch } = result;
  const end = { stopped, model, test, samplesPerSecond, ...(bestEpoch === undefined ? {} : { bestEpoch }) };
  batch(() => {
    show(leg, last, drive.tick());
    standing.value = { ...standing.value, samplesPerSecond, secondsLeft: 0 };
    outcome.value = end;
    status.value = "done";
  });
  tellRunEnd({ run: leg.run, step: last.step, outcome: end, fault: undefined });
}

/** Ends the run that is, for another one. */
function leave(): void {
  if (live === undefined) return;
  const { leg, drive } = live;
  live = undefined;
  drive.stop();
  leg.leave();
  const isOpen = status.value === "training" || status.value === "paused";
  if (isOpen && standing.value.step > 0) tellRunEnd({ run: leg.run, step: standing.value.step, outcome: undefined, fault: undefined });
}

/** What is asked of a run that trains or stands; nothing is where it is over. */
function open(): Live | undefined {
  return status.value === "training" || status.value === "paused" ? live : undefined;
}

export function resume(): void {
  const own = open();
  if (own === undefined || status.value === "training") return;
  status.value = "training";
  own.drive.go();
}

export function keepSpeed(): void {
  if (status.value === "training") open()?.drive.go();
}

export async function pause(): Promise<void> {
  const own = open();
  if (own === undefined) return;
  await settle(own, own.drive.stand());
}

export async function stepBatch(): Promise<void> {
  const own = await opened();
  if (own !== undefined) await settle(own, own.drive.advance(1));
}

export async function stepEpoch(): Promise<void> {
  const own = await opened();
  if (own === undefined) return;
  const { step } = status.value === "training" ? await own.drive.stand() : standing.value;
  status.value = "training";
  await settle(own, own.drive.advance(own.leg.stepsPerEpoch - (step % own.leg.stepsPerEpoch)));
}

/** The run, begun where there is none. */
async function opened(): Promise<Live | undefined> {
  if (status.value === "none") await begin(recipe.value);
  return open();
}

/** Shows where the run came to stand, and keeps that state. A run that is over says so by itself. */
async function settle(own: Live, standingAt: Promise<Snapshot<ShownTarget> | undefined>): Promise<void> {
  try {
    const snapshot = await standingAt;
    if (snapshot === undefined || live !== own || open() === undefined) return;
    status.value = "paused";
    show(own.leg, snapshot, own.drive.tick());
    await own.drive.save(own.asked);
  } catch {
    // Its result says why.
  }
}

export async function rewind(): Promise<void> {
  await begin(run.value?.recipe ?? recipe.value);
}

/** Of the run where one is open, of the recipe otherwise. */
export async function changeRate(learningRate: number): Promise<void> {
  const own = open();
  if (own === undefined) {
    const optimizer = { kind: "sgd" as const, ...recipe.value.options.optimizer, learningRate };
    recipe.value = changed(recipe.value, { optimizer });
    return;
  }
  const { training, run: grown } = own.leg;
  // Throws for a rate that is none, and then nothing is kept.
  const before = own.drive.save(own.asked);
  const changing = training.setLearningRate(learningRate);
  own.asked += 1;
  before.catch(() => undefined);
  const { step } = await changing;
  if (live !== own) return;
  grown.events.push({ step, kind: "rate", text: `learning rate ${numberText(learningRate)}`, learningRate });
  rate.value = learningRate;
}

/** Goes back to the newest state that was kept; changes of the learning rate that it does not have are taken back too. */
export async function restoreGood(): Promise<void> {
  const good = fault.value?.good;
  const failed = live;
  if (failed === undefined || good === undefined) return;
  const { run: grown, rates } = failed.leg;
  failed.drive.stop();
  const leg = nextLeg(failed.leg, good.step);
  const kept = rates.get(good.step) ?? 0;
  const changes = grown.events.filter(({ kind }) => kind === "rate").slice(0, kept);
  const isKept = (event: (typeof grown.events)[number]): boolean => (event.kind === "rate" ? changes.includes(event) : true);
  replaceBy(grown.events, [
    ...grown.events.filter(isKept),
    { step: good.step, kind: "restored", text: `back to step ${good.step.toLocaleString("en-US")}` },
  ]);
  replaceBy(
    grown.costs,
    grown.costs.filter(({ step }) => step <= good.step),
  );
  replaceBy(
    grown.records,
    grown.records.filter(({ epoch }) => epoch <= good.epoch),
  );
  replaceBy(
    grown.statistics,
    grown.statistics.filter(({ step }) => step <= good.step),
  );
  rate.value = changes.at(-1)?.learningRate;
  await stand(leg, kept);
}

function replaceBy<T>(list: T[], next: readonly T[]): void {
  list.splice(0, Infinity, ...next);
}

export interface ReplayOptions {
  readonly onStep?: (step: number) => void;
  readonly signal?: AbortSignal;
}

/** Trains a recipe to exactly a step, with changes of the learning rate on the way, and stands there. */
export async function replay(
  next: Recipe,
  changes: readonly RateChange[],
  until: number,
  { onStep, signal }: ReplayOptions,
): Promise<void> {
  await begin(next);
  const own = live!;
  const end = (): void => {
    if (live !== own) return;
    leave();
    status.value = "none";
    run.value = undefined;
  };
  signal?.addEventListener("abort", end);
  // It may have been given up while the data came.
  if (signal?.aborted === true) end();
  let isOver = false;
  // The run may go on later, and that is no part of this.
  own.leg.training.onTick(({ step }) => {
    if (!isOver) onStep?.(step);
  });
  let step = 0;
  const goTo = async (to: number): Promise<void> => {
    if (to > step) step = (await own.drive.advance(to - step))?.step ?? step;
  };
  try {
    signal?.throwIfAborted();
    status.value = "training";
    for (const change of changes) {
      if (change.step > until) break;
      await goTo(change.step);
      await changeRate(change.learningRate);
    }
    await goTo(until);
    signal?.throwIfAborted();
    await settle(own, own.leg.training.snapshot());
  } finally {
    isOver = true;
    signal?.removeEventListener("abort", end);
  }
}
