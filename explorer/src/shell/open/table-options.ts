import type { ClassTarget, Dataset } from "chainrule";
import type { RecipeOptions } from "../../state/recipe.js";

/** Steps in which most small tables are learned. */
const STEPS = 3000;

/** A recipe for a table of an own file; of a large one in larger batches. */
export function tableOptions({ rowCount }: Dataset<ClassTarget>, test: number): RecipeOptions {
  const batchSize = rowCount < 100 ? 8 : rowCount < 10_000 ? 16 : 128;
  return {
    hidden: [16, 16],
    activation: "relu",
    outputActivation: "softmax",
    cost: "cross-entropy",
    initialisation: "he",
    optimizer: { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    epochs: Math.min(200, Math.max(5, Math.round((STEPS * batchSize) / rowCount))),
    batchSize,
    seed: 1,
    test,
    validation: 0.1,
    scale: "standard",
  };
}
