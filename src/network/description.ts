import { ChainruleError, type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import { ACTIVATION_NAMES, type ActivationName } from "./activations.js";
import { COST_NAMES, COST_SETTINGS, type CostDescription, costText, findOutputRule, outputsFor } from "./costs.js";
import { INITIALISATION_NAMES, type InitialisationName } from "./initialisation.js";
import { type Layout, layoutOf, tensorValues } from "./layout.js";

/** One dense layer. */
export interface LayerDescription {
  /** Number of neurons, n_l. */
  readonly units: number;
  readonly activation: ActivationName;
  /** Share of its activations that are 0 in a step of training, each drawn anew; the others are multiplied by 1 / (1 - dropout). */
  readonly dropout?: number;
}

/** Dropout as a part of a list of layers: of the layer before it (Srivastava et al. 2014). */
export interface DropoutPart {
  readonly kind: "dropout";
  /** At least 0 and below 1. */
  readonly rate: number;
}

/** A layer as a user writes it, or a part that belongs to the layer before it. */
export type WrittenLayer =
  { readonly kind?: "dense"; readonly units: number; readonly activation?: ActivationName; readonly dropout?: number } | DropoutPart;

/**
 * A dense layer of a list of layers: plain data.
 *
 * @example
 * ```ts
 * import { createNetwork, dense, dropout } from "chainrule";
 *
 * const { layout } = createNetwork({ inputs: 4, layers: [dense(32, "relu"), dropout(0.2), dense(3, "softmax")], cost: "cross-entropy" });
 * console.log(layout.depth, layout.length); // 3 259
 * ```
 */
export function dense(units: number, activation: ActivationName = "sigmoid"): LayerDescription {
  return { units, activation };
}

/**
 * Dropout of the layer before it, in a list of layers; `rate` is the share that is dropped while training. Prediction drops nothing.
 *
 * @example
 * ```ts
 * import { dense, dropout, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const layers = [dense(32, "relu"), dropout(0.2), dense(3, "softmax")];
 * const { test } = await train(iris(), { network: { inputs: 4, layers, cost: "cross-entropy" }, epochs: 20 }).result;
 * console.log(test?.accuracy);
 * ```
 */
export function dropout(rate: number): DropoutPart {
  return { kind: "dropout", rate };
}

/** A network as plain JSON: layer 1 is the input, `layers[0]` is layer 2. */
export interface NetworkDescription {
  /** n_1 */
  readonly inputs: number;
  readonly layers: readonly LayerDescription[];
  readonly cost: CostDescription;
  /** Left out: by each layer's activation. */
  readonly initialisation?: InitialisationName;
}

/**
 * What a user writes. `activation` is sigmoid and `cost` squared error where left out: the network of the equations. With
 * weights, every `w2`, `b2`, `w3`, ... is given as nested arrays: `w2` has n_2 rows of n_1 numbers.
 */
export type NetworkInput = WrittenNetwork | NetworkDescription;

interface WrittenNetwork {
  readonly inputs: number;
  readonly layers: readonly WrittenLayer[];
  readonly cost?: CostDescription;
  readonly initialisation?: InitialisationName;
  readonly [weights: `w${number}`]: readonly (readonly number[])[];
  readonly [biases: `b${number}`]: readonly number[];
}

const LARGEST_WIDTH = 1_000_000;
/** 2 GiB of float32. */
const MOST_PARAMETERS = 2 ** 29;

/** n_1, n_2, ..., n_L */
export function widthsOf(description: NetworkDescription): number[] {
  return [description.inputs, ...description.layers.map((layer) => layer.units)];
}

/** The activation of layer l = 2..L. */
export function activationOf(description: NetworkDescription, layer: number): ActivationName {
  return description.layers[layer - 2]!.activation;
}

/** The share of layer l = 2..L that is dropped in a step of training. */
export function dropoutOf(description: NetworkDescription, layer: number): number {
  return description.layers[layer - 2]!.dropout ?? 0;
}

/**
 * Reads a description that may come from anywhere, a JSON file for example. All problems are collected and shown together.
 *
 * @returns the description with its defaults filled in, and its weights if it had any, in the order of the layout
 * @throws ChainruleError `E_DESCRIPTION`
 */
export function readDescription(input: unknown): { description: NetworkDescription; weights: Float64Array | undefined } {
  const problems: Problem[] = [];
  const report = (where: string, expected: string, got: unknown, hint: { hint?: string } = {}): void => {
    problems.push({ where, expected, got: show(got), ...hint });
  };
  if (!isRecord(input)) throw new ChainruleError("E_DESCRIPTION", { where: "network", expected: "an object", got: show(input) });

  const keys = ["inputs", "layers", "cost", "initialisation"];
  for (const key of Object.keys(input)) {
    if (!keys.includes(key) && !/^[wb][1-9]\d*$/.test(key))
      report(key, `one of ${keys.join(", ")} or a tensor (w2, b2, ...)`, key, suggestion(key, keys));
  }
  const inputs = readWidth(input["inputs"], "inputs", report);
  const layers = readLayers(input["layers"], report);
  const cost = readCost(input["cost"] ?? "squared-error", report);
  const initialisation =
    input["initialisation"] === undefined ? undefined : readName(input["initialisation"], "initialisation", INITIALISATION_NAMES, report);

  const output = layers.at(-1)?.activation;
  if (problems.length === 0 && findOutputRule(cost, output!) === undefined) {
    report(
      `layers[${layers.length - 1}].activation`,
      `${outputsFor(cost).join(" or ")}, the outputs of the cost "${costText(cost)}"`,
      output,
    );
  }
  if (problems.length > 0) throw new ChainruleError("E_DESCRIPTION", problems);

  const description = { inputs, layers, cost, ...(initialisation === undefined ? {} : { initialisation }) };
  const layout = layoutOf(widthsOf(description));
  if (layout.length > MOST_PARAMETERS) {
    const bytes = (4 * layout.length).toLocaleString("en-US");
    report("layers", `at most ${MOST_PARAMETERS} parameters`, layout.length, { hint: `Its parameters alone need ${bytes} bytes.` });
  }
  const weights = problems.length === 0 ? readWeights(input, layout, report) : undefined;
  if (problems.length > 0) throw new ChainruleError("E_DESCRIPTION", problems);
  return { description, weights };
}

export type Report = (where: string, expected: string, got: unknown, hint?: { hint?: string }) => void;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readLayers(value: unknown, report: Report): LayerDescription[] {
  if (!Array.isArray(value) || value.length === 0) {
    report("layers", "a list of at least one layer", value);
    return [];
  }
  const layers: LayerDescription[] = [];
  const lastDense = value.findLastIndex((layer) => !isDropout(layer));
  value.forEach((layer: unknown, index) => {
    const where = `layers[${index}]`;
    if (!isRecord(layer)) {
      report(where, 'an object such as { "units": 16, "activation": "sigmoid" }', layer);
      layers.push({ units: 1, activation: "sigmoid" });
    } else if (isDropout(layer)) {
      const before = layers.pop();
      const rate = readRate(layer["rate"], `${where}.rate`, report);
      checkKeys(layer, ["kind", "rate"], where, report);
      if (before === undefined || before.dropout !== undefined || index > lastDense) {
        report(where, "dropout behind a hidden layer, once", "dropout");
      }
      layers.push({ ...(before ?? { units: 1, activation: "sigmoid" }), ...(rate > 0 ? { dropout: rate } : {}) });
    } else layers.push(readDense(layer, where, index === lastDense, report));
  });
  return layers;
}

function isDropout(layer: unknown): layer is Record<string, unknown> {
  return isRecord(layer) && layer["kind"] === "dropout";
}

function readDense(layer: Record<string, unknown>, where: string, isOutput: boolean, report: Report): LayerDescription {
  checkKeys(layer, ["kind", "units", "activation", "dropout"], where, report);
  const { kind, units: width, activation: name = "sigmoid", dropout: rate } = layer;
  if (kind !== undefined && kind !== "dense") report(`${where}.kind`, "dense or dropout", kind, suggestion(kind, ["dense", "dropout"]));
  const units = readWidth(width, `${where}.units`, report);
  const activation = readName(name, `${where}.activation`, ACTIVATION_NAMES, report);
  if (activation === "softmax" && !isOutput) {
    report(`${where}.activation`, "an activation of hidden layers (softmax stands at the output only)", activation);
  }
  if (rate === undefined) return { units, activation };
  if (isOutput) report(`${where}.dropout`, "nothing, since the output is never dropped", rate);
  const dropped = readRate(rate, `${where}.dropout`, report);
  return { units, activation, ...(dropped > 0 ? { dropout: dropped } : {}) };
}

function checkKeys(layer: Record<string, unknown>, keys: readonly string[], where: string, report: Report): void {
  for (const key of Object.keys(layer)) {
    if (!keys.includes(key)) report(`${where}.${key}`, keys.filter((name) => name !== "kind").join(" or "), key, suggestion(key, keys));
  }
}

function readRate(value: unknown, where: string, report: Report): number {
  if (typeof value === "number" && value >= 0 && value < 1) return value;
  report(where, "a share of at least 0 and below 1", value);
  return 0;
}

function readWidth(value: unknown, where: string, report: Report): number {
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_WIDTH) return value as number;
  const quoted = typeof value === "string" && /^\d+$/.test(value) ? { hint: "Did the JSON quote it?" } : {};
  report(where, `a whole number above 0 (at most ${LARGEST_WIDTH})`, value, quoted);
  return 1;
}

