import { preparationOf } from "./raw-rows.js";
import type { RecipeOptions } from "./recipe.js";
import type { ShownData, ShownModel } from "./task.js";

/** Options that train a network of the same layers. */
export function likeModel(dataset: ShownData, { network }: ShownModel, options: RecipeOptions): RecipeOptions {
  const { layers, cost } = network.description;
  const output = layers.at(-1)!.activation;
  const { initialisation: _, scale: given, ...others } = options;
  return {
    ...others,
    hidden: layers.slice(0, -1).map(({ units }) => units),
    ...(layers.length > 1 && layers[0]!.activation !== "softmax" ? { activation: layers[0]!.activation } : {}),
    outputActivation: output,
    cost,
    // Parts that the rows name themselves.
    test: dataset.testFrom === undefined ? (options.test ?? 0.2) : 0,
    ...(dataset.validationFrom === undefined ? {} : { validation: 0 }),
    // Cells that were made inputs have been scaled; without a word the library leaves them, and standardises numbers that are learned.
    ...(preparationOf(dataset) !== undefined
      ? dataset.target.kind === "values"
        ? {}
        : { scale: "none" as const }
      : given === undefined
        ? {}
        : { scale: given }),
  };
}
