import { ChainruleError } from "../base/errors.js";
import type { InputValues, Label } from "../data/dataset.js";
import { scaleValue } from "../data/scaling.js";
import { largest } from "../engine/batches.js";
import { toEngineOrder } from "../engine/order.js";
import { activate } from "../kernels/portable/activations.js";
import { denseForward } from "../kernels/portable/dense.js";
import { createEntries, listEntries } from "../kernels/portable/entries.js";
import { activationOf } from "../network/description.js";
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
 * @throws ChainruleError `E_DATA` (from a call) for a row of another length, `E_NON_FINITE` for inputs that are not finite or
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
export function predictor({ network, task, scaling, columns }: Model): Predictor<Label | number | readonly string[]> {
  const { description, layout } = network;
  const parameters = toEngineOrder(layout, network.parameters);
  const layers = layout.sizes.slice(2).map((nOut, index) => {
    const nIn = layout.sizes[index + 1]!;
    const from = layout.layers[index + 2]!.w.offset;
    return {
      nIn,
      nOut,
      input: createEntries(1, nIn),
      w: parameters.subarray(from, from + nIn * nOut),
      b: parameters.subarray(from + nIn * nOut, from + nIn * nOut + nOut),
      a: new Float32Array(nOut),
      activation: activationOf(description, index + 2),
    };
  });
  const width = layout.sizes.at(-1)!;
  const outputs = new Float64Array(width);
  const single = isSingleOutput(task, width);
  const thresholds = thresholdsOf(task);

  const top = layers.at(-1)!.a;
  const { start, column, value: scaled } = layers[0]!.input;
  // A 0 stays 0 under a factor, and most inputs of an image are 0.
  const zeroStays = scaling.kind === "factor" || scaling.kind === "none";

  /** The scaled inputs that are not 0, as the first layer takes them. */
  const listInputs = (row: RawRow): void => {
    let count = 0;
    for (let k = 0; k < columns.length; k++) {
      const raw = row[k]!;
      if (zeroStays && raw === 0) continue;
      column[count] = k;
      scaled[count] = scaleValue(scaling, raw, k);
      if (scaled[count] !== 0) count += 1;
    }
    start[1] = count;
  };

  const predict = (row: RawRow): Label | number | readonly string[] => {
    if (row.length !== columns.length) throw wrongLength(columns.length, row.length);
    listInputs(row);
    let below: Float32Array | undefined;
    for (const { input, w, b, a, nIn, nOut, activation } of layers) {
      if (below !== undefined) listEntries(below, input, 1, nIn);
      denseForward(input, w, b, a, 1, nOut);
      activate(activation, a, a, 1, nOut);
      below = a;
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

function wrongLength(expected: number, got: number): ChainruleError {
  return new ChainruleError("E_DATA", { where: "input", expected: `${expected} numbers, one a column of the model`, got: String(got) });
}

function notFinite(value: number): ChainruleError {
  return new ChainruleError("E_NON_FINITE", {
    where: "the prediction",
    expected: "finite outputs",
    got: String(value),
    hint: "Are the inputs finite, and in the units of the training data?",
  });
}
