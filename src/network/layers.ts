import type { ActivationName } from "./activations.js";
import type { DropoutPart, EmbeddingPart, Normalisation, NORMALISATION_DEFAULTS, PeriodicPart, ResidualPart } from "./parts.js";

/** One dense layer with what belongs to it. */
export interface LayerDescription {
  /** Number of neurons, n_l. */
  readonly units: number;
  readonly activation: ActivationName;
  /** What stands between z and the activation: u = gamma zhat + beta. */
  readonly normalisation?: Normalisation;
  /** Share of its activations that are 0 in a step of training, each drawn anew; the others are multiplied by 1 / (1 - dropout). */
  readonly dropout?: number;
  /** The number of an earlier layer (1: the input) whose values are added to what this one hands on. */
  readonly skip?: number;
}

/** A part whose usual settings may be left out. */
type Written<Part> = Part extends { readonly kind: string }
  ? Omit<Part, keyof typeof NORMALISATION_DEFAULTS> & Partial<Pick<Part, keyof Part & keyof typeof NORMALISATION_DEFAULTS>>
  : never;

/** A dense layer as a user writes it. */
export interface WrittenDense {
  readonly kind?: "dense";
  readonly units: number;
  readonly activation?: ActivationName;
  readonly normalisation?: Written<Normalisation>;
  readonly dropout?: number;
  readonly skip?: number;
}

/** A layer as a user writes it, a part that belongs to the layer before it, or in front of all layers the encoding of a column. */
export type WrittenLayer =
  | WrittenDense
  | DropoutPart
  | Written<Normalisation>
  | ResidualPart<WrittenLayer>
  | EmbeddingPart
  | (Omit<PeriodicPart, "sigma"> & { readonly sigma?: number });

/**
 * A dense layer of a list of layers: plain data.
 *
 * @example
 * ```ts
 * import { createNetwork, dense, dropout } from "chainrule";
 *
 * const { layout } = createNetwork({ inputs: 4, layers: [dense(32, "relu"), dropout(0.2), dense(3, "softmax")], cost: "cross-entropy" });
 * console.log(layout.depth, layout.length); // 3 259
 * ```
 */
export function dense(units: number, activation: ActivationName = "sigmoid"): LayerDescription {
  return { units, activation };
}
