import { ChainruleError, show } from "../base/errors.js";
import type { InputValues, Label } from "../data/dataset.js";
import { scaleValue } from "../data/scaling.js";
import { largest } from "../engine/batches.js";
import { toEngineOrder } from "../engine/order.js";
import { createInputs, NO_INPUTS } from "../engine/portable-inputs.js";
import { createLayers, finishForward, sumForward, takeBelow } from "../engine/portable-layers.js";
import type { EngineInputs } from "../kernels/contract.js";
import { checkModel } from "./check-model.js";
import type { ClassificationModel, Model, MultiLabelModel, RegressionModel } from "./model.js";
import { isSecondClass, isSingleOutput, thresholdsOf } from "./task.js";

/** One raw row: numbers in the order of `model.columns`. */
export type RawRow = readonly number[] | InputValues;

/** Predicts one row after the other in memory that it keeps. */
export interface Predictor<Answer> {
  /** The label of a classification, the (first) value of a regression, in the units of the source, a list of the row's labels. */
  (row: RawRow): Answer;
  /** a^(L) of the last row, shape (n_L); of a regression the values in the units of the source. Written over by the next row. */
  readonly outputs: Float64Array;
}

/**
 * Compiles a model for one row at a time: memory is planned once, and a call allocates nothing but a list of labels. The bits are those of
 * `predict`. It needs neither WebAssembly nor workers.
 *
 * @throws ChainruleError `E_DATA` (from a call) for a row of another length or with what is no number, `E_NON_FINITE` for inputs that are not finite or
 * too large for the network
 * @example
 * ```ts
 * import { predictor, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 50 }).result;
 * const label = predictor(model);
 * console.log(label([5.1, 3.5, 1.4, 0.2]), label.outputs); // setosa, three numbers
 * ```
 */
export function predictor<L extends Label>(model: ClassificationModel<L>): Predictor<L>;
export function predictor(model: RegressionModel): Predictor<number>;
export function predictor(model: MultiLabelModel): Predictor<readonly string[]>;
export function predictor(model: Model): Predictor<Label | number | readonly string[]>;
export function predictor(model: Model): Predictor<Label | number | readonly string[]> {
  checkModel(model);
  const { network, task, scaling, columns } = model;
  const { description, layout } = network;
  const parameters = toEngineOrder(layout, network.parameters);
  const one = { description, layout, batchSize: 1 };
  // Derivatives are never asked for; their place may be anywhere.
  const inputs = createInputs(one, parameters, parameters);
  const layers = createLayers(one, parameters, parameters, inputs ?? NO_INPUTS);
  const width = layout.sizes.at(-1)!;
  const outputs = new Float64Array(width);
  const single = isSingleOutput(task, width);
  const thresholds = thresholdsOf(task);

  const top = layers.at(-1)!.h;
  const { start, column, value: scaled } = layers[0]!.input;
  // A 0 stays 0 under a factor, and most inputs of an image are 0.
  const zeroStays = scaling.kind === "factor" || scaling.kind === "none";
  const factor = scaling.kind === "factor" ? scaling.factor : 1;

  // Whether all are numbers is looked at where they are read anyway: a pass of its own takes a third of a prediction.

  /** The scaled inputs that are not 0, as the first layer takes them; false where one is no finite number. */
  const listInputs = (row: RawRow): boolean => {
    // Of names outside, each turn would look them up again where there are several predictors.
    const skips = zeroStays;
    const by = factor;
    const places = column;
    const values = scaled;
    const { length } = row;
    let count = 0;
    for (let k = 0; k < length; k++) {
      const raw = row[k]!;
      if (skips && raw === 0) continue;
      if (!Number.isFinite(raw)) return false;
      places[count] = k;
      values[count] = skips ? raw / by : scaleValue(scaling, raw, k);
      if (values[count] !== 0) count += 1;
    }
    start[1] = count;
    return true;
  };

  const whole: EngineInputs = { kind: "numbers", values: new Float64Array(inputs === undefined ? 0 : columns.length) };
  /** Where all values of layer 1 are needed. */
  const loadInputs = (row: RawRow): boolean => {
    for (let k = 0; k < columns.length; k++) {
      const raw = row[k]!;
      if (!Number.isFinite(raw)) return false;
      whole.values[k] = scaleValue(scaling, raw, k);
    }
    inputs!.load(whole, FIRST, 0, 1, false);
    return true;
  };

  const predict = (row: RawRow): Label | number | readonly string[] => {
    if ((row as RawRow | null)?.length !== columns.length) throw wrongLength(columns.length, row);
    if (!(inputs === undefined ? listInputs(row) : loadInputs(row))) throw noNumber(row);
    let below = inputs?.h;
    for (const layer of layers) {
      if (below !== undefined) takeBelow(layer, below, 1);
      sumForward(layer, 1);
      finishForward(layer, 1, 0);
      below = layer.h;
    }
    for (let j = 0; j < width; j++) {
      const value = top[j]!;
      if (!Number.isFinite(value)) throw notFinite(value);
      outputs[j] = task.kind === "regression" ? value * task.deviation[j]! + task.mean[j]! : value;
    }
    if (task.kind === "regression") return outputs[0]!;
    if (task.kind === "multi-label") return task.labels.filter((_, j) => top[j]! >= thresholds![j]!);
    return task.classes[single ? Number(isSecondClass(top[0]!, description)) : largest(top, 0, width)]!;
  };
  return Object.assign(predict, { outputs });
}

/** The row that there is. */
const FIRST = Uint32Array.of(0);

/** In arithmetic null is 0 and "3" is 3, and a sigmoid of an infinity is a number like any other. */
function noNumber(row: RawRow): ChainruleError {
  const k = Array.from(row).findIndex((value) => !Number.isFinite(value));
  const value: unknown = row[k];
  const code = typeof value === "number" ? "E_NON_FINITE" : "E_DATA";
  return new ChainruleError(code, { where: `input ${k}`, expected: "a finite number", got: show(value) });
}

function wrongLength(expected: number, row: unknown): ChainruleError {
  const got = Array.isArray(row) || ArrayBuffer.isView(row) ? String((row as RawRow).length) : show(row);
  return new ChainruleError("E_DATA", { where: "input", expected: `${expected} numbers, one a column of the model`, got });
}

function notFinite(value: number): ChainruleError {
  return new ChainruleError("E_NON_FINITE", {
    where: "the prediction",
    expected: "finite outputs",
    got: String(value),
    hint: "Are the inputs finite, and in the units of the training data?",
  });
}
