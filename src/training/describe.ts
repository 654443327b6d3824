import { ChainruleError } from "../base/errors.js";
import type { Dataset, Target } from "../data/dataset.js";
import type { ActivationName } from "../network/activations.js";
import type { CostDescription } from "../network/costs.js";
import type { NetworkInput } from "../network/description.js";
import type { TrainingSettings } from "./defaults.js";
import type { TrainOptions } from "./options.js";

/** A whole description beside options that would change it is a contradiction. */
export function wholeNetwork(options: TrainOptions): NetworkInput {
  const { network, hidden, activation, outputActivation, cost, initialisation } = options;
  const beside = Object.entries({ hidden, activation, outputActivation, cost, initialisation }).find(([, value]) => value !== undefined);
  if (beside === undefined) return network!;
  throw new ChainruleError("E_USAGE", {
    where: beside[0],
    expected: "nothing beside a whole network description",
    got: typeof beside[1] === "object" && !Array.isArray(beside[1]) ? JSON.stringify(beside[1]) : String(beside[1]),
    hint: "Write it into the description.",
  });
}

export type NetworkSettings = Required<Pick<TrainingSettings, "hidden" | "activation">> &
  Pick<TrainingSettings, "outputActivation" | "cost"> &
  Pick<TrainOptions, "initialisation">;

/** The description that hidden widths, activations and the kind of target add up to. */
export function describeNetwork({ target, columns }: Dataset, settings: NetworkSettings): NetworkInput {
  const { hidden, activation, initialisation } = settings;
  const cost = settings.cost ?? defaultCost(target, settings.outputActivation);
  const output = settings.outputActivation ?? defaultOutput(target, cost);
  const units = target.kind === "classes" ? target.classes.length : target.kind === "none" ? 1 : target.names.length;
  return {
    inputs: columns.length,
    layers: [...hidden.map((width) => ({ units: width, activation })), { units, activation: output }],
    cost,
    ...(initialisation === undefined ? {} : { initialisation }),
  };
}

/** Cross-entropy for classes and labels unless the output gives no probabilities; the sum of squares for values. */
function defaultCost(target: Target, output: ActivationName | undefined): CostDescription {
  const probabilities = output === undefined || output === "softmax" || output === "sigmoid";
  return target.kind !== "values" && probabilities ? "cross-entropy" : "squared-error";
}

const DEFAULT_OUTPUTS: Readonly<Partial<Record<string, ActivationName>>> = {
  "cross-entropy": "softmax",
  hinge: "identity",
  poisson: "exponential",
};

function defaultOutput(target: Target, cost: CostDescription): ActivationName {
  // One a label, free of the others.
  if (target.kind === "labels" && cost === "cross-entropy") return "sigmoid";
  return (typeof cost === "string" ? DEFAULT_OUTPUTS[cost] : undefined) ?? (target.kind === "values" ? "identity" : "sigmoid");
}
