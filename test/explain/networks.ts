import type { Explanation } from "../../src/explain.js";
import { explain } from "../../src/explain.js";
import type { ActivationName } from "../../src/network/activations.js";
import type { CostName } from "../../src/network/costs.js";
import type { NetworkInput } from "../../src/network/description.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { Example } from "../../src/reference/batch.js";

export interface Shape {
  readonly hidden?: ActivationName;
  readonly output?: ActivationName;
  readonly cost?: CostName;
}

/** A small drawn network of these widths, the inputs first: sigmoid with squared error where nothing else is said. */
export function networkOf(
  sizes: readonly number[],
  { hidden = "sigmoid", output = "sigmoid", cost = "squared-error" }: Shape = {},
): Network {
  const layers = sizes.slice(1).map((units, at) => ({ units, activation: at === sizes.length - 2 ? output : hidden }));
  return createNetwork({ inputs: sizes[0]!, layers, cost }, { seed: 7 });
}

/** One example in simple numbers; the first output is the right one. */
export function exampleOf(sizes: readonly number[]): Example {
  return {
    x: Array.from({ length: sizes[0]! }, (_, t) => 0.5 + t / 4),
    y: Array.from({ length: sizes.at(-1)! }, (_, j) => (j === 0 ? 1 : 0)),
  };
}

/** An explanation of the drawn network of these widths. */
export function explained(sizes: readonly number[], quantity: string, shape?: Shape): Explanation {
  return explain({ network: networkOf(sizes, shape) }, exampleOf(sizes), quantity);
}

/**
 * The textbook: 3-2-2-2, sigmoid with squared error, numbers that can be followed on paper. `text` shows it as in the lesson.
 */
export const TEXTBOOK: NetworkInput = {
  inputs: 3,
  layers: [{ units: 2 }, { units: 2 }, { units: 2 }],
  w2: [
    [0.5, -0.25, 0.75],
    [-1, 0.5, 0.25],
  ],
  b2: [0.125, -0.5],
  w3: [
    [1, -0.75],
    [0.25, 0.5],
  ],
  b3: [-0.25, 0.5],
  w4: [
    [0.75, -1.5],
    [-0.5, 1],
  ],
  b4: [0.25, 0],
};

export const TEXTBOOK_EXAMPLES: readonly Example[] = [
  { x: [1, 0.5, -1], y: [1, 0] },
  { x: [0, 1, 0.5], y: [0, 1] },
  { x: [-0.5, 0.25, 1], y: [1, 1] },
  { x: [2, -1, 0], y: [0, 0] },
];
