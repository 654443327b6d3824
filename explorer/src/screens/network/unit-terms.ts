import type { Network } from "chainrule";
import type { Passes } from "../../state/session.js";
import { biasOf, edgeValues, weightsOf } from "./quantities.js";
import { topEdges } from "./top-edges.js";

/** One term w_jk h_k of a weighted sum. */
export interface Term {
  /** k */
  readonly from: number;
  readonly w: number;
  /** What the layer below hands on: a_k, where it hands on nothing else. */
  readonly below: number;
  readonly product: number;
}

/** z_j = the largest terms + the rest + the bias. */
export interface WeightedSum {
  readonly terms: readonly Term[];
  readonly rest: { readonly count: number; readonly sum: number };
  readonly bias: number;
  readonly z: number;
}

export function weightedSum(network: Network, pass: Passes, layer: number, unit: number, shownTerms = 5): WeightedSum {
  const { rows, columns } = network.layout.layers[layer]!.w;
  const product = edgeValues(network, pass, "w·a", layer);
  const weights = weightsOf(network, layer);
  const below = pass.forward.h[layer - 1]!;
  const largest = topEdges(layer, [rows, columns], shownTerms, product, product, { to: unit }).reverse();
  const terms = largest.map(({ from, value }) => ({ from, w: weights[unit * columns + from]!, below: below[from]!, product: value }));
  const taken = new Set(terms.map(({ from }) => from));
  let sum = 0;
  for (let k = 0; k < columns; k++) if (!taken.has(k)) sum += product(unit * columns + k, k);
  return { terms, rest: { count: columns - terms.length, sum }, bias: biasOf(network, layer, unit), z: pass.forward.z[layer]![unit]! };
}
