import type { Engine, StepReport } from "../../kernels/contract.js";
import type { EpochRecord, Score } from "../history.js";
import type { TrainingPlan } from "../plan.js";
import { rateAt } from "../schedule.js";
import { NOTHING_WATCHED, type StopReason, type Watched } from "../stopping.js";
import type { Control } from "./control.js";
import type { LoopListener } from "./listener.js";
import type { Look } from "./look.js";
import type { Pace } from "./pace.js";

/** A run under way, as the parts of the loop share it. */
export interface Run {
  readonly plan: TrainingPlan;
  readonly engine: Engine;
  readonly pace: Pace;
  readonly look: Look;
  readonly listener: LoopListener;
  readonly control: Control;
  readonly course: Course;
}

/** Where a run stands; steps and the ends of epochs move it on. */
export interface Course {
  /** Steps and whole epochs done. */
  step: number;
  epoch: number;
  /** Of the epoch under way. */
  progress: Progress;
  /** The sum of the weights of its rows that were trained on. */
  weight: number;
  /** The optimizer's, over which the schedule is laid. */
  learningRate: number;
  /** What has been told of the epoch under way. */
  told: Progress & { readonly weight: number };
  /** Of all steps. */
  milliseconds: number;
  readonly history: EpochRecord[];
  watched: Watched;
  /** The parameters of the best epoch, where they are to be kept. */
  best: Float32Array | undefined;
  stopped: StopReason | undefined;
}

/** Rows that were trained on, the sum of their costs, and how many were right. */
interface Progress {
  readonly position: number;
  readonly costSum: number;
  readonly correct: number;
}

export const NO_PROGRESS: Progress = { position: 0, costSum: 0, correct: 0 };
export const NOTHING_TOLD = { ...NO_PROGRESS, weight: 0 };

/** At the start of a run, or where its checkpoint was taken. */
export function startCourse({ state, epochs, optimizer }: TrainingPlan): Course {
  const epoch = state?.epoch ?? 0;
  return {
    step: state?.step ?? 0,
    epoch,
    progress: state === undefined ? NO_PROGRESS : { position: state.position, costSum: state.costSum, correct: state.correct },
    weight: 0,
    learningRate: state?.learningRate ?? optimizer.learningRate,
    told: NOTHING_TOLD,
    milliseconds: state?.milliseconds ?? 0,
    history: [...(state?.history ?? [])],
    watched: state?.watched ?? NOTHING_WATCHED,
    best: state?.best,
    stopped: state?.stopped ?? (epoch >= epochs ? "epochs" : undefined),
  };
}

/** L-BFGS takes all rows at once. */
export function stepsPerEpoch({ optimizer, parts, batchSize }: TrainingPlan): number {
  return optimizer.kind === "lbfgs" ? 1 : Math.ceil(parts.train.length / batchSize);
}

/** The learning rate of a step, counted from 0. */
export function rateOf({ plan, course }: Run, step: number): number {
  const { schedule, epochs } = plan;
  return rateAt({ schedule, rate: course.learningRate, epochs, stepsPerEpoch: stepsPerEpoch(plan) }, step, course.watched.drops);
}

export function scoreOf({ task }: TrainingPlan, report: StepReport, rows: number, weight = rows): Score {
  return {
    cost: report.costSum / weight,
    ...(task.kind === "regression" ? {} : { accuracy: report.correct / rows }),
  };
}

/** Training rows a second. */
export function speedOf({ plan, course }: Run): number {
  const { milliseconds, epoch, progress } = course;
  return milliseconds === 0 ? 0 : (epoch * plan.parts.train.length + progress.position) / (milliseconds / 1000);
}

export function isTimeOver({ plan, course }: Run): boolean {
  return course.milliseconds / 1000 >= (plan.stopping.timeLimit ?? Infinity);
}

/** Tells the listener where the run stands. */
export function tick(run: Run): void {
  const { plan, course, listener } = run;
  const { epochs, parts } = plan;
  const { step, epoch, progress, weight, told } = course;
  const samplesPerSecond = speedOf(run);
  const done = epoch * parts.train.length + progress.position;
  const all = epochs * parts.train.length;
  const fresh = { costSum: progress.costSum - told.costSum, correct: progress.correct - told.correct };
  course.told = { ...progress, weight };
  listener.onTick({
    step,
    steps: epochs * stepsPerEpoch(plan),
    learningRate: rateOf(run, step - 1),
    recent: scoreOf(plan, fresh, progress.position - told.position, weight - told.weight),
    epoch: epoch + 1,
    epochs,
    fraction: done / all,
    score: scoreOf(plan, progress, progress.position, weight),
    samplesPerSecond,
    secondsLeft: (all - done) / samplesPerSecond,
  });
}
