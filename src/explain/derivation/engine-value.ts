import { type EngineName, findEngine } from "../../engine/create-engine.js";
import type { EngineRows } from "../../kernels/contract.js";
import { parameterPlace, type Quantity } from "../../network/names.js";
import type { Network } from "../../network/network.js";
import type { ExampleList } from "../../reference/batch.js";
import { IDLE_BATCH, idleProgram } from "../../engine/idle-program.js";

/** What the training engine makes of the same derivative, in its own precision. */
export interface EngineValue {
  readonly name: EngineName;
  readonly value: number;
}

/**
 * The derivative as the training engine computes it, in float32: of a weight, a bias or a weighted sum (whose derivative is
 * that of its bias). Engines keep no derivatives of activations.
 *
 * @returns undefined for an activation
 */
export function engineValue(network: Network, examples: ExampleList, quantity: Quantity): EngineValue | undefined {
  if (quantity.kind === "a") return undefined;
  const { index } = parameterPlace(network.layout, quantity.kind === "z" ? { ...quantity, kind: "b" } : quantity);
  const name = "portable";
  const { create } = findEngine(name);
  let sum = 0;
  for (let from = 0; from < examples.length; from += IDLE_BATCH) {
    const count = Math.min(IDLE_BATCH, examples.length - from);
    const list = Uint32Array.from({ length: count }, (_, row) => row);
    const engine = create(idleProgram(network, count), blockOf(network, examples, from, count));
    sum += engine.gradient(list)[index]! * count;
  }
  return { name, value: sum / examples.length };
}

function blockOf({ layout }: Network, examples: ExampleList, from: number, count: number): EngineRows {
  const nIn = layout.sizes[1]!;
  const nOut = layout.sizes.at(-1)!;
  const values = new Float32Array(count * nIn);
  const targets = new Float32Array(count * nOut);
  for (let row = 0; row < count; row++) {
    const { x, y } = examples.at(from + row)!;
    values.set(x, row * nIn);
    targets.set(y, row * nOut);
  }
  return { inputs: { kind: "numbers", values }, targets };
}
