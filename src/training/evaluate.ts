import { checkDataset } from "../data/check-dataset.js";
import type { Label, Dataset } from "../data/dataset.js";
import { rowNumbers, takeRows } from "../data/rows.js";
import type { PartName } from "../data/split.js";
import { idleProgram } from "../engine/idle-program.js";
import { createPortableForward } from "../engine/portable-forward.js";
import { engineRows } from "../engine/rows.js";
import { createWasmEngine } from "../engine/wasm.js";
import { whyNoWasm } from "../engine/wasm-support.js";
import { alignColumns, choosePart } from "./align.js";
import type { Answers } from "./answers.js";
import { checkModel } from "./check-model.js";
import { checkCategories } from "./categories.js";
import {
  type ClassificationEvaluation,
  type Evaluation,
  measureAnswers,
  type Measured,
  type MultiLabelEvaluation,
  type RegressionEvaluation,
} from "./measure.js";
import type { ClassificationModel, Model, MultiLabelModel, RegressionModel } from "./model.js";
import { encodeTargets } from "./task.js";

/** Products of a forward pass from which the WebAssembly engine is faster, its start counted. */
const WORTH_A_MEMORY = 2_000_000;
/**
 * Measures a model. On the data that it was trained on it uses the held-out test part and says so in `part`; on any other
 * data every row.
 *
 * @param options `part`: another part of the data it was trained on
 * @throws ChainruleError `E_DATA` for data of another width or with unknown labels
 * @example
 * ```ts
 * import { evaluate, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 50 }).result;
 * const { accuracy, part, confusion } = evaluate(model, iris());
 * console.log(part, accuracy, confusion); // "test", ...
 * ```
 */
export function evaluate<L extends Label>(
  model: ClassificationModel<L>,
  dataset: Dataset,
  options?: { readonly part?: PartName },
): ClassificationEvaluation<L>;
export function evaluate(model: RegressionModel, dataset: Dataset, options?: { readonly part?: PartName }): RegressionEvaluation;
export function evaluate(model: MultiLabelModel, dataset: Dataset, options?: { readonly part?: PartName }): MultiLabelEvaluation;
export function evaluate(model: Model, dataset: Dataset, options?: { readonly part?: PartName }): Evaluation;
export function evaluate(model: Model, dataset: Dataset, options: { readonly part?: PartName } = {}): Evaluation {
  checkModel(model);
  checkDataset(dataset);
  const { rows, part, known } = choosePart(model, dataset, options.part);
  return { ...measure(model, takeRows(dataset, rows)), part, trainedOn: known };
}

/** Measures every row of a data set. */
export function measure(model: Model, source: Dataset): Measured {
  const dataset = alignColumns(model, source);
  return measureAnswers(model, dataset, runForward(model, dataset, encodeTargets(model.task, dataset, model.network.layout.sizes.at(-1)!)));
}

/** Forward passes over every row: outputs of shape (rows x n_L), and the sum of the costs. Columns are in the model's order. */
export function runForward(model: Model, dataset: Dataset, targets: Float64Array): Answers {
  const { layout, description } = model.network;
  checkCategories(description, dataset);
  // The bits are the same; a memory of its own pays for itself from some work on.
  const large = dataset.rowCount * layout.length > WORTH_A_MEMORY && whyNoWasm() === undefined;
  const rows = engineRows(dataset, model.scaling, targets, "float32");
  const engine = (large ? createWasmEngine : createPortableForward)(idleProgram(model.network, dataset.rowCount), rows);
  const outputs = new Float32Array(dataset.rowCount * layout.sizes.at(-1)!);
  const { costSum } = engine.forward(rowNumbers(0, dataset.rowCount), outputs);
  return { outputs, costSum };
}
