import type { CreateEngine } from "../kernels/contract.js";
import type { EngineName } from "./engine-names.js";
import type { Precision } from "./rows.js";
import { createWasmEngine } from "./wasm.js";

// The one file that knows how each engine is made. Most runs need the first one only; the others are loaded where they are asked for.

const engines = {
  wasm: () => Promise.resolve({ create: createWasmEngine, precision: "float32" }),
  portable: async () => ({ create: (await import("./portable.js")).createPortableEngine, precision: "float32" }),
  reference: async () => ({ create: (await import("./reference.js")).createReferenceEngine, precision: "float64" }),
} as const satisfies Record<EngineName, () => Promise<LoadedEngine>>;

/** What makes an engine, and the precision in which it wants its rows. */
export interface LoadedEngine {
  readonly create: CreateEngine;
  readonly precision: Precision;
}

/** An engine by its name. */
export function loadEngine(name: EngineName): Promise<LoadedEngine> {
  return engines[name]();
}
