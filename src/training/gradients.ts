import type { Dataset } from "../data/dataset.js";
import { tensorValues } from "../network/layout.js";
import { batchGradient } from "../reference/batch.js";
import { type GradientCheck, gradientCheck } from "../reference/gradient-check.js";
import type { RowRange } from "./align.js";
import { examples } from "./examples.js";
import type { Model } from "./model.js";

/** Derivatives of one tensor: shape (n_l x n_(l-1)) or (n_l), row-major, float64. */
export interface GradientTensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export interface Gradients {
  /** Mean cost over the rows. */
  readonly cost: number;
  /** dCost/dw and dCost/db of the mean cost under the parameters' names: `w2`, `b2`, `w3`, ... */
  readonly tensors: Readonly<Record<string, GradientTensor>>;
}

/**
 * The derivatives of the mean cost over a range of rows, by the equations in float64.
 *
 * @param options `rows`: a half-open range, `[0, 32]` is rows 0 to 31; every row where left out
 * @throws ChainruleError `E_DATA` for data that does not fit the model, `E_USAGE` for a range outside it
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { gradients } from "chainrule/reference";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const { cost, tensors } = gradients(model, iris(), { rows: [0, 32] });
 * console.log(cost, tensors["w2"]?.shape); // [8, 4]
 * ```
 */
export function gradients(model: Model, dataset: Dataset, options: { readonly rows?: RowRange } = {}): Gradients {
  const list = examples(model, dataset, options);
  const { layout } = model.network;
  const { cost, gradient } = batchGradient(model.network, list);
  const tensors = layout.tensors.map((tensor): [string, GradientTensor] => [
    tensor.name,
    { shape: tensor.shape, values: tensorValues(gradient, tensor) },
  ]);
  return { cost, tensors: Object.fromEntries(tensors) };
}

/**
 * Compares the derivatives of the mean cost with central differences in float64.
 *
 * @param options `rows` as in `gradients`; `sample`: how many parameters to compare (all where left out), drawn with `seed`
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { checkGradients } from "chainrule/reference";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const { passed, checked, worst } = checkGradients(model, iris(), { rows: [0, 32] });
 * console.log(passed, checked, worst?.name);
 * ```
 */
export function checkGradients(
  model: Model,
  dataset: Dataset,
  options: { readonly rows?: RowRange; readonly sample?: number; readonly seed?: number } = {},
): GradientCheck {
  const { rows, ...sampling } = options;
  const list = examples(model, dataset, rows === undefined ? {} : { rows });
  return gradientCheck(model.network, list, sampling);
}
