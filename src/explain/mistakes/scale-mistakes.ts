import { isMeanOverOutputs } from "../../network/costs.js";
import { type At, RIGHT, type Steps } from "./steps.js";
import { hasTwo, isOutput, MEAN, type Variant } from "./variant.js";

// Mistakes that multiply: each derivative is the right one times a number.

const everywhere = ["w", "b", "a"] as const;

/** The cost's derivative times a factor, also where dCost/dz has a formula of its own. */
function outputTimes(factor: (outputs: number) => number): Partial<Steps> {
  const scaled = (values: Float64Array): Float64Array => values.map((value) => value * factor(values.length));
  return { outer: (at) => scaled(RIGHT.outer(at)), through: (at) => scaled(RIGHT.through(at, RIGHT.outer(at))) };
}

/** 2 a_j - 2 y_j without its 2. */
export const missing2: Variant = {
  uses: everywhere,
  possible: (batch, layer) => isOutput(batch, layer) && hasTwo(batch),
  steps: outputTimes(() => 1 / 2),
  wrong: ({ outer }) => `the 2 of ${outer} is missing`,
  effect: () => "half as large",
};

/** The cost as a mean over the outputs, as PyTorch's MSELoss takes it. */
export const meanOverOutputs: Variant = {
  uses: everywhere,
  possible: (batch, layer) => isOutput(batch, layer) && batch.sizes[layer]! > 1 && !isMeanOverOutputs(batch.network.description.cost),
  steps: outputTimes((outputs) => 1 / outputs),
  wrong: ({ outputs }) => `the cost is a mean over the ${outputs} outputs, where it should be their sum`,
  effect: ({ outputs }) => `1/${outputs} of the right size`,
};

/** The derivatives of the examples added up. */
export const sumOverExamples: Variant = {
  uses: everywhere,
  possible: ({ rows }) => rows.length > 1,
  steps: { share: () => 1 },
  right: MEAN,
  wrong: ({ examples }) => `the derivatives of the ${examples} rows are added up and not divided by ${examples}`,
  effect: ({ examples }) => `${examples} times as large`,
};

/** y_j - a_j */
export const swappedSign: Variant = {
  uses: everywhere,
  possible: () => true,
  steps: { outer: (at) => negative(RIGHT.outer(at)), through: (at, dCost_da) => negative(RIGHT.through(at, rightOuter(at, dCost_da))) },
  wrong: ({ layer, depth, outer }) => (layer === depth ? `the sign of ${outer} is swapped` : "the sign is swapped"),
  effect: () => "of the opposite sign",
};

/** At the output what comes in has the swapped sign already. */
function rightOuter(at: At, dCost_da: Float64Array): Float64Array {
  return at.layer === at.network.layout.depth ? RIGHT.outer(at) : dCost_da;
}

function negative(values: Float64Array): Float64Array {
  return values.map((value) => -value);
}
