import type { Dataset, NoTarget } from "../data/dataset.js";
import type { PreparedDataset } from "../table/fit.js";
import type { Preparation } from "../table/preparation.js";
import type { Prepared, PrepareOptions } from "../table/prepare.js";
import type { RawTable } from "../table/source.js";
import type { TableTarget } from "../table/target.js";
import type { CrossValidation, FoldOptions, TableFoldOptions } from "./cross-validate.js";
import type { FindRateOptions, FoundRate } from "./find-rate.js";
import type { Model } from "./model.js";
import type { PredictedRows, PredictTableOptions } from "./predict-table.js";
import type { ModelRows, ModelRowsOptions } from "./rows-for-model.js";

// Public functions that a run on a data set does without: the work is loaded with the first call.

/**
 * Makes a data set of a table: raw rows, columns or a repeatable stream of rows, whose cells are numbers, categories, truth or days, some of them
 * missing. Reads it twice: to learn its columns' types, and to take their values; fits what becomes of them on the training rows. Rows without a
 * target are left out.
 *
 * @throws ChainruleError `E_DATA` or `E_USAGE`, naming row and column
 * @example
 * ```ts
 * import { prepareTable, train } from "chainrule";
 *
 * const flats = Array.from({ length: 200 }, (_, i) => ({
 *   size: i % 9 === 0 ? null : 40 + i / 4,
 *   town: ["Bern", "Genf", "Zug"][i % 3],
 *   rent: 500 + 12 * (40 + i / 4) + 200 * (i % 3),
 * }));
 * const { dataset, schema, notes } = await prepareTable(flats, { target: "rent", test: 0.2, validation: 0.1, seed: 1 });
 * console.log(schema.map(({ name, type }) => `${name}: ${type}`)); // ["size: numeric", "town: categorical"]
 * console.log(notes); // 23 rows, of those without a size, have the inputs of a row with another "rent"
 * const { model } = await train(dataset, { recipe: "tabular", seed: 1, epochs: 5 }).result;
 * console.log(model.columns); // size, size is missing, size again, town=Bern, ...
 * ```
 */
export async function prepareTable(table: RawTable, options: PrepareOptions): Promise<Prepared> {
  return (await import("../table/prepare.js")).prepareTable(table, options);
}

/**
 * The rows of another table as the inputs of a network, without a target: columns by name, in any order, others passed over.
 *
 * @param preparation a model's own
 * @throws ChainruleError `E_DATA` for a column that is not there, and for a cell of another type
 * @example
 * ```ts
 * import { encodeTable, predictAll, train } from "chainrule";
 *
 * const fruits = Array.from({ length: 60 }, (_, i) => ({ weight: i % 2 ? 150 + i : 8 + i / 10, kind: i % 2 ? "apple" : "cherry" }));
 * const { model } = await train(fruits, { target: "kind", seed: 1, epochs: 20 }).result;
 * const rows = await encodeTable(model.preparation!, [{ weight: 9 }, { weight: 170 }, { weight: null }]);
 * console.log(predictAll(model, rows).map(({ kind }) => kind)); // three classifications
 * ```
 */
export async function encodeTable(preparation: Preparation, table: RawTable, name?: string): Promise<PreparedDataset<NoTarget>> {
  return (await import("../table/prepare.js")).encodeTable(preparation, table, name);
}

/**
 * The rows of a raw table as a data set for a model: columns by name, in any order, others passed over. With their targets they are, of the table
 * that the model was trained on, the same data set again, so that its parts are known.
 *
 * @throws ChainruleError `E_DATA` for a column that is not there, a cell of another type and a class that the model does not know
 * @example
 * ```ts
 * import { evaluate, modelRows, train } from "chainrule";
 *
 * const fruits = Array.from({ length: 60 }, (_, i) => ({ weight: i % 2 ? 150 + i : 8 + i / 10, kind: i % 2 ? "apple" : "cherry" }));
 * const { model } = await train(fruits, { target: "kind", seed: 1, epochs: 20 }).result;
 * const { dataset } = await modelRows(model, fruits, { target: true });
 * console.log(evaluate(model, dataset).part); // "test": these are the rows that it was trained on
 * ```
 */
