import { tensorValues } from "../network/layout.js";
import { backward, outputRuleOf } from "./backward.js";
import { forward, type Masks, type ReferenceNetwork } from "./forward.js";

/** An example as the network sees it: scaled input, shape (n_1), and target, shape (n_L). */
export interface Example {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** In a step of training with dropout: the factors of its layers. */
  readonly masks?: Masks;
  /** How much it counts in the mean of a batch; 1 where left out. */
  readonly weight?: number;
  /** The number of its row in the data, where it comes from some. */
  readonly row?: number;
}

/** Examples one by one: an array of them, or a source that makes each when it is asked for. */
export interface ExampleList {
  readonly length: number;
  at(index: number): Example | undefined;
}

/** The mean cost of a batch and its derivatives: the mean of the examples' own (by their weights), in the order of the parameter vector. */
export interface BatchGradient {
  readonly cost: number;
  readonly gradient: Float64Array;
}

/**
 * Mean cost and mean derivatives of a batch of at least one example.
 *
 * @returns `gradient` in the order w2, b2, w3, b3, ...
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { batchGradient } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }] });
 * const { cost, gradient } = batchGradient(network, [{ x: [0, 1], y: [1] }, { x: [1, 0], y: [0] }]);
 * console.log(cost, gradient.length); // 3 derivatives: two weights, one bias
 * ```
 */
export function batchGradient(network: ReferenceNetwork, examples: readonly Example[]): BatchGradient {
  const { layout } = network;
  const gradient = new Float64Array(layout.length);
  let cost = 0;
  for (const { x, y, masks, weight = 1 } of examples) {
    const result = backward(network, forward(network, x, masks), y);
    cost += weight * result.cost;
    for (const tensor of layout.tensors) {
      const own = (tensor.kind === "weight" ? result.dCost_dw : result.dCost_db)[tensor.layer]!;
      const sum = tensorValues(gradient, tensor);
      for (let i = 0; i < own.length; i++) sum[i]! += weight * own[i]!;
    }
  }
  const count = examples.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return { cost: cost / count, gradient: gradient.map((sum) => sum / count) };
}

/**
 * The mean cost alone: a forward pass for each example.
 *
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { batchCost } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 1, layers: [{ units: 1 }], w2: [[0]], b2: [0] });
 * console.log(batchCost(network, [{ x: [3], y: [1] }, { x: [4], y: [0.5] }])); // ((0.5 - 1)^2 + 0) / 2 = 0.125
 * ```
 */
export function batchCost(network: ReferenceNetwork, examples: readonly Example[]): number {
  const rule = outputRuleOf(network.description);
  let cost = 0;
  for (const { x, y, masks, weight = 1 } of examples) {
    const { z, a } = forward(network, x, masks);
    cost += weight * rule.cost(z.at(-1)!, a.at(-1)!, Float64Array.from(y));
  }
  return cost / examples.reduce((sum, { weight = 1 }) => sum + weight, 0);
}
