import type { EngineName } from "../../engine/engine-names.js";
import { IDLE_BATCH, idleProgram } from "../../engine/idle-program.js";
import { createPortableEngine } from "../../engine/portable.js";
import type { EngineRows } from "../../kernels/contract.js";
import type { NetworkDescription } from "../../network/description.js";
import { couplesRows } from "../../network/layout.js";
import { parameterPlace, type Quantity } from "../../network/names.js";
import type { Network } from "../../network/network.js";
import type { ExampleList } from "../../reference/batch.js";
import type { Mode } from "./parts.js";

/** What the training engine makes of the same derivative, in its own precision. */
export interface EngineValue {
  readonly name: EngineName;
  readonly value: number;
}

/** Of a step of training: by what its units are dropped. */
interface Step {
  readonly mode: Mode;
  readonly seed: number;
  readonly epoch: number;
}

/** Numbers of rows at most that are made room for, where rows are told by their numbers: 64 MiB of inputs. */
const MOST_INPUTS = 2 ** 24;

/**
 * The derivative as the training engine computes it, in float32: of a parameter, or of a z or u (whose derivative is that of b or beta).
 * Engines keep no derivatives of activations, and with batch normalisation they have derivatives in training only.
 *
 * @returns undefined where the engine has none
 */
export function engineValue(network: Network, examples: ExampleList, quantity: Quantity, step: Step): EngineValue | undefined {
  const coupled = couplesRows(network.layout);
  const index = indexOf(network, quantity);
  if (index === undefined || (coupled && step.mode === "inference")) return undefined;
  const rowOf = (position: number): number => examples.at(position)!.row ?? position;
  const drops = network.description.layers.some(({ dropout = 0 }) => dropout > 0);
  const byNumber = drops && step.mode === "training";
  const asked = step.mode === "inference" && drops ? { ...network, description: withoutDropout(network.description) } : network;
  const size = coupled ? examples.length : IDLE_BATCH;
  let sum = 0;
  for (let from = 0; from < examples.length; from += size) {
    const count = Math.min(size, examples.length - from);
    const list = Uint32Array.from({ length: count }, (_, row) => (byNumber ? rowOf(from + row) : row));
    const room = byNumber ? list.reduce((most, row) => Math.max(most, row + 1), 0) : count;
    if (room * network.layout.inputs > MOST_INPUTS && byNumber) return undefined;
    const program = { ...idleProgram(asked, count), batchSize: count, seed: step.seed };
    sum += createPortableEngine(program, blockOf(network, examples, from, list, room)).gradient(list, step.epoch)[index]! * count;
  }
  return { name: "portable", value: sum / examples.length };
}

/** The place whose derivative is that of the quantity. */
function indexOf({ layout }: Network, quantity: Quantity): number | undefined {
  switch (quantity.kind) {
    case "a":
    case "h":
    case "zhat":
    case "mean":
    case "var":
      return undefined;
    case "z":
      return layout.layers[quantity.layer]!.mean === undefined ? parameterPlace(layout, { ...quantity, kind: "b" }).index : undefined;
    case "u":
      return parameterPlace(layout, { ...quantity, kind: "beta" }).index;
    default:
      return parameterPlace(layout, quantity).index;
  }
}

function withoutDropout(description: NetworkDescription): NetworkDescription {
  return { ...description, layers: description.layers.map(({ dropout: _, ...layer }) => layer) };
}

/** @param list where in the block each of the examples stands */
function blockOf({ layout }: Network, examples: ExampleList, from: number, list: Uint32Array, room: number): EngineRows {
  const nIn = layout.inputs;
  const nOut = layout.sizes.at(-1)!;
  const values = new Float32Array(room * nIn);
  const targets = new Float32Array(room * nOut);
  list.forEach((row, index) => {
    const { x, y } = examples.at(from + index)!;
    values.set(x, row * nIn);
    targets.set(y, row * nOut);
  });
  return { inputs: { kind: "numbers", values }, targets };
}
