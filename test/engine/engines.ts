import { ENGINE_NAMES, type EngineName, loadEngine, type LoadedEngine } from "../../src/engine/create-engine.js";

const loaded = new Map(await Promise.all(ENGINE_NAMES.map(async (name) => [name, await loadEngine(name)] as const)));

/** An engine by its name. */
export function findEngine(name: EngineName): LoadedEngine {
  return loaded.get(name)!;
}
