import { ChainruleError, show } from "../base/errors.js";
import type { AbortSignalLike } from "../base/platform.js";
import { checkSeed } from "../base/random.js";
import { checkDataset } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import { defaultScaling, fitScaling, type Scaling } from "../data/scaling.js";
import { type Split, split, type SplitOptions } from "../data/split.js";
import type { EngineName } from "../engine/engine-names.js";
import { checkMemory } from "../engine/memory-plan.js";
import { whyNoWasm } from "../engine/wasm-support.js";
import { type AugmentationSettings, checkAugmentation, prepareAugmentation } from "../kernels/augmentation.js";
import type { OptimizerDescription, StepRules } from "../kernels/contract.js";
import { describedLayout, readDescription } from "../network/description.js";
import { couplesRows } from "../network/layout.js";
import type { Architecture } from "../network/network.js";
import { categoryColumns, checkCategories } from "./categories.js";
import { defaultSettings, recipes, type TrainingSettings } from "./defaults.js";
import type { PreparedDataset } from "../table/fit.js";
import { codeInputs } from "../table/preparation.js";
import { checkOptions, type TrainOptions } from "./options.js";
import { describeNetwork, type NetworkSettings, wholeNetwork } from "./describe.js";
import { fitTask } from "./fit-task.js";
import { completeOptimizer, type OptimizerName, stepsOf } from "./optimizers.js";
import { rowWeights } from "./row-weights.js";
import { completeRules } from "./rules.js";
import type { CheckpointOptions } from "./checkpoint/options.js";
import type { RunState } from "./checkpoint/run-state.js";
import { namesNetwork, tabularOptions } from "./tabular.js";
import { completeSchedule, type ScheduleDescription } from "./schedule.js";
import { needsMetric, STOPPING_NAMES, type StoppingSettings } from "./stopping.js";
import { alignColumns } from "./align.js";
import { checkMetric } from "./check-metric.js";
import { checkModel } from "./check-model.js";
import type { Model } from "./model.js";
import { checkOutputs, encodeTargets, type Task } from "./task.js";

/** Everything that a run needs, nothing left to decide. */
export interface TrainingPlan {
  readonly dataset: Dataset;
  readonly network: Architecture;
  /** What training starts from; where left out, they are drawn where the work is done. */
  readonly parameters: Float32Array | undefined;
  readonly task: Task;
  readonly scaling: Scaling;
  readonly parts: Split;
  readonly splitOptions: Required<SplitOptions>;
  readonly optimizer: OptimizerDescription;
  readonly rules: StepRules;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly engine: EngineName;
  /** Why it is not the fastest one, where "auto" had to choose another. */
  readonly note?: string;
  readonly threads: number | "auto";
  /** False: relaxed SIMD, whose bits may differ between machines. */
  readonly reproducible: boolean;
  /** Inputs that are 0 take part like any other. */
  readonly dense: boolean;
  /** Steps from one that is observed to the next; none is where it is left out. */
  readonly statisticsEvery: number | undefined;
  readonly augment: AugmentationSettings | undefined;
  /** Of every row; left out where all count alike. */
  readonly weights: Float32Array | undefined;
  /** Of the training rows' classes: 0 for none. */
  readonly labelSmoothing: number;
  readonly schedule: ScheduleDescription;
  readonly stopping: StoppingSettings;
  /** How often the state of the run is kept; left out where it is not. */
  readonly saving: { readonly everySteps?: number; readonly everyEpochs?: number } | undefined;
  /** Where the run goes on; left out where it begins. */
  readonly state?: RunState;
  readonly signal: AbortSignalLike | undefined;
  /** Stands before its first step until it is told to go on. */
  readonly paused: boolean;
}

/**
 * Decides everything before the first step.
 *
 * @throws ChainruleError `E_USAGE`, `E_DESCRIPTION`, `E_DATA` or `E_MEMORY`, naming the option
 */
