import { couplesRows } from "../network/layout.js";
import { outputRuleOf } from "../network/description.js";
import { type Backward, backward, backwardBatch } from "./backward.js";
import { type Forward, forward, forwardBatch, type Masks, type ReferenceNetwork } from "./forward.js";

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

/**
 * The mean cost of a batch and its derivatives, in the order of the parameter vector: the mean of the examples' own (by their weights).
 * With batch normalisation an example has none of its own, and all depend on the statistics of the batch.
 */
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
  const gradient = new Float64Array(network.layout.length);
  const count = examples.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let cost = 0;
  const add = (own: Backward, weight: number): void => {
    cost += weight * own.cost;
    own.gradient.forEach((d, i) => (gradient[i]! += weight * d));
  };
  if (couplesRows(network.layout)) {
    const passes = forwardBatch(network, examples);
    const targets = examples.map(({ y }) => y);
    const weights = examples.map(({ weight = 1 }) => weight);
    for (const own of backwardBatch(network, passes, targets, weights)) add(own, 1);
  } else {
    for (const { x, y, masks, weight = 1 } of examples) add(backward(network, forward(network, x, masks), y), weight);
  }
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
  const passes = trainingPasses(network, examples);
  let cost = 0;
  examples.forEach(({ y, weight = 1 }, row) => {
    const { z, a } = passes(row);
    cost += weight * rule.cost(z.at(-1)!, a.at(-1)!, Float64Array.from(y));
  });
  return cost / examples.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

/** The forward pass of each row as a step of training has it; made when it is asked for where rows do not depend on each other. */
export function trainingPasses(network: ReferenceNetwork, examples: readonly Example[]): (row: number) => Forward {
  if (!couplesRows(network.layout)) return (row) => forward(network, examples[row]!.x, examples[row]!.masks);
  const passes = forwardBatch(network, examples);
  return (row) => passes[row]!;
}