function readName<N extends string>(value: unknown, where: string, names: readonly N[], report: Report): N {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  report(where, `one of ${names.join(", ")}`, value, suggestion(value, names));
  return names[0]!;
}

/** A cost by its name, or `{ "kind": "huber", "delta": 2 }`; one whose setting is the usual one becomes its name. */
export function readCost(value: unknown, report: Report): CostDescription {
  if (!isRecord(value)) return readName(value, "cost", COST_NAMES, report);
  const kind = readName(value["kind"], "cost.kind", COST_NAMES, report);
  if (kind !== value["kind"]) return kind;
  const setting = kind in COST_SETTINGS ? COST_SETTINGS[kind as keyof typeof COST_SETTINGS] : undefined;
  const keys = ["kind", ...(setting === undefined ? [] : [setting.name])];
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) report(`cost.${key}`, `${keys.join(" or ")}, which is all that "${kind}" has`, key, suggestion(key, keys));
  }
  if (setting === undefined) return kind;
  const { name, value: usual, expected } = setting;
  const given = value[name] ?? usual;
  const rounded = typeof given === "number" ? Math.fround(given) : NaN;
  if (!(rounded > 0 && rounded < (kind === "quantile" ? 1 : Infinity))) report(`cost.${name}`, expected, given);
  return given === usual ? kind : ({ kind, [name]: given } as unknown as CostDescription);
}

