import type { EpochRecord } from "../history.js";
import { keepsBest, reasonToStop, watch } from "../stopping.js";
import { isTimeOver, NO_PROGRESS, rateOf, type Run, scoreOf, stepsPerEpoch } from "./run.js";
import type { Validated } from "./validation.js";

/** Ends an epoch whose rows are done: asks the validation rows, keeps the best, writes the record, and says why the run ends, if it does. */
export async function endEpoch(run: Run, validate: (what: string) => Promise<Validated>): Promise<void> {
  const { plan, engine, course, listener } = run;
  const { parts, epochs, schedule, stopping } = plan;
  course.epoch += 1;
  const { epoch } = course;
  // Before a plateau may lower it.
  const learningRate = rateOf(run, course.step - 1);
  // The running mean is what is asked, and what is kept.
  engine.exchangeAverage();
  const { validation, value, metric } = await validate(`epoch ${epoch}, validation after batch ${stepsPerEpoch(plan) - 1}`);
  if (value !== undefined) {
    course.watched = watch(course.watched, stopping, epoch, value, schedule.kind === "plateau" ? schedule : undefined);
    if (course.watched.bestEpoch === epoch && keepsBest(stopping)) course.best = engine.parameters();
  }
  engine.exchangeAverage();
  const score = scoreOf(plan, course.progress, parts.train.length, course.weight);
  const record: EpochRecord = { epoch, ...score, validation, learningRate, ...metric };
  course.progress = NO_PROGRESS;
  course.history.push(record);
  listener.onEpoch(record);
  course.stopped ??=
    reasonToStop(stopping, course.watched, epoch, value) ?? (epoch === epochs ? "epochs" : isTimeOver(run) ? "time" : undefined);
}