export function planTraining(dataset: Dataset, given: TrainOptions): TrainingPlan {
  checkOptions(given);
  if (given.from !== undefined) checkModel(given.from, "from");
  checkDataset(dataset);
  const options = withTable(dataset, given);
  const recipe: TrainingSettings = options.recipe === undefined ? {} : recipes[options.recipe];
  const defaults = defaultSettings(dataset);
  const settings = { ...defaults, ...recipe, ...givenOf(options) };
  const drawn = drawnParts(dataset, given);
  const seed = checkSeed(options.seed ?? drawn?.seed ?? 1);
  const splitOptions = drawn ?? { test: settings.test, validation: settings.validation, seed };
  const parts = split(dataset, splitOptions);
  const optimizer = completeOptimizer(options.optimizer ?? { kind: "sgd" }, { ...defaults.optimizer, ...recipe.optimizer });
  const rules = completeRules(options, optimizer.kind);
  const schedule = completeSchedule(options.schedule);
  const stopping = stoppingOf(options);
  if (parts.validation.length === 0 && (needsMetric(stopping) || schedule.kind === "plateau")) {
    throw new ChainruleError("E_USAGE", {
      where: "validation",
      expected: "validation rows, which stopping and a plateau watch (test rows choose nothing)",
      got: "none",
      hint: "validation: 0.1 takes a tenth of the training rows.",
    });
  }
  const engine = chooseEngine(options);
  if (options.augment !== undefined) checkImages(dataset, options);
  const learned = options.from === undefined ? freshStart(dataset, options, settings, parts) : laterStart(dataset, options, options.from);
  checkMetric(stopping.metric ?? "cost", learned.task, learned.network);
  checkParts(learned.network, optimizer.kind, options);
  if (engine.engine === "wasm") {
    const batchSize = Math.min(settings.batchSize, Math.max(1, parts.train.length));
    const image = dataset.image;
    const changes = options.augment === undefined ? {} : { augmentation: prepareAugmentation(options.augment, image!, seed) };
    checkMemory({ ...learned.network, batchSize, optimizer: stepsOf(optimizer), rules, ...changes });
  }
  return {
    ...learned,
    parts,
    splitOptions,
    optimizer,
    rules,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    seed,
    ...engine,
    threads: options.threads ?? "auto",
    reproducible: options.reproducible ?? true,
    dense: options.sparse === false,
    statisticsEvery: options.statisticsEvery,
    augment: options.augment,
    weights: rowWeights(options, dataset, parts.train),
    labelSmoothing: smoothingOf(options, learned.task),
    schedule,
    stopping,
    saving: options.checkpoint === undefined ? undefined : savingOf(options.checkpoint),
    signal: options.signal,
    paused: options.paused ?? false,
  };
}

/** The parts that a table was prepared for; drawn otherwise, rows that were to be held out would have been looked at. */
function drawnParts(dataset: Dataset, options: TrainOptions): Required<SplitOptions> | undefined {
  const { drawn } = dataset as Partial<PreparedDataset>;
  if (drawn === undefined) return undefined;
  for (const name of ["test", "validation", "seed"] as const) {
    if (options[name] === undefined || options[name] === drawn[name]) continue;
    const expected = `${drawn[name]}, for which the table was prepared`;
    throw new ChainruleError("E_USAGE", { where: name, expected, got: show(options[name]), hint: `prepareTable takes ${name} too.` });
  }
  return drawn;
}

/** The recipe for tables depends on the table; what is given goes before it. */
function withTable(dataset: Dataset, options: TrainOptions): TrainOptions {
  if (options.recipe !== "tabular") return options;
  const { recipe: _, ...given } = options;
  const { network, keep, optimizer, ...settings } = tabularOptions(dataset);
  const { validationFrom, testFrom = dataset.rowCount } = dataset;
  const share = given.validation ?? (dataset as Partial<PreparedDataset>).drawn?.validation ?? settings.validation;
  const hasValidation = validationFrom === undefined ? share !== 0 : validationFrom < testFrom;
  // Without rows to choose by, the last epoch is kept.
  const kept = hasValidation ? keep! : "last";
  // Settings of the recipe's own optimizer go beside those that are given.
  const asked = Object.entries(given.optimizer ?? {}).filter(([, value]) => value !== undefined);
  const isOwn = given.optimizer === undefined || given.optimizer.kind === optimizer!.kind;
  const steps = isOwn ? { ...optimizer!, ...Object.fromEntries(asked) } : given.optimizer!;
  return {
    ...settings,
    keep: kept,
    ...(namesNetwork(given) ? {} : { network: network! }),
    ...given,
    optimizer: steps,
  };
}

function smoothingOf({ labelSmoothing: smoothing = 0 }: TrainOptions, task: Task): number {
  if (smoothing === 0 || task.kind !== "regression") return smoothing;
  throw new ChainruleError("E_USAGE", { where: "labelSmoothing", expected: "classes or labels to smooth", got: "a numeric target" });
}

/** @throws ChainruleError `E_USAGE` where rows are no images, or 0 is not their background */
function checkImages(dataset: Dataset, { augment, scale, from }: TrainOptions): void {
  const where = "augment";
  if (dataset.image === undefined) {
    throw new ChainruleError("E_USAGE", { where, expected: `images, whose pixels have neighbours`, got: `"${dataset.name}", a table` });
  }
  const kind = from?.scaling.kind ?? scale ?? defaultScaling(dataset);
  if (kind !== "factor" && kind !== "none") {
    throw new ChainruleError("E_USAGE", {
      where: "scale",
      expected: "factor or none beside augment, so that what stands outside of an image is 0",
      got: kind,
    });
  }
  checkAugmentation(augment!, dataset.image, where);
}

