import { computed, signal } from "@preact/signals";
import type { FoundRate } from "chainrule";
import { recipe } from "../../state/recipe.js";
import { datasetOf, isOpen } from "../../state/run-data.js";
import { session } from "../../state/session.js";
import { ownRun } from "./state.js";

// The search for a learning rate. It goes on where another screen is looked at.

export type Search =
  | { readonly kind: "none" }
  | { readonly kind: "running" }
  | { readonly kind: "stopped" }
  | { readonly kind: "problem"; readonly message: string }
  | { readonly kind: "found"; readonly found: FoundRate };

export const search = signal<Search>({ kind: "none" });
/** The rate that was put into the recipe. */
export const used = signal<number | undefined>(undefined);

/** The data that the Train screen would train on: where those of the recipe are not open, the ones that are. */
export const dataName = computed(() => {
  const open = session.value!.dataset.name;
  return ownRun.value === undefined && !isOpen(recipe.value) ? `file:${open}` : recipe.value.data;
});

let controller: AbortController | undefined;

/** Trains copies of the recipe's network on its data; nothing else is touched. */
export async function beginSearch(): Promise<void> {
  const wanted = { ...recipe.value, data: dataName.value };
  controller?.abort();
  const own = new AbortController();
  controller = own;
  used.value = undefined;
  search.value = { kind: "running" };
  let outcome: Search;
  try {
    const [dataset, { findRate }] = await Promise.all([datasetOf(wanted), import("./find-rate.js")]);
    outcome = { kind: "found", found: await findRate(dataset, wanted.options, own.signal) };
  } catch (error) {
    outcome = { kind: "problem", message: error instanceof Error ? error.message : String(error) };
  }
  if (controller === own && !own.signal.aborted) search.value = outcome;
}

export function stopSearch(): void {
  controller?.abort();
  search.value = { kind: "stopped" };
}

/** Where a recipe names no optimizer, that of the library's defaults. */
const DEFAULT = { kind: "sgd", momentum: 0.9, nesterov: true } as const;

/** Puts a rate into the recipe: the next run begins with it. */
export function takeRate(learningRate: number): void {
  const { options, ...rest } = recipe.value;
  recipe.value = { ...rest, options: { ...options, optimizer: { ...(options.optimizer ?? DEFAULT), learningRate } } };
  used.value = learningRate;
}
