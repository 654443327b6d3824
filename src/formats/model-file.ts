import { DATE_TYPES } from "../table/column-types.js";
import { ChainruleError, show } from "../base/errors.js";
import type { ImageShape, Label } from "../data/dataset.js";
import type { Scaling } from "../data/scaling.js";
import type { OptimizerDescription, StepRules } from "../kernels/contract.js";
import { describedLayout, type NetworkDescription, readDescription } from "../network/description.js";
import { type TensorLayout, tensorValues } from "../network/layout.js";
import { completeOptimizer, OPTIMIZER_NAMES, optimizerDefaults } from "../training/optimizers.js";
import { checkModel } from "../training/check-model.js";
import { RULE_NAMES, ruleProblems } from "../training/rules.js";
import { createModel, type Model, type SplitRecord, type TrainingRecord } from "../training/model.js";
import { checkOutputs, type Task } from "../training/task.js";
import type { DividedBy } from "../table/divide.js";
import type { Preparation } from "../table/preparation.js";
import { readPreparation } from "./read-preparation.js";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.js";
import { parseStrictJson } from "./strict-json.js";

// A model file is a safetensors file: tensors w2, b2, w3, ... in float32, and everything else as JSON under `chainrule` in
// its metadata. docs/formats.md describes the fields. A file of any released version opens in every later one.

const FORMAT = 1;
const FIELDS: readonly string[] = [
  "format",
  "network",
  "task",
  "columns",
  "preparation",
  "scaling",
  "image",
  "split",
  "training",
] satisfies (keyof ModelHeader)[];

/** Everything but the parameters. */
interface ModelHeader {
  readonly format: number;
  readonly network: NetworkDescription;
  readonly task: Task;
  readonly columns: readonly string[];
  readonly preparation?: Preparation;
  readonly scaling: Scaling;
  readonly image?: ImageShape;
  readonly split?: SplitRecord;
  readonly training?: TrainingRecord;
}

/**
 * A model as the bytes of a `.safetensors` file. The same model gives the same bytes.
 *
 * @throws ChainruleError `E_NON_FINITE` for a model with NaN or an infinity in it, which no file is made of
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { decodeModel, encodeModel } from "chainrule/formats";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 5 }).result;
 * const copy = decodeModel(encodeModel(model));
 * console.log(copy.parametersHash === model.parametersHash); // true
 * ```
 */
export function encodeModel(model: Model): Uint8Array<ArrayBuffer> {
  checkModel(model);
  const { network, task, columns, preparation, scaling, image, split, training } = model;
  if (!network.parameters.every(Number.isFinite)) {
    throw new ChainruleError("E_NON_FINITE", { where: "model", expected: "finite parameters", got: "NaN or an infinity among them" });
  }
  const header: ModelHeader = {
    format: FORMAT,
    network: network.description,
    task,
    columns,
    ...(preparation === undefined ? {} : { preparation }),
    scaling,
    ...(image === undefined ? {} : { image }),
    ...(split === undefined ? {} : { split }),
    ...(training === undefined ? {} : { training }),
  };
  const tensors = network.layout.tensors.map((tensor): Tensor => ({
    name: tensor.name,
    shape: tensor.shape,
    values: tensorValues(network.parameters, tensor),
  }));
  return encodeSafetensors({ tensors, metadata: { chainrule: JSON.stringify(header) } });
}

/**
 * Reads a model file.
 *
 * @param where what errors call it, usually the file's name
 * @throws ChainruleError `E_CORRUPT`, saying what is wrong with it
 * @example
 * ```ts
 * import { predict, train } from "chainrule";
 * import { decodeModel, encodeModel } from "chainrule/formats";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 20 }).result;
 * const decoded = decodeModel(encodeModel(model));
 * const prediction = predict(decoded, [5.1, 3.5, 1.4, 0.2]);
 * if (prediction.kind === "classification") console.log(prediction.label);
 * ```
 */
export function decodeModel(bytes: Uint8Array, where = "model file"): Model {
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  const text = metadata["chainrule"];
  const corrupt = (expected: string, got: string, hint?: string): ChainruleError =>
    new ChainruleError("E_CORRUPT", { where, expected, got, ...(hint === undefined ? {} : { hint }) });
  if (text === undefined) {
    throw corrupt("a chainrule model", "a safetensors file without chainrule's description in its metadata", "Did saveModel write it?");
  }
  const header = parseStrictJson(text, `${where}, description`) as Partial<ModelHeader> | null;
  if (header?.format !== FORMAT) {
    throw corrupt(`model format ${FORMAT}`, show(header?.format), "A newer version of chainrule may have written it.");
  }
  try {
    return readModel(header, tensors, corrupt);
  } catch (error) {
    if (error instanceof ChainruleError && error.code !== "E_CORRUPT") throw new ChainruleError("E_CORRUPT", `${where}: ${error.message}`);
    throw error;
  }
}

