import type { OutputRule } from "../../network/costs.js";
import { outputRuleOf } from "../../network/description.js";
import { carryBack } from "../../reference/backward.js";
import type { Example } from "../../reference/batch.js";
import { forward, type ReferenceNetwork } from "../../reference/forward.js";
import { type Notation, notationOf } from "../derivation/notation.js";
import type { At } from "./steps.js";

/** One example with its forward pass, and dCost/da of every layer by the equations, shape (n_l) by layer. */
export interface Row extends Omit<At, "layer"> {
  readonly dCost_da: readonly Float64Array[];
}

/** The rows whose mean derivatives are compared: each goes forward once, and back as often as a mistake is tried. */
export interface Batch {
  readonly network: ReferenceNetwork;
  readonly rule: OutputRule;
  readonly notation: Notation;
  readonly rows: readonly Row[];
  /** L */
  readonly depth: number;
  /** n_l by layer l = 1..L; index 0 holds 0. */
  readonly sizes: readonly number[];
}

export function openBatch(network: ReferenceNetwork, examples: readonly Example[]): Batch {
  const rule = outputRuleOf(network.description);
  const rows = examples.map(({ x, y }, example): Row => {
    const pass = forward(network, x);
    const { dCost_da } = carryBack(network, pass, y);
    return { network, rule, ...pass, y: Float64Array.from(y), example, count: examples.length, dCost_da };
  });
  const { depth, sizes } = network.layout;
  return { network, rule, notation: notationOf(network.description), rows, depth, sizes };
}
