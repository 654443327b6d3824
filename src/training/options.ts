import { ChainruleError, type Problem, show } from "../base/errors.js";
import type { AbortSignalLike } from "../base/platform.js";
import { suggestion } from "../base/spelling.js";
import { SCALING_NAMES, type ScalingName } from "../data/scaling.js";
import { ENGINE_NAMES, type EngineName } from "../engine/engine-names.js";
import type { AugmentationSettings } from "../kernels/augmentation.js";
import type { StepRules } from "../kernels/contract.js";
import { MAX_THREADS } from "../kernels/wasm/generated/addresses.js";
import { ACTIVATION_NAMES, type ActivationName } from "../network/activations.js";
import type { CostDescription } from "../network/costs.js";
import { type NetworkInput, readCost } from "../network/description.js";
import { INITIALISATION_NAMES, type InitialisationName } from "../network/initialisation.js";
import { RECIPE_NAMES, type RecipeName } from "./defaults.js";
import type { Model } from "./model.js";
import { OPTIMIZER_NAMES, type OptimizerSettings } from "./optimizers.js";
import { type CheckpointOptions, checkpointProblems } from "./checkpoint/options.js";
import type { WeightSettings } from "./row-weights.js";
import { ruleProblems } from "./rules.js";
import type { ScheduleSettings } from "./schedule.js";
import { stoppingProblems, type StoppingSettings } from "./stopping.js";

/** What may be asked of `train`. Whatever is left out comes from the recipe, then from the table of defaults by task. */
export interface TrainOptions extends StepRules, StoppingSettings, WeightSettings {
  readonly recipe?: RecipeName;
  /** A whole description, with or without weights; then `hidden`, `activation`, `outputActivation`, `cost` and `initialisation` stand in it. */
  readonly network?: NetworkInput;
  /** A model to go on with on new rows: its parameters, scaling and classes, and a fresh optimizer. */
  readonly from?: Model;
  /** Widths of the hidden layers, n_2, n_3, ... */
  readonly hidden?: readonly number[];
  /** Of the hidden layers. */
  readonly activation?: ActivationName;
  readonly outputActivation?: ActivationName;
  readonly cost?: CostDescription;
  readonly initialisation?: InitialisationName;
  readonly optimizer?: OptimizerSettings;
  /** Moves the targets of classes towards the mean of all, y * (1 - s) + s / classes (of labels s / 2); at least 0 and below 1. Training rows only. */
  readonly labelSmoothing?: number;
  /** How images are changed while training, each anew in each epoch; only the rows that are trained on. */
  readonly augment?: AugmentationSettings;
  /** How the learning rate moves; constant where left out. */
  readonly schedule?: ScheduleSettings;
  /** Keeps the state of the run, so that it can go on after it was stopped: with the same bits. */
  readonly checkpoint?: CheckpointOptions;
  /** Begins paused, before the first step or where its checkpoint stands; `run.resume()` goes on. */
  readonly paused?: boolean;
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
  /** "auto" (left out): WebAssembly where it runs, else the portable engine; the bits are the same. */
  readonly engine?: EngineName | "auto";
  /** Of the WebAssembly engine; "auto" (left out): by the cost of a step. The bits are the same for any number. */
  readonly threads?: number | "auto";
  /** False: relaxed SIMD where there is, which is faster and whose bits may differ between machines. True where left out. */
  readonly reproducible?: boolean;
  /** "auto" (left out): rows that are mostly 0 are kept as what is not; false: never. The bits are the same. */
  readonly sparse?: "auto" | false;
  /** Measures every so many steps what the step did to each layer: see `onStatistics`. No bit of the training changes. */
  readonly statisticsEvery?: number;
  /** Ends the run with `E_ABORTED` as soon as it is aborted. */
  readonly signal?: AbortSignalLike;
}