/** The tensors among the keys of a description: all of them or none. */
function readWeights(input: Record<string, unknown>, layout: Layout, report: Report): Float64Array | undefined {
  const given = Object.keys(input).filter((key) => /^[wb]\d+$/.test(key));
  if (given.length === 0) return undefined;
  const names = layout.tensors.map(({ name }) => name);
  for (const key of given) if (!names.includes(key)) report(key, `a tensor of this network (${names.join(", ")})`, key);
  const vector = new Float64Array(layout.length);
  for (const tensor of layout.tensors) {
    const { name, kind, rows, columns } = tensor;
    const value = input[name];
    const shape = kind === "bias" ? `${rows} number${rows === 1 ? "" : "s"}` : `${rows} rows of ${columns} numbers`;
    if (value === undefined) {
      report(name, `${shape}, since other weights are given`, undefined, { hint: "Give all of them, or none." });
      continue;
    }
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    const flat =
      kind === "bias" ? list : list.flatMap((row: unknown) => (Array.isArray(row) && row.length === columns ? (row as unknown[]) : []));
    if (
      list.length !== rows ||
      flat.length !== rows * columns ||
      !flat.every((x) => typeof x === "number" && Number.isFinite(Math.fround(x)))
    ) {
      report(name, `${shape}, all finite in float32`, value);
      continue;
    }
    tensorValues(vector, tensor).set(flat as number[]);
  }
  return vector;
}
