import { loadEngine, type LoadedEngine } from "../../src/engine/create-engine.js";
import { ENGINE_NAMES, type EngineName } from "../../src/engine/engine-names.js";

const loaded = new Map(await Promise.all(ENGINE_NAMES.map(async (name) => [name, await loadEngine(name)] as const)));

/** An engine by its name. */
export function findEngine(name: EngineName): LoadedEngine {
  return loaded.get(name)!;
}
