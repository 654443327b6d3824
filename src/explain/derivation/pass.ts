import { ChainruleError } from "../../base/errors.js";
import { activations, softmaxDerivative } from "../../network/activations.js";
import { activationOf } from "../../network/description.js";
import { tensorValues } from "../../network/layout.js";
import { parameterPlace } from "../../network/names.js";
import { encodedColumns, type EncodedColumn, encodingName } from "../../network/parts.js";
import { type Carried, carryBack, carryBackBatch } from "../../reference/backward.js";
import type { Example, ExampleList } from "../../reference/batch.js";
import { type Forward, forward, forwardBatch, layerParameters, type ReferenceNetwork } from "../../reference/forward.js";
import { type Notation, notationOf } from "./notation.js";

/**
 * All numbers of one example that derivations are made of, by the equations in float64: every z, u, a, h and the cost's derivatives by
 * them. The index is the layer. A derivative of any parameter is then one multiplication away.
 */
export interface ExamplePass extends Forward, Carried {
  readonly network: ReferenceNetwork;
  readonly notation: Notation;
  readonly y: Float64Array;
  /** Of several examples, the number of this one, which its cost then carries: Cost_12. */
  readonly number: number | undefined;
  /** Of a batch whose rows depend on each other: all of them. The cost is the row's share of the batch's then. */
  readonly batch?: readonly ExamplePass[];
}

export function passOf(
  network: ReferenceNetwork,
  example: Example,
  notation = notationOf(network.description),
  number?: number,
): ExamplePass {
  const pass = forward(network, example.x, example.masks);
  return { network, notation, ...pass, ...carryBack(network, pass, example.y), y: Float64Array.from(example.y), number };
}

/** The rows of a batch that depend on each other; their numbers are those of the notation. */
export function batchPasses(network: ReferenceNetwork, examples: readonly Example[], notation: Notation): readonly ExamplePass[] {
  const passes = forwardBatch(network, examples);
  const targets = examples.map(({ y }) => y);
  const carried = carryBackBatch(network, passes, targets, new Array<number>(examples.length).fill(1 / examples.length));
  const batch: ExamplePass[] = [];
  passes.forEach((pass, index) => {
    batch.push({
      network,
      notation,
      ...pass,
      ...carried[index]!,
      y: Float64Array.from(targets[index]!),
      number: notation.rows![index]!,
      batch,
    });
  });
  return batch;
}

/**
 * One example or several as a list, each looked at when it is asked for.
 *
 * @throws ChainruleError `E_USAGE` for no example; at an example whose inputs or targets are not as many as the network's
 */
export function listOf({ layout }: ReferenceNetwork, example: Example | ExampleList): ExampleList {
  const list: ExampleList = "x" in example ? [example] : example;
  if (list.length === 0) throw new ChainruleError("E_USAGE", { where: "example", expected: "at least one example", got: "none" });
  const check = (where: string, values: ArrayLike<number>, width: number, what: string): void => {
    if (values.length === width) return;
    throw new ChainruleError("E_USAGE", { where, expected: `${width} numbers, ${what} of the network`, got: String(values.length) });
  };
  return {
    length: list.length,
    at: (index) => {
      const found = list.at(index)!;
      check("example.x", found.x, layout.inputs, "the inputs");
      check("example.y", found.y, layout.sizes[layout.depth]!, "the outputs");
      return found;
    },
  };
}

/** da_j/dz_i of layer l, or da_j/du_i where z is normalised; i = j unless the outputs depend on each other. */
export function slopeOf({ network, u, a }: Pick<ExamplePass, "network" | "u" | "a">, layer: number, j: number, i = j): number {
  const name = activationOf(network.description, layer);
  if (name === "softmax") return softmaxDerivative(a[layer]!, j, i);
  return activations[name].derivative(u[layer]![j]!, a[layer]![j]!);
}

/** w_jk^(l), straight from the parameter vector. */
export function weightOf({ network }: Pick<ExamplePass, "network">, layer: number, j: number, k: number): number {
  const { layout, parameters } = network;
  const { offset, columns } = layout.layers[layer]!.w;
  return parameters[offset + j * columns + k]!;
}

/** A number of a vector of layer l: b_j, gamma_j, beta_j, or the running mean and variance. */
export function vectorOf(
  { network }: Pick<ExamplePass, "network">,
  kind: "b" | "gamma" | "beta" | "mean" | "var",
  layer: number,
  j: number,
): number {
  if (kind === "b") return layerParameters(network, layer).b[j]!;
  return network.parameters[network.layout.layers[layer]![kind]!.offset + j]!;
}

/** du_j/dz_j where the statistics are given. */
export function stretchOf(pass: Pick<ExamplePass, "network" | "scale">, layer: number, j: number): number {
  return vectorOf(pass, "gamma", layer, j) * pass.scale[layer]![j]!;
}

type Normalised = Pick<ExamplePass, "network" | "z" | "zhat" | "scale" | "statistics" | "batch">;

/**
 * du_i/dz_k of a layer whose statistics come from its own z: gamma_i / sqrt(var + epsilon) * (1 where i is k - 1/n - zhat_i zhat_k / n), of
 * units i and k of one row, or of one unit in the rows of u and z.
 */
export function carryOf(ofU: Normalised, ofZ: Normalised, layer: number, i: number, k: number): number {
  const n = ofU.statistics?.[layer] === undefined ? ofU.z[layer]!.length : ofU.batch!.length;
  const same = ofU === ofZ && i === k ? 1 : 0;
  return stretchOf(ofU, layer, i) * (same - 1 / n - (ofU.zhat[layer]![i]! * ofZ.zhat[layer]![k]!) / n);
}

/** dh_k/da_k: the factor of dropout, where there is one. */
export function maskOf({ masks }: Pick<ExamplePass, "masks">, layer: number, k: number): number {
  return masks?.[layer]?.[k] ?? 1;
}

/** The column that a table `e1.<part>` or the frequencies `f1.<part>` encode. */
export function columnOf({ network }: Pick<ExamplePass, "network">, kind: "e" | "f", part: string): EncodedColumn {
  const { inputs, encodings } = network.description;
  return encodedColumns(inputs, encodings).find(({ encoding }) => encoding !== undefined && encodingName(encoding) === `${kind}1.${part}`)!;
}

/** da_t/de_cd: 1 at the place t of dimension d where the row's category is c, otherwise 0. */
export function entryOf(pass: ExamplePass, part: string, [row, dim]: readonly number[], t: number): number {
  const { column, at } = columnOf(pass, "e", part);
  return pass.x[column] === row && t === at + dim! ? 1 : 0;
}

/** da_t/df_i: 2 pi x cos(2 pi f_i x) of its sine, -2 pi x sin(2 pi f_i x) of its cosine, which are inputs themselves; otherwise 0. */
export function frequencySlope(pass: ExamplePass, part: string, i: number, t: number): number {
  const { column, at, width } = columnOf(pass, "f", part);
  const [sine, cosine] = [at + i, at + width / 2 + i];
  const turn = 2 * Math.PI * pass.x[column]!;
  return t === sine ? turn * pass.a[1]![cosine]! : t === cosine ? -turn * pass.a[1]![sine]! : 0;
}

/** A number of what encodes a column. */
export function encodingOf({ network }: Pick<ExamplePass, "network">, kind: "e" | "f", part: string, indices: readonly number[]): number {
  const { tensor, index } = parameterPlace(network.layout, { kind, layer: 1, indices, part });
  return tensorValues(network.parameters as Float64Array, tensor)[index - tensor.offset]!;
}
