/** Where one tensor of the network stands in its flat parameter vector. Biases have `columns` 1. */
export interface TensorLayout {
  /** `w2`, `b2`, `w3`, ... */
  readonly name: string;
  readonly kind: "weight" | "bias";
  /** The layer l that the tensor feeds, from 2. */
  readonly layer: number;
  /** n_l */
  readonly rows: number;
  /** n_(l-1) for weights */
  readonly columns: number;
  /** [n_l, n_(l-1)] of weights, [n_l] of biases */
  readonly shape: readonly number[];
  readonly offset: number;
}

/** Sizes and places of everything in a network: a pure function of its sizes. */
export interface Layout {
  /** Number of layers, the input counted: L. */
  readonly depth: number;
  /** n_l by layer number l = 1..L; index 0 holds 0, so that the index is the layer. */
  readonly sizes: readonly number[];
  /** w2, b2, w3, b3, ... in the order of the parameter vector; weights row-major, nothing padded. */
  readonly tensors: readonly TensorLayout[];
  /** Number of parameters. */
  readonly length: number;
}

/** @param widths n_1, n_2, ..., n_L */
export function layoutOf(widths: readonly number[]): Layout {
  const tensors: TensorLayout[] = [];
  let offset = 0;
  for (let index = 1; index < widths.length; index++) {
    const layer = index + 1;
    const rows = widths[index]!;
    const columns = widths[index - 1]!;
    tensors.push({ name: `w${layer}`, kind: "weight", layer, rows, columns, shape: [rows, columns], offset });
    offset += rows * columns;
    tensors.push({ name: `b${layer}`, kind: "bias", layer, rows, columns: 1, shape: [rows], offset });
    offset += rows;
  }
  return { depth: widths.length, sizes: [0, ...widths], tensors, length: offset };
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
  const tensor = layout.tensors.findLast(({ offset }) => offset <= index)!;
  const at = index - tensor.offset;
  if (tensor.kind === "bias") return `${tensor.name}[${at}]`;
  return `${tensor.name}[${Math.floor(at / tensor.columns)},${at % tensor.columns}]`;
}

/** The values of one tensor, as a view of the flat vector. */
export function tensorValues<A extends Float32Array | Float64Array>(vector: A, tensor: TensorLayout): A {
  return vector.subarray(tensor.offset, tensor.offset + tensor.rows * tensor.columns) as A;
}
