import { couplesRows } from "../network/layout.js";
import { findQuantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import type { Model } from "../training/model.js";
import { checkQuantity, type ConditionOptions, conditionsOf, isCoupled, modeNote, openList, rowNumbers } from "./conditions.js";
import { batchDerivation } from "./derivation/batch.js";
import type { Derivation } from "./derivation/derivation.js";
import { type EngineValue, engineValue } from "./derivation/engine-value.js";
import { meanDerivation } from "./derivation/mean.js";
import { costDerivative } from "./derivation/nodes.js";
import { notationOf } from "./derivation/notation.js";
import type { Mode } from "./derivation/parts.js";
import { passOf } from "./derivation/pass.js";

/** The derivation of one derivative of the cost, with what it is about. */
export type Explanation = Derivation & {
  /** `w4[3,7]` */
  readonly quantity: string;
  /** Of the example, or the mean of several. */
  readonly cost: number;
  /** Number of the examples that it is the mean over; undefined for one example alone. */
  readonly examples: number | undefined;
  /** Of a network with dropout or normalisation: under which conditions it is looked at, and in words. */
  readonly mode: Mode | undefined;
  readonly modeNote: string | undefined;
  /** What the training engine makes of it in float32; undefined where engines have none, such as for an activation. */
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
 * @param options of a network with dropout or normalisation: `mode`, `inference` where left out; in `training` the examples are the batch
 * whose statistics batch normalisation takes, and units are dropped by `seed`, `epoch` and the numbers of the rows
 * @throws ChainruleError `E_USAGE` for a quantity that the network does not have (with the nearest that it has) or no example
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { explain } from "chainrule/explain";
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
export function explain(
  model: Pick<Model, "network"> & Partial<Pick<Model, "split">>,
  example: Example | ExampleList,
  quantity: string,
  options: ConditionOptions = {},
): Explanation {
  const { network } = model;
  const conditions = conditionsOf(model, options);
  const found = findQuantity(network.layout, quantity, network.description);
  checkQuantity(network, found, conditions);
  const list = openList(network, example, conditions);
  const noted = modeNote(network, conditions, list.length);
  // Engines keep running statistics for prediction, and have derivatives of batches.
  const none = conditions.mode === "inference" && couplesRows(network.layout);
  const note = none ? `${noted}; the float32 engine has no value for it, since its derivatives are those of training` : noted;
  const said = {
    quantity: found.name,
    mode: note === undefined ? undefined : conditions.mode,
    modeNote: note,
    engine: (): EngineValue | undefined => engineValue(network, list, found, conditions),
  };
  const examples = "x" in example ? undefined : list.length;
  if (isCoupled(network, conditions)) {
    const rows = Array.from({ length: list.length }, (_, index) => list.at(index)!);
    const { derivation, cost } = batchDerivation(network, notationOf(network.description, "training", rowNumbers(list)), rows, found);
    return Object.assign(derivation, { ...said, cost, examples });
  }
  const notation = notationOf(network.description, conditions.mode);
  if ("x" in example) {
    const pass = passOf(network, list.at(0)!, notation);
    return Object.assign(costDerivative(pass, found), { ...said, cost: pass.cost, examples });
  }
  const { derivation, cost } = meanDerivation(network, notation, list, found);
  return Object.assign(derivation, { ...said, cost, examples });
}
