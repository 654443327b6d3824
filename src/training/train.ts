import type { Dataset, Target } from "../data/dataset.js";
import type { RawTable } from "../table/source.js";
import type { TableTarget } from "../table/target.js";
import type { TrainOptions } from "./options.js";
import { trainDataset, type TrainingRun } from "./train-dataset.js";
import { type TableTrainOptions, trainTable } from "./train-table.js";

/**
 * Trains a network on a data set. Returns at once; the work is done in workers, or where there are none in slices of a few milliseconds. The same seed gives
 * the same bits. Row parts are drawn first; scaling is fitted on the training rows only.
 *
 * Raw rows with a `target` are a table (`prepareTable`): numbers, categories, truth and days, some of them missing. What becomes of the columns
 * is fitted on the training rows and is part of the model, which predicts raw rows. The recipe is `tabular` where none is named.
 *
 * @throws ChainruleError at once for options, descriptions or data that cannot be trained on; `result` rejects with
 * `E_NON_FINITE` (naming epoch, batch and layer) or `E_ABORTED`
 * @example
 * ```ts
 * import { predict, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const run = train(iris(), { hidden: [16, 16], epochs: 40, seed: 1 });
 * for await (const { epoch, cost, validation } of run) {
 *   if (epoch % 10 === 0) console.log(epoch, cost, validation?.accuracy);
 * }
 * const { model, test } = await run.result;
 * console.log(test?.accuracy, model.parametersHash);
 *
 * const fruits = Array.from({ length: 60 }, (_, i) => ({ weight: i % 2 ? 150 + i : 8 + i / 10, kind: i % 2 ? "apple" : "cherry" }));
 * const { model: sorter } = await train(fruits, { target: "kind", seed: 1, epochs: 20 }).result;
 * console.log(predict(sorter, { weight: 160 }));
 * ```
 */
export function train(table: RawTable, options: TableTrainOptions): TrainingRun<TableTarget>;
export function train<T extends Target>(dataset: Dataset<T>, options?: TrainOptions): TrainingRun<T>;
export function train(data: Dataset | RawTable, options: TrainOptions | TableTrainOptions = {}): TrainingRun {
  // The target of a table may be either kind, as that of a data set.
  return isDataset(data) ? trainDataset(data, options) : trainTable(data, options as TableTrainOptions);
}

/** Whether it is a data set, and no table. */
export function isDataset<T extends Target>(data: Dataset<T> | RawTable): data is Dataset<T> {
  return typeof (data as Partial<Dataset> | null | undefined)?.rowCount === "number" && "inputs" in data;
}
