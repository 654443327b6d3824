import type { ActivationName, Network, NetworkDescription } from "chainrule";
import { networkFile } from "../share/network-file.js";
import type { RecipeOptions } from "./recipe.js";

// A recipe may have a whole network with its weights, from which its runs start; sizes, activations and cost then stand in it.

/** The options without a network to start from: the weights are drawn. */
export function withoutNetwork({ network: _, ...others }: RecipeOptions): RecipeOptions {
  return others;
}

/** Options whose runs start from the parameters of a network, with the decimals that a file of it has. */
export function startingFrom(options: RecipeOptions, network: Network): RecipeOptions {
  const { hidden: _h, activation: _a, outputActivation: _o, cost: _c, initialisation: _i, ...others } = options;
  // JSON keeps no sign of a 0, and a recipe may go through a link or a file.
  const plain = JSON.parse(networkFile(network), (_, value: unknown) => (value === 0 ? 0 : value)) as NetworkDescription;
  return { ...others, network: plain };
}

/** The same options with what a network in them says, for people: its activations are all that the hidden layers have. */
export function spelledOut(options: RecipeOptions): RecipeOptions {
  const { network, ...others } = options;
  if (network === undefined) return options;
  const { layers, cost } = network;
  const names = layers.map(({ activation }) => activation);
  const output = names.pop()!;
  return {
    ...others,
    hidden: layers.slice(0, -1).map(({ units }) => units),
    ...(names.length === 0 ? {} : { activation: [...new Set(names)].join(", ") as ActivationName }),
    outputActivation: output,
    cost,
  };
}
