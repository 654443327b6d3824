import { ChainruleError, show } from "../base/errors.js";
import type { NoTarget } from "../data/dataset.js";
import { rowNumbers } from "../data/rows.js";
import { split } from "../data/split.js";
import { divideByGroup, divideByTime } from "./divide.js";
import { type Bounds, boundsOf } from "./bounds.js";
import { encodeRows, fitTable, type FitSettings, type PreparedDataset, type TableDivision } from "./fit.js";
import { appendTest, type LearnedTable, type LearnOptions, learnTable } from "./learn-table.js";
import { columnType, type Preparation } from "./preparation.js";
import { readColumns } from "./read-table.js";
import { rowNotes } from "./row-notes.js";
import type { ColumnSchema } from "./schema.js";
import { defaultShares } from "./shares.js";
import { checkMemory, tableBytes } from "./size.js";
import { openTable, type RawTable } from "./source.js";
import { orDrop } from "./spill.js";
import type { TableTask } from "./column-types.js";

export interface PrepareOptions extends LearnOptions, FitSettings {
  /** Bytes that the rows may take (512 MB): those of a larger table are streamed, in blocks that are shuffled. */
  readonly memory?: number;
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
  /** Frees what a table that is streamed has outside of memory, which is kept until then; nothing may read its rows afterwards. */
  readonly release: () => void;
}

/** `prepareTable` of the public list: training/on-demand.ts. */
export async function prepareTable(table: RawTable, options: PrepareOptions): Promise<Prepared> {
  const memory = checkMemory(options.memory);
  return prepareWithin(table, options, {
    memory,
    isTooLarge: (schema, rows) => tableBytes(schema, rows, options) > memory,
    bounds: (rowBytes, columns) => boundsOf(memory, rowBytes, columns),
  });
}

/** How much memory there is, and what follows from it. */
export interface Within {
  readonly memory: number;
  readonly isTooLarge: (schema: readonly ColumnSchema[], rows: number) => boolean;
  readonly bounds: (inputs: number, columns: number) => Bounds;
}

/** `prepareTable`, with the bounds that follow from its memory. */
export async function prepareWithin(table: RawTable, options: PrepareOptions, { memory, isTooLarge, bounds }: Within): Promise<Prepared> {
  const alone = await learnTable(table, options, isTooLarge);
  return orDrop(alone.spill, async () => {
    const learned = options.testTable === undefined ? alone : await appendTest(alone, options.testTable);
    const division = divisionOf(learned, options);
    const { task, schema, notes, spill } = learned;
    const rows = division === undefined ? learned.rows : division.order.map((position) => learned.rows[position]!);
    if (spill === undefined) {
      const dataset = fitTable(learned, division, options);
      const said = [...notes, ...(await rowNotes(learned, dataset, rows, split(dataset, dataset.drawn)))];
      return { dataset, task, schema, notes: said, rows, release: () => undefined };
    }
    // What streams rows is loaded with the first table that needs it.
    const { storeTable } = await import("./store-table.js");
    const { dataset, ...stored } = await storeTable({ ...learned, spill }, division, options, { memory, bounds, rows });
    return { dataset, task, schema, notes: [...notes, ...stored.notes], rows, release: stored.release };
  });
}

/** Undefined where rows are drawn one by one. */
function divisionOf(
  { groups, moments, by, testFrom }: LearnedTable,
  { test, validation, seed = 1 }: PrepareOptions,
): TableDivision | undefined {
  const rows = (groups ?? moments)?.length ?? 0;
  // With a test table only the rows before it are divided further.
  const before = testFrom ?? rows;
  const usual = defaultShares(before);
  const shares = { test: testFrom === undefined ? (test ?? usual.test) : 0, validation: validation ?? usual.validation, seed };
  const own =
    moments === undefined ? groups && divideByGroup(groups.subarray(0, before), shares) : divideByTime(moments.subarray(0, before), shares);
  if (own === undefined) return undefined;
  if (testFrom === undefined) return { ...own, by: { ...by!, test: shares.test, validation: shares.validation } };
  return { order: Uint32Array.from([...own.order, ...rowNumbers(before, rows)]), validationFrom: own.validationFrom, testFrom };
}

/** `encodeTable` of the public list: training/on-demand.ts. */
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
  const wanted = preparation.columns.map((column) => ({ name: column.name, type: columnType(column) }));
  const columns = await readColumns(source, wanted, preparation.mark);
  const [first] = columns;
  const count = first === undefined ? 0 : first.kind === "numbers" ? first.values.length : first.codes.length;
  return encodeRows(preparation, columns, rowNumbers(0, count), source.name);
}
