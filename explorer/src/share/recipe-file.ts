import type { RecipeOptions } from "../state/recipe.js";
import type { Standing } from "./standing.js";

/** Options that a recipe file has under `network`. */
const NETWORK = ["hidden", "activation", "outputActivation", "cost", "initialisation"] as const satisfies (keyof RecipeOptions)[];

/** The run as a recipe that `chainrule train --recipe file` reads (docs/formats.md). It holds no change that was made on the way. */
export function recipeFile({ recipe, changes }: Standing, title: string): string {
  const { seed, network: whole, ...options } = recipe.options;
  const network = whole ?? Object.fromEntries(NETWORK.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
  const training = Object.fromEntries(Object.entries(options).filter(([name]) => !NETWORK.some((other) => other === name)));
  const file = {
    name: "explorer-run",
    title,
    data: recipe.data,
    network,
    training,
    ...(seed === undefined ? {} : { seed }),
    ...(changes.length === 0 ? {} : { note: changesNote(changes) }),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function changesNote(changes: Standing["changes"]): string {
  const all = changes.map(({ step, learningRate }) => `${learningRate} from step ${step}`).join(", ");
  return `In the explorer the learning rate was changed by hand, which a recipe does not hold: ${all}.`;
}
