import type { Tick } from "chainrule";
import type { CostPoint } from "./run-state.js";

/** Points of a curve that are kept; then neighbours become one. */
export const MOST_POINTS = 2000;

/** The ticks since the last look, so far. */
export interface Tally {
  readonly add: (tick: Tick) => void;
  /** A point of each of them. */
  readonly take: () => readonly CostPoint[];
}

/** @param from steps that were done before the first tick */
export function createTally(from: number): Tally {
  let step = from;
  let points: CostPoint[] = [];
  return {
    add({ step: now, recent: { cost, accuracy } }) {
      if (now <= step) return;
      step = now;
      points.push({ step, least: cost, mean: cost, most: cost, ...(accuracy === undefined ? {} : { accuracy }) });
    },
    take() {
      const taken = points;
      points = [];
      return taken;
    },
  };
}

/** Appends a point. Of too many, two neighbours each become one, whose mean is by their steps. */
export function addPoint(points: CostPoint[], point: CostPoint): void {
  points.push(point);
  if (points.length <= MOST_POINTS) return;
  let before = 0;
  for (let at = 0; at < points.length; at += 2) {
    const [left, right] = [points[at]!, points[at + 1]];
    points[at / 2] = right === undefined ? left : merged(left, right, (left.step - before) / (right.step - before));
    before = (right ?? left).step;
  }
  points.length = Math.ceil(points.length / 2);
}

/** @param share the left one's part of the steps */
function merged(left: CostPoint, right: CostPoint, share: number): CostPoint {
  const between = (one: number, other: number): number => share * one + (1 - share) * other;
  return {
    step: right.step,
    least: Math.min(left.least, right.least),
    mean: between(left.mean, right.mean),
    most: Math.max(left.most, right.most),
    ...(left.accuracy === undefined || right.accuracy === undefined ? {} : { accuracy: between(left.accuracy, right.accuracy) }),
  };
}
