import type { Quantity } from "../../network/names.js";
import { encodingValue } from "./encoding-nodes.js";
import { statisticSlope } from "./look-up.js";
import { isCarried } from "./parts.js";
import { type ExamplePass, slopeOf, stretchOf, vectorOf, weightOf } from "./pass.js";

// The numbers of derivatives alone, as their derivations have them.

/** How far a sum or a product may be from what it simplifies to before float64 is said to have run out, relative to its terms. */
export const ROUNDING = 1e-12;

/** What the derivative is taken by; its name follows from that. */
export type Place = Omit<Quantity, "name">;

/** What a u is made of, beside z. */
export type MadeOf = "zhat" | "gamma" | "beta" | "mean" | "var";

/** The number alone, as `costDerivative` has it. */
export function derivativeOf(pass: ExamplePass, place: Place): number {
  const { kind, layer, indices } = place;
  const [j, k] = indices as [number, number];
  switch (kind) {
    case "a":
      return pass.dCost_da[layer]![j]!;
    case "h":
      return pass.dCost_dh[layer]![j]!;
    case "u":
      return pass.dCost_du[layer]![j]!;
    case "w":
      return frontValue(pass, layer, j) * pass.h[layer - 1]![k]!;
    case "b":
    case "z":
      return frontValue(pass, layer, j);
    case "zhat":
    case "gamma":
    case "beta":
    case "mean":
    case "var":
      return pass.dCost_du[layer]![j]! * slopeOfU(pass, kind, layer, j);
    case "e":
    case "f":
      return encodingValue(pass, place);
  }
}

/** What stands before dz/dw: dCost/dz_j, as the product of its factors where it has some. */
export function frontValue(pass: ExamplePass, layer: number, j: number): number {
  if (isOneFactor(pass, layer, j)) return pass.dCost_dz[layer]![j]!;
  const outer = pass.dCost_da[layer]![j]! * slopeOf(pass, layer, j);
  return pass.notation.parts[layer]!.normalisation === undefined ? outer : outer * stretchOf(pass, layer, j);
}

/** True where dCost/dz_j stands in place of dCost/da_j * da_j/dz_j. */
export function isOneFactor(pass: ExamplePass, layer: number, j: number): boolean {
  const { layout, coupled, cost, parts } = pass.notation;
  if (layer < layout.depth) return isCarried(parts[layer]!);
  if (!coupled && cost.simplified === undefined) return false;
  // An output that has rounded to 1 gives 1 / (1 - a) * a (1 - a): infinity times 0.
  const simplified = pass.dCost_dz[layer]![j]!;
  return coupled || !(Math.abs(pass.dCost_da[layer]![j]! * slopeOf(pass, layer, j) - simplified) <= ROUNDING * Math.abs(simplified));
}

/** The terms of dCost/da_k^(l) or dCost/dh_k^(l): (3), (6), one a neuron of the next layer, then those of layers that add this one. */
export function termValues(pass: ExamplePass, layer: number, k: number): Float64Array {
  const next = layer + 1;
  const { layout, parts: layers } = pass.notation;
  const { addedTo } = layers[layer]!;
  const neurons = layout.sizes[next]!;
  const values = new Float64Array(neurons + addedTo.length);
  for (let j = 0; j < neurons; j++) values[j] = frontValue(pass, next, j) * weightOf(pass, next, j, k);
  addedTo.forEach((above, at) => (values[neurons + at] = pass.dCost_dh[above]![k]!));
  return values;
}

/** du_k/dzhat_k, du_k/dgamma_k, ... */
export function slopeOfU(pass: ExamplePass, kind: MadeOf, layer: number, k: number): number {
  switch (kind) {
    case "zhat":
      return vectorOf(pass, "gamma", layer, k);
    case "gamma":
      return pass.zhat[layer]![k]!;
    case "beta":
      return 1;
    case "mean":
    case "var":
      return statisticSlope(pass, kind, layer, k);
  }
}
