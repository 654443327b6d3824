import { Worker } from "node:worker_threads";
import { afterEach } from "vitest";
import { createWasmEngine, type WasmEngine } from "../../src/engine/wasm.js";
import type { EngineSettings } from "../../src/kernels/contract.js";
import source from "../../src/training/worker/generated/source.js";
import type { EngineProblem } from "./problems.js";

/** The helpers that have been started; thread 1 is the first of them. */
export const helpers: Worker[] = [];
afterEach(async () => {
  await Promise.all(helpers.splice(0).map((worker) => worker.terminate()));
});

/** An engine of several threads whose helpers have joined; this thread is the first one. They end with the test. */
export async function together({ program, rows }: EngineProblem, threads: number, settings: EngineSettings = {}): Promise<WasmEngine> {
  const engine = createWasmEngine(program, rows, { ...settings, threads });
  const { module, memory } = engine;
  await Promise.all(
    Array.from({ length: threads - 1 }, (_, index) => {
      const worker = new Worker(source, { eval: true });
      helpers.push(worker);
      worker.postMessage({ kind: "help", module, memory, thread: index + 1 });
      return new Promise((resolve) => worker.once("message", resolve));
    }),
  );
  return engine;
}
