import type { Label, Dataset } from "../data/dataset.js";
import type { PartName } from "../data/split.js";
import { findEngine } from "../engine/create-engine.js";
import { engineRows } from "../engine/rows.js";
import { largest } from "../engine/batches.js";
import type { Engine, EngineProgram } from "../kernels/contract.js";
import { alignColumns, choosePart } from "./align.js";
import { accuracyOf, type ClassReport, classReports, confusionMatrix, type RegressionReport, regressionReport } from "./metrics.js";
import type { ClassificationModel, Model, RegressionModel } from "./model.js";
import { type Classification, classIndices, encodeTargets, isSingleOutput, type Task } from "./task.js";

interface Evaluated {
  /** The part of the data that was used. */
  readonly part: PartName;
  /** True where this is the data that the model was trained on, so that the part is the one drawn then. */
  readonly trainedOn: boolean;
  readonly rows: number;
  /** Mean cost of a row, as in training. */
  readonly cost: number;
}

export interface ClassificationEvaluation<L extends Label = Label> extends Evaluated {
  readonly kind: "classification";
  readonly classes: readonly L[];
  /** Share of rows whose class was predicted. */
  readonly accuracy: number;
  /** Rows by true class (row) and predicted class (column), shape (classes x classes). */
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly ClassReport<L>[];
}

/** Errors in the units of the source; for several targets the first is reported here, and each in `targets`. */
export interface RegressionEvaluation extends Evaluated, RegressionReport {
  readonly kind: "regression";
  readonly targets: readonly (RegressionReport & { readonly name: string })[];
}

export type Evaluation<T extends Task = Task> = T extends Classification<infer L> ? ClassificationEvaluation<L> : RegressionEvaluation;

/** Rows at a time in a forward pass. */
const BATCH = 128;

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
export function evaluate(
  model: Model,
  dataset: Dataset,
  options?: { readonly part?: PartName },
): ClassificationEvaluation | RegressionEvaluation;
export function evaluate(
  model: Model,
  dataset: Dataset,
  options: { readonly part?: PartName } = {},
): ClassificationEvaluation | RegressionEvaluation {
  const { rows, part, known } = choosePart(model, dataset, options.part);
  const aligned = alignColumns(model, dataset);
  return { ...measure(model, aligned, rows), part, trainedOn: known };
}

/** Measures given rows of a data set whose columns are already in the model's order. */
export function measure(
  model: Model,
  dataset: Dataset,
  list: Uint32Array,
): Omit<ClassificationEvaluation, "part" | "trainedOn"> | Omit<RegressionEvaluation, "part" | "trainedOn"> {
  const { task } = model;
  const width = model.network.layout.sizes.at(-1)!;
  const targets = encodeTargets(task, dataset, width);
  const { outputs, costSum } = runForward(model, dataset, targets, list);
  const common = { rows: list.length, cost: costSum / list.length };
  if (task.kind === "classification") {
    const truth = classIndices(task, dataset.target, dataset.name);
    const actual = list.map((row) => truth[row]!);
    const predicted = list.map((_, i) => predictedClass(task, outputs, i, width));
    const confusion = confusionMatrix(actual, predicted, task.classes.length);
    return {
      ...common,
      kind: "classification",
      classes: task.classes,
      accuracy: accuracyOf(confusion),
      confusion,
      perClass: classReports(confusion, task.classes),
    };
  }
  const values = dataset.target.kind === "values" ? dataset.target.values : new Float64Array(0);
  const reports = task.targets.map((name, j) => {
    const actual = Float64Array.from(list, (row) => values[row * width + j]!);
    const predicted = Float64Array.from(list, (_, i) => outputs[i * width + j]! * task.deviation[j]! + task.mean[j]!);
    return { name, ...regressionReport(actual, predicted) };
  });
  const { rmse, mae, r2 } = reports[0]!;
  return { ...common, kind: "regression", rmse, mae, r2, targets: reports };
}

/** The position of the class that row i of the outputs speaks for. */
export function predictedClass(task: Task, outputs: ArrayLike<number>, i: number, width: number): number {
  return isSingleOutput(task, width) ? Number(outputs[i]! >= 0.5) : largest(outputs, i * width, width);
}

/** Forward passes over the listed rows: outputs of shape (list.length x n_L), and the sum of the costs. */
export function runForward(
  model: Model,
  dataset: Dataset,
  targets: Float64Array,
  list: Uint32Array,
): { outputs: Float32Array; costSum: number } {
  const { layout } = model.network;
  const { create, precision } = findEngine("portable");
  const engine: Engine = create(inferenceProgram(model, Math.min(BATCH, Math.max(1, list.length))));
  const outputs = new Float32Array(list.length * layout.sizes.at(-1)!);
  const { costSum } = engine.forward(engineRows(dataset, model.scaling, targets, precision), list, outputs);
  return { outputs, costSum };
}

function inferenceProgram({ network }: Model, batchSize: number): EngineProgram {
  return { ...network, batchSize, optimizer: { kind: "sgd", learningRate: 1, momentum: 0, nesterov: false } };
}
