import { canShareMemory, hasWorkers, processors } from "../base/workers.js";
import type { EngineName } from "../engine/create-engine.js";
import { hasRelaxed, hasWasm } from "../engine/wasm.js";
import { MOST_THREADS } from "./threads.js";

/** What this runtime offers to training, and what `engine: "auto"` makes of it. */
export interface Capabilities {
  /** WebAssembly with SIMD of 128 bits. */
  readonly simd: boolean;
  /** Relaxed SIMD, which `reproducible: false` uses. */
  readonly relaxedSimd: boolean;
  readonly workers: boolean;
  /** Memory that threads share: always in Node, in a page that is cross-origin isolated. */
  readonly sharedMemory: boolean;
  readonly processors: number;
  /** What `engine: "auto"` runs, and on at most how many threads. */
  readonly engine: EngineName;
  readonly threads: number;
  /** One sentence for each thing that is missing; empty where nothing is. */
  readonly notes: readonly string[];
}

/**
 * Says what this machine offers and which engine would run.
 *
 * @example
 * ```ts
 * import { capabilities } from "chainrule";
 *
 * const { engine, threads, notes } = await capabilities();
 * console.log(engine, threads, notes);
 * ```
 */
export async function capabilities(): Promise<Capabilities> {
  const simd = hasWasm();
  const relaxedSimd = await hasRelaxed();
  const [workers, sharedMemory] = [hasWorkers(), canShareMemory()];
  return {
    simd,
    relaxedSimd,
    workers,
    sharedMemory,
    processors: processors(),
    engine: simd ? "wasm" : "portable",
    threads: simd && workers && sharedMemory ? Math.min(processors(), MOST_THREADS) : 1,
    notes: [
      ...(simd ? [] : ["No WebAssembly with SIMD: the portable engine trains, with the same bits and more time."]),
      ...(relaxedSimd ? [] : ["No relaxed SIMD: reproducible: false is refused (Node 22, Chrome 114 and Firefox 146 have it)."]),
      ...(workers ? [] : ["No workers: training runs in slices of the calling thread."]),
      ...(sharedMemory ? [] : ["No shared memory: one thread. A page needs the headers of cross-origin isolation."]),
    ],
  };
}
