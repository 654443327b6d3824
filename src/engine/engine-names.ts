/** From the fastest to the one that judges them. */
export const ENGINE_NAMES = ["wasm", "portable", "reference"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
