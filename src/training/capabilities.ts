import { canShareMemory, processors, whyNoWorker } from "../base/workers.js";
import type { EngineName } from "../engine/engine-names.js";
import { hasRelaxed, whyNoWasm } from "../engine/wasm-support.js";
import { MOST_THREADS } from "./threads.js";

/** What this runtime offers to training, and what `engine: "auto"` makes of it. */
export interface Capabilities {
  /** WebAssembly with SIMD of 128 bits, which may be compiled here. */
  readonly simd: boolean;
  /** Relaxed SIMD, which `reproducible: false` uses. */
  readonly relaxedSimd: boolean;
  /** Worker threads, which may be started here. */
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
  const noWasm = whyNoWasm();
  const noWorker = await whyNoWorker();
  const [simd, workers] = [noWasm === undefined, noWorker === undefined];
  const [relaxedSimd, sharedMemory] = [hasRelaxed(), canShareMemory()];
  return {
    simd,
    relaxedSimd,
    workers,
    sharedMemory,
    processors: processors(),
    engine: simd ? "wasm" : "portable",
    threads: simd && workers && sharedMemory ? Math.min(processors(), MOST_THREADS) : 1,
    notes: [
      ...(simd ? [] : [`The portable engine trains, with the same bits and more time: ${noWasm}.`]),
      ...(relaxedSimd || !simd ? [] : ["No relaxed SIMD: reproducible: false is refused (Node 22, Chrome 114 and Firefox 146 have it)."]),
      ...(workers ? [] : [`Training runs in slices of the calling thread: a worker cannot be started here (${noWorker}).`]),
      ...(sharedMemory ? [] : ["No shared memory: one thread. A page needs the headers of cross-origin isolation."]),
    ],
  };
}
