import type { Network } from "chainrule";
import type { Passes } from "../../state/session.js";
import type { EdgeQuantity, UnitQuantity } from "./view.js";

// Numbers of a layer under the names that the picture is coloured by.

/** What is shown of a layer: the input has no z, so that its a stands there. */
export function shownBy(by: UnitQuantity, layer: number): UnitQuantity {
  if (layer > 1) return by;
  return by === "z" ? "a" : by === "dCost/dz" ? "dCost/da" : by;
}

/** Shape (n_l). */
export function unitValues({ forward, backward }: Passes, by: UnitQuantity, layer: number): Float64Array {
  switch (shownBy(by, layer)) {
    case "a":
      return forward.a[layer]!;
    case "z":
      return forward.z[layer]!;
    case "dCost/da":
      return backward.dCost_da[layer]!;
    case "dCost/dz":
      return backward.dCost_dz[layer]!;
  }
}

/** W^(l), shape (n_l x n_(l-1)), a view of the parameters. */
export function weightsOf({ layout, parameters }: Network, layer: number): Float32Array {
  const { offset, rows, columns } = layout.layers[layer]!.w;
  return parameters.subarray(offset, offset + rows * columns);
}

/** b_j^(l) */
export function biasOf({ layout, parameters }: Network, layer: number, j: number): number {
  return parameters[layout.layers[layer]!.b.offset + j]!;
}

/** The value of edge jk, by its place jk = j n_(l-1) + k in W^(l). */
export function edgeValues(
  network: Network,
  { forward, backward }: Passes,
  by: EdgeQuantity,
  layer: number,
): (jk: number, k: number) => number {
  if (by === "dCost/dw") {
    const derivatives = backward.dCost_dw[layer]!;
    return (jk) => derivatives[jk]!;
  }
  const weights = weightsOf(network, layer);
  if (by === "w") return (jk) => weights[jk]!;
  const below = forward.h[layer - 1]!;
  return (jk, k) => weights[jk]! * below[k]!;
}

/** The largest |value|; what is no number counts for nothing. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}
