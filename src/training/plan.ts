import { ChainruleError, type Problem, show } from "../base/errors.js";
import type { AbortSignalLike } from "../base/platform.js";
import { checkSeed } from "../base/random.js";
import { suggestion } from "../base/spelling.js";
import type { Dataset, Target } from "../data/dataset.js";
import { defaultScaling, fitScaling, type Scaling, type ScalingName, SCALING_NAMES } from "../data/scaling.js";
import { type Split, split, type SplitOptions } from "../data/split.js";
import { type EngineName, findEngine } from "../engine/create-engine.js";
import type { OptimizerDescription } from "../kernels/contract.js";
import { ACTIVATION_NAMES, type ActivationName } from "../network/activations.js";
import { COST_NAMES, type CostName } from "../network/costs.js";
import type { NetworkDescription, NetworkInput } from "../network/description.js";
import { INITIALISATION_NAMES, type InitialisationName } from "../network/initialisation.js";
import { createNetwork, type Network } from "../network/network.js";
import { defaultSettings, RECIPE_NAMES, type RecipeName, recipes, type TrainingSettings } from "./defaults.js";
import { completeSgd, type OptimizerSettings } from "./optimizers.js";
import { fitTask } from "./fit-task.js";
import { checkOutputs, type Task } from "./task.js";

/** What may be asked of `train`. Whatever is left out comes from the recipe, then from the table of defaults by task. */
export interface TrainOptions {
  readonly recipe?: RecipeName;
  /** A whole description, with or without weights; then `hidden`, `activation`, `outputActivation`, `cost` and `initialisation` stand in it. */
  readonly network?: NetworkInput | NetworkDescription;
  /** Widths of the hidden layers, n_2, n_3, ... */
  readonly hidden?: readonly number[];
  /** Of the hidden layers. */
  readonly activation?: ActivationName;
  readonly outputActivation?: ActivationName;
  readonly cost?: CostName;
  readonly initialisation?: InitialisationName;
  readonly optimizer?: OptimizerSettings;
  /** Passes over the training rows; 0 gives the freshly initialised model. */
  readonly epochs?: number;
  readonly batchSize?: number;
  /** Fixes split, initialisation and order: the same seed gives the same bits. */
  readonly seed?: number;
  /** Fraction of the rows held out for the test, in [0, 1). */
  readonly test?: number;
  /** Fraction of the remaining rows used for validation, in [0, 1). */
  readonly validation?: number;
  readonly scale?: ScalingName;
  readonly engine?: EngineName;
  /** Ends the run with `E_ABORTED` as soon as it is aborted. */
  readonly signal?: AbortSignalLike;
}

/** Everything that a run needs, nothing left to decide. */
export interface TrainingPlan {
  readonly dataset: Dataset;
  readonly network: Network;
  readonly task: Task;
  readonly scaling: Scaling;
  readonly parts: Split;
  readonly splitOptions: Required<SplitOptions>;
  readonly optimizer: OptimizerDescription;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly engine: EngineName;
  readonly signal: AbortSignalLike | undefined;
}

/**
 * Decides everything before the first step.
 *
 * @throws ChainruleError `E_USAGE`, `E_DESCRIPTION` or `E_DATA`, naming the option
 */
export function planTraining(dataset: Dataset, options: TrainOptions): TrainingPlan {
  const recipe: TrainingSettings = options.recipe === undefined ? {} : findRecipe(options.recipe);
  const defaults = defaultSettings(dataset);
  const settings = { ...defaults, ...recipe, ...given(options) };
  const seed = checkSeed(options.seed ?? 1);
  checkNames(options);
  checkCounts(settings);
  const engine = options.engine ?? "portable";
  findEngine(engine);
  const scale = checkScale(options.scale ?? defaultScaling(dataset));

  const splitOptions = { test: settings.test, validation: settings.validation, seed };
  const parts = split(dataset, splitOptions);
  const network = createNetwork(options.network === undefined ? describe(dataset, settings) : whole(options), { seed });
  if (network.description.inputs !== dataset.columns.length) {
    throw new ChainruleError("E_DATA", {
      where: "network.inputs",
      expected: `${dataset.columns.length}, the columns of "${dataset.name}"`,
      got: String(network.description.inputs),
    });
  }
  const task = fitTask(dataset, network.description, parts.train, scale);
  checkOutputs(task, network.description);
  return {
    dataset,
    network,
    task,
    scaling: fitScaling(dataset, parts.train, scale),
    parts,
    splitOptions,
    optimizer: completeSgd(checkOptimizer(options.optimizer), { ...defaults.optimizer, ...recipe.optimizer }),
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    seed,
    engine,
    signal: options.signal,
  };
}

