import type { CreateEngine } from "../kernels/contract.js";
import { createPortableEngine } from "./portable.js";
import { createReferenceEngine } from "./reference.js";
import { createWasmEngine } from "./wasm.js";
import type { Precision } from "./rows.js";

// The one file that knows which engines there are.

const engines = {
  wasm: { create: createWasmEngine, precision: "float32" },
  portable: { create: createPortableEngine, precision: "float32" },
  reference: { create: createReferenceEngine, precision: "float64" },
} as const satisfies Record<string, { create: CreateEngine; precision: Precision }>;

export type EngineName = keyof typeof engines;
export const ENGINE_NAMES = Object.keys(engines) as EngineName[];

/** An engine by its name, and the precision in which it wants its rows. */
export function findEngine(name: EngineName): { readonly create: CreateEngine; readonly precision: Precision } {
  return engines[name];
}
