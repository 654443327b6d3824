// Parts of a network beside its dense layers, as plain data: what stands behind a dense layer, and how columns enter the first one.

/** Dropout as a part of a list of layers: of the layer before it (Srivastava et al. 2014). */
export interface DropoutPart {
  readonly kind: "dropout";
  /** At least 0 and below 1. */
  readonly rate: number;
}

/** Batch normalisation of the weighted sums of a layer, between z and its activation (Ioffe and Szegedy 2015). */
export interface BatchNormPart {
  readonly kind: "batch-norm";
  /** Added to the variance, above 0. */
  readonly epsilon: number;
  /** The share of the running mean and variance that each batch replaces, above 0 and at most 1. */
  readonly momentum: number;
}

/** Normalisation over the units of a layer, row by row, between z and its activation (Ba, Kiros and Hinton 2016). */
export interface LayerNormPart {
  readonly kind: "layer-norm";
  /** Added to the variance, above 0. */
  readonly epsilon: number;
}

export type Normalisation = BatchNormPart | LayerNormPart;

/** A categorical column: row c of the table `e1.<name>`, shape (categories x width), stands for category c. */
export interface EmbeddingPart {
  readonly kind: "embedding";
  /** The number of the column, from 0; it holds whole numbers from 0 to `categories` - 1. */
  readonly column: number;
  readonly categories: number;
  readonly width: number;
  /** What its table is called; the column's number where left out. */
  readonly name?: string;
}

/**
 * A numeric column x as sin(2 pi f_i x) for each i, and cos(2 pi f_i x) behind them; the frequencies `f1.<name>` are trained (Gorishniy,
 * Rubachev and Babenko 2022).
 */
export interface PeriodicPart {
  readonly kind: "periodic";
  /** The number of the column, from 0. */
  readonly column: number;
  readonly frequencies: number;
  /** Deviation of the frequencies at the start, above 0. */
  readonly sigma: number;
  /** What its frequencies are called; the column's number where left out. */
  readonly name?: string;
}

export type Encoding = EmbeddingPart | PeriodicPart;

/** `momentum` of batch normalisation and `epsilon` of both, as PyTorch has them. */
export const NORMALISATION_DEFAULTS = { epsilon: 1e-5, momentum: 0.1 } as const;

/**
 * Dropout of the layer before it, in a list of layers; `rate` is the share that is dropped while training. Prediction drops nothing.
 *
 * @example
 * ```ts
 * import { dense, dropout, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const layers = [dense(32, "relu"), dropout(0.2), dense(3, "softmax")];
 * const { test } = await train(iris(), { network: { inputs: 4, layers, cost: "cross-entropy" }, epochs: 20 }).result;
 * console.log(test?.accuracy);
 * ```
 */
export function dropout(rate: number): DropoutPart {
  return { kind: "dropout", rate };
}

/**
 * Batch normalisation of the layer before it, in a list of layers: u = gamma (z - mean) / sqrt(variance + epsilon) + beta stands between
 * its z and its activation. Mean and variance are those of the batch while training, and running ones otherwise, which the model keeps.
 *
 * @param settings `epsilon` (1e-5); `momentum` (0.1), the share of the running statistics that a batch replaces
 * @example
 * ```ts
 * import { batchNorm, createNetwork, dense } from "chainrule";
 *
 * const { layout } = createNetwork({ inputs: 4, layers: [dense(8, "relu"), batchNorm(), dense(3, "softmax")], cost: "cross-entropy" });
 * console.log(layout.tensors.map(({ name }) => name)); // w2, b2, gamma2, beta2, w3, b3, mean2, var2
 * ```
 */
export function batchNorm(settings: { readonly epsilon?: number; readonly momentum?: number } = {}): BatchNormPart {
  return { kind: "batch-norm", ...NORMALISATION_DEFAULTS, ...settings };
}

/**
 * Layer normalisation of the layer before it, in a list of layers: as `batchNorm`, with mean and variance over the units of the layer, for
 * each row its own, while training as in prediction.
 *
 * @param settings `epsilon` (1e-5)
 * @example
 * ```ts
 * import { createNetwork, dense, layerNorm } from "chainrule";
 *
 * const { layout } = createNetwork({ inputs: 4, layers: [dense(8, "gelu"), layerNorm(), dense(3, "softmax")], cost: "cross-entropy" });
 * console.log(layout.length); // 83: 40 of layer 2, 16 of its normalisation, 27 of layer 3
 * ```
 */
