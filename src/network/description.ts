import { ChainruleError, type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import { ACTIVATION_NAMES, type ActivationName } from "./activations.js";
import { COST_NAMES, type CostName, findOutputRule, outputsFor } from "./costs.js";
import { INITIALISATION_NAMES, type InitialisationName } from "./initialisation.js";
import { type Layout, layoutOf, tensorValues } from "./layout.js";

/** One dense layer. */
export interface LayerDescription {
  /** Number of neurons, n_l. */
  readonly units: number;
  readonly activation: ActivationName;
}

/** A network as plain JSON: layer 1 is the input, `layers[0]` is layer 2. */
export interface NetworkDescription {
  /** n_1 */
  readonly inputs: number;
  readonly layers: readonly LayerDescription[];
  readonly cost: CostName;
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
  readonly layers: readonly { readonly units: number; readonly activation?: ActivationName }[];
  readonly cost?: CostName;
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
  const cost = readName(input["cost"] ?? "squared-error", "cost", COST_NAMES, report);
  const initialisation =
    input["initialisation"] === undefined ? undefined : readName(input["initialisation"], "initialisation", INITIALISATION_NAMES, report);

  const output = layers.at(-1)?.activation;
  if (problems.length === 0 && findOutputRule(cost, output!) === undefined) {
    report(`layers[${layers.length - 1}].activation`, `${outputsFor(cost).join(" or ")}, the outputs of the cost "${cost}"`, output);
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

type Report = (where: string, expected: string, got: unknown, hint?: { hint?: string }) => void;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readLayers(value: unknown, report: Report): LayerDescription[] {
  if (!Array.isArray(value) || value.length === 0) {
    report("layers", "a list of at least one layer", value);
    return [];
  }
  return value.map((layer: unknown, index) => {
    const where = `layers[${index}]`;
    if (!isRecord(layer)) {
      report(where, 'an object such as { "units": 16, "activation": "sigmoid" }', layer);
      return { units: 1, activation: "sigmoid" };
    }
    for (const key of Object.keys(layer)) {
      if (key !== "units" && key !== "activation")
        report(`${where}.${key}`, "units or activation", key, suggestion(key, ["units", "activation"]));
    }
    const units = readWidth(layer["units"], `${where}.units`, report);
    const activation = readName(layer["activation"] ?? "sigmoid", `${where}.activation`, ACTIVATION_NAMES, report);
    if (activation === "softmax" && index < value.length - 1) {
      report(`${where}.activation`, "an activation of hidden layers (softmax stands at the output only)", activation);
    }
    return { units, activation };
  });
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
