import { activations, softmax } from "../network/activations.js";
import { activationOf, type NetworkDescription } from "../network/description.js";
import { type Layout, type TensorLayout, tensorValues } from "../network/layout.js";
import { type Encoding, encodedColumns, encodingName } from "../network/parts.js";

// The equations in float64, as docs/math.md writes them: no options, no speed. They judge every fast engine.

/** A network whose parameters the reference reads: float64, or the float32 of a trained model. */
export interface ReferenceNetwork {
  readonly description: NetworkDescription;
  readonly layout: Layout;
  readonly parameters: Float32Array | Float64Array;
}

/**
 * Everything the forward pass computes for one example. The index is the layer: `a[1]` is the input, `a[L]` the output,
 * `z[2]` the first weighted sum; `a[0]`, `z[0]` and `z[1]` are empty. Shape of `a[l]` and `z[l]`: (n_l).
 */
export interface Forward {
  readonly z: readonly Float64Array[];
  /** What the activation is given: gamma zhat + beta where z is normalised, otherwise z itself. */
  readonly u: readonly Float64Array[];
  readonly a: readonly Float64Array[];
  /** What a layer hands on: a, times its mask, with what a connection around it adds; otherwise a itself. */
  readonly h: readonly Float64Array[];
  /** Where z is normalised: zhat and 1 / sqrt(variance + epsilon), shape (n_l) both; otherwise empty. */
  readonly zhat: readonly Float64Array[];
  readonly scale: readonly Float64Array[];
  /** The columns of the row before any is encoded, shape (inputs). */
  readonly x: Float64Array;
  /** In a step of training with dropout: by layer, what its activations are multiplied by on their way to the next layer. */
  readonly masks?: Masks;
  /** In a step of training with batch normalisation: by layer, those of the batch; the running ones where left out. */
  readonly statistics?: readonly (Statistics | undefined)[];
}

/** Factors by layer, each of shape (n_l): 0 where a unit is dropped. A layer that is left out passes everything on. */
export type Masks = readonly (Float64Array | undefined)[];

/** Of each unit of a layer over the rows of a batch: mean and (biased) variance of z, shape (n_l). */
export interface Statistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

const NOTHING = new Float64Array(0);

/** W^(l), shape (n_l x n_(l-1)) row-major, and b^(l), shape (n_l). */
export function layerParameters(
  { layout, parameters }: ReferenceNetwork,
  l: number,
): { w: Float32Array | Float64Array; b: Float32Array | Float64Array } {
  const { w, b } = layout.layers[l]!;
  return { w: tensorValues(parameters, w), b: tensorValues(parameters, b) };
}

/**
 * The forward pass of one example.
 *
 * @param x the scaled input, shape (inputs)
 * @param masks of a step of training with dropout; prediction has none
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { forward } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const { z, a } = forward(network, [3, 1]);
 * console.log(z[2], a[2]); // 2, sigma(2) = 0.8808
 * ```
 */
export function forward(network: ReferenceNetwork, x: ArrayLike<number>, masks?: Masks): Forward {
  const pass = begin(network, x, masks);
  for (let l = 2; l <= network.layout.depth; l++) finish(network, pass, l, sums(network, pass, l));
  return pass;
}

/**
 * The forward passes of the rows of a batch in a step of training: batch normalisation takes the statistics of these rows.
 *
 * @param rows scaled inputs, each with the masks of its layers where units are dropped
 */
export function forwardBatch(
  network: ReferenceNetwork,
  rows: readonly { readonly x: ArrayLike<number>; readonly masks?: Masks }[],
): Forward[] {
  const statistics: (Statistics | undefined)[] = [undefined, undefined];
  const passes = rows.map(({ x, masks }) => begin(network, x, masks, statistics));
  for (let l = 2; l <= network.layout.depth; l++) {
    const z = passes.map((pass) => sums(network, pass, l));
    statistics.push(network.layout.layers[l]!.mean === undefined ? undefined : statisticsOf(z));
    passes.forEach((pass, index) => finish(network, pass, l, z[index]!));
  }
  return passes;
}

/** The pass with z or a of a layer changed, and everything behind it computed again. */
export function resume(
  network: ReferenceNetwork,
  pass: Forward,
  layer: number,
  changed: { readonly z: Float64Array } | { readonly a: Float64Array },
): Forward {
  const until = (values: readonly Float64Array[]): Float64Array[] => values.slice(0, layer);
  const again: Growing = {
    ...pass,
    z: until(pass.z),
    u: until(pass.u),
    a: until(pass.a),
    h: until(pass.h),
    zhat: until(pass.zhat),
    scale: until(pass.scale),
  };
  if ("z" in changed) finish(network, again, layer, changed.z);
  else {
    for (const name of ["z", "u", "zhat", "scale"] as const) again[name].push(pass[name][layer]!);
    if (layer > 1) handOn(network, again, layer, changed.a);
    else for (const name of ["a", "h"] as const) again[name].push(changed.a);
  }
  for (let l = layer + 1; l <= network.layout.depth; l++) finish(network, again, l, sums(network, again, l));
  return again;
}

type Growing = Forward & Record<"z" | "u" | "a" | "h" | "zhat" | "scale", Float64Array[]>;