const KEYS: Readonly<Record<keyof TrainOptions, true>> = {
  recipe: true,
  network: true,
  from: true,
  hidden: true,
  activation: true,
  outputActivation: true,
  cost: true,
  initialisation: true,
  optimizer: true,
  clipValue: true,
  clipNorm: true,
  l1: true,
  l2: true,
  weightDecay: true,
  maxNorm: true,
  average: true,
  augment: true,
  sampleWeights: true,
  classWeights: true,
  labelSmoothing: true,
  schedule: true,
  checkpoint: true,
  paused: true,
  metric: true,
  patience: true,
  leastGain: true,
  stopAt: true,
  timeLimit: true,
  keep: true,
  epochs: true,
  batchSize: true,
  seed: true,
  test: true,
  validation: true,
  scale: true,
  engine: true,
  threads: true,
  reproducible: true,
  sparse: true,
  statisticsEvery: true,
  signal: true,
};

/**
 * Checks what can be checked without data, and collects what is wrong; programs without types meet it here. A name is
 * looked up before it is written into layers, so that the error speaks of the option.
 *
 * @throws ChainruleError `E_USAGE`
 */
export function checkOptions(options: TrainOptions): void {
  if (typeof (options as unknown) !== "object" || (options as unknown) === null) {
    throw new ChainruleError("E_USAGE", { where: "options", expected: "an object such as { epochs: 20 }", got: show(options) });
  }
  const problems: Problem[] = [];
  const report = (where: string, expected: string, value: unknown, hint: { hint?: string } = {}): void => {
    problems.push({ where, expected, got: show(value), ...hint });
  };
  const name = (key: keyof TrainOptions, names: readonly string[]): void => {
    const value: unknown = options[key];
    if (value === undefined || names.some((candidate) => candidate === value)) return;
    report(key, `one of ${names.join(", ")}`, value, suggestion(value, names));
  };
  const count = (key: keyof TrainOptions, least: number): void => {
    const value: unknown = options[key];
    if (value === undefined || (Number.isInteger(value) && (value as number) >= least)) return;
    report(key, `a whole number of at least ${least}`, value);
  };
  for (const key of Object.keys(options)) {
    if (!(key in KEYS)) report(key, "an option of train", options[key as keyof TrainOptions], suggestion(key, Object.keys(KEYS)));
  }
  name("recipe", RECIPE_NAMES);
  name(
    "activation",
    ACTIVATION_NAMES.filter((activation) => activation !== "softmax"),
  );
  name("outputActivation", ACTIVATION_NAMES);
  if (options.cost !== undefined) readCost(options.cost, report);
  name("initialisation", INITIALISATION_NAMES);
  name("scale", SCALING_NAMES);
  name("engine", ["auto", ...ENGINE_NAMES]);
  const { threads, reproducible, sparse } = options as Readonly<Partial<Record<"threads" | "reproducible" | "sparse", unknown>>>;
  const isThreads = Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= MAX_THREADS;
  if (threads !== undefined && threads !== "auto" && !isThreads)
    report("threads", `"auto" or a whole number from 1 to ${MAX_THREADS}`, threads);
  if (reproducible !== undefined && typeof reproducible !== "boolean") report("reproducible", "true or false", reproducible);
  const paused: unknown = options.paused;
  if (paused !== undefined && typeof paused !== "boolean") report("paused", "true or false", paused);
  if (sparse !== undefined && sparse !== "auto" && sparse !== false) report("sparse", '"auto" or false', sparse);
  count("epochs", 0);
  count("batchSize", 1);
  count("statisticsEvery", 1);
  const smoothing: unknown = options.labelSmoothing;
  if (smoothing !== undefined && !(typeof smoothing === "number" && smoothing >= 0 && smoothing < 1))
    report("labelSmoothing", "a number of at least 0 and below 1", smoothing);
  const { hidden, optimizer }: { readonly hidden?: unknown; readonly optimizer?: unknown } = options;
  if (hidden !== undefined && !Array.isArray(hidden)) report("hidden", "a list of widths such as [16, 16]", hidden);
  if (optimizer !== undefined && !OPTIMIZER_NAMES.some((name) => name === kindOf(optimizer))) {
    report("optimizer", OPTIMIZER_NAMES.map((name) => `${name}({ ... })`).join(" or "), optimizer);
  }
  problems.push(...ruleProblems(options), ...stoppingProblems(options), ...checkpointProblems(options.checkpoint));
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
}

function kindOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}
