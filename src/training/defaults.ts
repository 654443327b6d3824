import type { Dataset } from "../data/dataset.js";
import type { ActivationName } from "../network/activations.js";
import type { CostDescription } from "../network/costs.js";
import type { SgdSettings } from "./optimizers.js";

// What `train` uses where nothing else is said. docs/defaults.md gives the reasons and the measurements.

/** Settings that a recipe or the table of defaults fixes. */
export interface TrainingSettings {
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly outputActivation?: ActivationName;
  readonly cost?: CostDescription;
  readonly optimizer?: SgdSettings;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly test?: number;
  readonly validation?: number;
}

/** The network of the equations: sigmoid everywhere, the sum of squares, plain gradient descent. */
const equations: TrainingSettings = {
  hidden: [16, 16],
  activation: "sigmoid",
  outputActivation: "sigmoid",
  cost: "squared-error",
  optimizer: { learningRate: 3, momentum: 0, nesterov: false },
  epochs: 80,
  batchSize: 32,
  validation: 0,
};

/** What `tabular` stands for depends on the table: tabular.ts. */
const tabular: TrainingSettings = {};

export const recipes = { equations, tabular } as const satisfies Record<string, TrainingSettings>;
export type RecipeName = keyof typeof recipes;
export const RECIPE_NAMES = Object.keys(recipes) as RecipeName[];

/** Sizes and settings by the kind of data. Images have more inputs that say little each, and so get wider layers. */
export function defaultSettings(dataset: Dataset): Required<Omit<TrainingSettings, "outputActivation" | "cost" | "optimizer">> & {
  readonly optimizer: Required<SgdSettings>;
} {
  const image = dataset.image !== undefined;
  return {
    hidden: image ? [64, 32] : [32, 16],
    activation: "relu",
    optimizer: { learningRate: image ? 0.05 : 0.02, momentum: 0.9, nesterov: true },
    epochs: Math.min(60, Math.max(10, Math.round(400_000 / Math.max(1, dataset.rowCount)))),
    batchSize: 32,
    test: dataset.testFrom === undefined ? 0.2 : 0,
    validation: dataset.validationFrom === undefined ? 0.1 : 0,
  };
}
