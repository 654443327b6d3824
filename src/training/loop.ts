import { createFullBatch } from "./full-batch.js";
import { trainBatches } from "./loop/batches.js";
import { endEpoch } from "./loop/epoch-end.js";
import type { Control } from "./loop/control.js";
import { checkParameters } from "./loop/failures.js";
import type { EngineMaker, LoopListener, LoopResult } from "./loop/listener.js";
import { createLook } from "./loop/look.js";
import { createPace } from "./loop/pace.js";
import { rateOf, type Run, speedOf, startCourse } from "./loop/run.js";
import { isDue, saveState } from "./loop/saving.js";
import { startEngine } from "./loop/start-engine.js";
import { createValidation } from "./loop/validation.js";
import { trainWhole } from "./loop/whole-batch.js";
import type { TrainingPlan } from "./plan.js";

/**
 * Trains epoch by epoch in slices, so that timers, input and abort signals are served in between. Time decides only where
 * the slices end, never a result (but for a time limit, which says so).
 *
 * @throws ChainruleError `E_NON_FINITE` naming epoch, batch and layer; `E_ABORTED`
 */
export async function runLoop(plan: TrainingPlan, maker: EngineMaker, listener: LoopListener, control: Control): Promise<LoopResult> {
  const { optimizer, saving, state } = plan;
  const engine = await startEngine(plan, maker);
  const pace = createPace(plan.signal);
  const course = startCourse(plan);
  const look = createLook(plan, engine, pace, () => course.learningRate);
  const run: Run = { plan, engine, pace, look, listener, control, course };
  const fullBatch = optimizer.kind === "lbfgs" ? createFullBatch(plan, engine, optimizer.history, () => pace.rest()) : undefined;
  const validate = createValidation(plan, look);
  const save = (): Promise<void> => saveState(run, fullBatch);

  if (saving !== undefined && state === undefined) await save();
  while (course.stopped === undefined) {
    if (fullBatch !== undefined) await trainWhole(run, fullBatch, save);
    else if (!(await trainBatches(run, save))) {
      // Of an epoch that is not whole there is no record.
      course.stopped = "time";
      break;
    }
    await endEpoch(run, validate);
    if (isDue(run)) await save();
  }
  if (saving !== undefined && state?.stopped === undefined) await save();
  await pace.rest();
  return finish(run, maker.precision);
}

/** What the run leaves. */
async function finish(run: Run, precision: EngineMaker["precision"]): Promise<LoopResult> {
  const { plan, engine, look, course } = run;
  const { parts, network } = plan;
  engine.exchangeAverage();
  if (course.best !== undefined) engine.load(course.best);
  const parameters = engine.parameters();
  checkParameters(parameters, plan, course);
  const result = {
    parameters,
    step: course.step,
    learningRate: rateOf(run, Math.max(0, course.step - 1)),
    history: course.history,
    samplesPerSecond: speedOf(run),
    threads: engine.threads,
    stopped: course.stopped!,
    ...(course.best === undefined ? {} : { bestEpoch: course.watched.bestEpoch }),
  };
  if (parts.test.length === 0 || precision === "float64") return result;
  const outputs = new Float32Array(parts.test.length * network.layout.sizes.at(-1)!);
  const { costSum } = await look(parts.test, "the test rows", outputs);
  return { ...result, test: { outputs, costSum } };
}
