import { activations, type ActivationName } from "../../network/activations.js";
import { costKind } from "../../network/costs.js";
import { activationOf } from "../../network/description.js";
import type { Batch } from "./batch.js";
import type { Use } from "./pass-back.js";
import type { Steps } from "./steps.js";

/** One way to make a mistake: what takes the place of which steps, where that is possible, and how it is said. */
export interface Variant {
  /** What the mistaken formula is used for. */
  readonly uses: readonly Use[];
  /** Whether it can be made at layer l and is no mistake of another name there. */
  readonly possible: (batch: Batch, layer: number) => boolean;
  readonly steps: Partial<Steps>;
  /** What is wrong, the beginning of a sentence: "sigma'(z_j^(4)) is missing". */
  readonly wrong: (words: Words) => string;
  /** The right form, where it is not that of the equation. */
  readonly right?: string;
  /** Where each derivative is a multiple of the right one: how large, "half as large". */
  readonly effect?: (words: Words) => string;
}

/** The names that a sentence about layer l needs, in the letters of this network. */
export interface Words {
  readonly layer: number;
  readonly depth: number;
  /** The letters that count layers l and l-1: j, k at the output. */
  readonly to: string;
  readonly from: string;
  /** What the output's derivative begins with: 2 a_j^(4) - 2 y_j, or p_j - y_j */
  readonly outer: string;
  /** sigma'(z_j^(4)), or da_j^(4)/dz_i^(4) of softmax */
  readonly slope: string;
  /** n of the batch, and n_L */
  readonly examples: number;
  readonly outputs: number;
}

/** The derivative of a batch, as docs/math.md writes it. */
export const MEAN = "dCost/dw = 1/n sum_e dCost_e/dw";

/** z_j^(4), a_k^(3) */
export const named = (of: "z" | "a", letter: string, layer: number): string => `${of}_${letter}^(${layer})`;

export const isOutput = ({ depth }: Batch, layer: number): boolean => layer === depth;

/** True where the output's derivative has the factor 2: the sum of squares, and their mean. */
export const hasTwo = ({ network }: Batch): boolean => /^(mean-)?squared-error$/.test(costKind(network.description.cost));

export function activationAt({ network }: Batch, layer: number): ActivationName {
  return activationOf(network.description, layer);
}

/** True where sigma' differs from 1. */
export const hasSlope = (batch: Batch, layer: number): boolean => activationAt(batch, layer) !== "identity";

/** True where sigma' is a formula of a, as that of sigmoid and tanh, so that it matters that it is not fed with z. */
export function slopeUsesActivation(batch: Batch, layer: number): boolean {
  const name = activationAt(batch, layer);
  return name !== "softmax" && activations[name].uses === "a";
}

/** True where sigma' of a is another number than sigma' of z: a relu's side of 0 is that of its a. */
export function slopeTellsThemApart(batch: Batch, layer: number): boolean {
  const name = activationAt(batch, layer);
  return hasSlope(batch, layer) && name !== "relu" && name !== "leaky-relu" && name !== "softmax";
}
