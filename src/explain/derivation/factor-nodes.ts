import { type Derivation, type Parts, valueNode } from "./derivation.js";
import { factorOf } from "./equations.js";
import { beside, derivative, group, minus, negative, number, ofRow, valueOf } from "./expression.js";
import type { FactorKind } from "./notation.js";
import { isCarried } from "./parts.js";
import { type ExamplePass, maskOf, slopeOf, stretchOf, weightOf } from "./pass.js";
import { sigmaNote } from "./written.js";
import { boundTo, plain, withRow } from "./writing.js";

// Factors that open no further.

/** da_j/dz_j = sigma'(z_j), or da_j/dz_i of a softmax: p_j (1 - p_j) for i = j, otherwise -p_j p_i. */
export function da_dz(pass: ExamplePass, layer: number, j: number, i = j): Derivation {
  return valueNode(slopeOf(pass, layer, j, i), () => {
    if (pass.notation.activation(layer) === "softmax") {
      const [pj, pi] = [valueOf("p", layer, "j"), valueOf("p", layer, "i")];
      const step = i === j ? beside(pj, group(minus(number(1), pj))) : negative(beside(pj, pi));
      const left = derivative(valueOf("a", layer, "j"), valueOf("z", layer, "i"));
      if (pass.batch === undefined) return plain(pass, left, { i, j }, [step]);
      return plain(pass, ofRow(left), withRow(pass, { i, j }), [ofRow(step)]);
    }
    return factorParts(pass, "da_dz", layer, [j], sigmaOf(pass, layer));
  });
}

/** dz_j/dw_jk = a_k, or h_k, the last factor of a weight. */
export function dz_dw(pass: ExamplePass, layer: number, j: number, k: number): Derivation {
  return valueNode(pass.h[layer - 1]![k]!, () => factorParts(pass, "dz_dw", layer, [j, k]));
}

/** dz_j/db_j = 1, the last factor of a bias. */
export function dz_db(pass: ExamplePass, layer: number, j: number): Derivation {
  return valueNode(1, () => factorParts(pass, "dz_db", layer, [j]));
}

/** dz_j/da_k = w_jk, the way back into the layer before. */
export function dz_da(pass: ExamplePass, layer: number, j: number, k: number): Derivation {
  return valueNode(weightOf(pass, layer, j, k), () => factorParts(pass, "dz_da", layer, [j, k]));
}

/** du_j/dz_j = gamma_j / sqrt(var_j + epsilon), where the statistics are given. */
export function du_dz(pass: ExamplePass, layer: number, j: number): Derivation {
  return valueNode(stretchOf(pass, layer, j), () => factorParts(pass, "du_dz", layer, [j]));
}

/** dh_j/da_j: the factor of dropout, or 1. */
export function dh_da(pass: ExamplePass, layer: number, j: number): Derivation {
  return valueNode(maskOf(pass, layer, j), () => factorParts(pass, "dh_da", layer, [j], maskNote(pass, layer)));
}

/** What the mask of a layer is. */
export function maskNote({ notation, network }: ExamplePass, layer: number): string | undefined {
  if (!notation.parts[layer]!.masked) return undefined;
  const rate = network.description.layers[layer - 2]!.dropout!;
  return `mask is 0 where a unit is dropped, otherwise 1 / (1 - ${rate})`;
}

/** What is written of a factor that opens no further; its indices are those of a weight, or the first of them. */
export function factorParts(pass: ExamplePass, kind: FactorKind, layer: number, indices: readonly number[], note?: string): Parts {
  const { letters, left, steps } = factorOf(pass.notation, kind, layer);
  const own = boundTo(letters, indices);
  return plain(pass, left, pass.batch === undefined ? own : withRow(pass, own), steps, note);
}

/** Which activation sigma is in a layer; of a softmax its own sums tell. */
export function sigmaOf({ notation }: ExamplePass, layer: number): string | undefined {
  const isCoupled = notation.coupled && layer === notation.layout.depth;
  return isCoupled || isCarried(notation.parts[layer]!) ? undefined : sigmaNote(notation.activation(layer));
}
