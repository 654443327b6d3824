import { keyOf } from "../base/random.js";
import type { EngineProgram } from "../kernels/contract.js";
import { activate, activationKernels } from "../kernels/portable/activations.js";
import { denseBackward, denseForward, denseGradient } from "../kernels/portable/dense.js";
import { dropoutFactors, dropoutThreshold } from "../kernels/portable/dropout.js";
import { createEntries, type Entries, listEntries } from "../kernels/portable/entries.js";
import * as kernels from "../kernels/portable/normalise.js";
import type { ActivationName } from "../network/activations.js";
import type { TensorLayout } from "../network/layout.js";

/** Rows that are trained on: list[from..from + count), in an epoch. */
export interface Training {
  readonly list: Uint32Array;
  readonly from: number;
  readonly count: number;
  readonly epoch: number;
}

/** What connections around layers ask of one whose values they add: h, shape (B x n), and what they hand back to it. */
export interface Connected {
  readonly h: Float32Array;
  /** The sum of dCost/dh of the layers that add this one's values, of this batch; undefined where none does. */
  readonly pending: Float32Array | undefined;
}

/** Everything layer l >= 2 needs; shapes with B rows a batch, nIn = n_(l-1), nOut = n_l. */
export interface LayerMemory extends Connected {
  readonly layer: number;
  readonly activation: ActivationName;
  readonly nIn: number;
  readonly nOut: number;
  /** What the layer below hands on, (B x nIn) */
  readonly input: Entries;
  /** (nIn x nOut): input-major */
  readonly w: Float32Array;
  /** (nOut) */
  readonly b: Float32Array;
  readonly dw: Float32Array;
  readonly db: Float32Array;
  /** (B x nOut) */
  readonly z: Float32Array;
  /** What the activation is given: z itself where nothing is normalised. */
  readonly u: Float32Array;
  /** dCost/dh, then dCost/du, then dCost/dz, (B x nOut) */
  readonly d: Float32Array;
  /** da/du, times the factor of dropout, where that does not follow from what is kept: of units that are dropped or added to. */
  readonly slopes: Float32Array | undefined;
  /** How often a unit is dropped, of 2^16, and one row of factors. */
  readonly dropout: { readonly threshold: number; readonly factors: Float32Array } | undefined;
  readonly norm: NormMemory | undefined;
  /** Whose values are added. */
  readonly skip: Connected | undefined;
  /** Whether this is the highest layer that adds them. */
  readonly skipsFirst: boolean;
  readonly dgamma?: Float32Array;
  readonly dbeta?: Float32Array;
}

interface NormMemory {
  readonly epsilon: number;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly dgamma: Float32Array;
  readonly dbeta: Float32Array;
  /** By unit over a batch, by row over units. */
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** Of batches. */
  readonly running?: {
    readonly mean: Float32Array;
    readonly variance: Float32Array;
    readonly unbiased: Float32Array;
    readonly keep: number;
    readonly share: number;
  };
}

const f = Math.fround;

/**
 * All layers, from layer 2.
 *
 * @param parameters and their derivatives, in the engine's order
 * @param bottom layer 1
 */
export function createLayers(
  { description, layout, batchSize }: Pick<EngineProgram, "description" | "layout" | "batchSize">,
  parameters: Float32Array,
  gradient: Float32Array,
  bottom: Connected,
): LayerMemory[] {
  const layers: LayerMemory[] = [];
  const part = (vector: Float32Array, { offset, rows, columns }: TensorLayout): Float32Array =>
    vector.subarray(offset, offset + rows * columns);
  for (let l = 2; l <= layout.depth; l++) {
    const { activation, dropout = 0, skip, normalisation } = description.layers[l - 2]!;
    const nOut = layout.sizes[l]!;
    const { w, b, gamma, beta, mean, var: variance } = layout.layers[l]!;
    const threshold = dropoutThreshold(dropout);
    const buffer = (): Float32Array => new Float32Array(batchSize * nOut);
    const z = buffer();
    const h = buffer();
    const byUnits = normalisation?.kind === "batch-norm";
    const norm: NormMemory | undefined =
      normalisation === undefined
        ? undefined
        : {
            epsilon: normalisation.epsilon,
            gamma: part(parameters, gamma!),
            beta: part(parameters, beta!),
            dgamma: part(gradient, gamma!),
            dbeta: part(gradient, beta!),
            mean: new Float32Array(byUnits ? nOut : batchSize),
            scale: new Float32Array(byUnits ? nOut : batchSize),
            ...(normalisation.kind === "layer-norm"
              ? {}
              : {
                  running: {
                    mean: part(parameters, mean!),
                    variance: part(parameters, variance!),
                    unbiased: new Float32Array(nOut),
                    keep: f(1 - normalisation.momentum),
                    share: f(normalisation.momentum),
                  },
                }),
          };
    layers.push({
      layer: l,
      activation,
      nIn: layout.sizes[l - 1]!,
      nOut,
      input: createEntries(batchSize, layout.sizes[l - 1]!),
      w: part(parameters, w),
      b: part(parameters, b),
      dw: part(gradient, w),
      db: part(gradient, b),
      z,
      u: norm === undefined ? z : buffer(),
      h,
      d: buffer(),
      slopes: threshold === 0 && skip === undefined ? undefined : buffer(),
      dropout: threshold === 0 ? undefined : { threshold, factors: new Float32Array(nOut) },
      norm,
      skip: skip === undefined ? undefined : skip === 1 ? bottom : layers[skip - 2]!,
      skipsFirst: skip !== undefined && !description.layers.slice(l - 1).some((above) => above.skip === skip),
      pending: description.layers.some((above) => above.skip === l) ? buffer() : undefined,
      ...(norm === undefined ? {} : { dgamma: norm.dgamma, dbeta: norm.dbeta }),
    });
  }
  return layers;
}

