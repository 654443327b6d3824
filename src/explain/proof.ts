import { ChainruleError } from "../base/errors.js";
import { findQuantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import { type CostAndSides, costAndSides, differenceAt } from "../reference/gradient-check.js";
import type { Model } from "../training/model.js";
import { checkQuantity, type ConditionOptions, conditionsOf, isCoupled, openList, rowNumbers } from "./conditions.js";
import { batchDerivation } from "./derivation/batch.js";
import { notationOf } from "./derivation/notation.js";
import { passOf } from "./derivation/pass.js";
import { derivativeOf } from "./derivation/values.js";
import { moved, movedTogether } from "./moved.js";
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
 * or an activation is moved where it stands, and the layers behind it are computed again; of several examples it is moved in each.
 *
 * @param example one example, or several, whose mean cost is meant
 * @param options `nudge`: the change of the quantity, 0.01 where left out; of a network with dropout or normalisation `mode` and what
 * belongs to it, as `explain` has them
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
  model: Pick<Model, "network"> & Partial<Pick<Model, "split">>,
  example: Example | ExampleList,
  quantity: string,
  options: ConditionOptions & { readonly nudge?: number } = {},
): Proof {
  const { network } = model;
  const conditions = conditionsOf(model, options);
  const by = options.nudge ?? DEFAULT_NUDGE;
  if (!(Number.isFinite(by) && by !== 0)) {
    throw new ChainruleError("E_USAGE", { where: "nudge", expected: "a finite number other than 0", got: String(by) });
  }
  const found = findQuantity(network.layout, quantity, network.description);
  checkQuantity(network, found, conditions);
  const list = openList(network, example, conditions);
  const examples = Array.from({ length: list.length }, (_, index) => index);
  const coupled = isCoupled(network, conditions);
  const rows = coupled ? examples.map((index) => list.at(index)!) : [];
  const notation = notationOf(network.description, conditions.mode, coupled ? rowNumbers(list) : undefined);
  const analytic = coupled
    ? batchDerivation(network, notation, rows, found).derivation.value
    : examples.reduce((sum, index) => sum + derivativeOf(passOf(network, list.at(index)!, notation), found), 0) / list.length;

  // Passes are computed again for each change: those of a whole data set would fill gigabytes.
  const at = (change: number): CostAndSides => {
    if (coupled) {
      const passes = movedTogether(network, rows, found, change);
      return costAndSides(
        network,
        passes.map((pass, index) => ({ pass, y: rows[index]!.y })),
      );
    }
    let cost = 0;
    let sides = "";
    for (const index of examples) {
      const own = list.at(index)!;
      const { cost: ownCost, sides: ownSides } = costAndSides(network, [{ pass: moved(network, own, found, change), y: own.y }]);
      cost += ownCost / list.length;
      sides += ownSides;
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
