import type { KeptRun } from "../../state/kept-run.js";
import type { Axis, ChosenRun } from "./chosen.js";

export const MEASURES = ["cost", "validation", "accuracy"] as const;
export type Measure = (typeof MEASURES)[number];

/** One run's course, by ascending x. */
export interface Curve {
  readonly id: string;
  readonly name: string;
  readonly place: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** The range of the batches between two points, of costs. */
  readonly range?: { readonly least: readonly number[]; readonly most: readonly number[] };
}

/** The curves of a chart; runs that have nothing to show there are left out. */
export function curvesOf(chosen: readonly ChosenRun[], measure: Measure, axis: Axis): Curve[] {
  return chosen.flatMap(({ run, place }): Curve[] => {
    const points = measure === "cost" ? costs(run) : measure === "validation" ? validation(run) : accuracies(run, hasValidation(chosen));
    const kept = points.flatMap((point) => {
      const x = xOf(run, point, axis);
      return x === undefined ? [] : [{ ...point, x }];
    });
    if (kept.length === 0) return [];
    const range = kept.every(({ least, most }) => least !== undefined && most !== undefined)
      ? { range: { least: kept.map(({ least }) => least!), most: kept.map(({ most }) => most!) } }
      : {};
    return [{ id: run.id, name: run.name, place, x: kept.map(({ x }) => x), y: kept.map(({ y }) => y), ...range }];
  });
}

/** Whether the accuracies are those of validation rows: of all runs or of none, so that equals are compared. */
export function hasValidation(chosen: readonly ChosenRun[]): boolean {
  return chosen.every(({ run }) => run.records.some(({ validation: score }) => score?.accuracy !== undefined));
}

interface Point {
  readonly step?: number;
  readonly epoch?: number;
  readonly y: number;
  readonly least?: number;
  readonly most?: number;
}

/** Of the batches; where a run has none, of its epochs. */
function costs(run: KeptRun): Point[] {
  if (run.costs.length === 0) return run.records.map(({ epoch, cost }) => ({ epoch, y: cost }));
  return Array.from({ length: run.costs.length / 4 }, (_, at) => {
    const [step, least, mean, most] = run.costs.subarray(4 * at, 4 * at + 4) as unknown as [number, number, number, number];
    return { step, y: mean, least, most };
  });
}

function validation({ records }: KeptRun): Point[] {
  return records.flatMap(({ epoch, validation: score }) => (score === null ? [] : [{ epoch, y: score.cost }]));
}

function accuracies({ records }: KeptRun, ofValidation: boolean): Point[] {
  return records.flatMap(({ epoch, accuracy, validation: score }) => {
    const y = ofValidation ? score?.accuracy : accuracy;
    return y === undefined ? [] : [{ epoch, y }];
  });
}

/** Undefined where the run does not know it: steps of a file that says nothing of them. */
function xOf(run: KeptRun, { step, epoch }: Point, axis: Axis): number | undefined {
  const per = run.stepsPerEpoch;
  if (axis === "epoch") return epoch ?? (per > 0 ? step! / per : undefined);
  const steps = step ?? (per > 0 ? epoch! * per : undefined);
  if (axis === "step") return steps;
  if (steps !== undefined && run.clock.length > 0) return secondsAt(run.clock, steps);
  // Without a clock the epochs are taken to have lasted equally long.
  const share = epoch === undefined ? (run.steps > 0 ? step! / run.steps : undefined) : epoch / Math.max(1, run.records.length);
  return share === undefined || !(run.seconds > 0) ? undefined : share * run.seconds;
}

/** Seconds of training at a step, between two known ones by the steps. */
function secondsAt(clock: Float64Array, step: number): number {
  let [before, seconds] = [0, 0];
  for (let at = 0; at < clock.length; at += 2) {
    const [next, then] = [clock[at]!, clock[at + 1]!];
    if (next >= step) return next === before ? then : seconds + ((then - seconds) * (step - before)) / (next - before);
    [before, seconds] = [next, then];
  }
  return seconds;
}

/** The value of a curve at x: of its last point that is not behind it. */
export function valueAt({ x, y }: Pick<Curve, "x" | "y">, at: number): number | undefined {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : y[low - 1];
}
