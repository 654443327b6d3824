import { signal } from "@preact/signals";
import type { EpochRecord, StepStatistics, StopReason } from "chainrule";
import type { Recipe } from "./recipe.js";
import type { ShownEvaluation, ShownModel } from "./task.js";

// The run that the page trains, and what is known of it. The page asks for parameters when it has time (at most ten times a second) and puts
// them into `session`, which every screen follows; the engine never waits for it.

export type RunStatus =
  /** No run: the network that is shown was opened. */
  | "none"
  | "training"
  | "paused"
  | "done"
  /** Ended by an error, most often a cost that is not finite; see `fault`. */
  | "failed";

/** Where a run was when something happened to it. */
export interface RunEvent {
  readonly step: number;
  readonly kind: "rate" | "fault" | "restored";
  /** A sentence for people. */
  readonly text: string;
  /** Of a change of the learning rate. */
  readonly learningRate?: number;
}

/** Costs of the training batches between two looks at the run. */
export interface CostPoint {
  readonly step: number;
  readonly least: number;
  readonly mean: number;
  readonly most: number;
  /** Share of their rows whose class was right. */
  readonly accuracy?: number;
}

export interface Fault {
  readonly message: string;
  /** The step whose cost was not finite, and the learning rate that it had. */
  readonly step: number;
  readonly learningRate: number;
  /** The last state whose numbers were all finite. */
  readonly good: { readonly step: number; readonly epoch: number } | undefined;
}

/** Everything of one run; `records`, `costs` and the others grow while it trains, and `version` says when. */
export interface Run {
  readonly id: string;
  readonly recipe: Recipe;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly costs: readonly CostPoint[];
  readonly records: readonly EpochRecord[];
  readonly statistics: readonly StepStatistics[];
  readonly events: readonly RunEvent[];
}

/** What a run that was not left before its end came to. */
export interface Outcome {
  readonly stopped: StopReason;
  readonly model: ShownModel;
  readonly test: ShownEvaluation | undefined;
  readonly samplesPerSecond: number;
  /** The epoch whose parameters the model has, where the best were to be kept. */
  readonly bestEpoch?: number;
}

/** How a run ended: with an outcome, with a fault, or because another one was begun (neither). */
export interface RunEnd {
  readonly run: Run;
  readonly step: number;
  readonly outcome: Outcome | undefined;
  readonly fault: Fault | undefined;
}

/** A learning rate that was set by hand, and the steps that were done before it. */
export interface RateChange {
  readonly step: number;
  readonly learningRate: number;
}

/** As fast as it goes, or so many batches a second. */
export type Speed = "max" | 10 | 1;

export const status = signal<RunStatus>("none");
export const run = signal<Run | undefined>(undefined);
/** Counts up at most ten times a second while numbers of the run change. */
export const version = signal(0);
export const fault = signal<Fault | undefined>(undefined);
export const outcome = signal<Outcome | undefined>(undefined);
/** Steps and whole epochs done by the run. */
export const standing = signal({ step: 0, epoch: 0, stepsPerEpoch: 0, samplesPerSecond: 0, secondsLeft: 0, learningRate: 0 });
/** The optimizer's rate now, over which a schedule is laid; undefined where there is no run. */
export const rate = signal<number | undefined>(undefined);
export const speed = signal<Speed>("max");

const endListeners = new Set<(end: RunEnd) => void>();

/** Calls `listener` whenever a run has ended; returns what stops that. */
export function onRunEnd(listener: (end: RunEnd) => void): () => void {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

export function tellRunEnd(end: RunEnd): void {
  for (const listener of endListeners) listener(end);
}
