import { canShareMemory } from "../base/workers.js";
import { loadEngine } from "../engine/create-engine.js";
import { createWasmEngine, plainKernels, relaxedKernels } from "../engine/wasm.js";
import { runLoop } from "./loop.js";
import { type Control, createControl } from "./loop/control.js";
import type { LoopListener, LoopResult } from "./loop/listener.js";
import type { TrainingPlan } from "./plan.js";
import { createRequests, type Requests } from "./requests.js";
import { chooseThreads, isBrief } from "./threads.js";
import { NoWorkers, trainInWorkers } from "./worker/run-in-workers.js";

/** What ran, and where it is not what was asked for, why. */
export interface RunResult extends LoopResult {
  readonly engine: TrainingPlan["engine"];
  readonly note?: string;
}

/**
 * Trains on the engine of the plan: WebAssembly in workers, or in slices of this thread the others and what is over at once.
 *
 * @param requests what is asked of the run while it lasts
 */
export async function runPlan(plan: TrainingPlan, listener: LoopListener, requests = createRequests()): Promise<RunResult> {
  if (plan.engine !== "wasm") {
    const result = await runLoop(plan, await loadEngine(plan.engine), listener, controlHere(plan, requests));
    return { ...result, engine: plan.engine, ...(plan.note === undefined ? {} : { note: plan.note }) };
  }
  const binary = plan.reproducible ? plainKernels() : await relaxedKernels();
  if (isBrief(plan)) return runHere(plan, binary, listener, requests, [plan.note]);
  const wanted = chooseThreads(plan);
  const threads = canShareMemory() ? wanted : 1;
  const notes = [
    plan.note,
    threads < wanted ? "one thread: memory cannot be shared between threads here (the page is not cross-origin isolated)" : undefined,
  ];
  try {
    return { ...(await trainInWorkers(plan, threads, binary, listener, requests)), engine: "wasm", ...noteOf(notes) };
  } catch (error) {
    if (!(error instanceof NoWorkers)) throw error;
    notes.push(`in slices of this thread: a worker cannot be started here (${error.message})`);
    return runHere(plan, binary, listener, requests, notes);
  }
}

/** WebAssembly in slices of this thread. */
async function runHere(
  plan: TrainingPlan,
  binary: Uint8Array,
  listener: LoopListener,
  requests: Requests,
  notes: readonly (string | undefined)[],
): Promise<RunResult> {
  const create: typeof createWasmEngine = (program, rows) =>
    createWasmEngine(program, rows, { binary, dense: plan.dense, observed: plan.statisticsEvery !== undefined });
  const result = await runLoop(plan, { precision: "float32", create }, listener, controlHere(plan, requests));
  return { ...result, engine: "wasm", ...noteOf(notes) };
}

function controlHere({ paused, signal }: TrainingPlan, requests: Requests): Control {
  const control = createControl(paused, signal);
  requests.connect(control.command);
  return control;
}

function noteOf(notes: readonly (string | undefined)[]): { note?: string } {
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? {} : { note: said.join("; ") };
}