function begin(network: ReferenceNetwork, x: ArrayLike<number>, masks?: Masks, statistics?: Forward["statistics"]): Growing {
  const columns = Float64Array.from(x);
  const start = (): Float64Array[] => [NOTHING, NOTHING];
  const input = encode(network, columns);
  return {
    x: columns,
    z: start(),
    u: start(),
    a: [NOTHING, input],
    h: [NOTHING, input],
    zhat: start(),
    scale: start(),
    ...(masks === undefined ? {} : { masks }),
    ...(statistics === undefined ? {} : { statistics }),
  };
}

/** The tensor by which a column is encoded. */
export function encodingTensor({ layout }: ReferenceNetwork, encoding: Encoding): TensorLayout {
  const name = encodingName(encoding);
  return layout.tensors.find((tensor) => tensor.name === name)!;
}

/** a^(1): the columns, each category as its row of the table, each periodic column as sines and cosines. */
function encode(network: ReferenceNetwork, x: Float64Array): Float64Array {
  const { description, layout, parameters } = network;
  if (description.encodings === undefined) return x;
  const a = new Float64Array(layout.sizes[1]!);
  for (const { column, at, width, encoding } of encodedColumns(description.inputs, description.encodings)) {
    const value = x[column]!;
    if (encoding === undefined) a[at] = value;
    else {
      const table = tensorValues(parameters, encodingTensor(network, encoding));
      if (encoding.kind === "embedding") {
        // What is no category has no row: NaN, which the guard of training sees.
        for (let d = 0; d < width; d++) a[at + d] = Number.isInteger(value) ? (table[value * width + d] ?? NaN) : NaN;
      } else {
        table.forEach((frequency: number, i: number) => {
          a[at + i] = Math.sin(2 * Math.PI * frequency * value);
          a[at + table.length + i] = Math.cos(2 * Math.PI * frequency * value);
        });
      }
    }
  }
  return a;
}

/** z_j^(l) = sum_k w_jk^(l) h_k^(l-1) + b_j^(l) */
function sums(network: ReferenceNetwork, { h }: Forward, l: number): Float64Array {
  const { w, b } = layerParameters(network, l);
  const below = h[l - 1]!;
  const z = new Float64Array(b.length);
  const width = below.length;
  for (let j = 0; j < z.length; j++) {
    let sum = 0;
    for (let k = 0, jk = j * width; k < width; k++, jk++) sum += w[jk]! * below[k]!;
    z[j] = sum + b[j]!;
  }
  return z;
}

/** Layer l from its z on. */
function finish(network: ReferenceNetwork, pass: Growing, l: number, z: Float64Array): void {
  const { description } = network;
  pass.z.push(z);
  const { u, zhat, scale } = normalise(network, pass, l, z);
  pass.u.push(u);
  pass.zhat.push(zhat);
  pass.scale.push(scale);
  const name = activationOf(description, l);
  handOn(network, pass, l, name === "softmax" ? softmax(u) : u.map(activations[name].value));
}

/** h = a * mask + h of an earlier layer */
function handOn({ description }: ReferenceNetwork, pass: Growing, l: number, a: Float64Array): void {
  const mask = pass.masks?.[l];
  const { skip } = description.layers[l - 2]!;
  const kept = mask === undefined ? a : a.map((value, k) => value * mask[k]!);
  pass.a.push(a);
  pass.h.push(skip === undefined ? kept : kept.map((value, k) => value + pass.h[skip]![k]!));
}

/** u_k = gamma_k zhat_k + beta_k, where zhat_k = (z_k - mean) / sqrt(variance + epsilon) */
function normalise(
  { description, layout, parameters }: ReferenceNetwork,
  pass: Forward,
  l: number,
  z: Float64Array,
): { readonly u: Float64Array; readonly zhat: Float64Array; readonly scale: Float64Array } {
  const { normalisation } = description.layers[l - 2]!;
  if (normalisation === undefined) return { u: z, zhat: NOTHING, scale: NOTHING };
  const tensors = layout.layers[l]!;
  const [gamma, beta] = [tensorValues(parameters, tensors.gamma!), tensorValues(parameters, tensors.beta!)];
  let mean: ArrayLike<number>;
  let variance: ArrayLike<number>;
  if (normalisation.kind === "layer-norm") {
    const own = statisticsOf(Array.from(z, (value) => Float64Array.of(value)));
    [mean, variance] = [new Float64Array(z.length).fill(own.mean[0]!), new Float64Array(z.length).fill(own.variance[0]!)];
  } else if (pass.statistics === undefined) {
    [mean, variance] = [tensorValues(parameters, tensors.mean!), tensorValues(parameters, tensors.var!)];
  } else ({ mean, variance } = pass.statistics[l]!);
  const scale = Float64Array.from(z, (_, k) => 1 / Math.sqrt(variance[k]! + normalisation.epsilon));
  const zhat = z.map((value, k) => (value - mean[k]!) * scale[k]!);
  return { u: zhat.map((value, k) => gamma[k]! * value + beta[k]!), zhat, scale };
}

/** Mean and biased variance of each place over the rows. */
function statisticsOf(rows: readonly Float64Array[]): Statistics {
  const mean = new Float64Array(rows[0]!.length);
  const variance = new Float64Array(mean.length);
  for (const row of rows) row.forEach((value, k) => (mean[k]! += value / rows.length));
  for (const row of rows) row.forEach((value, k) => (variance[k]! += (value - mean[k]!) ** 2 / rows.length));
  return { mean, variance };
}
