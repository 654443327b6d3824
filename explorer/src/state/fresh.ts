import { train } from "chainrule";
import type { RecipeOptions } from "./recipe.js";
import type { Session } from "./session.js";
import type { ShownData } from "./task.js";

/** A freshly initialised network of a recipe, with the scaling of its training rows. */
export async function freshSession(dataset: ShownData, options: RecipeOptions): Promise<Session> {
  const { model } = await train(dataset, { ...options, epochs: 0 }).result;
  return { model, dataset, title: `${dataset.name}, ${model.network.layout.sizes.slice(1).join("-")}, untrained`, step: undefined };
}
