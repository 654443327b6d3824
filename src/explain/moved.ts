import { parameterPlace, type Quantity } from "../network/names.js";
import type { Example } from "../reference/batch.js";
import { type Forward, forward, forwardBatch, type ReferenceNetwork, resume, type Statistics } from "../reference/forward.js";
import { vectorOf } from "./derivation/pass.js";

// The forward pass with one quantity changed: from its layer on everything is computed again.

/** Of one example. */
export function moved(network: ReferenceNetwork, { x, masks }: Example, quantity: Quantity, by: number): Forward {
  const { kind, layer, indices } = quantity;
  const [j, k] = indices as [number, number];
  switch (kind) {
    case "a":
    case "h":
      return handedMoved(network, forward(network, x, masks), quantity, by);
    // z_j is linear in w_jk, with the factor h_k, and in b_j.
    case "w":
    case "b":
    case "z": {
      const pass = forward(network, x, masks);
      return resume(network, pass, layer, { z: changed(pass.z[layer]!, j, kind === "w" ? by * pass.h[layer - 1]![k]! : by) });
    }
    default:
      return forward(withParameter(network, quantity, by), x, masks);
  }
}

/** Of the rows of a batch that depend on each other: in all rows together, statistics that it moves included. */
export function movedTogether(network: ReferenceNetwork, rows: readonly Example[], quantity: Quantity, by: number): readonly Forward[] {
  const { kind, layer } = quantity;
  if (kind !== "a" && kind !== "h") {
    // Where a z moves in all rows, its bias does the same.
    return forwardBatch(withParameter(network, kind === "z" ? { ...quantity, kind: "b" } : quantity, by), rows);
  }
  let passes = forwardBatch(network, rows).map((pass) => handedMoved(network, pass, quantity, by));
  for (let l = layer + 1; l <= network.layout.depth; l++) {
    if (network.layout.layers[l]!.mean === undefined) continue;
    const own = statisticsOf(passes.map(({ z }) => z[l]!));
    const statistics = passes[0]!.statistics!.map((known, at) => (at === l ? own : known));
    passes = passes.map((pass) => resume(network, { ...pass, statistics }, l, { z: pass.z[l]! }));
  }
  return passes;
}

/** a_j changed where it stands, or h_j: by what of a becomes the same change, also of a unit that is dropped. */
function handedMoved(network: ReferenceNetwork, pass: Forward, { kind, layer, indices }: Quantity, by: number): Forward {
  const [j] = indices as [number];
  const a = pass.a[layer]!;
  if (kind === "a") return resume(network, pass, layer, { a: changed(a, j, by) });
  const mask = pass.masks?.[layer];
  if (mask === undefined) return resume(network, pass, layer, { a: changed(a, j, by) });
  const masks = pass.masks!.map((own, l) => (l === layer ? undefined : own));
  const kept = a.map((value, k) => value * mask[k]!);
  return resume(network, { ...pass, masks }, layer, { a: changed(kept, j, by) });
}

/** The network with one parameter changed; u moves as beta does, and zhat as beta does with gamma as its factor. */
function withParameter(network: ReferenceNetwork, quantity: Quantity, by: number): ReferenceNetwork {
  const { kind, layer, indices } = quantity;
  const isOfU = kind === "u" || kind === "zhat";
  const { index } = parameterPlace(network.layout, isOfU ? { ...quantity, kind: "beta" } : quantity);
  const parameters = Float64Array.from(network.parameters);
  parameters[index]! += kind === "zhat" ? by * vectorOf({ network }, "gamma", layer, indices[0]!) : by;
  return { ...network, parameters };
}

/** Mean and biased variance of each unit over the rows. */
function statisticsOf(rows: readonly Float64Array[]): Statistics {
  const over = (of: (row: Float64Array, k: number) => number): Float64Array =>
    rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + of(row, k) / rows.length, 0));
  const mean = over((row, k) => row[k]!);
  return { mean, variance: over((row, k) => (row[k]! - mean[k]!) ** 2) };
}

function changed(values: Float64Array, index: number, by: number): Float64Array {
  const copy = values.slice();
  copy[index]! += by;
  return copy;
}
