import {
  ChainruleError,
  type ClassTarget,
  type ColumnSchema,
  type ColumnType,
  type DecimalMark,
  type Label,
  type Prepared,
  prepareTable,
  type TableSource,
  type TableTask,
  train,
} from "chainrule";
import { encodeModel } from "chainrule/formats";
import { type CsvDialect, type CsvOptions, csvTable, jsonLinesTable, type TextEncoding } from "chainrule/tables";
import { isJsonLines } from "./file-kind.js";
import { dataForModel, type ModelData, type TableModel } from "./table-for-model.js";
import { inOrder, type OrderedDataset, packRows } from "./table-rows.js";
import { tableOptions } from "./table-options.js";
import type { RawRows } from "../../state/raw-cells.js";
import type { RecipeOptions } from "../../state/recipe.js";

/** How a file is to be read; what is left out is found. */
export type Reading = Pick<CsvOptions, "delimiter" | "header" | "mark">;

/** How a file is written. */
export interface Written {
  readonly columns: readonly string[];
  readonly encoding: TextEncoding;
  /** Undefined of a file of JSON lines. */
  readonly dialect: CsvDialect | undefined;
}

/** What is to be learned, and from what. */
export interface Learning {
  readonly target: string;
  /** By the values of the target where left out. */
  readonly task?: TableTask;
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly ignore: readonly string[];
  readonly group?: string;
  readonly time?: string;
  readonly test: number;
  readonly validation: number;
}

/** What becomes of the table then. */
export interface Learned {
  readonly schema: readonly ColumnSchema[];
  readonly notes: readonly string[];
  readonly task: TableTask;
  readonly rowCount: number;
  /** Inputs of the network. */
  readonly inputs: number;
  /** The least and the largest number to learn; undefined of classes. */
  readonly range: readonly [number, number] | undefined;
  /** Rows of each class; none of a regression. */
  readonly classes: readonly (readonly [label: Label, rows: number])[];
  /** Rows to train on, for validation, for the test. */
  readonly parts: readonly [train: number, validation: number, test: number];
}

/** Rows to be opened with a network that has not been trained. */
export interface TableData {
  readonly dataset: OrderedDataset;
  readonly raw: RawRows;
  readonly options: RecipeOptions;
  /** A model file. */
  readonly model: Uint8Array;
}

export interface TableReader {
  /** @throws ChainruleError naming the line */
  read(reading: Reading): Promise<Written>;
  /** @throws ChainruleError naming line and column */
  learn(learning: Learning): Promise<Learned>;
  /** What was learned last. */
  data(): Promise<TableData>;
  /** @throws ChainruleError naming line and column */
  forModel(model: TableModel): Promise<ModelData>;
}

/** A table of a file, to be read in one way after the other. */
export function createTableReader(name: string, bytes: Uint8Array): TableReader {
  let source: TableSource | undefined;
  let mark: DecimalMark = ".";
  let prepared: Prepared | undefined;
  return {
    async read(reading) {
      prepared = undefined;
      source = undefined;
      const open = (): Uint8Array => bytes;
      if (isJsonLines(name, bytes)) {
        const table = await jsonLinesTable(open, { name });
        source = table.source;
        mark = ".";
        return { columns: source.columns, encoding: table.dialect.encoding, dialect: undefined };
      }
      const { source: found, dialect } = await csvTable(open, { name, ...reading });
      source = found;
      mark = dialect.mark;
      return { columns: found.columns, encoding: dialect.encoding, dialect };
    },
    async learn(learning) {
      prepared = undefined;
      // As the library does for a network of plain layers: an input for each category, and each number once.
      const { dataset, ...rest } = await prepareTable(source!, { ...learning, mark, seed: 1, embedFrom: Infinity, periodic: false });
      const ordered = inOrder(dataset, rest.rows);
      prepared = { ...rest, ...ordered };
      return summaryOf(prepared);
    },
    async data() {
      const dataset = prepared!.dataset as OrderedDataset;
      const options = tableOptions(dataset);
      const [{ model }, raw] = await Promise.all([
        train(dataset, { ...options, epochs: 0 }).result,
        packRows(
          source!,
          dataset.preparation.columns.map((column) => column.name),
          prepared!.rows,
        ),
      ]);
      const { schema, notes } = prepared!;
      return { dataset, raw: { ...raw, schema, notes }, options, model: encodeModel(model) };
    },
    forModel: (model) => dataForModel(source!, mark, model),
  };
}

function summaryOf({ dataset, task, schema, notes }: Prepared): Learned {
  const { rowCount, columns, target, testFrom = rowCount, validationFrom = testFrom } = dataset;
  return {
    schema,
    notes,
    task,
    rowCount,
    inputs: columns.length,
    range: target.kind === "values" ? rangeOf(target.values) : undefined,
    classes: target.kind === "classes" ? countsOf(target) : [],
    parts: [validationFrom, testFrom - validationFrom, rowCount - testFrom],
  };
}

function rangeOf(values: Float64Array): [number, number] {
  return [
    values.reduce((least, value) => Math.min(least, value), Infinity),
    values.reduce((most, value) => Math.max(most, value), -Infinity),
  ];
}

function countsOf({ classes, indices }: ClassTarget): [Label, number][] {
  const counts = new Uint32Array(classes.length);
  for (const index of indices) counts[index]! += 1;
  return classes.map((label, at) => [label, counts[at]!]);
}

/** The column that an error is about, where it names one. */
export function columnOf(error: unknown, columns: readonly string[]): string | undefined {
  if (!(error instanceof ChainruleError)) return undefined;
  const { where = "" } = error.problems[0] ?? {};
  return columns.find((name) => where.endsWith(`column "${name}"`));
}
