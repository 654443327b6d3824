import type { RecipeOptions } from "../../state/recipe.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A description as the options that give it; where there are none, because its layers differ or have parts, it is a text of its own.
 */
export function describedNetwork(network: unknown): { readonly options: RecipeOptions; readonly text?: string } {
  const { layers, cost, initialisation, encodings } = network as Fields;
  const list = (Array.isArray(layers) ? layers : []) as Fields[];
  const hidden = list.slice(0, -1);
  const [first, output] = [hidden[0], list.at(-1)];
  const isPlain = list.every((layer) => Object.keys(layer).every((key) => key === "units" || key === "activation"));
  const common = { ...(cost === undefined ? {} : { cost }), ...(initialisation === undefined ? {} : { initialisation }) };
  if (!isPlain || encodings !== undefined || hidden.some(({ activation }) => activation !== first!["activation"])) {
    return { options: common as RecipeOptions, text: JSON.stringify(encodings === undefined ? list : { encodings, layers: list }) };
  }
  return {
    options: {
      hidden: hidden.map(({ units }) => units),
      ...(first === undefined ? {} : { activation: first["activation"] }),
      outputActivation: output?.["activation"],
      ...common,
    } as unknown as RecipeOptions,
  };
}
