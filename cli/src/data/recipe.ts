import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ChainruleError, type NetworkInput, RECIPE_NAMES, type RecipeName, type TrainOptions } from "chainrule";
import { suggest } from "../suggest.js";

/** A training written down: data, network, settings and seed, with the published figure that it answers. docs/formats.md has the fields. */
export interface Recipe {
  readonly name: string;
  readonly title?: string;
  /** What it is for: "mnist", "digits", "iris" or another name. */
  readonly data?: string;
  /** Widths, activations and cost as options of `train`, or a whole description with `layers`. */
  readonly network?: NetworkInput | Pick<TrainOptions, "hidden" | "activation" | "outputActivation" | "cost" | "initialisation">;
  readonly training?: TrainOptions;
  readonly seed?: number;
  /** How many seeds, from `seed` on, tell how far a result spreads. */
  readonly seeds?: number;
  readonly published?: { readonly error: number; readonly what: string; readonly source: string };
  readonly note?: string;
}

const FIELDS = ["name", "title", "data", "network", "training", "seed", "seeds", "published", "note"];
const FOLDER = fileURLToPath(new URL("../../recipes/", import.meta.url));

/** The recipes that come with the command line, by their names. */
export function recipeNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** Whether it is a name, and no file. */
export function isNamedRecipe(recipe: string): boolean {
  return [...RECIPE_NAMES, ...recipeNames()].includes(recipe);
}

/**
 * The options that a recipe stands for: one of the library's own, one that comes with the command line, or a file.
 *
 * @throws ChainruleError `E_USAGE` for a name that is none, and for a file that is no recipe
 */
export function recipeOptions(recipe: string): TrainOptions {
  if (RECIPE_NAMES.some((name) => name === recipe)) return { recipe: recipe as RecipeName };
  const { network = {}, training = {}, seed } = readRecipe(recipe);
  const whole = "layers" in network ? { network } : network;
  return { ...whole, ...training, ...(seed === undefined ? {} : { seed }) };
}

function readRecipe(recipe: string): Recipe {
  const names = recipeNames();
  const path = names.includes(recipe) ? `${FOLDER}${recipe}.json` : recipe;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    const all = [...RECIPE_NAMES, ...names];
    throw new ChainruleError("E_USAGE", {
      where: "--recipe",
      expected: `a file, or one of ${all.join(", ")}`,
      got: `"${recipe}"`,
      ...suggest(recipe, all),
    });
  }
  const refuse = (expected: string, got: string): ChainruleError =>
    new ChainruleError("E_USAGE", { where: `--recipe ${path}`, expected, got });
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw refuse("JSON", error instanceof Error ? error.message : String(error));
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) throw refuse("an object", text.slice(0, 40));
  const unknown = Object.keys(read).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) throw refuse(`the fields ${FIELDS.join(", ")}`, `"${unknown}"`);
  return read as Recipe;
}
