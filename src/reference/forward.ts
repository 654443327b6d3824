import { activations, softmax } from "../network/activations.js";
import { activationOf, type NetworkDescription } from "../network/description.js";
import { type Layout, tensorValues } from "../network/layout.js";

// The equations in float64, as docs/math.md writes them: no options, no speed. They judge every fast engine.

/** A network whose parameters the reference reads: float64, or the float32 of a trained model. */
export interface ReferenceNetwork {
  readonly description: NetworkDescription;
  readonly layout: Layout;
  readonly parameters: Float32Array | Float64Array;
}

/**
 * Everything the forward pass computes for one example. The index is the layer: `a[1]` is the input, `a[L]` the output,
 * `z[2]` the first weighted sum; `a[0]`, `z[0]` and `z[1]` are empty. Shape of `a[l]` and `z[l]`: (n_l).
 */
export interface Forward {
  readonly z: readonly Float64Array[];
  readonly a: readonly Float64Array[];
  /** In a step of training with dropout: by layer, what its activations are multiplied by on their way to the next layer. */
  readonly masks?: Masks;
}

/** Factors by layer, each of shape (n_l): 0 where a unit is dropped. A layer that is left out passes everything on. */
export type Masks = readonly (Float64Array | undefined)[];

/** What layer l hands on: a^(l), times its factors where units are dropped. */
export function passedOn({ a, masks }: Forward, l: number): Float64Array {
  const mask = masks?.[l];
  return mask === undefined ? a[l]! : a[l]!.map((value, k) => value * mask[k]!);
}

const NOTHING = new Float64Array(0);

/** W^(l), shape (n_l x n_(l-1)) row-major, and b^(l), shape (n_l). */
export function layerParameters(
  { layout, parameters }: ReferenceNetwork,
  l: number,
): { w: Float32Array | Float64Array; b: Float32Array | Float64Array } {
  const w = layout.tensors[2 * (l - 2)]!;
  const b = layout.tensors[2 * (l - 2) + 1]!;
  return { w: tensorValues(parameters, w), b: tensorValues(parameters, b) };
}

/**
 * The forward pass of one example.
 *
 * @param x the scaled input, shape (n_1)
 * @param masks of a step of training with dropout; prediction has none
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { forward } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const { z, a } = forward(network, [3, 1]);
 * console.log(z[2], a[2]); // 2, sigma(2) = 0.8808
 * ```
 */
export function forward(network: ReferenceNetwork, x: ArrayLike<number>, masks?: Masks): Forward {
  const start = { z: [NOTHING, NOTHING], a: [NOTHING, Float64Array.from(x)] };
  return forwardFrom(network, masks === undefined ? start : { ...start, masks });
}

/** Goes on with a forward pass from the last layer whose activations are there. */
export function forwardFrom(network: ReferenceNetwork, begun: Forward): Forward {
  const { description, layout } = network;
  const z = [...begun.z];
  const a = [...begun.a];
  for (let l = a.length; l <= layout.depth; l++) {
    const { w, b } = layerParameters(network, l);
    z.push(weightedSum(w, passedOn({ ...begun, a }, l - 1), b));
    a.push(activate(description, l, z[l]!));
  }
  return { ...begun, z, a };
}

/** z_j^(l) = sum_k w_jk^(l) a_k^(l-1) + b_j^(l) */
function weightedSum(w: Float32Array | Float64Array, a: Float64Array, b: Float32Array | Float64Array): Float64Array {
  const z = new Float64Array(b.length);
  const width = a.length;
  for (let j = 0; j < z.length; j++) {
    let sum = 0;
    for (let k = 0, jk = j * width; k < width; k++, jk++) sum += w[jk]! * a[k]!;
    z[j] = sum + b[j]!;
  }
  return z;
}

/** a_j^(l) = sigma(z_j^(l)) */
export function activate(description: NetworkDescription, l: number, z: Float64Array): Float64Array {
  const name = activationOf(description, l);
  return name === "softmax" ? softmax(z) : z.map(activations[name].value);
}
