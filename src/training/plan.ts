import { ChainruleError } from "../base/errors.js";
import type { AbortSignalLike } from "../base/platform.js";
import { checkSeed } from "../base/random.js";
import type { Dataset } from "../data/dataset.js";
import { defaultScaling, fitScaling, type Scaling } from "../data/scaling.js";
import { type Split, split, type SplitOptions } from "../data/split.js";
import type { EngineName } from "../engine/create-engine.js";
import { checkMemory, whyNoWasm } from "../engine/wasm.js";
import type { OptimizerDescription, StepRules } from "../kernels/contract.js";
import { readDescription, widthsOf } from "../network/description.js";
import { layoutOf } from "../network/layout.js";
import type { Architecture } from "../network/network.js";
import { defaultSettings, recipes, type TrainingSettings } from "./defaults.js";
import { checkOptions, type TrainOptions } from "./options.js";
import { describeNetwork, wholeNetwork } from "./describe.js";
import { fitTask } from "./fit-task.js";
import { completeOptimizer } from "./optimizers.js";
import { completeRules } from "./rules.js";
import { checkOutputs, type Task } from "./task.js";

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
  readonly signal: AbortSignalLike | undefined;
}

/**
 * Decides everything before the first step.
 *
 * @throws ChainruleError `E_USAGE`, `E_DESCRIPTION`, `E_DATA` or `E_MEMORY`, naming the option
 */
export function planTraining(dataset: Dataset, options: TrainOptions): TrainingPlan {
  checkOptions(options);
  const recipe: TrainingSettings = options.recipe === undefined ? {} : recipes[options.recipe];
  const defaults = defaultSettings(dataset);
  const settings = { ...defaults, ...recipe, ...given(options) };
  const seed = checkSeed(options.seed ?? 1);
  const scale = options.scale ?? defaultScaling(dataset);

  const splitOptions = { test: settings.test, validation: settings.validation, seed };
  const parts = split(dataset, splitOptions);
  const optimizer = completeOptimizer(options.optimizer ?? { kind: "sgd" }, { ...defaults.optimizer, ...recipe.optimizer });
  const rules = completeRules(options, optimizer.kind);
  const engine = chooseEngine(options);
  const input = options.network === undefined ? describeNetwork(dataset, settings) : wholeNetwork(options);
  const { description, weights } = readDescription(input);
  const network = { description, layout: layoutOf(widthsOf(description)) };
  if (engine.engine === "wasm") {
    checkMemory({ ...network, batchSize: Math.min(settings.batchSize, Math.max(1, parts.train.length)), optimizer, rules });
  }
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
    parameters: weights === undefined ? undefined : Float32Array.from(weights),
    task,
    scaling: fitScaling(dataset, parts.train, scale),
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
    signal: options.signal,
  };
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
