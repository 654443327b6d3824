import {
  ACTIVATION_NAMES,
  costKind,
  INITIALISATION_NAMES,
  OPTIMIZER_NAMES,
  optimizerDefaults,
  type OptimizerName,
  SCHEDULE_NAMES,
} from "chainrule";
import type { RecipeOptions } from "../../state/recipe.js";

/** A choice of a list, by what it is called and what is written into the recipe. */
export interface Choice {
  readonly value: string;
  readonly text: string;
}

/** A line of the form. */
export interface Field {
  readonly id: string;
  readonly label: string;
  /** What is meant, where the label leaves that open. */
  readonly hint?: string;
  /** Problems of the library belong here whose place begins so. */
  readonly where: readonly string[];
  /** Left out where it is typed. */
  readonly choices?: readonly Choice[];
  readonly text: (options: RecipeOptions) => string;
  /** What the text changes. What is no number is handed on as it is: the library says what it expected. */
  readonly change: (text: string, options: RecipeOptions) => Changes;
}

export type Changes = { readonly [K in keyof RecipeOptions]?: RecipeOptions[K] | undefined };

const same = (names: readonly string[]): Choice[] => names.map((value) => ({ value, text: value }));

/** A number as it was typed; what is none stays a text, and nothing is undefined. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return undefined;
  const value = Number(trimmed);
  // A text in the place of a number, so that the library's message quotes it.
  return Number.isNaN(value) ? (text.trim() as unknown as number) : value;
}

function number(id: keyof RecipeOptions, label: string, hint?: string): Field {
  return {
    id,
    label,
    ...(hint === undefined ? {} : { hint }),
    where: [id],
    text: (options) => {
      const value = options[id];
      return typeof value === "number" || typeof value === "string" ? String(value) : "";
    },
    change: (text) => ({ [id]: numberOf(text) }),
  };
}

/** Activations of the outputs and the costs that go with them, as names of both. */
const OUTPUTS: readonly Choice[] = [
  { value: "softmax,cross-entropy", text: "softmax, cross-entropy" },
  { value: "sigmoid,squared-error", text: "sigmoid, squared error" },
  { value: "sigmoid,cross-entropy", text: "sigmoid, cross-entropy" },
  { value: "softmax,squared-error", text: "softmax, squared error" },
  { value: "identity,squared-error", text: "identity, squared error" },
  { value: "identity,hinge", text: "identity, hinge" },
];

/** The same where numbers are learned. */
const VALUE_OUTPUTS: readonly Choice[] = [
  { value: "identity,squared-error", text: "identity, squared error" },
  { value: "identity,mean-absolute-error", text: "identity, absolute error" },
  { value: "identity,huber", text: "identity, Huber" },
  { value: "identity,quantile", text: "identity, quantile" },
  { value: "softplus,poisson", text: "softplus, Poisson" },
];

const hidden: Field = {
  id: "hidden",
  label: "Hidden layers",
  hint: "widths, such as 16-16",
  where: ["hidden", "network", "layers", "inputs"],
  text: ({ hidden: widths }) => (widths ?? []).join("-"),
  change: (text) => ({
    hidden:
      text.trim() === ""
        ? []
        : text
            .split(/[-,\s]+/)
            .filter((part) => part !== "")
            .map((part) => numberOf(part)!),
  }),
};

const output: Field = {
  id: "output",
  label: "Outputs and cost",
  where: ["outputActivation", "cost"],
  choices: OUTPUTS,
  text: ({ outputActivation, cost }) => `${outputActivation ?? ""},${cost === undefined ? "" : costKind(cost)}`,
  change(text) {
    const [outputActivation, cost] = text.split(",");
    return { outputActivation, cost } as Changes;
  },
};

