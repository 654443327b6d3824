import type { ClassTarget, Dataset, NoTarget, ValueTarget } from "../data/dataset.js";
import { rowNumbers } from "../data/rows.js";
import { split } from "../data/split.js";
import type { DecimalMark } from "./cell.js";
import type { CurveName } from "./curve.js";
import { type ColumnPreparation, inputsOf, encodeValue, fitColumn, type Preparation } from "./preparation.js";
import { profileTable, readColumns } from "./read-table.js";
import { type ColumnSchema, type ColumnType, inferSchema, type SchemaOptions } from "./schema.js";
import { openTable, type RawTable } from "./source.js";
import { chooseTarget, filledRows, type TableTask, targetOf } from "./target.js";
import type { TypedColumn } from "./typed.js";

/** A data set made of a table: its columns are the network's inputs, and `preparation` says how they come from the table's own. */
export interface PreparedDataset<T extends ClassTarget | ValueTarget | NoTarget = ClassTarget | ValueTarget> extends Dataset<T> {
  readonly preparation: Preparation;
}

export interface PrepareOptions extends SchemaOptions {
  /** The column to learn. */
  readonly target: string;
  /** By the values of the target where left out. */
  readonly task?: TableTask;
  readonly name?: string;
  /** Fractions of the rows held out, and the seed that draws them: what is fitted is fitted on the others. */
  readonly test?: number;
  readonly validation?: number;
  readonly seed?: number;
  /** How numeric columns are scaled; to a normal distribution where left out. */
  readonly curve?: CurveName;
  /** Categories from which on a column is embedded (10). */
  readonly embedFrom?: number;
  /** Whether the network gets numeric columns a second time, as sines and cosines. */
  readonly periodic?: boolean;
  /** What stands before the fraction of numbers that are written as text. */
  readonly mark?: DecimalMark;
}

export interface Prepared {
  readonly dataset: PreparedDataset;
  readonly task: TableTask;
  /** Of all columns, the target's among them. */
  readonly schema: readonly ColumnSchema[];
  /** What is worth knowing, in sentences. */
  readonly notes: readonly string[];
  /** Rows of the table that the rows of the data set are. */
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
 *   size: i % 9 === 0 ? null : 40 + (i % 50),
 *   town: ["Bern", "Genf", "Zug"][i % 3],
 *   rent: 500 + 12 * (40 + (i % 50)) + 200 * (i % 3),
 * }));
 * const { dataset, schema, notes } = await prepareTable(flats, { target: "rent", test: 0.2, validation: 0.1, seed: 1 });
 * console.log(schema.map(({ name, type }) => `${name}: ${type}`), notes); // ["size: numeric", "town: categorical"], []
 * const { model } = await train(dataset, { recipe: "tabular", seed: 1, epochs: 5 }).result;
 * console.log(model.columns); // size, size is missing, size again, town=Bern, ...
 * ```
 */
export async function prepareTable(table: RawTable, options: PrepareOptions): Promise<Prepared> {
  const { target, task, test = 0, validation = 0, seed = 1, mark = "." } = options;
  const source = await openTable(table, options.name);
  const profiles = await profileTable(source, mark);
  const choice = chooseTarget(profiles, target, task);
  const inputs = inferSchema(
    profiles.filter(({ name }) => name !== target),
    { place: source.place, ...options },
  );
  const used = inputs.filter((column): column is ColumnSchema & { type: ColumnType } => column.type !== undefined);
  const [goal, ...columns] = await readColumns(source, [{ name: target, type: choice.type }, ...used], mark);
  const rowCount = profiles[0]!.rows;
  const rows = filledRows(goal!, rowCount);
  const learned = targetOf(choice, goal!, rows);
  const drawn = split(
    { name: source.name, rowCount: rows.length, columns: [], inputs: new Float32Array(0), target: learned },
    { test, validation, seed },
  );
  const fitted = drawn.train.map((row) => rows[row]!);
  const settings = { curve: options.curve ?? "normal", embedFrom: options.embedFrom ?? 10, periodic: options.periodic ?? true };
  const preparation: Preparation = {
    columns: used.map(({ name, type }, k) => fitColumn(name, type, columns[k]!, fitted, settings)),
    mark,
  };
  const missing = rowCount - rows.length;
  return {
    dataset: { ...encodeRows(preparation, columns, rows, source.name), target: learned },
    task: choice.task,
    schema: inputs,
    notes: [
      ...(choice.note === undefined ? [] : [`target "${target}": ${choice.note}`]),
      ...(missing === 0 ? [] : [`${missing} rows have no "${target}" and are left out`]),
      ...inputs.filter(({ note }) => note !== undefined).map(({ name, note }) => `column "${name}": ${note!}`),
    ],
    rows,
  };
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
  const source = await openTable(table, name);
  const wanted = preparation.columns.map((column) => ({ name: column.name, type: column.kind }));
  const columns = await readColumns(source, wanted, preparation.mark);
  const [first] = columns;
  const count = first === undefined ? 0 : first.kind === "numbers" ? first.values.length : first.codes.length;
  return encodeRows(preparation, columns, rowNumbers(0, count), source.name);
}

function encodeRows(preparation: Preparation, columns: readonly TypedColumn[], rows: Uint32Array, name: string): PreparedDataset<NoTarget> {
  const encoded = inputsOf(preparation).map((column) => column.name);
  const inputs = new Float32Array(rows.length * encoded.length);
  let at = 0;
  for (const row of rows) preparation.columns.forEach((column, k) => (at = encodeTyped(column, columns[k]!, row, inputs, at)));
  return { name, rowCount: rows.length, columns: encoded, inputs, target: { kind: "none" }, preparation };
}

function encodeTyped(column: ColumnPreparation, typed: TypedColumn, row: number, out: Float32Array, at: number): number {
  if (typed.kind === "numbers") return encodeValue(column, typed.values[row], out, at);
  const code = typed.codes[row]!;
  return encodeValue(column, code < 0 ? undefined : typed.categories[code], out, at);
}
