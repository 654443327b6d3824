import type { Recipe } from "./recipe.js";
import { session } from "./session.js";
import type { ShownData } from "./task.js";

/** Whether a recipe is about the data that is open. */
export function isOpen({ data }: Recipe): boolean {
  const name = session.peek()?.dataset.name;
  return data === name || data === `file:${name ?? ""}`;
}

/** The data of a recipe: what is open, or what comes with the page. */
export async function datasetOf(recipe: Recipe): Promise<ShownData> {
  if (isOpen(recipe)) return session.peek()!.dataset;
  const dataset = await (await import("./catalogue.js")).datasetOf(recipe.data);
  if (dataset !== undefined) return dataset;
  throw new Error(`The data "${recipe.data}" is not open on this page: open it first.`);
}
