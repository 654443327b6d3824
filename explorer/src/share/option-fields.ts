import {
  ACTIVATION_NAMES,
  COST_NAMES,
  INITIALISATION_NAMES,
  METRIC_NAMES,
  OPTIMIZER_NAMES,
  SCALING_NAMES,
  SCHEDULE_NAMES,
  type TrainOptions,
} from "chainrule";
import type { RecipeOptions } from "../state/recipe.js";
import { numberOf, readSettings, type Settings, settingsText } from "./settings-text.js";

/** How some options of a recipe stand in a link. */
export interface Field {
  /** The key in the link. */
  readonly key: string;
  readonly options: readonly (keyof TrainOptions)[];
  /** Undefined where there is nothing to write, or no short form of it. */
  readonly write: (options: Settings) => string | undefined;
  /** Undefined where the text is not of that form. */
  readonly read: (text: string) => Settings | undefined;
  /** What the text should have been. */
  readonly expected: string;
}

/** Stands for what is not said. */
const OPEN = "*";
/** A network without hidden layers. */
const NONE = "none";

function number(key: string, name: keyof RecipeOptions): Field {
  return {
    key,
    options: [name],
    write: (options) => (typeof options[name] === "number" ? String(options[name]) : undefined),
    read: (text) => (numberOf(text) === undefined ? undefined : { [name]: numberOf(text) }),
    expected: "a number",
  };
}

function word(key: string, name: keyof RecipeOptions, words: readonly string[]): Field {
  return {
    key,
    options: [name],
    write: (options) => words.find((one) => one === options[name]),
    read: (text) => (words.includes(text) ? { [name]: text } : undefined),
    expected: `one of ${words.join(", ")}`,
  };
}

const network: Field = {
  key: "net",
  options: ["hidden", "activation"],
  write({ hidden, activation }) {
    if (hidden === undefined && activation === undefined) return undefined;
    const widths = Array.isArray(hidden) ? (hidden.length === 0 ? NONE : hidden.join("-")) : OPEN;
    return typeof activation === "string" ? `${widths}:${activation}` : widths;
  },
  read(text) {
    const [widths = "", activation, more] = text.split(":");
    if (more !== undefined || (activation !== undefined && !isName(ACTIVATION_NAMES, activation))) return undefined;
    const hidden = widths === NONE ? [] : widths.split("-").map(Number);
    if (widths !== OPEN && widths !== NONE && !/^\d+(-\d+)*$/.test(widths)) return undefined;
    return { ...(widths === OPEN ? {} : { hidden }), ...(activation === undefined ? {} : { activation }) };
  },
  expected: "widths of the hidden layers and their activation, such as 16-16:relu",
};

const output: Field = {
  key: "out",
  options: ["outputActivation", "cost"],
  write({ outputActivation, cost }) {
    if (outputActivation === undefined && cost === undefined) return undefined;
    const [name, setting] = typeof cost === "object" && cost !== null ? (Object.values(cost) as [string, number]) : [cost, undefined];
    const written = [outputActivation ?? OPEN, name ?? OPEN].map(String).join(",");
    return setting === undefined ? written : `${written}:${setting}`;
  },
  read(text) {
    const [, activation = "", name = "", setting] = /^([a-z*-]+),([a-z*-]+)(?::(.+))?$/.exec(text) ?? [];
    if (activation !== OPEN && !isName(ACTIVATION_NAMES, activation)) return undefined;
    if (name !== OPEN && !isName(COST_NAMES, name)) return undefined;
    const value = setting === undefined ? undefined : numberOf(setting);
    if (setting !== undefined && (value === undefined || (name !== "huber" && name !== "quantile"))) return undefined;
    const cost = value === undefined ? name : name === "huber" ? { kind: name, delta: value } : { kind: name, quantile: value };
    return { ...(activation === OPEN ? {} : { outputActivation: activation }), ...(name === OPEN ? {} : { cost }) };
  },
  expected: "the activation of the outputs and the cost, such as softmax,cross-entropy",
};

const optimizer: Field = {
  key: "opt",
  options: ["optimizer"],
  write: ({ optimizer: given }) => (isSettings(given) ? settingsText(given, "learningRate") : undefined),
  read(text) {
    const read = readSettings(text, OPTIMIZER_NAMES, "learningRate");
    return read === undefined ? undefined : { optimizer: read };
  },
  expected: "an optimizer, its learning rate and its settings, such as sgd,0.1,momentum:0.9",
};

const schedule: Field = {
  key: "sched",
  options: ["schedule"],
  write: ({ schedule: given }) => (isSettings(given) ? settingsText(given) : typeof given === "string" ? given : undefined),
  read(text) {
    const read = readSettings(text, SCHEDULE_NAMES);
    if (read === undefined) return undefined;
    return { schedule: Object.keys(read).length === 1 ? read["kind"] : read };
  },
  expected: "a schedule and its settings, such as cosine,end:0.1",
};

const augmentation: Field = {
  key: "aug",
  options: ["augment"],
  write: ({ augment }) => (isSettings(augment) ? settingsText(augment) : undefined),
  read(text) {
    const augment = readSettings(text);
    return augment === undefined ? undefined : { augment };
  },
  expected: "settings such as shift:1,rotation:10",
};

/** All of them, in the order in which they are written. */
export const FIELDS: readonly Field[] = [
  network,
  output,
  word("init", "initialisation", INITIALISATION_NAMES),
  optimizer,
  schedule,
  number("batch", "batchSize"),
  number("epochs", "epochs"),
  number("seed", "seed"),
  word("scale", "scale", SCALING_NAMES),
  number("test", "test"),
  number("val", "validation"),
  augmentation,
  number("smooth", "labelSmoothing"),
  number("clip", "clipValue"),
  number("clip-norm", "clipNorm"),
  number("l1", "l1"),
  number("l2", "l2"),
  number("decay", "weightDecay"),
  number("max-norm", "maxNorm"),
  number("average", "average"),
  word("weights", "classWeights", ["balanced"]),
  word("metric", "metric", METRIC_NAMES),
  number("patience", "patience"),
  number("gain", "leastGain"),
  number("stop-at", "stopAt"),
  number("time", "timeLimit"),
  word("keep", "keep", ["best", "last"]),
];

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isName(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