/** From z to h. */
export function finishForward(layer: LayerMemory, rows: number, seed: number, training?: Training): void {
  const { u, h, nOut, activation, slopes, skip } = layer;
  normalise(layer, rows, training !== undefined);
  activate(activation, u, h, rows, nOut);
  const length = rows * nOut;
  if (training !== undefined && slopes !== undefined) {
    slopes.fill(1, 0, length);
    if (activation !== "softmax") activationKernels[activation].derivative(slopes, u, h, length);
    drop(layer, seed, training);
  }
  if (skip !== undefined) for (let i = 0; i < length; i++) h[i] = f(h[i]! + skip.h[i]!);
}

function normalise({ z, u, nOut, norm }: LayerMemory, rows: number, train: boolean): void {
  if (norm === undefined) return;
  const { epsilon, gamma, beta, mean, scale, running } = norm;
  if (running === undefined) kernels.normaliseRows(z, u, rows, epsilon, mean, scale, gamma, beta);
  else if (train) {
    kernels.batchStatistics(z, rows, nOut, epsilon, mean, scale, running.unbiased);
    kernels.normaliseUnits(z, u, rows, mean, scale, gamma, beta);
  } else {
    kernels.runningScale(running.variance, epsilon, scale);
    kernels.normaliseUnits(z, u, rows, running.mean, scale, gamma, beta);
  }
}

/** a * factor and da/du * factor, by the numbers of the rows. */
function drop({ layer, h, nOut, slopes, dropout }: LayerMemory, seed: number, { list, from, count, epoch }: Training): void {
  if (dropout === undefined) return;
  const { threshold, factors } = dropout;
  const key = keyOf(seed);
  for (let row = 0, at = 0; row < count; row++) {
    dropoutFactors(key, layer, list[from + row]!, epoch, threshold, nOut, factors, 0);
    for (let j = 0; j < nOut; j++, at++) {
      slopes![at] = f(slopes![at]! * factors[j]!);
      h[at] = f(h[at]! * factors[j]!);
    }
  }
}

/** From dCost/dh of a hidden layer, as the layer above hands it back, to dCost/dz, and the derivatives of its normalisation. */
export function finishBackward({ activation, u, z, h, d, nOut, slopes, skip, skipsFirst, pending, norm }: LayerMemory, rows: number): void {
  const length = rows * nOut;
  if (pending !== undefined) for (let i = 0; i < length; i++) d[i] = f(d[i]! + pending[i]!);
  const back = skip?.pending;
  if (back !== undefined) for (let i = 0; i < length; i++) back[i] = skipsFirst ? d[i]! : f(back[i]! + d[i]!);
  if (slopes !== undefined) for (let i = 0; i < length; i++) d[i] = f(d[i]! * slopes[i]!);
  else if (activation !== "softmax") activationKernels[activation].derivative(d, u, h, length);
  if (norm === undefined) return;
  const { mean, scale, gamma, dgamma, dbeta, running } = norm;
  const through = running === undefined ? kernels.backThroughRows : kernels.backThroughBatch;
  through(d, z, rows, mean, scale, gamma, dgamma, dbeta);
}

/** Running statistics follow those of a batch that is applied. */
export function moveStatistics({ norm }: LayerMemory): void {
  if (norm?.running === undefined) return;
  const { mean, variance, unbiased, keep, share } = norm.running;
  kernels.moveRunning(mean, norm.mean, keep, share);
  kernels.moveRunning(variance, unbiased, keep, share);
}

/** z = W h + b of what `input` lists. */
export function sumForward({ input, w, b, z, nOut }: LayerMemory, rows: number): void {
  denseForward(input, w, b, z, rows, nOut);
}

/** dCost/dw and dCost/db from dCost/dz. */
export function sumBackward({ input, d, dw, db, nOut, norm }: LayerMemory, rows: number): void {
  denseGradient(input, d, dw, db, rows, nOut);
  // The mean of a batch takes biases out again.
  if (norm?.running !== undefined) db.fill(0);
}

/** dCost/dh of the layer below into `out`, (rows x nIn). */
export function handBack({ d, w, nIn, nOut }: LayerMemory, out: Float32Array, rows: number): void {
  denseBackward(d, w, out, rows, nIn, nOut);
}

/** Lists what the layer below hands on. */
export function takeBelow({ input, nIn }: LayerMemory, h: Float32Array, rows: number): void {
  listEntries(h, input, rows, nIn);
}
