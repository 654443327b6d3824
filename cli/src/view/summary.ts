import type {
  CostDescription,
  Dataset,
  Evaluation,
  Model,
  NetworkDescription,
  OptimizerDescription,
  StepRules,
  StopReason,
  Target,
  TrainingRecord,
  TrainResult,
} from "chainrule";
import type { Terminal } from "../terminal.js";
import { confusionTable } from "./confusion.js";
import { count, percent, plural, short } from "./format.js";

/** 64-16-16-10 */
export function shape({ inputs, layers }: NetworkDescription): string {
  return [inputs, ...layers.map(({ units }) => units)].join("-");
}

/** "network 64-16-16-10, sigmoid, output sigmoid, cost squared-error, 1,482 parameters" */
export function describeNetwork({ network }: Pick<Model, "network">): string {
  const { layers, cost } = network.description;
  const hidden = [...new Set(layers.slice(0, -1).map(({ activation }) => activation))].join(" and ");
  const parts = [
    hidden === "" ? "no hidden layer" : hidden,
    ...partTitles(network.description),
    `output ${layers.at(-1)!.activation}`,
    `cost ${costTitle(cost)}`,
  ];
  return `network ${shape(network.description)}, ${parts.join(", ")}, ${plural(network.layout.trained, "parameter")}`;
}

/** "batch-norm", "dropout 0.2", "2 connections", "3 columns encoded" */
function partTitles({ layers, encodings = [] }: NetworkDescription): string[] {
  const norms = layers.flatMap(({ normalisation }) => (normalisation === undefined ? [] : [normalisation.kind]));
  const rates = layers.flatMap(({ dropout }) => (dropout === undefined ? [] : [`dropout ${dropout}`]));
  const skips = layers.filter(({ skip }) => skip !== undefined).length;
  return [
    ...(encodings.length === 0 ? [] : [`${plural(encodings.length, "column")} encoded`]),
    ...new Set([...norms, ...rates]),
    ...(skips === 0 ? [] : [plural(skips, "connection")]),
  ];
}

/** "poisson", "huber, delta 2" */
export function costTitle(cost: CostDescription): string {
  if (typeof cost === "string") return cost;
  return cost.kind === "huber" ? `huber, delta ${cost.delta}` : `quantile ${cost.quantile}`;
}

const OPTIMIZER_TITLES: Readonly<Record<OptimizerDescription["kind"], string>> = {
  sgd: "gradient descent",
  adam: "Adam",
  adamw: "AdamW",
  nadam: "Nadam",
  adagrad: "Adagrad",
  rmsprop: "RMSProp",
  lion: "Lion",
  lbfgs: "L-BFGS",
};

/** "gradient descent, rate 0.05, momentum 0.9, Nesterov", "Adam, rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8" */
export function describeOptimizer({ kind, learningRate, ...settings }: OptimizerDescription): string {
  const others = Object.entries(settings as Readonly<Record<string, number | boolean>>).flatMap(([name, value]) => {
    if (name === "nesterov") return value === true ? ["Nesterov"] : [];
    return name === "momentum" && value === 0 ? [] : [`${name} ${value}`];
  });
  return [`${OPTIMIZER_TITLES[kind]}, rate ${learningRate}`, ...others].join(", ");
}

/** "L2 0.0001, weight decay 0.01" */
function describeRules(rules: StepRules = {}): string[] {
  return RULES.flatMap(([name, title]) => (rules[name] === undefined ? [] : [`${title} ${rules[name]}`]));
}

const RULES: readonly (readonly [keyof StepRules, string])[] = [
  ["l1", "L1"],
  ["l2", "L2"],
  ["weightDecay", "weight decay"],
  ["clipValue", "derivatives within"],
  ["clipNorm", "gradient at most"],
  ["maxNorm", "norms of units at most"],
  ["average", "running mean of parameters"],
];

