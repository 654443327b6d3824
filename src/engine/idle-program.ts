import type { EngineProgram } from "../kernels/contract.js";
import type { Network } from "../network/network.js";

/** Rows at a time at most, in a pass through such an engine. */
export const IDLE_BATCH = 128;

/** A program for an engine that is asked about so many rows, and never trained. */
export function idleProgram(network: Network, rows: number): EngineProgram {
  const batchSize = Math.min(IDLE_BATCH, Math.max(1, rows));
  return { ...network, batchSize, optimizer: { kind: "sgd", learningRate: 1, momentum: 0, nesterov: false } };
}
