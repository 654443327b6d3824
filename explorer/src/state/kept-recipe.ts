import type { Recipe } from "./recipe.js";
import { spelledOut } from "./start.js";

// A recipe as text: a name for lists, and its settings by their paths.

/** "digits 16-16, adam 0.01, seed 7" */
export function recipeName({ data, options }: Recipe): string {
  const { hidden, optimizer, seed } = spelledOut(options);
  const parts = [
    `${data.replace(/^file:/, "")}${hidden === undefined ? "" : hidden.length === 0 ? ", no hidden layer" : ` ${hidden.join("-")}`}`,
    optimizer === undefined ? undefined : [optimizer.kind, optimizer.learningRate].filter((part) => part !== undefined).join(" "),
    seed === undefined ? undefined : `seed ${seed}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

/** Every setting by its path: `optimizer.learningRate` is 0.3; lists and what has no fields are one value. */
export function settingsOf(recipe: Recipe): ReadonlyMap<string, string> {
  const found = new Map<string, string>([["data", recipe.data]]);
  if (recipe.sha256 !== undefined) found.set("sha256", recipe.sha256);
  const add = (path: string, value: unknown): void => {
    if (value === undefined) return;
    if (typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
      for (const [name, inner] of Object.entries(value)) add(`${path}.${name}`, inner);
    } else found.set(path, typeof value === "string" ? value : ArrayBuffer.isView(value) ? "given" : JSON.stringify(value));
  };
  for (const [name, value] of Object.entries(recipe.options)) add(name, value);
  return found;
}
