import { canShareMemory } from "../base/workers.js";
import type { LoopListener, LoopResult } from "./loop/listener.js";
import type { TrainingPlan } from "./plan.js";
import { createRequests } from "./requests.js";
import { loadPlain, loadRelaxed, loadRunHere, loadWorkerSource } from "./run-parts.js";
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
  const here = async (notes: readonly (string | undefined)[], binary?: Uint8Array): Promise<RunResult> => {
    const runHere = await loadRunHere();
    return { ...(await runHere(plan, binary, listener, requests)), engine: plan.engine, ...noteOf(notes) };
  };
  if (plan.engine !== "wasm") return here([plan.note]);
  const brief = isBrief(plan);
  // What is loaded later is asked for at once.
  const [binary] = await Promise.all([plan.reproducible ? loadPlain() : loadRelaxed(), brief ? loadRunHere() : loadWorkerSource()]);
  if (brief) return here([plan.note], binary);
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
    return here(notes, binary);
  }
}

function noteOf(notes: readonly (string | undefined)[]): { note?: string } {
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? {} : { note: said.join("; ") };
}
