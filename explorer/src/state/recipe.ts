import { signal } from "@preact/signals";
import type { NetworkDescription, TrainOptions } from "chainrule";

/** What a run is made from, as plain JSON: the same recipe gives the same bits, here, in Node, with any number of threads. */
export interface Recipe {
  /** The data set by its id in the catalogue (catalogue.ts); of own files `file:` and their name. */
  readonly data: string;
  /** SHA-256 of its content (`fingerprint` of the library), for data that does not come with the page. */
  readonly sha256?: string;
  /** What `train` takes, written out: nothing depends on a default that a later version could change. */
  readonly options: RecipeOptions;
}

export interface RecipeOptions extends PlainOptions {
  /** With its weights, from which the run starts; sizes, activations and cost then stand in it alone. */
  readonly network?: NetworkDescription;
}

type PlainOptions = Omit<
  TrainOptions,
  "from" | "network" | "checkpoint" | "engine" | "threads" | "reproducible" | "sparse" | "signal" | "statisticsEvery" | "paused" | "recipe"
>;

/** The network of the equations, as it learns quickly. */
export const FIRST: RecipeOptions = {
  hidden: [16, 16],
  activation: "relu",
  outputActivation: "softmax",
  cost: "cross-entropy",
  optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.9, nesterov: true },
  l2: 0,
  epochs: 60,
  batchSize: 32,
  seed: 1,
  test: 0.2,
  validation: 0.1,
};

/** What the Train screen shows and changes; it takes effect with the next run. */
export const recipe = signal<Recipe>({ data: "digits", options: FIRST });

/** A recipe with some options changed; those that are undefined are left out. */
export function changed(
  { options, ...rest }: Recipe,
  changes: { readonly [K in keyof RecipeOptions]?: RecipeOptions[K] | undefined },
): Recipe {
  const entries = Object.entries({ ...options, ...changes }).filter(([, value]) => value !== undefined);
  return { ...rest, options: Object.fromEntries(entries) };
}
