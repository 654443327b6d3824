import { effect, signal } from "@preact/signals";
import { createNetwork, type NetworkDescription } from "chainrule";
import { likeModel } from "../../state/like-model.js";
import { recipe } from "../../state/recipe.js";
import { run } from "../../state/run.js";
import { session } from "../../state/session.js";
import { startingFrom, withoutNetwork } from "../../state/start.js";
import type { ShownData, ShownModel } from "../../state/task.js";
import { forget } from "./form-state.js";

/** The network that was last given to start from, and the rows that it was given for. */
const given = signal<{ readonly network: NetworkDescription; readonly dataset: ShownData } | undefined>(undefined);

effect(() => {
  const { network } = recipe.value.options;
  const dataset = session.peek()?.dataset;
  if (network !== undefined && dataset !== undefined) given.value = { network, dataset };
});

/** Whether there is a network to start from. */
export function isOffered(): boolean {
  return given.value !== undefined && given.value.dataset === session.value?.dataset;
}

/** The next run starts from the weights that were given, or from fresh ones of the same layers. */
export function startFrom(weights: boolean): void {
  const { network } = given.value!;
  const own = createNetwork(network);
  const { options, ...rest } = recipe.value;
  const fresh = withoutNetwork(options);
  forget();
  recipe.value = {
    ...rest,
    options: weights ? startingFrom(fresh, own) : likeModel(session.value!.dataset, { network: own } as ShownModel, fresh),
  };
}

/** Changes by hand of a network that has not been trained yet are part of what the next run starts from. */
export function followEdits(): void {
  const { model, step = 0 } = session.peek()!;
  const { options, ...rest } = recipe.peek();
  const isGiven = (run.peek()?.recipe ?? recipe.peek()).options.network !== undefined;
  if (step > 0 || !isGiven || options.network === undefined || !model.network.parameters.every(Number.isFinite)) return;
  const next = startingFrom(options, model.network);
  if (JSON.stringify(next.network) !== JSON.stringify(options.network)) recipe.value = { ...rest, options: next };
}