/** @throws ChainruleError `E_USAGE` for parts of a network beside settings that they cannot stand beside */
function checkParts({ description, layout }: Architecture, optimizer: OptimizerName, { augment }: TrainOptions): void {
  if (optimizer === "lbfgs" && couplesRows(layout)) {
    throw new ChainruleError("E_USAGE", {
      where: "optimizer",
      expected: "an optimizer of batches, since batch normalisation goes by their statistics",
      got: "lbfgs",
      hint: "layer-norm has none.",
    });
  }
  if (augment !== undefined && description.encodings !== undefined) {
    throw new ChainruleError("E_USAGE", { where: "augment", expected: "columns that enter as they are", got: "encoded ones" });
  }
}

/** What is trained, on which numbers, for what. */
type Start = Pick<TrainingPlan, "dataset" | "network" | "parameters" | "task" | "scaling">;

/** A new network, with a task and a scaling fitted to the training rows. */
function freshStart(dataset: Dataset, options: TrainOptions, settings: NetworkSettings, parts: Split): Start {
  const input = options.network === undefined ? describeNetwork(dataset, settings) : wholeNetwork(options);
  const { description, weights } = readDescription(input);
  const network = { description, layout: describedLayout(description) };
  if (description.inputs !== dataset.columns.length) {
    throw new ChainruleError("E_DATA", {
      where: "network.inputs",
      expected: `${dataset.columns.length}, the columns of "${dataset.name}"`,
      got: String(description.inputs),
    });
  }
  // The inputs of a table that was prepared have been scaled; its target has not.
  const prepared = options.scale === undefined && "preparation" in dataset;
  const scale = options.scale ?? defaultScaling(dataset);
  const task = fitTask(dataset, description, parts.train, scale);
  checkOutputs(task, description);
  const parameters = weights === undefined ? undefined : Float32Array.from(weights);
  checkCategories(description, dataset);
  const kept = [...categoryColumns(description), ...("preparation" in dataset ? codeInputs((dataset as PreparedDataset).preparation) : [])];
  const scaling = prepared ? ({ kind: "none" } as const) : fitScaling(dataset, parts.train, scale, kept);
  return { dataset, network, parameters, task, scaling };
}

/** A model that goes on with new rows: everything but the optimizer is its own. */
function laterStart(source: Dataset, options: TrainOptions, { network, task, scaling, columns }: Model): Start {
  const { recipe, network: given, hidden, activation, outputActivation, cost, initialisation, scale } = options;
  const all = { recipe, network: given, hidden, activation, outputActivation, cost, initialisation, scale };
  const beside = Object.entries(all).find(([, value]) => value !== undefined);
  if (beside !== undefined) {
    throw new ChainruleError("E_USAGE", {
      where: beside[0],
      expected: "nothing beside a model to go on with",
      got: show(beside[1]),
      hint: "The model has its own.",
    });
  }
  const dataset = alignColumns({ columns }, source);
  // Labels that the model does not know, or another kind of target, are found before the run begins.
  encodeTargets(task, dataset, network.layout.sizes.at(-1)!);
  checkCategories(network.description, dataset);
  return { dataset, network, parameters: network.parameters.slice(), task, scaling };
}

/** @throws ChainruleError `E_ENGINE_UNAVAILABLE` where WebAssembly was asked for and cannot run */
function chooseEngine({ engine = "auto" }: TrainOptions): Pick<TrainingPlan, "engine" | "note"> {
  if (engine !== "auto" && engine !== "wasm") return { engine };
  const got = whyNoWasm();
  if (got === undefined) return { engine: "wasm" };
  if (engine === "auto") return { engine: "portable", note: `portable engine, in slices of this thread: ${got}` };
  throw new ChainruleError("E_ENGINE_UNAVAILABLE", {
    where: "engine",
    expected: "WebAssembly with SIMD",
    got,
    hint: 'engine: "auto" falls back.',
  });
}

/** Without the store, which stays where it is while the plan goes to a worker. */
function savingOf({ everySteps, everyEpochs }: CheckpointOptions): TrainingPlan["saving"] {
  return { ...(everySteps === undefined ? {} : { everySteps }), ...(everyEpochs === undefined ? {} : { everyEpochs }) };
}

function stoppingOf(options: StoppingSettings): StoppingSettings {
  const entries = STOPPING_NAMES.map((name) => [name, options[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The options that override a recipe: those that are set. */
function givenOf(
  options: TrainOptions,
): Pick<
  TrainOptions,
  "hidden" | "activation" | "outputActivation" | "cost" | "epochs" | "batchSize" | "test" | "validation" | "initialisation"
> {
  const { hidden, activation, outputActivation, cost, epochs, batchSize, test, validation, initialisation } = options;
  const all = { hidden, activation, outputActivation, cost, epochs, batchSize, test, validation, initialisation };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
