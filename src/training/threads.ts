import { processors } from "../base/workers.js";
import type { TrainingPlan } from "./plan.js";

/** Threads that "auto" takes at most: beyond them the layers that this library is for have too little to share. */
export const MOST_THREADS = 8;

/** Products of a step that are worth another thread; below it threads wait for each other longer than they work. */
const WORTH = 500_000;

/**
 * How many threads share a step: as many as asked for, or by its cost. A step of B rows has 6 products and sums a weight and
 * row: forward, dCost/dw and dCost/da, two each.
 */
export function chooseThreads({ threads, network, batchSize, parts }: TrainingPlan): number {
  if (threads !== "auto") return threads;
  const rows = Math.min(batchSize, parts.train.length);
  const cost = 6 * rows * network.layout.length;
  return Math.max(1, Math.min(processors(), MOST_THREADS, Math.floor(cost / WORTH)));
}
