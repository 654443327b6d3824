import { type ColumnSchema, type Dataset, type Model, tableDefaults, type TableTarget, type TrainOptions } from "chainrule";
import type { ReportOptions } from "chainrule/report";
import { loadForModel, openForTraining, prepareFile, type Source, tableOptions } from "../data/load.js";
import type { TableFile } from "../data/table-file.js";
import { refuseTableFlags, type TableFlags } from "../data/table-flags.js";
import type { TrainFlags } from "./train-flags.js";

type Flags = Omit<TrainFlags, "out">;

/** What a training is about: where its data are and what is asked of it. */
export interface Asked {
  readonly data: string;
  readonly flags: Flags;
  /** The model that is gone on with. */
  readonly from: Model | undefined;
  readonly source: Source;
  readonly options: TrainOptions;
}

/** The rows of a training, and its options with what the rows have already settled. */
export interface TrainingData {
  readonly dataset: Dataset<TableTarget>;
  readonly options: TrainOptions;
  /** Of a table. */
  readonly schema?: readonly ColumnSchema[];
  readonly notes: readonly string[];
  /** The tables that the rows are of, and where each row stands in them, for their raw cells. */
  readonly raw?: Pick<ReportOptions, "table" | "testTable" | "tableRows">;
  /** Frees what is kept outside of memory. */
  readonly release: () => void;
}

/** Opens the data of a training. Tables are trained on by the recipe `tabular` where no other is named. */
export async function askTraining(
  data: string,
  flags: Flags,
  from: Model | undefined,
  optionsOf: (flags: Flags) => TrainOptions,
): Promise<Asked> {
  const source = await openForTraining(data, from === undefined ? flags : withoutTable(flags));
  const { recipe } = source.kind === "table" && from === undefined ? tableDefaults(flags as unknown as TrainOptions) : {};
  return { data, flags, from, source, options: optionsOf(recipe === undefined ? flags : { ...flags, recipe }) };
}

/** Reads the rows. New rows for a model are in its columns. */
export async function readTraining({ data, flags, from, source, options }: Asked): Promise<TrainingData> {
  const whole = { notes: [], release: () => undefined };
  if (from !== undefined) {
    const { dataset, file, rows } = await loadForModel(data, from, "needed", flags);
    return { ...whole, dataset: dataset as Dataset<TableTarget>, options, raw: rawOf(file, rows) };
  }
  if (source.kind === "dataset") return { ...whole, dataset: source.dataset, options };
  // The parts are drawn with the table: what is fitted on it is fitted on its training rows.
  const { test, validation, ...rest } = options;
  const { scale, seed } = options;
  const drawing = {
    ...(test === undefined ? {} : { test }),
    ...(validation === undefined ? {} : { validation }),
    ...(seed === undefined ? {} : { seed }),
  };
  const fitting = { ...tableDefaults(options).inputs, ...(scale === undefined ? {} : { curve: "none" as const }), ...drawing };
  const { dataset, schema, notes, rows, release } = await prepareFile(source.file, flags, fitting);
  const { scale: usual } = tableDefaults(options);
  const second = flags.testFile === undefined ? {} : { testTable: (await tableOptions(source.file, flags)).testTable };
  const raw = { ...rawOf(source.file, rows), ...second } as NonNullable<TrainingData["raw"]>;
  return { dataset, schema, notes, raw, release, options: usual === undefined ? rest : { scale: usual, ...rest } };
}

/** A table, and where its rows stand in it. */
export function rawOf(file: TableFile | undefined, rows: Uint32Array | undefined): NonNullable<TrainingData["raw"]> {
  return file === undefined || rows === undefined ? {} : { table: file.source, tableRows: rows };
}

/** Beside a model nothing may be said but how a table is written. */
function withoutTable(flags: Flags): TableFlags {
  refuseTableFlags(flags, "nothing beside --from, whose model has its own");
  const { header, delimiter, encoding, decimal, query, memory } = flags;
  return {
    ...(header === undefined ? {} : { header }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(query === undefined ? {} : { query }),
    ...(memory === undefined ? {} : { memory }),
  };
}
