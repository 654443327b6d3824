import { activations, softmaxDerivative } from "../../network/activations.js";
import type { OutputRule } from "../../network/costs.js";
import { activationOf } from "../../network/description.js";
import { layerParameters, type ReferenceNetwork } from "../../reference/forward.js";

/** Where a backward pass stands: at layer l of one example. */
export interface At {
  readonly network: ReferenceNetwork;
  readonly rule: OutputRule;
  /** l */
  readonly layer: number;
  /** By layer, shape (n_l). */
  readonly z: readonly Float64Array[];
  readonly a: readonly Float64Array[];
  /** Shape (n_L). */
  readonly y: Float64Array;
  /** Which example of the batch this is, from 0, and how many there are: e of n. */
  readonly example: number;
  readonly count: number;
}

/** The steps that the backward pass consists of. A mistake is another function in the place of one of them. */
export interface Steps {
  /** dCost/da_j^(L) = 2 a_j - 2 y_j, shape (n_L) */
  readonly outer: (at: At) => Float64Array;
  /** dCost/dz_j^(l) = dCost/da_j * da_j/dz_j, shape (n_l): the first two factors of (1), (2), (4), (5), (7), (8) */
  readonly through: (at: At, dCost_da: Float64Array) => Float64Array;
  /** a_k^(l-1), shape (n_(l-1)): the third factor of (1), (4), (7) */
  readonly input: (at: At) => Float64Array;
  /** dCost/dw_jk = dCost/dz_j * a_k: (1), (4), (7) */
  readonly weight: (dCost_dz: Float64Array, input: Float64Array, j: number, k: number) => number;
  /** dCost/da_k^(l-1) = sum_j dCost/dz_j * w_jk, shape (n_(l-1)): (3), (6) */
  readonly back: (at: At, dCost_dz: Float64Array) => Float64Array;
  /** What an example counts for in the batch's derivative: 1/n */
  readonly share: (at: At) => number;
}

/** The equations as they are. */
export const RIGHT: Steps = {
  outer: ({ rule, a, y, layer }) => a[layer]!.map((_, j) => rule.dCost_da(a[layer]!, y, j)),
  through: (at, dCost_da) => {
    const { rule, network, layer, z, a, y } = at;
    if (layer === network.layout.depth) return rule.dCost_dz(dCost_da, z[layer]!, a[layer]!, y);
    return times(dCost_da, slope(at));
  },
  input: ({ a, layer }) => a[layer - 1]!,
  weight: (dCost_dz, input, j, k) => dCost_dz[j]! * input[k]!,
  back: (at, dCost_dz) => weightedSums(at, dCost_dz, weightsOf(at)),
  share: ({ count }) => 1 / count,
};

/** da_j/dz_j of the layer, (n_l); of a softmax the part by the neuron's own z. */
export function slope({ network, layer, z, a }: At): Float64Array {
  const name = activationOf(network.description, layer);
  if (name === "softmax") return a[layer]!.map((_, j) => softmaxDerivative(a[layer]!, j, j));
  return z[layer]!.map((value, j) => activations[name].derivative(value, a[layer]![j]!));
}

export function times(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, j) => value * right[j]!);
}

/** W^(l), (n_l x n_(l-1)) row-major. */
export function weightsOf({ network, layer: own }: At, layer = own): Float32Array | Float64Array {
  return layerParameters(network, layer).w;
}

/** sum_j dCost/dz_j * w_jk for each k of layer l-1. */
export function weightedSums({ a, layer }: At, dCost_dz: Float64Array, w: ArrayLike<number>): Float64Array {
  const width = a[layer - 1]!.length;
  const sums = new Float64Array(width);
  for (let j = 0, jk = 0; j < dCost_dz.length; j++) {
    for (let k = 0; k < width; k++, jk++) sums[k]! += dCost_dz[j]! * w[jk]!;
  }
  return sums;
}
