import { weightOf } from "../row-weights.js";
import { attend } from "./attend.js";
import { nonFiniteCost } from "./failures.js";
import { orderOf } from "./order.js";
import { isTimeOver, rateOf, type Run, tick } from "./run.js";

/**
 * Trains on the rows of the epoch under way, batch by batch in an order of its own, from where it stands; false where time runs out first.
 *
 * @param save keeps the state of the run between two steps
 * @throws ChainruleError `E_NON_FINITE` naming epoch, batch and layer; `E_ABORTED`
 */
export async function trainBatches(run: Run, save: () => Promise<void>): Promise<boolean> {
  const { plan, engine, pace, course, listener, control } = run;
  const { parts, batchSize, saving, weights, statisticsEvery } = plan;
  const count = parts.train.length;
  const order = orderOf(plan, course.epoch + 1);
  course.weight = weightOf(weights, order, 0, course.progress.position);
  course.told = { ...course.progress, weight: course.weight };
  while (course.progress.position < count) {
    const { position, costSum, correct } = course.progress;
    const epoch = course.epoch + 1;
    await pace.rest();
    await attend(run, save);
    // A step that is observed is a call of its own, and calls end where the next one is, or a checkpoint.
    const toObserved = stepsTo(statisticsEvery, course.step) - 1;
    const most = Math.min(pace.steps(), Math.max(1, toObserved), stepsTo(saving?.everySteps, course.step), control.steps());
    const end = Math.min(count, position + most * batchSize);
    const steps = Math.ceil((end - position) / batchSize);
    const rates = Array.from({ length: steps }, (_, index) => rateOf(run, course.step + index));
    const { result: report, elapsed } = pace.work(steps, () =>
      engine[toObserved === 0 ? "observe" : "train"](order, position, end, { costSum, rates, epoch }),
    );
    if (report.nonFinite !== undefined) {
      const batch = Math.floor(report.nonFinite.position / batchSize);
      throw nonFiniteCost(report.nonFinite, `epoch ${epoch}, batch ${batch}`, course.learningRate);
    }
    control.done(steps);
    course.milliseconds += elapsed;
    course.step += steps;
    course.progress = { position: end, costSum: report.costSum, correct: correct + report.correct };
    const weight = weightOf(weights, order, position, end);
    course.weight += weight;
    if (report.layers !== undefined) {
      const cost = weight === 0 ? 0 : (report.costSum - costSum) / weight;
      listener.onStatistics({ step: course.step, epoch, cost, layers: report.layers });
    }
    tick(run);
    if (saving?.everySteps !== undefined && course.step % saving.everySteps === 0 && end < count) await save();
    if (isTimeOver(run)) return end === count;
  }
  return true;
}

/** Steps from here to the next multiple of `every`; endless where there is none. */
function stepsTo(every: number | undefined, step: number): number {
  return every === undefined ? Infinity : every - (step % every);
}
