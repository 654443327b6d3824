import { activations } from "../network/activations.js";
import { findOutputRule, type OutputRule } from "../network/costs.js";
import { activationOf, type NetworkDescription } from "../network/description.js";
import { type Forward, layerParameters, type ReferenceNetwork } from "./forward.js";

/**
 * Every derivative of one example. The index is the layer; where a layer has no such quantity the entry is empty. Shapes:
 * `dCost_da[l]` and `dCost_dz[l]` (n_l), `dCost_dw[l]` (n_l x n_(l-1)) row-major, `dCost_db[l]` (n_l). `dCost_da[1]` are
 * the derivatives of the inputs.
 */
export interface Backward {
  readonly cost: number;
  readonly dCost_da: readonly Float64Array[];
  readonly dCost_dz: readonly Float64Array[];
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
export function backward(network: ReferenceNetwork, { z, a }: Forward, y: ArrayLike<number>): Backward {
  const { description, layout } = network;
  const L = layout.depth;
  const target = Float64Array.from(y);
  const rule = outputRuleOf(description);
  const empty = (): Float64Array[] => Array.from({ length: L + 1 }, () => new Float64Array(0));
  const dCost_da = empty();
  const dCost_dz = empty();
  const dCost_dw = empty();
  const dCost_db = empty();

  for (let l = L; l >= 2; l--) {
    if (l === L) {
      // 2 a_j - 2 y_j for the sum of squares; (1) and (2), first factor
      dCost_da[l] = a[l]!.map((_, j) => rule.dCost_da(a[l]!, target, j));
      dCost_dz[l] = rule.dCost_dz(dCost_da[l]!, z[l]!, a[l]!, target);
    } else {
      dCost_dz[l] = throughActivation(description, l, dCost_da[l]!, z[l]!, a[l]!);
    }
    const { w } = layerParameters(network, l);
    dCost_dw[l] = weightDerivatives(dCost_dz[l]!, a[l - 1]!);
    dCost_db[l] = dCost_dz[l]!.slice(); // (2), (5), (8): dz_j/db_j = 1
    dCost_da[l - 1] = previousActivations(dCost_dz[l]!, w, a[l - 1]!.length);
  }
  return { cost: rule.cost(z[L]!, a[L]!, target), dCost_da, dCost_dz, dCost_dw, dCost_db };
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
  for (let j = 0, jk = 0; j < dCost_dz.length; j++) {
    for (let k = 0; k < width; k++, jk++) da[k]! += dCost_dz[j]! * w[jk]!;
  }
  return da;
}
