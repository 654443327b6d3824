import { activationOf } from "../network/description.js";
import { tensorValues } from "../network/layout.js";
import type { EncodedColumn } from "../network/parts.js";
import { carryBack, carryFrom } from "../reference/backward.js";
import { encodingTensor, type Forward } from "../reference/forward.js";
import type { Model } from "../training/model.js";
import { carryOf, slopeOf, stretchOf } from "./derivation/pass.js";

/** By the column itself: through sines 2 pi f_i cos(2 pi f_i x), through cosines -2 pi f_i sin(2 pi f_i x). Of a category there is none. */
export function byColumn(network: Model["network"], { at, width, encoding }: EncodedColumn, { inputs, derivatives }: Own): number {
  if (encoding === undefined) return derivatives[at]!;
  if (encoding.kind === "embedding") return 0;
  const half = width / 2;
  const frequencies = tensorValues(network.parameters, encodingTensor(network, encoding));
  let sum = 0;
  for (let sine = at; sine < at + half; sine++) {
    const cosine = sine + half;
    sum += 2 * Math.PI * frequencies[sine - at]! * (derivatives[sine]! * inputs[cosine]! - derivatives[cosine]! * inputs[sine]!);
  }
  return sum;
}

/** A value of the network and its derivatives by the inputs a^(1), both of shape (n_1). */
export interface Own {
  readonly value: number;
  readonly derivatives: Float64Array;
  readonly inputs: Float64Array;
}

/** The cost, dCost/da^(1). */
export function ofCost(network: Model["network"], pass: Forward, y: ArrayLike<number>): Own {
  const { cost, dCost_da } = carryBack(network, pass, y);
  return { value: cost, derivatives: dCost_da[1]!, inputs: pass.a[1]! };
}

/** da_j^(l)/da^(1): begins with da_j/dz_i of its own layer, one entry unless the layer is a softmax or normalised over its units. */
export function ofActivation(network: Model["network"], values: Forward, layer: number, j: number): Own {
  const pass = { network, ...values };
  const isCoupled = activationOf(network.description, layer) === "softmax";
  const { normalisation } = network.description.layers[layer - 2]!;
  const start = pass.z[layer]!.map((_, i) => {
    if (normalisation?.kind === "layer-norm") return slopeOf(pass, layer, j) * carryOf(pass, pass, layer, j, i);
    if (i !== j && !isCoupled) return 0;
    return slopeOf(pass, layer, j, i) * (normalisation === undefined ? 1 : stretchOf(pass, layer, j));
  });
  return { value: pass.a[layer]![j]!, derivatives: carryFrom(network, pass, layer, start).d_da[1]!, inputs: pass.a[1]! };
}
