import { ChainruleError, type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { ActivationName } from "./activations.js";
import { COST_NAMES, COST_SETTINGS, type CostDescription, costText, findOutputRule, outputsFor, type OutputRule } from "./costs.js";
import { INITIALISATION_NAMES, type InitialisationName } from "./initialisation.js";
import type { LayerDescription, WrittenLayer } from "./layers.js";
import { type Layout, layoutOf, type TensorKind, tensorValues } from "./layout.js";
import { type Encoding, widthOfInputs } from "./parts.js";
import { readLayers } from "./read-layers.js";
import { isRecord, readName, readWidth, type Report } from "./reading.js";

/** A network as plain JSON: layer 1 is the input, `layers[0]` is layer 2. */
export interface NetworkDescription {
  /** Number of columns of a row: n_1, where none is encoded. */
  readonly inputs: number;
  /** Of columns that do not enter as they are, by column. */
  readonly encodings?: readonly Encoding[];
  readonly layers: readonly LayerDescription[];
  readonly cost: CostDescription;
  /** Left out: by each layer's activation. */
  readonly initialisation?: InitialisationName;
}

/**
 * What a user writes. `activation` is sigmoid and `cost` squared error where left out: the network of the equations. With
 * weights, every `w2`, `b2`, `w3`, ... is given as nested arrays: `w2` has n_2 rows of n_1 numbers. What a normalisation holds (`gamma2`,
 * `beta2`, `mean2`, `var2`) may be left out with its start values, 1, 0, 0 and 1; `e1.<name>` and `f1.<name>` may not.
 */
export type NetworkInput = WrittenNetwork | NetworkDescription;

interface WrittenNetwork {
  readonly inputs: number;
  readonly layers: readonly WrittenLayer[];
  readonly cost?: CostDescription;
  readonly initialisation?: InitialisationName;
  readonly [weights: `w${number}` | `e1.${string}`]: readonly (readonly number[])[];
  readonly [biases: `${"b" | "gamma" | "beta" | "mean" | "var"}${number}` | `f1.${string}`]: readonly number[];
}

const TENSOR = /^(?:(?:w|b|gamma|beta|mean|var)[1-9]\d*|[ef]1\..+)$/;

/** 2 GiB of float32. */
const MOST_PARAMETERS = 2 ** 29;

/** n_1, n_2, ..., n_L */
export function widthsOf(description: NetworkDescription): number[] {
  return [widthOfInputs(description.inputs, description.encodings), ...description.layers.map((layer) => layer.units)];
}

/** The activation of layer l = 2..L. */
export function activationOf(description: NetworkDescription, layer: number): ActivationName {
  return description.layers[layer - 2]!.activation;
}

/** The output rule of a description; that the pair is allowed was checked when the description was read. */
export function outputRuleOf(description: NetworkDescription): OutputRule {
  return findOutputRule(description.cost, description.layers.at(-1)!.activation)!;
}

/** Where everything of a described network stands. */
export function describedLayout(description: NetworkDescription): Layout {
  return layoutOf(widthsOf(description), description);
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

  const keys = ["inputs", "encodings", "layers", "cost", "initialisation"];
  for (const key of Object.keys(input)) {
    if (!keys.includes(key) && !TENSOR.test(key))
      report(key, `one of ${keys.join(", ")} or a tensor (w2, b2, ...)`, key, suggestion(key, keys));
  }
  const inputs = readWidth(input["inputs"], "inputs", report);
  const { layers, encodings } = readLayers(input["layers"], inputs, input["encodings"], report);
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

  const description = {
    inputs,
    ...(encodings.length === 0 ? {} : { encodings }),
    layers,
    cost,
    ...(initialisation === undefined ? {} : { initialisation }),
  };
  const layout = describedLayout(description);
  if (layout.length > MOST_PARAMETERS) {
    const bytes = (4 * layout.length).toLocaleString("en-US");
    report("layers", `at most ${MOST_PARAMETERS} parameters`, layout.length, { hint: `Its parameters alone need ${bytes} bytes.` });
  }
  const weights = problems.length === 0 ? readWeights(input, layout, report) : undefined;
  if (problems.length > 0) throw new ChainruleError("E_DESCRIPTION", problems);
  return { description, weights };
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

/** What a vector of a normalisation holds where it is left out. */
const STARTS: Partial<Record<TensorKind, number>> = { gamma: 1, beta: 0, mean: 0, var: 1 };

/** The tensors among the keys of a description: all of them or none. */
function readWeights(input: Record<string, unknown>, layout: Layout, report: Report): Float64Array | undefined {
  const given = Object.keys(input).filter((key) => TENSOR.test(key));
  if (given.length === 0) return undefined;
  const names = layout.tensors.map(({ name }) => name);
  for (const key of given) if (!names.includes(key)) report(key, `a tensor of this network (${names.join(", ")})`, key);
  const vector = new Float64Array(layout.length);
  for (const tensor of layout.tensors) {
    const { name, kind, rows, columns } = tensor;
    const value = input[name];
    const isVector = tensor.shape.length === 1;
    const shape = isVector ? `${rows} number${rows === 1 ? "" : "s"}` : `${rows} rows of ${columns} numbers`;
    const start = STARTS[kind];
    if (value === undefined && start !== undefined) {
      tensorValues(vector, tensor).fill(start);
      continue;
    }
    if (value === undefined) {
      report(name, `${shape}, since other weights are given`, undefined, { hint: "Give all of them, or none." });
      continue;
    }
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    const flat = isVector ? list : list.flatMap((row: unknown) => (Array.isArray(row) && row.length === columns ? (row as unknown[]) : []));
    if (
      list.length !== rows ||
      flat.length !== rows * columns ||
      !flat.every((x) => typeof x === "number" && Number.isFinite(Math.fround(x)) && (kind !== "var" || x >= 0))
    ) {
      report(name, `${shape}, all finite in float32${kind === "var" ? " and at least 0" : ""}`, value);
      continue;
    }
    tensorValues(vector, tensor).set(flat as number[]);
  }
  return vector;
}
