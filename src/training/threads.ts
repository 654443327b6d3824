import { processors, workerStart } from "../base/workers.js";
import type { Architecture } from "../network/network.js";
import type { TrainingPlan } from "./plan.js";

/** Threads that "auto" takes at most: beyond them the layers that this library is for have too little to share. */
export const MOST_THREADS = 8;

/**
 * Products of a step that are worth another thread; below it threads wait for each other longer than they work.
 * docs/performance.md has the measurement.
 */
const WORTH = 1_200_000;

/** Products and sums for which another worker is started: some ten milliseconds of work. */
const WORTH_STARTING = 100_000_000;

/** Products and sums in a millisecond that one thread does at least, on the smallest networks. */
const PACE = 2_000_000;

/**
 * How many threads share a step: as many as asked for, or by its cost. A step of B rows has 6 products and sums a weight and
 * row: forward, dCost/dw and dCost/da, two each.
 */
export function chooseThreads({ threads, network, batchSize, parts }: TrainingPlan): number {
  if (threads !== "auto") return threads;
  const cost = costOf(network, Math.min(batchSize, parts.train.length));
  return Math.max(1, Math.min(processors(), MOST_THREADS, Math.floor(cost / WORTH)));
}

/** Whether a whole run is over in half the time that a worker needs to start, so that it is done in slices of this thread. */
export function isBrief({ threads, network, epochs, parts, dataset }: TrainingPlan): boolean {
  // Stored rows are read in a worker: a page cannot elsewhere.
  if ((threads !== "auto" && threads > 1) || dataset.stored !== undefined) return false;
  return costOf(network, epochs * parts.train.length) / PACE < workerStart() / 2;
}

function costOf({ layout }: Architecture, rows: number): number {
  return 6 * rows * layout.length;
}

/** Threads for asking about rows, which is a third of the work of training on them. */
export function threadsForRows(network: Architecture, rows: number): number {
  return Math.max(1, Math.min(processors(), MOST_THREADS, Math.floor(costOf(network, rows) / 3 / WORTH_STARTING)));
}
