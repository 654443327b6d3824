import type { Dataset } from "../data/dataset.js";
import { inputRow } from "../data/read-rows.js";
import { takeRows } from "../data/rows.js";
import { scaleRow } from "../data/scaling.js";
import type { Example, ExampleList } from "../reference/batch.js";
import { checkDataset } from "../data/check-dataset.js";
import { alignColumns, type RowRange, rowsOfRange } from "./align.js";
import { checkModel } from "./check-model.js";
import { checkCategories } from "./categories.js";
import type { Model } from "./model.js";
import { encodeTargets } from "./task.js";

/**
 * Rows as the network sees them: inputs scaled in float64, and targets; what `chainrule/reference` works on.
 *
 * @returns one example a row: `x` of shape (n_1), `y` of shape (n_L), and the number of its row
 * @throws ChainruleError `E_DATA` for data that does not fit the model, `E_USAGE` for a range outside it
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { backward, forward } from "chainrule/reference";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * for (const { x, y } of examples(model, iris(), { rows: [12, 13] })) {
 *   console.log(backward(model.network, forward(model.network, x), y).cost);
 * }
 * ```
 */
export function examples(model: Model, dataset: Dataset, options: { readonly rows?: RowRange } = {}): Example[] {
  const list = openExamples(model, dataset, options);
  return Array.from({ length: list.length }, (_, index) => list.at(index)!);
}

/**
 * The same rows, each scaled when it is asked for: a whole data set of images takes no more memory than it does already.
 *
 * @throws ChainruleError as `examples` does
 * @example
 * ```ts
 * import { openExamples, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const rows = openExamples(model, iris());
 * console.log(rows.length, rows.at(12)?.y); // 150, the target of row 12
 * ```
 */
export function openExamples(model: Model, dataset: Dataset, options: { readonly rows?: RowRange } = {}): ExampleList {
  checkModel(model);
  checkDataset(dataset);
  const rows = rowsOfRange(dataset, options.rows ?? [0, dataset.rowCount]);
  const aligned = alignColumns(model, takeRows(dataset, rows));
  checkCategories(model.network.description, aligned);
  const width = model.network.layout.sizes.at(-1)!;
  const targets = encodeTargets(model.task, aligned, width);
  return {
    length: rows.length,
    at: (index) =>
      index in rows
        ? {
            x: scaleRow(model.scaling, inputRow(aligned, index)),
            y: targets.subarray(index * width, (index + 1) * width),
            row: rows[index]!,
          }
        : undefined,
  };
}