type Corrupt = (expected: string, got: string) => ChainruleError;

function readModel(header: Partial<ModelHeader>, tensors: readonly Tensor[], corrupt: Corrupt): Model {
  const unknown = Object.keys(header).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw corrupt(`the fields ${FIELDS.join(", ")}`, `"${unknown}"`);
  const { description, weights } = readDescription(header.network);
  if (weights !== undefined) throw corrupt("weights in the tensors alone", "others in the description");
  // A user may leave these out; a file may not.
  const { cost, layers } = header.network!;
  if (
    JSON.stringify(cost) !== JSON.stringify(description.cost) ||
    layers.some(({ activation }, index) => activation !== description.layers[index]!.activation)
  ) {
    throw corrupt("a cost, and an activation for each layer", show(header.network));
  }
  const layout = describedLayout(description);
  // All shapes are looked at before memory is taken for them: a description may lie about its size.
  const found = layout.tensors.map((tensor) => findTensor(tensor, tensors, corrupt));
  const extra = tensors.find(({ name }) => !layout.tensors.some((tensor) => tensor.name === name));
  if (extra !== undefined) throw corrupt(`only the tensors of the network`, `"${extra.name}"`);
  const parameters = new Float32Array(layout.length);
  layout.tensors.forEach((tensor, index) => tensorValues(parameters, tensor).set(found[index]!));

  const width = description.inputs;
  const task = readTask(header.task, corrupt);
  checkOutputs(task, description);
  if (!isList(header.columns, "string", width)) throw corrupt(`${width} column names`, show(header.columns));
  return createModel({
    network: { description, layout, parameters },
    task,
    columns: header.columns,
    ...(header.preparation === undefined ? {} : { preparation: readPreparation(header.preparation, header.columns, corrupt) }),
    scaling: readScaling(header.scaling, width, corrupt),
    ...(header.image === undefined ? {} : { image: readImage(header.image, width, corrupt) }),
    ...(header.split === undefined ? {} : { split: readSplit(header.split, corrupt) }),
    ...(header.training === undefined ? {} : { training: readTraining(header.training, corrupt) }),
  });
}

function findTensor(tensor: TensorLayout, tensors: readonly Tensor[], corrupt: Corrupt): Float32Array {
  const { shape } = tensor;
  const found = tensors.find(({ name }) => name === tensor.name);
  if (found === undefined) throw corrupt(`a tensor "${tensor.name}"`, "none");
  if (!(found.values instanceof Float32Array)) throw corrupt(`"${tensor.name}" in F32`, "F64");
  if (found.shape.length !== shape.length || !shape.every((size, axis) => size === found.shape[axis]))
    throw corrupt(`"${tensor.name}" of shape ${show(shape)}`, show(found.shape));
  return found.values;
}

function isList(value: unknown, type: "string", length?: number): value is readonly string[];
function isList(value: unknown, type: "number", length?: number): value is readonly number[];
function isList(value: unknown, type: "string" | "number", length?: number): boolean {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return false;
  return value.every((item) => typeof item === type && (type === "string" || Number.isFinite(item)));
}

function readTask(task: Task | undefined, corrupt: Corrupt): Task {
  if (task?.kind === "classification") {
    const { target, classes } = task;
    const valid = (label: Label): boolean => typeof label === "string" || Number.isFinite(label);
    if (
      typeof target === "string" &&
      Array.isArray(classes) &&
      classes.every(valid) &&
      new Set(classes.map(String)).size === classes.length
    ) {
      return { kind: "classification", target, classes };
    }
  }
  if (task?.kind === "regression") {
    const { targets, mean, deviation } = task;
    if (isList(targets, "string") && isList(mean, "number", targets.length) && isList(deviation, "number", targets.length)) {
      if (deviation.every((value) => value > 0)) return { kind: "regression", targets, mean, deviation };
    }
  }
  if (task?.kind === "multi-label") {
    const { labels, thresholds } = task;
    if (isList(labels, "string") && new Set(labels).size === labels.length && isList(thresholds, "number", labels.length)) {
      return { kind: "multi-label", labels, thresholds };
    }
  }
  throw corrupt(
    "a task: classification with classes, multi-label with labels and thresholds, or regression with targets, mean and deviation",
    show(task),
  );
}

