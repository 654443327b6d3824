import type { RecipeOptions } from "../../state/recipe.js";
import type { ShownData } from "../../state/task.js";

/** Steps in which most small tables are learned. */
const STEPS = 3000;

/**
 * A recipe for a table of an own file, whose inputs have been scaled and whose parts are its own: a small network of plain layers, of which
 * everything can be explained. Larger tables are learned in larger batches.
 */
export function tableOptions({ rowCount, target }: Pick<ShownData, "rowCount" | "target">): RecipeOptions {
  const ofValues = target.kind === "values";
  const batchSize = rowCount < 100 ? 8 : rowCount < 10_000 ? 16 : 128;
  return {
    hidden: [16, 16],
    activation: "relu",
    outputActivation: ofValues ? "identity" : "softmax",
    cost: ofValues ? "squared-error" : "cross-entropy",
    initialisation: "he",
    optimizer: { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    epochs: Math.min(200, Math.max(5, Math.round((STEPS * batchSize) / rowCount))),
    batchSize,
    seed: 1,
    test: 0,
    validation: 0,
    // Left out, it says the same of the inputs, and numbers that are learned are standardised.
    ...(ofValues ? {} : { scale: "none" }),
  };
}
