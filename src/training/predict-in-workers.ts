import type { AbortSignalLike } from "../base/platform.js";
import { canShareMemory } from "../base/workers.js";
import { checkDataset } from "../data/check-dataset.js";
import type { Dataset, Label } from "../data/dataset.js";
import { withTarget } from "../data/stored-rows.js";
import { whyNoWasm } from "../engine/wasm-support.js";
import { alignColumns } from "./align.js";
import { checkModel } from "./check-model.js";
import { checkCategories } from "./categories.js";
import { runForward } from "./evaluate.js";
import type { ClassificationModel, Model, MultiLabelModel, RegressionModel } from "./model.js";
import { type ClassPrediction, type LabelPrediction, type Prediction, readOutputs, type ValuePrediction } from "./predict.js";
import { loadPlain } from "./run-parts.js";
import { threadsForRows } from "./threads.js";
import { answerInWorkers, NoWorkers } from "./worker/run-in-workers.js";

export interface PredictOptions {
  /** "auto" (left out): by the work there is. The bits are the same for any number. */
  readonly threads?: number | "auto";
  /** Ends the work with `E_ABORTED` as soon as it is aborted. */
  readonly signal?: AbortSignalLike;
}

/**
 * What `predictAll` predicts, by worker threads: for many rows, while this thread stays free. Where there are no workers it
 * is done here.
 *
 * @returns one prediction a row, in order; the bits are those of `predictAll`
 * @throws ChainruleError (rejects with) `E_DATA`, `E_NON_FINITE`, `E_ABORTED`, `E_WORKER`
 * @example
 * ```ts
 * import { predictAllInWorkers, train } from "chainrule";
 * import { digits } from "chainrule/digits";
 *
 * const { model } = await train(digits(), { epochs: 5 }).result;
 * const predictions = await predictAllInWorkers(model, digits(), { threads: 2 });
 * console.log(predictions.filter(({ label }) => label === 7).length);
 * ```
 */
export function predictAllInWorkers<L extends Label>(
  model: ClassificationModel<L>,
  dataset: Dataset,
  options?: PredictOptions,
): Promise<ClassPrediction<L>[]>;
export function predictAllInWorkers(model: RegressionModel, dataset: Dataset, options?: PredictOptions): Promise<ValuePrediction[]>;
export function predictAllInWorkers(model: MultiLabelModel, dataset: Dataset, options?: PredictOptions): Promise<LabelPrediction[]>;
export function predictAllInWorkers(
  model: Model,
  dataset: Dataset,
  options?: PredictOptions,
): Promise<ClassPrediction[] | ValuePrediction[] | LabelPrediction[]>;
export async function predictAllInWorkers(
  model: Model,
  source: Dataset,
  { threads = "auto", signal }: PredictOptions = {},
): Promise<Prediction[]> {
  checkModel(model);
  checkDataset(source);
  const { network, scaling } = model;
  const dataset: Dataset = withTarget(alignColumns(model, source), { kind: "none" });
  checkCategories(network.description, dataset);
  const here = (): Float32Array => {
    return runForward(model, dataset, new Float64Array(dataset.rowCount * network.layout.sizes.at(-1)!)).outputs;
  };
  if (whyNoWasm() !== undefined) return readOutputs(model, here());
  const wanted = threads === "auto" ? threadsForRows(network, dataset.rowCount) : threads;
  try {
    const { outputs } = await answerInWorkers({ network, scaling, dataset }, canShareMemory() ? wanted : 1, await loadPlain(), signal);
    return readOutputs(model, outputs);
  } catch (error) {
    if (!(error instanceof NoWorkers)) throw error;
    return readOutputs(model, here());
  }
}