export function layerNorm(settings: { readonly epsilon?: number } = {}): LayerNormPart {
  return { kind: "layer-norm", epsilon: NORMALISATION_DEFAULTS.epsilon, ...settings };
}

/** A block of layers with a connection around it; `Layer` is what a list of layers may hold. */
export interface ResidualPart<Layer> {
  readonly kind: "residual";
  readonly layers: readonly Layer[];
}

/**
 * A block of layers with a connection around it (He et al. 2016): what entered the block is added to what its last layer hands on, so that
 * this layer is as wide as what entered.
 *
 * @example
 * ```ts
 * import { createNetwork, dense, residual } from "chainrule";
 *
 * const block = residual([dense(32, "relu"), dense(16, "identity")]);
 * const network = createNetwork({ inputs: 4, layers: [dense(16, "relu"), block, dense(1, "identity")] });
 * console.log(network.description.layers[2]?.skip); // 2: layer 4 adds what layer 2 hands on
 * ```
 */
export function residual<Layer>(layers: readonly Layer[]): ResidualPart<Layer> {
  return { kind: "residual", layers };
}

/**
 * An embedding of a categorical column, in front of a list of layers.
 *
 * @param settings `column` from 0, whose values are whole numbers from 0 to `categories` - 1; `width` of what stands for each; `name`
 * @example
 * ```ts
 * import { createNetwork, dense, embedding } from "chainrule";
 *
 * const layers = [embedding({ column: 2, categories: 7, width: 3, name: "weekday" }), dense(8, "relu"), dense(1, "identity")];
 * const { layout } = createNetwork({ inputs: 3, layers });
 * console.log(layout.sizes[1], layout.tensors[0]?.name); // 5 e1.weekday
 * ```
 */
export function embedding(settings: Omit<EmbeddingPart, "kind">): EmbeddingPart {
  return { kind: "embedding", ...settings };
}

/**
 * Sines and cosines of a numeric column in its place, in front of a list of layers.
 *
 * @param settings `column` from 0; how many `frequencies`; `sigma` (1), their deviation at the start; `name`
 * @example
 * ```ts
 * import { createNetwork, dense, periodic } from "chainrule";
 *
 * const { layout } = createNetwork({ inputs: 1, layers: [periodic({ column: 0, frequencies: 4 }), dense(8, "relu"), dense(1, "identity")] });
 * console.log(layout.sizes[1], layout.tensors[0]?.name); // 8 f1.0
 * ```
 */
export function periodic(settings: Omit<PeriodicPart, "kind" | "sigma"> & { readonly sigma?: number }): PeriodicPart {
  return { kind: "periodic", sigma: 1, ...settings };
}

/** Where a column of a row stands in a^(1). */
export interface EncodedColumn {
  readonly column: number;
  /** Its first place, and how many there are. */
  readonly at: number;
  readonly width: number;
  /** Left out where the column enters as it is. */
  readonly encoding?: Encoding;
}

/** What a^(1) is made of: the columns in order. */
export function encodedColumns(inputs: number, encodings: readonly Encoding[] = []): EncodedColumn[] {
  let at = 0;
  return Array.from({ length: inputs }, (_, column) => {
    const encoding = encodings.find((part) => part.column === column);
    const width = encoding === undefined ? 1 : encodedWidth(encoding);
    const place = { column, at, width, ...(encoding === undefined ? {} : { encoding }) };
    at += width;
    return place;
  });
}

function encodedWidth(encoding: Encoding): number {
  return encoding.kind === "embedding" ? encoding.width : 2 * encoding.frequencies;
}

/** n_1 */
export function widthOfInputs(inputs: number, encodings: readonly Encoding[] = []): number {
  return encodings.reduce((sum, encoding) => sum + encodedWidth(encoding) - 1, inputs);
}

/** `e1.weekday`, `f1.0` */
export function encodingName({ kind, column, name = String(column) }: Encoding): string {
  return `${kind === "embedding" ? "e" : "f"}1.${name}`;
}
