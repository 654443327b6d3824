import { ChainruleError } from "../base/errors.js";
import { findQuantity, type Quantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import { type Forward, forward, type ReferenceNetwork, resume } from "../reference/forward.js";
import { type CostAndSides, costAndSides, differenceAt } from "../reference/gradient-check.js";
import type { Model } from "../training/model.js";
import { notationOf } from "./derivation/equations.js";
import { derivativeOf } from "./derivation/nodes.js";
import { listOf, passOf } from "./derivation/pass.js";
import { agreeingDigits } from "./render/number-text.js";

/** A derivative beside what the cost really does. */
export interface Proof {
  readonly quantity: string;
  /** By the equations. */
  readonly analytic: number;
  /** (Cost(v + h) - Cost(v - h)) / 2h; undefined where a relu's kink lies within every step that was tried. */
  readonly numeric: number | undefined;
  readonly h: number | undefined;
  /** In how many significant digits the two agree; Infinity where they are equal, undefined where there is no numeric one. */
  readonly digits: number | undefined;
  readonly nudge: Nudge;
}

/** What a change of the quantity does to the cost: predicted by the derivative, and measured. */
export interface Nudge {
  readonly by: number;
  readonly before: number;
  readonly after: number;
  /** derivative * by */
  readonly predicted: number;
  /** after - before */
  readonly real: number;
}

/** The nudge where none is given. */
const DEFAULT_NUDGE = 0.01;

/**
 * Proves a derivative: the central difference of the cost, and a nudge with its predicted and its real effect. A weighted sum
 * or an activation is moved where it stands, and the layers behind it are computed again.
 *
 * @param example one example, or several, whose mean cost is meant
 * @param options `nudge`: the change of the quantity, 0.01 where left out
 * @throws ChainruleError `E_USAGE` for a quantity that the network does not have, no example, or a nudge that is not a
 * finite number other than 0
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { prove } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8], activation: "sigmoid", epochs: 5 }).result;
 * const [example] = examples(model, iris(), { rows: [12, 13] });
 * if (example !== undefined) {
 *   const { analytic, numeric, digits, nudge } = prove(model, example, "w2[3,1]", { nudge: 0.1 });
 *   console.log(analytic, numeric, digits, nudge.predicted, nudge.real);
 * }
 * ```
 */
export function prove(
  { network }: Pick<Model, "network">,
  example: Example | ExampleList,
  quantity: string,
  options: { readonly nudge?: number } = {},
): Proof {
  const by = options.nudge ?? DEFAULT_NUDGE;
  if (!(Number.isFinite(by) && by !== 0)) {
    throw new ChainruleError("E_USAGE", { where: "nudge", expected: "a finite number other than 0", got: String(by) });
  }
  const found = findQuantity(network.layout, quantity);
  const notation = notationOf(network.description);
  const list = listOf(network, example);
  const examples = Array.from({ length: list.length }, (_, index) => index);
  const analytic = examples.reduce((sum, index) => sum + derivativeOf(passOf(network, list.at(index)!, notation), found), 0) / list.length;

  // Passes are computed again for each change: those of a whole data set would fill gigabytes.
  const at = (change: number): CostAndSides => {
    let cost = 0;
    let sides = "";
    for (const index of examples) {
      const { x, y } = list.at(index)!;
      const own = costAndSides(network, [{ pass: moved(network, forward(network, x), found, change), y }]);
      cost += own.cost / list.length;
      sides += own.sides;
    }
    return { cost, sides };
  };
  const difference = differenceAt(0, at);
  const before = at(0).cost;
  const after = at(by).cost;
  return {
    quantity: found.name,
    analytic,
    numeric: difference?.numeric,
    h: difference?.h,
    digits: difference === undefined ? undefined : agreeingDigits(analytic, difference.numeric),
    nudge: { by, before, after, predicted: analytic * by, real: after - before },
  };
}

/** The forward pass with one quantity changed: from its layer on everything is computed again. */
function moved(network: ReferenceNetwork, pass: Forward, { kind, layer, indices }: Quantity, by: number): Forward {
  const [j, k] = indices as [number, number];
  if (kind === "a") return resume(network, pass, layer, { a: changed(pass.a[layer]!, j, by) });
  // z_j is linear in w_jk, with the factor h_k, and in b_j.
  return resume(network, pass, layer, { z: changed(pass.z[layer]!, j, kind === "w" ? by * pass.h[layer - 1]![k]! : by) });
}

function changed(values: Float64Array, index: number, by: number): Float64Array {
  const copy = values.slice();
  copy[index]! += by;
  return copy;
}
