import { ChainruleError, show } from "../base/errors.js";
import { nearest } from "../base/spelling.js";
import type { Cell } from "../table/cell.js";
import { prepareRow } from "../table/prepare-row.js";
import { checkDataset } from "../data/check-dataset.js";
import type { Dataset, InputValues, Label } from "../data/dataset.js";
import { outputRuleOf } from "../network/description.js";
import { alignColumns } from "./align.js";
import { checkModel } from "./check-model.js";
import { runForward } from "./evaluate.js";
import { predictedClass } from "./measure.js";
import { saidLabels } from "./measure-labels.js";
import type { ClassificationModel, Model, MultiLabelModel, RegressionModel } from "./model.js";
import { isSingleOutput } from "./task.js";

/** One raw input: numbers in the order of `model.columns`, or by their names; of a table that was prepared its own cells, by its columns' names. */
export type RawInput = readonly number[] | InputValues | Readonly<Record<string, Cell>>;

export interface ClassPrediction<L extends Label = Label> {
  readonly kind: "classification";
  readonly label: L;
  /** a^(L), shape (n_L). */
  readonly outputs: readonly number[];
  /** One a class, in the order of the model's classes; left out where the cost gives none (squared error of sigmoids). */
  readonly probabilities?: readonly number[];
}

export interface LabelPrediction {
  readonly kind: "multi-label";
  /** The labels whose outputs are at least their thresholds, in the order of the model's labels. */
  readonly labels: readonly string[];
  /** a^(L), shape (n_L): one a label. */
  readonly outputs: readonly number[];
  /** One a label, each by itself; left out where the cost gives none. */
  readonly probabilities?: readonly number[];
}

export interface ValuePrediction {
  readonly kind: "regression";
  /** In the units of the source; the first of `values`. */
  readonly value: number;
  /** One a target. */
  readonly values: readonly number[];
}

export type Prediction = ClassPrediction | ValuePrediction | LabelPrediction;

/**
 * Predicts one row from its raw inputs; scaling is the model's own.
 *
 * @throws ChainruleError `E_DATA` for a missing or non-finite input, or a list of another length; names that are no column are left alone
 * @example
 * ```ts
 * import { predict, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 50 }).result;
 * const { label, probabilities } = predict(model, [5.1, 3.5, 1.4, 0.2]);
 * const byName = predict(model, { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 });
 * console.log(label, probabilities, byName.label === label); // setosa, three numbers, true
 * ```
 */
export function predict<L extends Label>(model: ClassificationModel<L>, input: RawInput): ClassPrediction<L>;
export function predict(model: RegressionModel, input: RawInput): ValuePrediction;
export function predict(model: MultiLabelModel, input: RawInput): LabelPrediction;
export function predict(model: Model, input: RawInput): Prediction;
export function predict(model: Model, input: RawInput): Prediction {
  checkModel(model);
  if (typeof (input as unknown) !== "object" || (input as unknown) === null) throw wrongInput(input, model.columns.length);
  const inputs =
    model.preparation === undefined || isList(input)
      ? Float64Array.from(readInput(model, input))
      : prepareRow(model.preparation, input, model.columns.length);
  const row: Dataset = { name: "input", rowCount: 1, columns: model.columns, inputs, target: { kind: "none" } };
  return predictRows(model, row)[0]!;
}

/**
 * Predicts every row of a data set, whether or not it has a target.
 *
 * @returns one prediction a row, in order
 * @throws ChainruleError `E_DATA` for data of another width, `E_NON_FINITE` for inputs too large for the network
 * @example
 * ```ts
 * import { predictAll, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 50 }).result;
 * console.log(predictAll(model, iris()).filter(({ label }) => label === "virginica").length);
 * ```
 */
export function predictAll<L extends Label>(model: ClassificationModel<L>, dataset: Dataset): ClassPrediction<L>[];
export function predictAll(model: RegressionModel, dataset: Dataset): ValuePrediction[];
export function predictAll(model: MultiLabelModel, dataset: Dataset): LabelPrediction[];
export function predictAll(model: Model, dataset: Dataset): ClassPrediction[] | ValuePrediction[] | LabelPrediction[];
export function predictAll(model: Model, dataset: Dataset): Prediction[] {
  checkModel(model);
  checkDataset(dataset);
  return predictRows(model, alignColumns(model, dataset));
}

function predictRows(model: Model, dataset: Dataset): Prediction[] {
  const { outputs } = runForward(model, dataset, new Float64Array(dataset.rowCount * model.network.layout.sizes.at(-1)!));
  return readOutputs(model, outputs);
}

/**
 * The predictions that outputs, (rows x n_L), stand for.
 *
 * @throws ChainruleError `E_NON_FINITE`
 */
export function readOutputs({ task, network }: Model, outputs: Float32Array): Prediction[] {
  const width = network.layout.sizes.at(-1)!;
  checkFinite(outputs, width);
  const { probabilities } = outputRuleOf(network.description);
  return Array.from({ length: outputs.length / width }, (_, i) => {
    const a = Array.from(outputs.subarray(i * width, (i + 1) * width));
    if (task.kind === "regression") {
      const values = a.map((value, j) => value * task.deviation[j]! + task.mean[j]!);
      return { kind: "regression", value: values[0]!, values };
    }
    if (task.kind === "multi-label") {
      const said = saidLabels(task, a);
      const labels = task.labels.filter((_, j) => said[j] === 1);
      return { kind: "multi-label", labels, outputs: a, ...(probabilities ? { probabilities: a } : {}) };
    }
    const label = task.classes[predictedClass({ task, network }, outputs, i)]!;
    const shares = isSingleOutput(task, width) ? [1 - a[0]!, a[0]!] : a;
    return { kind: "classification", label, outputs: a, ...(probabilities ? { probabilities: shares } : {}) };
  });
}

/** Inputs that are finite numbers may still be too large for float32, once scaled or inside the network. */
function checkFinite(outputs: Float32Array, width: number): void {
  const bad = outputs.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new ChainruleError("E_NON_FINITE", {
    where: `the prediction of row ${Math.floor(bad / width)}`,
    expected: "finite outputs",
    got: String(outputs[bad]),
    hint: "Are the inputs in the units of the training data?",
  });
}

function readInput({ columns }: Model, input: RawInput): number[] {
  const list = isList(input);
  // Any name may be a column, "toString" too: only what the row itself has counts.
  const values = list ? Array.from(input) : columns.map((name) => (Object.hasOwn(input, name) ? input[name] : undefined));
  const fail = (where: string, expected: string, got: string, hint?: string): never => {
    throw new ChainruleError("E_DATA", { where, expected, got, ...(hint === undefined ? {} : { hint }) });
  };
  if (values.length !== columns.length) fail("input", `${columns.length} numbers, one a column of the model`, String(values.length));
  const extra = list ? undefined : Object.keys(input).find((name) => !columns.includes(name));
  return values.map((value, k) => {
    const name = columns[k]!;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const guess = extra === undefined ? undefined : nearest(name, [extra]);
    return fail(`input "${name}"`, "a finite number", show(value), guess === undefined ? undefined : `Is "${guess}" meant?`);
  });
}

function wrongInput(input: unknown, count: number): ChainruleError {
  const expected = `${count} numbers in a list, or an object with a value for each column`;
  return new ChainruleError("E_DATA", { where: "input", expected, got: show(input) });
}

function isList(input: RawInput): input is readonly number[] | InputValues {
  return Array.isArray(input) || ArrayBuffer.isView(input);
}
