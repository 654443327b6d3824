import { now } from "../../base/platform.js";
import type { FullBatch } from "../full-batch.js";
import { weightOf } from "../row-weights.js";
import { attend } from "./attend.js";
import { nonFiniteCost } from "./failures.js";
import { NOTHING_TOLD, rateOf, type Run, tick } from "./run.js";

/**
 * Trains on all rows at once: an epoch is one step along them.
 *
 * @throws ChainruleError `E_NON_FINITE` naming epoch and layer; `E_ABORTED`
 */
export async function trainWhole(run: Run, { step }: FullBatch, save: () => Promise<void>): Promise<void> {
  const { plan, course, control } = run;
  const { parts, weights } = plan;
  const count = parts.train.length;
  const epoch = course.epoch + 1;
  await attend(run, save);
  course.told = NOTHING_TOLD;
  const start = now();
  const { costSum, correct, converged, nonFinite } = await step(rateOf(run, course.step), epoch);
  if (nonFinite !== undefined) throw nonFiniteCost(nonFinite, `epoch ${epoch}`, course.learningRate);
  control.done(1);
  course.milliseconds += now() - start;
  course.step += 1;
  course.progress = { position: count, costSum, correct };
  course.weight = weightOf(weights, parts.train, 0, count);
  if (converged) course.stopped = "converged";
  tick(run);
}
