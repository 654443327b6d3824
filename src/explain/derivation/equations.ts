import type { ActivationName } from "../../network/activations.js";
import { activationOf, describedLayout, type NetworkDescription } from "../../network/description.js";
import type { Layout } from "../../network/layout.js";
import type { QuantityKind } from "../../network/names.js";
import {
  call,
  constant,
  COST,
  derivative,
  type DerivativeExpression,
  type Expression,
  group,
  type Index,
  number,
  product,
  type ValueExpression,
  valueOf,
} from "./expression.js";
import { equationNumber, letterOf } from "./numbering.js";
import { type WrittenCost, writtenActivations, writtenCost } from "./written.js";

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
interface Inside {
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
  /** What was asked for already, by layer. */
  readonly equations: Readonly<Record<QuantityKind, Equation[]>>;
  readonly factors: Readonly<Record<FactorKind, Factor[]>>;
}

export function notationOf(description: NetworkDescription): Notation {
  const layout = describedLayout(description);
  const output = activationOf(description, layout.depth);
  const coupled = output === "softmax";
  return {
    layout,
    cost: writtenCost(description.cost, output, constant(layout.sizes[layout.depth]!, `n_${layout.depth}`)),
    coupled,
    letter: (layer) => letterOf(layer, layout, coupled),
    activation: (layer) => activationOf(description, layer),
    equations: { w: [], b: [], z: [], a: [] },
    factors: { da_dz: [], dz_dw: [], dz_db: [], dz_da: [] },
  };
}

/** The letters of a quantity's indices: of w [to, from], otherwise one. Outputs under a softmax are counted by j, their z by i. */
export function lettersOf({ letter, layout, coupled }: Notation, kind: QuantityKind, layer: number): readonly string[] {
  if (kind === "w") return [letter(layer), letter(layer - 1)];
  return [kind === "a" && coupled && layer === layout.depth ? "j" : letter(layer)];
}

const dCost = (by: ValueExpression): DerivativeExpression => derivative(COST, by);

/** The equation of dCost/dw_jk^(l), dCost/db_j^(l), dCost/dz_j^(l) or dCost/da_k^(l). */
export function equationOf(notation: Notation, kind: QuantityKind, layer: number): Equation {
  return (notation.equations[kind][layer] ??= makeEquation(notation, kind, layer));
}

function makeEquation(notation: Notation, kind: QuantityKind, layer: number): Equation {
  const { layout } = notation;
  const parts = { w: weightEquation, b: biasEquation, z: sumEquation, a: activationEquation }[kind](notation, layer);
  const fromOutput = layout.depth - layer;
  const letters = lettersOf(notation, kind, layer);
  const chainFirst = fromOutput === 0 || kind === "z" || (fromOutput === 1 && kind !== "b");
  const lines = parts.chain === undefined ? parts.steps : [parts.chain, ...parts.steps];
  return {
    number: equationNumber(kind, layer, layout),
    letters,
    left: dCost(valueOf(kind, layer, ...letters)),
    lines,
    general: chainFirst ? lines : parts.steps,
    term: insideOf(parts),
    ...parts,
  };
}

type Parts = Pick<Equation, "chain" | "steps">;

function insideOf({ chain, steps }: Parts): Inside | undefined {
  if (chain?.kind !== "sum") return undefined;
  return { left: chain.body, steps: steps.flatMap((step) => (step.kind === "sum" ? [step.body] : [])) };
}

/** What stands before dz/dw: dCost/da_j * da_j/dz_j, or dCost/dz_i where outputs depend on each other. */
interface Front {
  readonly chain: readonly Expression[];
  readonly steps: readonly (readonly Expression[])[];
}

function frontOf(notation: Notation, layer: number): Front {
  const { letter, layout, coupled, cost } = notation;
  const to = letter(layer);
  const z = valueOf("z", layer, to);
  const a = valueOf("a", layer, to);
  const isOutput = layer === layout.depth;
  const simplified = isOutput && cost.simplified !== undefined ? [[group(cost.simplified(...outputsOf(notation, to)))]] : [];
  if (isOutput && coupled) return { chain: [dCost(z)], steps: [[coupledSum(notation)], ...simplified] };
  const slope = isOutput ? group(cost.slope(...outputsOf(notation, to))) : dCost(a);
  return { chain: [dCost(a), derivative(a, z)], steps: [[slope, call("sigma'", z)], ...simplified] };
}

/** a_j (or p_j) and y_j of the output that an index counts. */
export function outputsOf({ layout, cost }: Notation, index: Index): [a: ValueExpression, y: ValueExpression] {
  return [valueOf(cost.probabilities ? "p" : "a", layout.depth, index), valueOf("y", layout.depth, index)];
}

