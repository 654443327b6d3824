import type { ClassificationModel, ClassTarget, Dataset } from "chainrule";
import type { RecipeOptions } from "./recipe.js";

/** Options that train a network of the same layers. */
export function likeModel(dataset: Dataset<ClassTarget>, { network }: ClassificationModel, options: RecipeOptions): RecipeOptions {
  const { layers, cost } = network.description;
  const output = layers.at(-1)!.activation;
  const { initialisation: _, ...others } = options;
  return {
    ...others,
    hidden: layers.slice(0, -1).map(({ units }) => units),
    ...(layers.length > 1 && layers[0]!.activation !== "softmax" ? { activation: layers[0]!.activation } : {}),
    outputActivation: output,
    cost,
    test: dataset.testFrom === undefined ? (options.test ?? 0.2) : 0,
  };
}
