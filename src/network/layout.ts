import { type Encoding, encodingName, type Normalisation } from "./parts.js";

/** What a tensor holds: weights and biases; scale, shift, running mean and variance of a normalisation; what columns are encoded by. */
export type TensorKind = "weight" | "bias" | "gamma" | "beta" | "mean" | "var" | "embedding" | "frequency";

/** Where one tensor of the network stands in its flat parameter vector. A vector has `columns` 1. */
export interface TensorLayout {
  /** `w2`, `b2`, `gamma2`, `beta2`, `w3`, ..., `mean2`, `var2`, ...; `e1.<column>`, `f1.<column>` */
  readonly name: string;
  readonly kind: TensorKind;
  /** The layer l that the tensor feeds, from 2; of what encodes columns 1. */
  readonly layer: number;
  /** n_l; categories of an embedding, frequencies of a periodic column */
  readonly rows: number;
  /** n_(l-1) for weights; the width of an embedding */
  readonly columns: number;
  /** [n_l, n_(l-1)] of weights, [categories, width] of an embedding, otherwise [rows] */
  readonly shape: readonly number[];
  readonly offset: number;
}

/** The tensors of one layer. */
export interface LayerTensors {
  readonly w: TensorLayout;
  readonly b: TensorLayout;
  /** Where the layer is normalised. */
  readonly gamma?: TensorLayout;
  readonly beta?: TensorLayout;
  /** Where it is normalised by batches. */
  readonly mean?: TensorLayout;
  readonly var?: TensorLayout;
}

/** Sizes and places of everything in a network: a pure function of its description. */
export interface Layout {
  /** Number of layers, the input counted: L. */
  readonly depth: number;
  /** Number of columns of a row; n_1 is more where columns are encoded. */
  readonly inputs: number;
  /** n_l by layer number l = 1..L; index 0 holds 0, so that the index is the layer. */
  readonly sizes: readonly number[];
  /** In the order of the parameter vector; weights row-major, nothing padded. Running statistics come last. */
  readonly tensors: readonly TensorLayout[];
  /** Those of layer l = 2..L at index l; the first two are empty. */
  readonly layers: readonly LayerTensors[];
  /** Number of parameters that are trained; the running statistics stand behind them. */
  readonly trained: number;
  /** Number of all of them. */
  readonly length: number;
}

/** The parts of a description that have parameters. */
export interface LayoutParts {
  readonly inputs?: number;
  readonly encodings?: readonly Encoding[];
  /** layers[0] is layer 2 */
  readonly layers?: readonly { readonly normalisation?: Normalisation }[];
}

const NONE = {} as LayerTensors;

/**
 * @param widths n_1, n_2, ..., n_L
 * @param parts the description
 */
export function layoutOf(widths: readonly number[], { inputs = widths[0]!, encodings = [], layers = [] }: LayoutParts = {}): Layout {
  const tensors: TensorLayout[] = [];
  let offset = 0;
  const take = (name: string, kind: TensorKind, layer: number, rows: number, columns?: number): TensorLayout => {
    const shape = columns === undefined ? [rows] : [rows, columns];
    const tensor = { name, kind, layer, rows, columns: columns ?? 1, shape, offset };
    tensors.push(tensor);
    offset += rows * tensor.columns;
    return tensor;
  };
  for (const encoding of encodings) {
    if (encoding.kind === "embedding") take(encodingName(encoding), "embedding", 1, encoding.categories, encoding.width);
    else take(encodingName(encoding), "frequency", 1, encoding.frequencies);
  }
  const byLayer: LayerTensors[] = widths.slice(1).map((n, index) => {
    const layer = index + 2;
    const own = { w: take(`w${layer}`, "weight", layer, n, widths[index]), b: take(`b${layer}`, "bias", layer, n) };
    if (layers[index]?.normalisation === undefined) return own;
    return { ...own, gamma: take(`gamma${layer}`, "gamma", layer, n), beta: take(`beta${layer}`, "beta", layer, n) };
  });
  const trained = offset;
  widths.slice(1).forEach((n, index) => {
    if (layers[index]?.normalisation?.kind !== "batch-norm") return;
    const layer = index + 2;
    byLayer[index] = { ...byLayer[index]!, mean: take(`mean${layer}`, "mean", layer, n), var: take(`var${layer}`, "var", layer, n) };
  });
  return { depth: widths.length, inputs, sizes: [0, ...widths], tensors, layers: [NONE, NONE, ...byLayer], trained, length: offset };
}

/**
 * The name of a place in the flat parameter vector: `w3[2,5]`, `b3[2]`.
 *
 * @example
 * ```ts
 * import { createNetwork, parameterName } from "chainrule";
 *
 * const { layout } = createNetwork({ inputs: 2, layers: [{ units: 3 }, { units: 1 }] });
 * console.log(parameterName(layout, 5)); // w2[2,1]
 * ```
 */
export function parameterName(layout: Layout, index: number): string {
  const { name, shape, columns, offset } = layout.tensors.findLast((tensor) => tensor.offset <= index)!;
  const at = index - offset;
  return shape.length === 1 ? `${name}[${at}]` : `${name}[${Math.floor(at / columns)},${at % columns}]`;
}

/** The values of one tensor, as a view of the flat vector. */
export function tensorValues<A extends Float32Array | Float64Array>(vector: A, tensor: TensorLayout): A {
  return vector.subarray(tensor.offset, tensor.offset + tensor.rows * tensor.columns) as A;
}

/** Whether any layer is normalised by batches, so that the rows of a batch depend on each other. */
export function couplesRows(layout: Layout): boolean {
  return layout.length > layout.trained;
}
