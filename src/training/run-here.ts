import { loadEngine } from "../engine/create-engine.js";
import { createWasmEngine } from "../engine/wasm.js";
import { runLoop } from "./loop.js";
import { createControl } from "./loop/control.js";
import type { EngineMaker, LoopListener, LoopResult } from "./loop/listener.js";
import type { TrainingPlan } from "./plan.js";
import type { Requests } from "./requests.js";

/**
 * Trains in slices of this thread.
 *
 * @param binary the kernels of the engine in WebAssembly
 */
export async function runHere(
  plan: TrainingPlan,
  binary: Uint8Array | undefined,
  listener: LoopListener,
  requests: Requests,
): Promise<LoopResult> {
  const maker = binary === undefined ? await loadEngine(plan.engine) : withKernels(plan, binary);
  const control = createControl(plan.paused, plan.signal);
  requests.connect(control.command);
  return runLoop(plan, maker, listener, control);
}

function withKernels({ dense, statisticsEvery }: TrainingPlan, binary: Uint8Array): EngineMaker {
  const settings = { binary, dense, observed: statisticsEvery !== undefined };
  return { precision: "float32", create: (program, rows) => createWasmEngine(program, rows, settings) };
}
