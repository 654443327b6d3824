import { activationOf } from "../network/description.js";
import { findQuantity, type Quantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import type { Model } from "../training/model.js";
import { INFERENCE, openList } from "./conditions.js";
import { notationOf } from "./derivation/notation.js";
import { type ExamplePass, passOf, slopeOf } from "./derivation/pass.js";
import { derivativeOf, termValues } from "./derivation/values.js";
import { refuseKind } from "./refuse.js";
import { numberText } from "./render/number-text.js";

/** What can make a derivative small or large. */
export type CauseKind = "dead-unit" | "silent-input" | "already-right" | "saturated-unit" | "cancellation" | "large-factor";

/** The numbers at which a cause counts; docs/explain.md gives the reasons. */
export const WHY_THRESHOLDS = {
  /** |sigma'| below this: a sigmoid beyond 0.98, a tanh beyond 0.99. */
  saturated: 0.02,
  /** |a_k| below this. */
  silent: 0.01,
  /** |a_j - y_j| below this. */
  right: 0.01,
  /** |sum| / sum of |terms| below this. */
  cancellation: 0.1,
  /** A factor's magnitude above this. */
  large: 10,
} as const;

export interface Cause {
  readonly kind: CauseKind;
  /** What it is about: `a3[2]`, `z3[2]`, `layer 4`, `dCost/da3[2]`. */
  readonly where: string;
  /** The number that was looked at, and the threshold that it was held against. */
  readonly value: number;
  readonly threshold: number;
  readonly sentence: string;
}

/** Why a derivative is as small or as large as it is. */
export interface Why {
  readonly quantity: string;
  readonly value: number;
  /** The root mean square of the derivatives of the same tensor or layer, each of one example. */
  readonly typical: number;
  /** The strongest cause, or "ordinary" where no threshold is crossed. */
  readonly verdict: CauseKind | "ordinary";
  /** All causes, the strongest first. */
  readonly causes: readonly Cause[];
}

/**
 * Why is this derivative small, or large? Looks at each factor and each sum on its way: a unit that is dead or saturated, an
 * input that is silent, outputs that are right already, a sum that cancels, a factor that is large. Of several examples it
 * looks at their means. A network with dropout or normalisation is looked at as it predicts.
 *
 * @throws ChainruleError `E_USAGE` for a quantity that the network does not have, or that is no weight, bias, z or a; or no example
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { why } from "chainrule/explain";
 * import { digits } from "chainrule/digits";
 *
 * const { model } = await train(digits(), { recipe: "equations", epochs: 1 }).result;
 * const [example] = examples(model, digits(), { rows: [12, 13] });
 * if (example !== undefined) console.log(why(model, example, "w2[3,0]").verdict); // silent-input: a pixel at the border
 * ```
 */
export function why({ network }: Pick<Model, "network">, example: Example | ExampleList, quantity: string): Why {
  const found = findQuantity(network.layout, quantity, network.description);
  refuseKind(found, "the question why", ["w", "b", "z", "a"]);
  const notation = notationOf(network.description);
  const evidence = new Evidence(found);
  const list = openList(network, example, INFERENCE);
  for (let index = 0; index < list.length; index++) evidence.add(passOf(network, list.at(index)!, notation));
  return evidence.judge();
}

/** Sums over the examples, from which the means are taken in the end. */
class Evidence {
  readonly #quantity: Quantity;
  #pass: ExamplePass | undefined;
  #count = 0;
  #value = 0;
  #magnitude = 0;
  #squares = 0;
  #input = 0;
  #outer = 0;
  #sum = 0;
  #terms = 0;
  /** |a_j - y_j| by output. */
  #wrong: Float64Array | undefined;
  /** Of the own unit at its layer, and of the units of each layer behind it: sum of weight * |sigma'|, and sum of weight. */
  readonly #slopes = new Map<number, { slope: number; weight: number }>();

  constructor(quantity: Quantity) {
    this.#quantity = quantity;
  }

  add(pass: ExamplePass): void {
    const { kind, layer, indices } = this.#quantity;
    const [j, k] = indices as [number, number];
    const L = pass.notation.layout.depth;
    const value = derivativeOf(pass, this.#quantity);
    this.#pass = pass;
    this.#count += 1;
    this.#value += value;
    this.#magnitude += Math.abs(value);
    this.#squares += meanSquare(pass, this.#quantity);
    if (kind === "w") this.#input += Math.abs(pass.h[layer - 1]![k]!);
    this.#wrong ??= new Float64Array(pass.y.length);
    pass.y.forEach((y, output) => (this.#wrong![output]! += Math.abs(pass.a[L]![output]! - y)));
    this.#outer += Math.abs(layer === L && kind !== "a" ? outputFactor(pass, j) : pass.dCost_da[layer]![j]!);
    if (layer < L) {
      const terms = termValues(pass, layer, j);
      this.#sum += Math.abs(pass.dCost_da[layer]![j]!);
      this.#terms += terms.reduce((total, term) => total + Math.abs(term), 0);
    }
    if (kind !== "a") this.#addSlope(layer, slopeSeen(pass, layer, j), 1);
    // Behind its own layer every unit counts by the size of what comes back to it.
    for (let l = layer + 1; l <= L; l++) {
      pass.dCost_da[l]!.forEach((outer, unit) => {
        if (l < L || !pass.notation.coupled) this.#addSlope(l, slopeSeen(pass, l, unit), Math.abs(outer));
      });
    }
  }

  #addSlope(layer: number, slope: number | undefined, weight: number): void {
    if (slope === undefined) return;
    const seen = this.#slopes.get(layer) ?? { slope: 0, weight: 0 };
    this.#slopes.set(layer, { slope: seen.slope + slope * weight, weight: seen.weight + weight });
  }

  judge(): Why {
    const value = this.#value / this.#count;
    const typical = Math.sqrt(this.#squares / this.#count);
    const small = this.#smallCauses().sort(byStrength);
    const large = this.#largeCauses().sort(byStrength);
    // Several times a typical one is large first; anything else is asked why it is not larger.
    const causes = Math.abs(value) > 3 * typical ? [...large, ...small] : [...small, ...large];
    return { quantity: this.#quantity.name, value, typical, verdict: causes[0]?.kind ?? "ordinary", causes };
  }

  #smallCauses(): Cause[] {
    const { kind, layer, indices, name } = this.#quantity;
    const [j, k] = indices as [number, number];
    const { saturated, silent, right, cancellation } = WHY_THRESHOLDS;
    const pass = this.#pass!;
    const L = pass.notation.layout.depth;
    const causes: Cause[] = [];
    const found = (cause: Cause): number => causes.push(cause);
    const isOwnOutput = layer === L;

    const wrong = Array.from(this.#wrong!, (sum) => sum / this.#count);
    const off = isOwnOutput ? wrong[j]! : Math.max(...wrong);
    if (off < right) {
      const where = isOwnOutput ? `a${L}[${j}]` : `layer ${L}`;
      const said = isOwnOutput ? `output ${where} is ${shown(off)} from its target` : `every output is within ${shown(off)} of its target`;
      found({ kind: "already-right", where, value: off, threshold: right, sentence: `already right: ${said}, below ${right}` });
    }
    const input = this.#input / this.#count;
    if (kind === "w" && input < silent) {
      const where = `${pass.notation.parts[layer - 1]!.handed}${layer - 1}[${k}]`;
      const sentence = `silent input: |${where}| is ${shown(input)}, below ${silent}; a weight learns from its input`;
      found({ kind: "silent-input", where, value: input, threshold: silent, sentence });
    }
    for (const [l, { slope, weight }] of this.#slopes) {
      // A right output of a sigmoid is flat as well; that it is right says more.
      if (weight === 0 || (l === L && off < right)) continue;
      const mean = slope / weight;
      const own = l === layer;
      const where = own ? `${pass.notation.parts[l]!.given}${l}[${j}]` : `layer ${l}`;
      const activation = activationOf(pass.network.description, l);
      if ((activation === "relu" || activation === "hard-swish") && mean === 0) {
        const said = own ? `its unit a${l}[${j}] is off` : `all units of layer ${l} that the cost comes back to are off`;
        const sentence = `dead unit: ${said} in ${this.#count === 1 ? "this example" : `all ${this.#count} examples`}, so sigma' is 0`;
        found({ kind: "dead-unit", where, value: 0, threshold: 0, sentence });
      } else if (activation !== "relu" && mean < saturated) {
        const said = own ? `sigma'(${where}) is ${shown(mean)}` : `sigma' of the units of layer ${l} is ${shown(mean)} on average`;
        found({ kind: "saturated-unit", where, value: mean, threshold: saturated, sentence: `saturated: ${said}, below ${saturated}` });
      }
    }
    const kept = this.#sum / this.#terms;
    if (this.#terms > 0 && kept < cancellation) {
      const where = `dCost/da${layer}[${j}]`;
      const sentence = `cancellation: the terms of ${where} leave ${percent(kept)} of their size, less than ${percent(cancellation)}`;
      found({ kind: "cancellation", where, value: kept, threshold: cancellation, sentence });
    }
    const shared = Math.abs(this.#value) / this.#magnitude;
    if (this.#count > 1 && this.#magnitude > 0 && shared < cancellation) {
      const sentence = `cancellation: the ${this.#count} examples leave ${percent(shared)} of their derivatives' size, less than ${percent(cancellation)}`;
      found({ kind: "cancellation", where: `dCost/d${name}`, value: shared, threshold: cancellation, sentence });
    }
    return causes;
  }

  #largeCauses(): Cause[] {
    const { kind, layer, indices } = this.#quantity;
    const [j, k] = indices as [number, number];
    const { large } = WHY_THRESHOLDS;
    const { notation } = this.#pass!;
    const front = layer === notation.layout.depth && kind !== "a" && notation.cost.simplified !== undefined ? "z" : "a";
    const factors = [
      { where: `dCost/d${front}${layer}[${j}]`, value: this.#outer / this.#count },
      ...(kind === "w" ? [{ where: `${notation.parts[layer - 1]!.handed}${layer - 1}[${k}]`, value: this.#input / this.#count }] : []),
    ];
    return factors
      .filter(({ value }) => value > large)
      .map(({ where, value }) => ({
        kind: "large-factor",
        where,
        value,
        threshold: large,
        sentence: `large factor: |${where}| is ${shown(value)}, above ${large}${where.startsWith("a1") ? "; are the inputs scaled?" : ""}`,
      }));
  }
}

/** dCost/da_j, or dCost/dz_j where the cost and the output simplify: its own factors may be as large as they like. */
function outputFactor(pass: ExamplePass, j: number): number {
  const { layout, coupled, cost } = pass.notation;
  const L = layout.depth;
  return coupled || cost.simplified !== undefined ? pass.dCost_dz[L]![j]! : pass.dCost_da[L]![j]!;
}

/** |sigma'| where it can be the cause: not of an identity, nor where the cost takes it away. */
function slopeSeen(pass: ExamplePass, layer: number, j: number): number | undefined {
  const { layout, cost, coupled } = pass.notation;
  const name = activationOf(pass.network.description, layer);
  if (layer === layout.depth && cost.simplified !== undefined) return undefined;
  // Under squared error, how far any output moves with this z.
  if (name === "softmax") return coupled ? Math.max(...pass.y.map((_, output) => Math.abs(slopeOf(pass, layer, output, j)))) : undefined;
  return name === "identity" ? undefined : Math.abs(slopeOf(pass, layer, j));
}

/** Mean square of the derivatives of the quantity's tensor or layer in one example; that of a weight is a product of two. */
function meanSquare(pass: ExamplePass, { kind, layer }: Quantity): number {
  const of = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0) / values.length;
  if (kind === "a") return of(pass.dCost_da[layer]!);
  return of(pass.dCost_dz[layer]!) * (kind === "w" ? of(pass.h[layer - 1]!) : 1);
}

/** By how many times the threshold is missed; a dead unit before everything else that is 0. */
function byStrength(p: Cause, q: Cause): number {
  const strength = ({ kind, value, threshold }: Cause): number =>
    kind === "dead-unit" ? Infinity : kind === "large-factor" ? value / threshold : Math.min(threshold / value, Number.MAX_VALUE);
  return strength(q) - strength(p) || 0;
}

/** Numbers of a sentence: three digits are enough. */
function shown(value: number): string {
  return numberText(value, 3);
}

function percent(share: number): string {
  return `${shown(100 * share)} %`;
}