/** "gradient descent, rate 3, batches of 32, 80 epochs" */
export function describeTraining({ optimizer, rules, batchSize, epochs }: TrainingRecord): string {
  const how = [describeOptimizer(optimizer), ...describeRules(rules)].join(", ");
  return `${how}, batches of ${count(batchSize)}, ${plural(epochs, "epoch")}`;
}

/** "digits: 1,797 rows, 64 inputs, 10 classes" */
export function describeData({ name, rowCount, columns, target }: Dataset): string {
  const goal = goalOf(target);
  return `${name}: ${plural(rowCount, "row")}, ${plural(columns.length, "input")}${goal}`;
}

function goalOf(target: Target): string {
  if (target.kind === "classes") return `, ${plural(target.classes.length, "class")}`;
  if (target.kind === "labels") return `, ${plural(target.names.length, "label")}`;
  return target.kind === "values" && target.names.length > 1 ? `, ${plural(target.names.length, "target")}` : "";
}

/** So many targets have their errors in the headline. */
const MOST_TARGETS = 4;

/** An evaluation in words: the headline, and for classes the table. */
export function describeEvaluation(evaluation: Evaluation, terminal: Terminal): string {
  const { colors } = terminal;
  const rows = plural(evaluation.rows, "row");
  if (evaluation.kind === "regression") {
    const { rmse, mae, r2, cost, targets } = evaluation;
    if (targets.length > 1) {
      const first = targets.slice(0, MOST_TARGETS).map((target) => `${target.name} ${short(target.rmse)}`);
      const errors = [...first, ...(targets.length > MOST_TARGETS ? ["..."] : [])].join(", ");
      return `${colors.bold(`RMSE ${errors}`)}, cost ${short(cost)} on ${rows}`;
    }
    return `${colors.bold(`RMSE ${short(rmse)}`)}, mean absolute error ${short(mae)}, R2 ${r2?.toFixed(4) ?? "not defined"}, cost ${short(cost)} on ${rows}`;
  }
  if (evaluation.kind === "multi-label") {
    const { subsetAccuracy, hammingLoss, micro, cost } = evaluation;
    const headline = `accuracy ${percent(subsetAccuracy)} (every label right)`;
    return `${colors.bold(headline)}, ${percent(hammingLoss)} of labels wrong, micro F1 ${percent(micro.f1)}, cost ${short(cost)} on ${rows}`;
  }
  const headline = `${colors.bold(`accuracy ${percent(evaluation.accuracy)}`)}, cost ${short(evaluation.cost)} on ${rows}`;
  return `${headline}\n\n${confusionTable(evaluation, terminal)}`;
}

const REASONS: Readonly<Record<StopReason, string | undefined>> = {
  epochs: undefined,
  patience: "stopped early: no improvement",
  target: "stopped early: as good as was asked for",
  time: "stopped early: the time was over",
  converged: "stopped: no way down is left",
};

/** Where the run went on, why it ended and whose parameters the model has, where that is not the last epoch of a whole run. */
export function describeEnd({ stopped, bestEpoch, resumedFrom }: TrainResult): string[] {
  const reason = REASONS[stopped];
  return [
    ...(resumedFrom === undefined ? [] : [`resumed from step ${count(resumedFrom.step)}`]),
    ...(reason === undefined ? [] : [reason]),
    ...(bestEpoch === undefined ? [] : [`the model has the parameters of epoch ${bestEpoch}, the best on the validation rows`]),
  ];
}

/** "trained in 1.2 s: 98,012 samples/s, portable engine, 1 thread" */
export function describeSpeed({ samplesPerSecond, engine, threads, reproducible, note }: TrainResult): string {
  const bits = reproducible ? "" : ", relaxed SIMD (bits may differ on another machine)";
  const why = note === undefined ? "" : ` (${note})`;
  return `${count(samplesPerSecond)} samples/s, ${engine} engine, ${plural(threads, "thread")}${bits}${why}`;
}
