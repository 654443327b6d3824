import type { ActivationName } from "../../../src/network/activations.js";
import type { CostName } from "../../../src/network/costs.js";
import { type Example } from "../../../src/reference/batch.js";
import type { ReferenceNetwork } from "../../../src/reference/forward.js";
import { randomExamples, randomNetwork } from "../../reference/networks.js";

/** A network of random parameters, and rows to take derivatives over. */
export interface Problem {
  readonly network: ReferenceNetwork;
  readonly examples: readonly Example[];
}

/** @param widths "4-5-5-3" */
export function problem(
  widths: string,
  hidden: ActivationName,
  output: ActivationName,
  cost: CostName = "squared-error",
  rows = 6,
): Problem {
  const [inputs, ...units] = widths.split("-").map(Number) as [number, ...number[]];
  const layers = units.map((width, index) => ({ units: width, activation: index === units.length - 1 ? output : hidden }));
  const network = randomNetwork({ inputs, layers, cost }, 11);
  return { network, examples: randomExamples(network, rows, 12) };
}

export const PROBLEMS: Readonly<Record<string, Problem>> = {
  "4-5-5-3 sigmoid": problem("4-5-5-3", "sigmoid", "sigmoid"),
  "4-5-5-3 tanh, identity": problem("4-5-5-3", "tanh", "identity"),
  "4-5-5-3 relu, softmax with cross-entropy": problem("4-5-5-3", "relu", "softmax", "cross-entropy"),
  "4-5-5-3 tanh, softmax with squared error": problem("4-5-5-3", "tanh", "softmax"),
  "3-4-2 tanh, sigmoid": problem("3-4-2", "tanh", "sigmoid"),
  "3-4-2 sigmoid with cross-entropy": problem("3-4-2", "sigmoid", "sigmoid", "cross-entropy"),
  "2-2-1 sigmoid": problem("2-2-1", "sigmoid", "sigmoid", "squared-error", 4),
  "2-2-1 relu, tanh": problem("2-2-1", "relu", "tanh", "squared-error", 4),
  "6-5-5-5-3 sigmoid": problem("6-5-5-5-3", "sigmoid", "sigmoid"),
  "6-5-5-5-3 tanh, softmax with cross-entropy": problem("6-5-5-5-3", "tanh", "softmax", "cross-entropy"),
  "5-5-5-5 sigmoid": problem("5-5-5-5", "sigmoid", "sigmoid", "squared-error", 3),
};
