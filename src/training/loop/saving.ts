import type { FullBatch } from "../full-batch.js";
import { checkParameters } from "./failures.js";
import type { Run } from "./run.js";

/**
 * Keeps the state of a run.
 *
 * @throws ChainruleError `E_NON_FINITE`: parameters that are not finite are not worth keeping
 */
export async function saveState({ plan, engine, course, listener }: Run, fullBatch: FullBatch | undefined): Promise<void> {
  const { step, epoch, progress, milliseconds, history, watched, best, stopped, learningRate } = course;
  const engineState = { ...engine.state(), ...fullBatch?.state() };
  // As float32, which is what a run leaves; the reference's own reach further.
  checkParameters(engine.parameters(), plan, course);
  const state = { step, epoch, ...progress, milliseconds, engine: engineState, history, watched, learningRate };
  await listener.onState({ ...state, ...(best === undefined ? {} : { best }), ...(stopped === undefined ? {} : { stopped }) });
}

/** Whether the end of an epoch is a moment to keep the state of a run that goes on. */
export function isDue({ plan: { saving }, course: { step, epoch, stopped } }: Run): boolean {
  if (saving === undefined || stopped !== undefined) return false;
  return saving.everySteps === undefined ? epoch % (saving.everyEpochs ?? 1) === 0 : step % saving.everySteps === 0;
}