function over({ layout, letter }: Notation, layer: number, index = letter(layer)): (body: Expression) => Expression {
  return (body) => ({ kind: "sum", index, layer, size: layout.sizes[layer]!, body });
}

/** dCost/dz_i = sum_j ( dCost/da_j * da_j/dz_i ) */
function coupledSum(notation: Notation, worked = false): Expression {
  const L = notation.layout.depth;
  const a = valueOf("a", L, "j");
  const outer = worked ? group(notation.cost.slope(...outputsOf(notation, "j"))) : dCost(a);
  return over(notation, L, "j")(product(outer, derivative(a, valueOf("z", L, "i"))));
}

/** (1), (4), (7): ... * dz_j/dw_jk, where dz_j/dw_jk = a_k */
function weightEquation(notation: Notation, layer: number): Parts {
  const [to, from] = lettersOf(notation, "w", layer) as [string, string];
  const { chain, steps } = frontOf(notation, layer);
  return {
    chain: product(...chain, derivative(valueOf("z", layer, to), valueOf("w", layer, to, from))),
    steps: steps.map((step) => product(...step, valueOf("a", layer - 1, from))),
  };
}

/** (2), (5), (8): ... * dz_j/db_j, where dz_j/db_j = 1 */
function biasEquation(notation: Notation, layer: number): Parts {
  const to = notation.letter(layer);
  const { chain, steps } = frontOf(notation, layer);
  return {
    chain: product(...chain, derivative(valueOf("z", layer, to), valueOf("b", layer, to))),
    steps: steps.map((step) => product(...step, number(1))),
  };
}

/** dCost/dz_j: the factors that weights, biases and the layer below have in common. */
function sumEquation(notation: Notation, layer: number): Parts {
  const { chain, steps } = frontOf(notation, layer);
  const isCoupled = notation.coupled && layer === notation.layout.depth;
  return {
    chain: isCoupled ? coupledSum(notation) : product(...chain),
    steps: [
      ...(isCoupled ? [coupledSum(notation, true)] : [product(...steps[0]!)]),
      ...steps.slice(1).map(([only]) => (only!.kind === "group" ? only.of : only!)),
    ],
  };
}

/** (3), (6): the sum over the neurons of the next layer, where dz_j/da_k = w_jk. At the output, the derivative of the cost itself. */
function activationEquation(notation: Notation, layer: number): Parts {
  const { layout, cost, coupled, letter } = notation;
  if (layer === layout.depth) {
    const [index] = lettersOf(notation, "a", layer) as [string];
    return { chain: undefined, steps: [cost.slope(...outputsOf(notation, index))] };
  }
  const next = layer + 1;
  const z = valueOf("z", next, letter(next));
  const sum = over(notation, next);
  const { chain, steps } = frontOf(notation, next);
  // A sum inside this one stays a name, unless it simplifies.
  const isCoupled = coupled && next === layout.depth;
  const worked = isCoupled ? (cost.simplified === undefined ? [[dCost(z)]] : steps.slice(1)) : steps;
  return {
    chain: sum(product(...chain, derivative(z, valueOf("a", layer, letter(layer))))),
    steps: worked.map((step) => sum(product(...step, valueOf("w", next, letter(next), letter(layer))))),
  };
}

type FactorKind = "da_dz" | "dz_dw" | "dz_db" | "dz_da";

/** A factor that opens no further; `letters` are those of its indices. */
export interface Factor extends Inside {
  readonly letters: readonly string[];
}

/** da_j/dz_j = sigma'(z_j); dz_j/dw_jk = a_k; dz_j/db_j = 1; dz_j/da_k = w_jk. Not da_j/dz_i of a softmax. */
export function factorOf(notation: Notation, kind: FactorKind, layer: number): Factor {
  return (notation.factors[kind][layer] ??= makeFactor(notation, kind, layer));
}

function makeFactor(notation: Notation, kind: FactorKind, layer: number): Factor {
  const letters = lettersOf(notation, "w", layer);
  const [to, from] = letters as [string, string];
  const z = valueOf("z", layer, to);
  switch (kind) {
    case "da_dz": {
      const a = valueOf("a", layer, to);
      const written = layer === notation.layout.depth ? outputsOf(notation, to)[0] : a;
      const name = notation.activation(layer);
      if (name === "softmax") throw new TypeError("the outputs of a softmax depend on every z");
      return { letters, left: derivative(a, z), steps: [call("sigma'", z), writtenActivations[name].slope(z, written)] };
    }
    case "dz_dw":
      return { letters, left: derivative(z, valueOf("w", layer, to, from)), steps: [valueOf("a", layer - 1, from)] };
    case "dz_db":
      return { letters, left: derivative(z, valueOf("b", layer, to)), steps: [number(1)] };
    case "dz_da":
      return { letters, left: derivative(z, valueOf("a", layer - 1, from)), steps: [valueOf("w", layer, to, from)] };
  }
}