export async function modelRows(model: Model, table: RawTable, options?: ModelRowsOptions): Promise<ModelRows> {
  return (await import("./rows-for-model.js")).modelRows(model, table, options);
}

/**
 * Predicts the rows of a raw table part by part, so that it may be larger than memory: columns by name, in any order, others passed over. How many
 * rows a part has changes no prediction.
 *
 * @throws ChainruleError `E_DATA` for a column that is not there, a cell of another type, and a table without rows
 * @example
 * ```ts
 * import { predictTable, train } from "chainrule";
 *
 * const fruits = Array.from({ length: 60 }, (_, i) => ({ weight: i % 2 ? 150 + i : 8 + i / 10, kind: i % 2 ? "apple" : "cherry" }));
 * const { model } = await train(fruits, { target: "kind", seed: 1, epochs: 20 }).result;
 * async function* scales() {
 *   for (let i = 0; i < 10_000; i++) yield { place: `belt ${i % 4}`, weight: i % 3 ? 9 : 170 };
 * }
 * let apples = 0;
 * for await (const { predictions } of predictTable(model, scales)) {
 *   apples += predictions.filter((prediction) => prediction.kind === "classification" && prediction.label === "apple").length;
 * }
 * console.log(apples); // 3334
 * ```
 */
export async function* predictTable(model: Model, table: RawTable, options?: PredictTableOptions): AsyncGenerator<PredictedRows, void> {
  yield* (await import("./predict-table.js")).predictTable(model, table, options);
}

/**
 * Trains k times, each time without another k-th of the rows, and measures the model on those. Parts are drawn by the seed, class by class; whole
 * groups stay together where a `group` is named. Everything that is fitted, a table's preparation too, is fitted on each fold's own training rows.
 *
 * @throws ChainruleError what `train` throws, and `E_USAGE` for a number of folds that cannot be
 * @example
 * ```ts
 * import { crossValidate } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { scores } = await crossValidate(iris(), { folds: 5, recipe: "tabular", epochs: 20, seed: 1 });
 * console.log(scores.accuracy?.mean, scores.accuracy?.deviation);
 * ```
 */
export function crossValidate(table: RawTable, options: TableFoldOptions): Promise<CrossValidation>;
export function crossValidate(dataset: Dataset<TableTarget>, options?: FoldOptions): Promise<CrossValidation>;
export async function crossValidate(
  data: Dataset<TableTarget> | RawTable,
  options?: TableFoldOptions | FoldOptions,
): Promise<CrossValidation> {
  return (await import("./cross-validate.js")).crossValidate(data, options);
}

/**
 * Finds a learning rate, with its reason. A copy of the network is trained with rates that rise from 1e-8 to 100 (Smith 2017), until the
 * cost diverges; then rates from where it was lowest downwards are tried, each on a fresh copy of the network for some hundred steps. The
 * answer is the smallest that lowers the cost as far as the best of them. Nothing else than these copies is trained. Works where `train`
 * does: in workers, or in slices of a few milliseconds. The same seed gives the same numbers.
 *
 * @throws ChainruleError (the promise rejects) `E_USAGE` and others as `train`, `E_ABORTED`
 * @example
 * ```ts
 * import { adam, findLearningRate, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const options = { hidden: [16], seed: 1 };
 * const { learningRate, reason } = await findLearningRate(iris(), { ...options, optimizer: adam() });
 * console.log(reason);
 * if (learningRate !== null) await train(iris(), { ...options, optimizer: adam({ learningRate }), epochs: 30 }).result;
 * ```
 */
export async function findLearningRate(dataset: Dataset, options?: FindRateOptions): Promise<FoundRate> {
  return (await import("./find-rate.js")).findLearningRate(dataset, options);
}
