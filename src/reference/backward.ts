import { activations } from "../network/activations.js";
import { findOutputRule, type OutputRule } from "../network/costs.js";
import { activationOf, type NetworkDescription } from "../network/description.js";
import { type Forward, layerParameters, passedOn, type ReferenceNetwork } from "./forward.js";

const NOTHING = new Float64Array(0);

/**
 * What the backward pass carries from layer to layer, for one example: `dCost_da[l]` and `dCost_dz[l]`, shape (n_l). The
 * index is the layer; where a layer has no such quantity the entry is empty. `dCost_da[1]` are the derivatives of the inputs.
 */
export interface Carried {
  readonly cost: number;
  readonly dCost_da: readonly Float64Array[];
  readonly dCost_dz: readonly Float64Array[];
}

/** Every derivative of one example: beside what is carried, `dCost_dw[l]` (n_l x n_(l-1)), row-major, and `dCost_db[l]` (n_l). */
export interface Backward extends Carried {
  readonly dCost_dw: readonly Float64Array[];
  readonly dCost_db: readonly Float64Array[];
}

/** The output rule of a description; that the pair is allowed was checked when the description was read. */
export function outputRuleOf(description: NetworkDescription): OutputRule {
  return findOutputRule(description.cost, description.layers.at(-1)!.activation)!;
}

/**
 * The backward pass of one example: the forward pass reversed, from the output to the input.
 *
 * @param pass what `forward` returned for the example
 * @param y the target, shape (n_L)
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { backward, forward } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const { cost, dCost_dw } = backward(network, forward(network, [3, 1]), [1]);
 * console.log(cost, dCost_dw[2]); // (2a - 2) * a (1 - a) * 3 and * 1
 * ```
 */
export function backward(network: ReferenceNetwork, pass: Forward, y: ArrayLike<number>): Backward {
  const carried = carryBack(network, pass, y);
  const { dCost_dz } = carried;
  return {
    ...carried,
    dCost_dw: dCost_dz.map((d, l) => (l < 2 ? NOTHING : weightDerivatives(d, passedOn(pass, l - 1)))),
    dCost_db: dCost_dz.map((d) => d.slice()), // (2), (5), (8): dz_j/db_j = 1
  };
}

/**
 * dCost/da and dCost/dz of every layer, from the output to the input: all that the derivative of any parameter is made of,
 * at the cost of one number a neuron.
 *
 * @param pass what `forward` returned for the example
 * @param y the target, shape (n_L)
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { carryBack, forward } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const pass = forward(network, [3, 1]);
 * const { dCost_dz } = carryBack(network, pass, [1]);
 * console.log((dCost_dz[2]?.[0] ?? 0) * 3); // dCost/dw2[0,0]: dz/dw is the input, 3
 * ```
 */
export function carryBack(network: ReferenceNetwork, pass: Forward, y: ArrayLike<number>): Carried {
  const { description, layout } = network;
  const L = layout.depth;
  const z = pass.z[L]!;
  const a = pass.a[L]!;
  const target = Float64Array.from(y);
  const rule = outputRuleOf(description);
  // 2 a_j - 2 y_j for the sum of squares; (1) and (2), first factor
  const outputs = a.map((_, j) => rule.dCost_da(a, target, j));
  const { d_da, d_dz } = carryFrom(network, pass, L, rule.dCost_dz(outputs, z, a, target));
  d_da[L] = outputs;
  return { cost: rule.cost(z, a, target), dCost_da: d_da, dCost_dz: d_dz };
}

/**
 * Carries derivatives by z^(l) back to the input: of the cost, or of anything else that depends on z^(l).
 *
 * @param derivatives by z^(l), shape (n_l)
 * @returns by layer: `d_dz` of l, l-1, .., 2 and `d_da` of l-1, .., 1
 */
export function carryFrom(
  network: ReferenceNetwork,
  { z, a, masks }: Forward,
  layer: number,
  derivatives: Float64Array,
): { d_da: Float64Array[]; d_dz: Float64Array[] } {
  const empty = (): Float64Array[] => Array.from({ length: network.layout.depth + 1 }, () => NOTHING);
  const d_da = empty();
  const d_dz = empty();
  d_dz[layer] = derivatives;
  for (let l = layer; l >= 2; l--) {
    if (l < layer) d_dz[l] = throughActivation(network.description, l, d_da[l]!, z[l]!, a[l]!);
    const carried = previousActivations(d_dz[l]!, layerParameters(network, l).w, a[l - 1]!.length);
    const mask = masks?.[l - 1];
    d_da[l - 1] = mask === undefined ? carried : carried.map((d, k) => d * mask[k]!);
  }
  return { d_da, d_dz };
}

/** dCost/dz_k = dCost/da_k * da_k/dz_k, the first two factors of (4), (5), (7) and (8). */
function throughActivation(
  description: NetworkDescription,
  l: number,
  dCost_da: Float64Array,
  z: Float64Array,
  a: Float64Array,
): Float64Array {
  const name = activationOf(description, l);
  if (name === "softmax") throw new TypeError("softmax stands at the output only");
  const { derivative } = activations[name];
  return dCost_da.map((d, k) => d * derivative(z[k]!, a[k]!));
}

/** (1), (4), (7): dCost/dw_jk = dCost/da_j * da_j/dz_j * a_k */
function weightDerivatives(dCost_dz: Float64Array, a: Float64Array): Float64Array {
  const dw = new Float64Array(dCost_dz.length * a.length);
  for (let j = 0, jk = 0; j < dCost_dz.length; j++) {
    for (let k = 0; k < a.length; k++, jk++) dw[jk] = dCost_dz[j]! * a[k]!;
  }
  return dw;
}

/** (3), (6): dCost/da_k = sum_j ( dCost/da_j * da_j/dz_j * w_jk ) */
function previousActivations(dCost_dz: Float64Array, w: Float32Array | Float64Array, width: number): Float64Array {
  const da = new Float64Array(width);
  for (let j = 0; j < dCost_dz.length; j++) {
    const d = dCost_dz[j]!;
    for (let k = 0, jk = j * width; k < width; k++, jk++) da[k]! += d * w[jk]!;
  }
  return da;
}
