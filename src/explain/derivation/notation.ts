import type { ActivationName } from "../../network/activations.js";
import { activationOf, describedLayout, type NetworkDescription } from "../../network/description.js";
import type { Layout } from "../../network/layout.js";
import type { QuantityKind } from "../../network/names.js";
import {
  constant,
  type DerivativeExpression,
  type Expression,
  fraction,
  type Index,
  number,
  type ValueExpression,
  valueOf,
} from "./expression.js";
import { letterOf } from "./numbering.js";
import { type LayerParts, layerParts, type Mode } from "./parts.js";
import { type WrittenCost, writtenCost } from "./written.js";

/** The general form of a derivative of the cost: left = chain = steps[0] = steps[1] = ... */
export interface Equation {
  /** `(1)` to `(8)`; undefined where it is a part of one of them. */
  readonly number: string | undefined;
  /** Those of its indices. */
  readonly letters: readonly string[];
  readonly left: DerivativeExpression;
  /** The product or the sum of derivatives that the chain rule gives; undefined where there is nothing to chain. */
  readonly chain: Expression | undefined;
  /** The same with each derivative worked out, then simplified where that is possible. */
  readonly steps: readonly Expression[];
  /** Chain and steps. */
  readonly lines: readonly Expression[];
  /** The lines that the specification writes: in (5) to (8) without the chain. */
  readonly general: readonly Expression[];
  /** Of a sum: the product inside it, and the same worked out. */
  readonly term: Inside | undefined;
}

/** What has no equation of its own, in general: left = steps[0] = steps[1] = ... */
export interface Inside {
  readonly left: Expression;
  readonly steps: readonly Expression[];
}

/** What the equations of one network depend on. */
export interface Notation {
  readonly layout: Layout;
  readonly cost: WrittenCost;
  /** True where every output depends on every z of the output layer: softmax. */
  readonly coupled: boolean;
  /** The letter that counts the neurons of layer l. */
  readonly letter: (layer: number) => string;
  readonly activation: (layer: number) => ActivationName;
  /** By layer. */
  readonly parts: readonly LayerParts[];
  /** The numbers of the rows of a batch whose rows depend on each other; undefined where each example stands by itself. */
  readonly rows: readonly number[] | undefined;
  /** What was asked for already, by layer. */
  readonly equations: Readonly<Record<EquationKind, Equation[]>>;
  readonly factors: Readonly<Record<FactorKind, Factor[]>>;
}

/** What has one equation a layer. */
export type EquationKind = Exclude<QuantityKind, "e" | "f">;

/** @param rows in a step of training with batch normalisation: the numbers of its rows */
export function notationOf(description: NetworkDescription, mode: Mode = "inference", rows?: readonly number[]): Notation {
  const layout = describedLayout(description);
  const output = activationOf(description, layout.depth);
  const coupled = output === "softmax";
  return {
    layout,
    cost: writtenCost(description.cost, output, constant(layout.sizes[layout.depth]!, `n_${layout.depth}`)),
    coupled,
    letter: (layer) => letterOf(layer, layout, coupled),
    activation: (layer) => activationOf(description, layer),
    parts: layerParts(description, mode),
    rows,
    equations: { w: [], b: [], z: [], a: [], u: [], zhat: [], h: [], gamma: [], beta: [], mean: [], var: [] },
    factors: {
      da_dz: [],
      dz_dw: [],
      dz_db: [],
      dz_da: [],
      du_dz: [],
      du_dzhat: [],
      du_dgamma: [],
      du_dbeta: [],
      du_dmean: [],
      du_dvar: [],
      dh_da: [],
    },
  };
}

/** The letters of a quantity's indices: of w [to, from], otherwise one. Outputs under a softmax are counted by j, their z by i. */
export function lettersOf({ letter, layout, coupled }: Notation, kind: QuantityKind, layer: number): readonly string[] {
  if (kind === "e" || kind === "f") return encodingLetters(kind);
  if (kind === "w") return [letter(layer), letter(layer - 1)];
  return [kind === "a" && coupled && layer === layout.depth ? "j" : letter(layer)];
}

/** Row c and dimension d of a table of categories; frequency i. */
export function encodingLetters(kind: "e" | "f"): readonly string[] {
  return kind === "e" ? ["c", "d"] : ["i"];
}

/** du/d.. of a layer with u; of these du/dz is one number only where the statistics are given. */
export type SlopeKind = "du_dz" | "du_dzhat" | "du_dgamma" | "du_dbeta" | "du_dmean" | "du_dvar";

export type FactorKind = "da_dz" | "dz_dw" | "dz_db" | "dz_da" | "dh_da" | SlopeKind;

/** A factor that opens no further; `letters` are those of its indices. */
export interface Factor extends Inside {
  readonly letters: readonly string[];
}

/** a_j (or p_j) and y_j of the output that an index counts. */
export function outputsOf({ layout, cost }: Notation, index: Index): [a: ValueExpression, y: ValueExpression] {
  return [valueOf(cost.probabilities ? "p" : "a", layout.depth, index), valueOf("y", layout.depth, index)];
}

/** 1/n of each row's own cost, where the cost is that of a batch whose rows depend on each other. */
export function shareOf({ rows }: Notation): readonly Expression[] {
  return rows === undefined ? [] : [fraction(number(1), constant(rows.length, "n"))];
}

/** a_k, or h_k where a layer hands on something else. */
export function handedBy({ parts, letter }: Notation, layer: number): ValueExpression {
  return valueOf(parts[layer]!.handed, layer, letter(layer));
}
