import { batch } from "@preact/signals";
import { type Model } from "chainrule";
import { decodeModel } from "chainrule/formats";
import { CATALOGUE, keepOwn } from "./catalogue.js";
import { type Recipe, type RecipeOptions, recipe } from "./recipe.js";
import { pause, run, status } from "./run.js";
import { openSession, type Session } from "./session.js";
import { type ShownData, shownModel } from "./task.js";

/** Which opening is the newest: a slow one must not come after it. */
let newest = 0;

/**
 * Puts something else on the page, with the recipe of the next run. What the page trains now is paused and left. What cannot be made leaves
 * the page as it is.
 *
 * @returns false where something else was opened meanwhile
 */
export async function openNext(make: () => Promise<readonly [Session, Recipe]>): Promise<boolean> {
  const call = (newest += 1);
  const [next, nextRecipe] = await make();
  if (call === newest && status.peek() === "training") await pause();
  if (call !== newest) return false;
  batch(() => {
    run.value = undefined;
    status.value = "none";
    openSession(next);
    recipe.value = nextRecipe;
  });
  return true;
}

/** Opens a data set of the catalogue with its network, trained where the page has one, and makes its recipe the one of the next run. */
export async function openEntry(id: string): Promise<boolean> {
  const entry = CATALOGUE.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`The page has no data set "${id}".`);
  return openNext(async () => {
    const dataset = await entry.load();
    const next = await (entry.trained === undefined ? fresh(dataset, entry.options) : trained(entry.trained, dataset));
    return [next, { data: id, options: entry.options }];
  });
}

/** Opens rows of an own file with a fresh network of a recipe. */
export async function openOwn(dataset: ShownData, options: RecipeOptions): Promise<boolean> {
  return openNext(async () => {
    const next = await fresh(dataset, options);
    return [next, ownRecipe(dataset, options, next.model.split?.fingerprint)];
  });
}

/** Keeps data of an own file, and names it in a recipe. */
export function ownRecipe(dataset: ShownData, options: RecipeOptions, sha256: string | undefined): Recipe {
  const data = `file:${dataset.name}`;
  keepOwn(data, dataset);
  return { data, ...(sha256 === undefined ? {} : { sha256 }), options };
}

/** Training is a good part of the whole page, and comes when it is needed. */
const fresh = async (dataset: ShownData, options: RecipeOptions): Promise<Session> =>
  (await import("./fresh.js")).freshSession(dataset, options);

async function trained(address: string, dataset: ShownData): Promise<Session> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`The trained network of "${dataset.name}" did not come: ${answer.status} ${answer.statusText}.`);
  const model = decodeModel(new Uint8Array(await answer.arrayBuffer()), address);
  return { model: shownModel(model, address), dataset, title: `${dataset.name}, ${widths(model)}`, step: undefined };
}

/** Of a model as people say them: "64-16-16-10". */
export function widths({ network }: Model): string {
  return network.layout.sizes.slice(1).join("-");
}
