import { findQuantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import type { Model } from "../training/model.js";
import type { Derivation } from "./derivation/derivation.js";
import { type EngineValue, engineValue } from "./derivation/engine-value.js";
import { notationOf } from "./derivation/equations.js";
import { meanDerivation } from "./derivation/mean.js";
import { costDerivative } from "./derivation/nodes.js";
import { listOf, passOf } from "./derivation/pass.js";

/** The derivation of one derivative of the cost, with what it is about. */
export type Explanation = Derivation & {
  /** `w4[3,7]` */
  readonly quantity: string;
  /** Of the example, or the mean of several. */
  readonly cost: number;
  /** Number of the examples that it is the mean over; undefined for one example alone. */
  readonly examples: number | undefined;
  /** What the training engine makes of it in float32; undefined for an activation, of which engines keep none. */
  readonly engine: () => EngineValue | undefined;
};

/**
 * Takes one derivative of the cost apart: `w4[3,7]`, `b3[2]`, `z3[1]`, `a2[5]`, or of an input, `a1[k]`; `w4.3.7` is another
 * spelling. What comes back is a tree that opens lazily: a product has `factors` in the order of the equations, a sum has
 * `terms`, one a neuron of the next layer. All numbers are float64, by the equations.
 *
 * @param model a model, or anything with its `network`
 * @param example one example of `examples`, or several (an array, or `openExamples`): then the mean of their derivatives, one
 * term an example
 * @throws ChainruleError `E_USAGE` for a quantity that the network does not have (with the nearest that it has) or no example
 * @example
 * ```ts
 * import { examples, explain, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8, 8], activation: "sigmoid", epochs: 5 }).result;
 * const [example] = examples(model, iris(), { rows: [12, 13] });
 * if (example === undefined) throw new Error("row 12 is there");
 * const derivation = explain(model, example, "w3[2,5]");
 * console.log(derivation.equation, derivation.name, derivation.value, derivation.engine()?.value); // (4) dCost/dw3[2,5] ...
 * if (derivation.kind === "product") {
 *   for (const factor of derivation.factors) console.log(factor.name, factor.value); // dCost/da3[2], da3[2]/dz3[2], dz3[2]/dw3[2,5]
 *   const [sum] = derivation.factors;
 *   if (sum?.kind === "sum") console.log(sum.equation, sum.terms.at(0).name); // (3) dCost/dz4[0] * dz4[0]/da3[2]
 * }
 * ```
 */
export function explain({ network }: Pick<Model, "network">, example: Example | ExampleList, quantity: string): Explanation {
  const found = findQuantity(network.layout, quantity);
  const notation = notationOf(network.description);
  const list = listOf(network, example);
  const engine = (): EngineValue | undefined => engineValue(network, list, found);
  if ("x" in example) {
    const pass = passOf(network, list.at(0)!, notation);
    return Object.assign(costDerivative(pass, found), { quantity: found.name, cost: pass.cost, examples: undefined, engine });
  }
  const { derivation, cost } = meanDerivation(network, notation, list, found);
  return Object.assign(derivation, { quantity: found.name, cost, examples: list.length, engine });
}
