import type { Cell, DecimalMark } from "../table/cell.js";
import { openTable, type RawTable, type TableSource } from "../table/source.js";
import type { Model } from "./model.js";
import { predictAll, type Prediction } from "./predict.js";
import { modelRows } from "./rows-for-model.js";

export interface PredictTableOptions {
  /** What stands before the fraction of numbers that are written as text (as in the training's table). */
  readonly mark?: DecimalMark;
  /** What errors call the table. */
  readonly name?: string;
}

/** Some rows of a table, one after the other, and what the model says of them. */
export interface PredictedRows {
  /** Of the first of them, from 0. */
  readonly first: number;
  readonly columns: readonly string[];
  /** Cells as they were given, in the order of the columns. */
  readonly rows: readonly (readonly Cell[])[];
  readonly predictions: readonly Prediction[];
  /** Columns that the model does not look at. */
  readonly unused: readonly string[];
}

/** What `predictTable` of on-demand.ts does. */
export async function* predictTable(model: Model, table: RawTable, options: PredictTableOptions = {}): AsyncGenerator<PredictedRows, void> {
  const { name, mark } = options;
  const source = await openTable(table, name);
  const { columns } = source;
  const reading = mark === undefined ? {} : { mark };
  let first = 0;
  for await (const rows of source.batches()) {
    if (rows.length === 0) continue;
    const { dataset, unused } = await modelRows(model, partOf(source, rows, first), reading);
    yield { first, columns, rows, predictions: predictAll(model, dataset), unused };
    first += rows.length;
  }
  // A table without rows is told so.
  if (first === 0) await modelRows(model, source, reading);
}

/** Some rows as a table of their own, whose cells stand where they do in the whole. */
function partOf(source: TableSource, rows: readonly (readonly Cell[])[], first: number): TableSource {
  return {
    ...source,
    // eslint-disable-next-line @typescript-eslint/require-await -- a source is read as one that is asynchronous
    batches: async function* () {
      yield rows;
    },
    place: (row, column) => source.place(first + row, column),
  };
}