function readScaling(scaling: Scaling | undefined, width: number, corrupt: Corrupt): Scaling {
  switch (scaling?.kind) {
    case "none":
      return { kind: "none" };
    case "factor":
      if (isPositive(scaling.factor)) return { kind: "factor", factor: scaling.factor };
      break;
    case "standard": {
      const { mean, deviation } = scaling;
      if (isList(mean, "number", width) && isList(deviation, "number", width) && deviation.every(isPositive))
        return { kind: "standard", mean, deviation };
      break;
    }
    case "minmax": {
      const { minimum, range } = scaling;
      if (isList(minimum, "number", width) && isList(range, "number", width) && range.every(isPositive))
        return { kind: "minmax", minimum, range };
      break;
    }
    case undefined:
  }
  throw corrupt(`a scaling of ${width} columns`, show(scaling));
}

function readImage(image: ImageShape | null, columns: number, corrupt: Corrupt): ImageShape {
  const { height, width, maximum } = image ?? {};
  if (isCount(height) && isCount(width) && height * width === columns && isPositive(maximum)) return { height, width, maximum };
  throw corrupt(`an image of ${columns} pixels`, show(image));
}

function readSplit(split: SplitRecord | null, corrupt: Corrupt): SplitRecord {
  const { seed, test, validation, by, rows, fingerprint } = split ?? {};
  const hash = typeof fingerprint === "string" && /^[0-9a-f]{64}$/.test(fingerprint) ? fingerprint : undefined;
  if (isCount(seed) && isFraction(test) && isFraction(validation) && isCount(rows) && hash !== undefined && isDividedBy(by)) {
    // In the order in which a run makes it, so that what is read and written again is the same bytes.
    return { test, validation, seed, ...(by === undefined ? {} : { by: writtenBy(by) }), rows, fingerprint: hash };
  }
  throw corrupt("a split: seed, test, validation, rows and fingerprint", show(split));
}

function isDividedBy(by: DividedBy | undefined | null): by is DividedBy | undefined {
  if (by === undefined) return true;
  const { kind, column, type, test, validation } = by ?? {};
  const types = kind === "group" ? ["categorical"] : kind === "time" ? ["numeric", ...DATE_TYPES] : [];
  return typeof column === "string" && types.includes(type!) && isFraction(test) && isFraction(validation);
}

function writtenBy({ kind, column, type, test, validation }: DividedBy): DividedBy {
  return { kind, column, type, test, validation };
}

function readTraining(training: TrainingRecord | null, corrupt: Corrupt): TrainingRecord {
  const { batchSize, epochs } = training ?? {};
  const optimizer = readOptimizer(training?.optimizer);
  const rules = readRules(training?.rules);
  if (optimizer !== undefined && rules !== undefined && isCount(batchSize) && batchSize > 0 && isCount(epochs)) {
    return { optimizer, ...(training?.rules === undefined ? {} : { rules }), batchSize, epochs };
  }
  throw corrupt("a record of the training: optimizer, batchSize and epochs", show(training));
}

/** With its settings in the order of the table; undefined for what is no optimizer of this version, or not all of one. */
function readOptimizer(optimizer: OptimizerDescription | null | undefined): OptimizerDescription | undefined {
  const kind = OPTIMIZER_NAMES.find((name) => name === optimizer?.kind);
  if (kind === undefined) return undefined;
  const settings = optimizer as unknown as Readonly<Record<string, unknown>>;
  const entries = Object.keys(optimizerDefaults[kind]).map((name) => [name, settings[name]] as const);
  if (entries.some(([, value]) => value === undefined)) return undefined;
  return isAccepted(() => completeOptimizer({ ...settings, kind }, optimizerDefaults.sgd))
    ? ({ kind, ...Object.fromEntries(entries) } as unknown as OptimizerDescription)
    : undefined;
}

function readRules(rules: StepRules | undefined): StepRules | undefined {
  if (rules === undefined) return {};
  if (typeof rules !== "object" || show(rules) === "null" || Array.isArray(rules)) return undefined;
  if (!Object.keys(rules).every((name) => RULE_NAMES.some((known) => known === name))) return undefined;
  return ruleProblems(rules).length === 0 ? rules : undefined;
}

function isAccepted(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPositive(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) > 0;
}

function isFraction(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0 && (value as number) < 1;
}