function findRecipe(name: RecipeName): TrainingSettings {
  if (RECIPE_NAMES.includes(name)) return recipes[name];
  throw new ChainruleError("E_USAGE", {
    where: "recipe",
    expected: `one of ${RECIPE_NAMES.join(", ")}`,
    got: `"${String(name)}"`,
    ...suggestion(name, RECIPE_NAMES),
  });
}

/** The options that override a recipe: those that are set. */
function given(
  options: TrainOptions,
): Pick<
  TrainOptions,
  "hidden" | "activation" | "outputActivation" | "cost" | "epochs" | "batchSize" | "test" | "validation" | "initialisation"
> {
  const { hidden, activation, outputActivation, cost, epochs, batchSize, test, validation, initialisation } = options;
  const all = { hidden, activation, outputActivation, cost, epochs, batchSize, test, validation, initialisation };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function checkCounts({ hidden, epochs, batchSize }: { hidden: readonly number[]; epochs: number; batchSize: number }): void {
  const problems: Problem[] = [];
  if (!Array.isArray(hidden)) problems.push({ where: "hidden", expected: "a list of widths such as [16, 16]", got: show(hidden) });
  if (!(Number.isInteger(epochs) && epochs >= 0))
    problems.push({ where: "epochs", expected: "a whole number of at least 0", got: String(epochs) });
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    problems.push({ where: "batchSize", expected: "a whole number of at least 1", got: String(batchSize) });
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
}

/** Names are looked up before they are written into layers, so that the error speaks of the option. */
function checkNames({ activation, outputActivation, cost, initialisation }: TrainOptions): void {
  const problems: Problem[] = [];
  const check = (where: string, value: string | undefined, names: readonly string[]): void => {
    if (value === undefined || names.includes(value)) return;
    problems.push({ where, expected: `one of ${names.join(", ")}`, got: `"${value}"`, ...suggestion(value, names) });
  };
  check(
    "activation",
    activation,
    ACTIVATION_NAMES.filter((name) => name !== "softmax"),
  );
  check("outputActivation", outputActivation, ACTIVATION_NAMES);
  check("cost", cost, COST_NAMES);
  check("initialisation", initialisation, INITIALISATION_NAMES);
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
}

function checkOptimizer(optimizer: OptimizerSettings = { kind: "sgd" }): OptimizerSettings {
  const { kind }: { readonly kind?: string } = optimizer;
  if (kind === "sgd") return optimizer;
  throw new ChainruleError("E_USAGE", { where: "optimizer", expected: "sgd({ ... })", got: show(optimizer) });
}

function checkScale(scale: ScalingName): ScalingName {
  if (SCALING_NAMES.includes(scale)) return scale;
  throw new ChainruleError("E_USAGE", {
    where: "scale",
    expected: `one of ${SCALING_NAMES.join(", ")}`,
    got: `"${String(scale)}"`,
    ...suggestion(scale, SCALING_NAMES),
  });
}

/** A whole description beside options that would change it is a contradiction. */
function whole(options: TrainOptions): NetworkInput | NetworkDescription {
  const { network, hidden, activation, outputActivation, cost, initialisation } = options;
  const beside = Object.entries({ hidden, activation, outputActivation, cost, initialisation }).find(([, value]) => value !== undefined);
  if (beside === undefined) return network!;
  throw new ChainruleError("E_USAGE", {
    where: beside[0],
    expected: "nothing beside a whole network description",
    got: String(beside[1]),
    hint: "Write it into the description.",
  });
}

type NetworkSettings = Required<Pick<TrainingSettings, "hidden" | "activation">> &
  Pick<TrainingSettings, "outputActivation" | "cost"> &
  Pick<TrainOptions, "initialisation">;

/** The description that hidden widths, activations and the kind of target add up to. */
function describe({ target, columns }: Dataset, settings: NetworkSettings): NetworkInput {
  const { hidden, activation, initialisation } = settings;
  const cost = settings.cost ?? defaultCost(target, settings.outputActivation);
  const output = settings.outputActivation ?? defaultOutput(target, cost);
  const units = target.kind === "classes" ? target.classes.length : target.kind === "values" ? target.names.length : 1;
  return {
    inputs: columns.length,
    layers: [...hidden.map((width) => ({ units: width, activation })), { units, activation: output }],
    cost,
    ...(initialisation === undefined ? {} : { initialisation }),
  };
}

/** Cross-entropy for classes unless the output gives no probabilities; the sum of squares for values. */
function defaultCost(target: Target, output: ActivationName | undefined): CostName {
  const probabilities = output === undefined || output === "softmax" || output === "sigmoid";
  return target.kind === "classes" && probabilities ? "cross-entropy" : "squared-error";
}

function defaultOutput(target: Target, cost: CostName): ActivationName {
  if (cost === "cross-entropy") return "softmax";
  return target.kind === "values" ? "identity" : "sigmoid";
}
