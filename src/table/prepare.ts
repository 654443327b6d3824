import { ChainruleError, show } from "../base/errors.js";
import type { NoTarget } from "../data/dataset.js";
import { rowNumbers } from "../data/rows.js";
import { split } from "../data/split.js";
import { type Division, divideByGroup, divideByTime } from "./divide.js";
import { encodeRows, fitTable, type FitSettings, type PreparedDataset } from "./fit.js";
import { appendTest, type LearnedTable, type LearnOptions, learnTable } from "./learn-table.js";
import type { Preparation } from "./preparation.js";
import { readColumns } from "./read-table.js";
import { rowNotes } from "./row-notes.js";
import type { ColumnSchema } from "./schema.js";
import { defaultShares } from "./shares.js";
import { openTable, type RawTable } from "./source.js";
import type { TableTask } from "./target.js";

export interface PrepareOptions extends LearnOptions, FitSettings {
  /** A second table whose rows are the test part: what they hold changes nothing of what is learned. */
  readonly testTable?: RawTable;
}

export interface Prepared {
  /** Its rows stand in the order training, validation, test where groups, time or a second table divide them, otherwise in that of the table. */
  readonly dataset: PreparedDataset;
  readonly task: TableTask;
  /** Of all columns but the target. */
  readonly schema: readonly ColumnSchema[];
  /** What is worth knowing, in sentences. */
  readonly notes: readonly string[];
  /** Rows of the table that the rows of the data set are; those of the test table are counted on behind them. */
  readonly rows: Uint32Array;
}

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
  const alone = await learnTable(table, options);
  const learned = options.testTable === undefined ? alone : await appendTest(alone, options.testTable);
  const division = divisionOf(learned, options);
  const dataset = fitTable(learned, division, options);
  const rows = division === undefined ? learned.rows : division.order.map((position) => learned.rows[position]!);
  return {
    dataset,
    task: learned.task,
    schema: learned.schema,
    notes: [...learned.notes, ...(await rowNotes(learned, dataset, rows, split(dataset, dataset.drawn)))],
    rows,
  };
}

/** Undefined where rows are drawn one by one. */
function divisionOf(
  { groups, moments, testFrom }: LearnedTable,
  { test, validation, seed = 1 }: PrepareOptions,
): (Partial<Division> & Pick<Division, "order">) | undefined {
  const rows = (groups ?? moments)?.length ?? 0;
  // With a test table only the rows before it are divided further.
  const before = testFrom ?? rows;
  const usual = defaultShares(before);
  const shares = { test: testFrom === undefined ? (test ?? usual.test) : 0, validation: validation ?? usual.validation, seed };
  const own =
    moments === undefined ? groups && divideByGroup(groups.subarray(0, before), shares) : divideByTime(moments.subarray(0, before), shares);
  if (own === undefined || testFrom === undefined) return own;
  return { order: Uint32Array.from([...own.order, ...rowNumbers(before, rows)]), validationFrom: own.validationFrom, testFrom };
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
  if ((preparation as Preparation | undefined)?.columns === undefined) {
    throw new ChainruleError("E_USAGE", {
      where: "preparation",
      expected: "that of a model of a table",
      got: show(preparation),
      hint: "A model of a data set takes what createDataset makes.",
    });
  }
  const source = await openTable(table, name);
  const wanted = preparation.columns.map((column) => ({ name: column.name, type: column.kind }));
  const columns = await readColumns(source, wanted, preparation.mark);
  const [first] = columns;
  const count = first === undefined ? 0 : first.kind === "numbers" ? first.values.length : first.codes.length;
  return encodeRows(preparation, columns, rowNumbers(0, count), source.name);
}