const optimizer: Field = {
  id: "optimizer",
  label: "Optimizer",
  where: ["optimizer"],
  choices: [...same(OPTIMIZER_NAMES), { value: "momentum", text: "sgd with momentum" }].sort((a, b) => (a.value < b.value ? 1 : -1)),
  text: ({ optimizer: given }) => (given?.kind === "sgd" && (given.momentum ?? 0) > 0 ? "momentum" : (given?.kind ?? "sgd")),
  change(text) {
    if (text === "momentum") return { optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.9, nesterov: true } };
    const kind = text as OptimizerName;
    // Written out: nothing depends on a default that a later version could change.
    const given = kind === "sgd" ? { learningRate: 0.1, momentum: 0, nesterov: false } : optimizerDefaults[kind];
    return { optimizer: { kind, ...given } };
  },
};

const learningRate: Field = {
  id: "learningRate",
  label: "Learning rate",
  where: ["optimizer.learningRate"],
  text: ({ optimizer: given }) => String(given?.learningRate ?? ""),
  change: (text, { optimizer: given }) => ({ optimizer: { kind: "sgd", ...given, learningRate: numberOf(text) } }) as Changes,
};

const schedule: Field = {
  id: "schedule",
  label: "Schedule",
  where: ["schedule"],
  choices: same(SCHEDULE_NAMES),
  text: ({ schedule: given }) => (given === undefined ? "constant" : typeof given === "string" ? given : given.kind),
  change: (text) => ({ schedule: text === "constant" ? undefined : { kind: text } }) as Changes,
};

const initialisation: Field = {
  id: "initialisation",
  label: "Initialisation",
  where: ["initialisation"],
  choices: [{ value: "", text: "by the activation" }, ...same(INITIALISATION_NAMES)],
  text: ({ initialisation: given }) => given ?? "",
  change: (text) => ({ initialisation: text === "" ? undefined : text }) as Changes,
};

const activation: Field = {
  id: "activation",
  label: "Activation",
  where: ["activation"],
  choices: same(ACTIVATION_NAMES.filter((name) => name !== "softmax")),
  text: ({ activation: given }) => given ?? "",
  change: (text) => ({ activation: text }) as Changes,
};

/** One metric is watched: the accuracy (of numbers the RMSE) where a target is set, the cost otherwise. */
const stopAt: Field = {
  id: "stopAt",
  label: "Target accuracy",
  hint: "of the validation rows; empty: none",
  where: ["stopAt", "metric"],
  text: ({ stopAt: given }) => String(given ?? ""),
  change(text) {
    const value = numberOf(text);
    return { stopAt: value, metric: value === undefined ? undefined : "accuracy" };
  },
};

/** What stands in the place of some fields where numbers are learned, by their ids. */
export const VALUE_FIELDS: Readonly<Record<string, Field>> = {
  output: { ...output, choices: VALUE_OUTPUTS },
  stopAt: {
    ...stopAt,
    label: "Target RMSE",
    hint: "of the validation rows, in units; empty: none",
    change(text) {
      const value = numberOf(text);
      return { stopAt: value, metric: value === undefined ? undefined : "rmse" };
    },
  },
};

/** What a network that is given has. */
export const SHAPE_FIELDS: readonly Field[] = [hidden, activation, output];
export const NETWORK_FIELDS: readonly Field[] = [...SHAPE_FIELDS, initialisation];
export const TRAINING_FIELDS: readonly Field[] = [
  optimizer,
  learningRate,
  schedule,
  number("batchSize", "Batch size"),
  number("l2", "l2"),
  number("seed", "Seed"),
];
export const DATA_FIELDS: readonly Field[] = [
  number("validation", "Validation", "share of the rows, 0.1 is a tenth"),
  number("test", "Test", "share of the rows"),
];
export const STOP_FIELDS: readonly Field[] = [
  number("epochs", "Epochs"),
  stopAt,
  number("patience", "No improvement for", "epochs; the best ones are kept; empty: goes on"),
];
export const FIELDS: readonly Field[] = [...NETWORK_FIELDS, ...TRAINING_FIELDS, ...DATA_FIELDS, ...STOP_FIELDS];
