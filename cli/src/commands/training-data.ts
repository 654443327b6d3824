import { type ColumnSchema, type Dataset, type Model, tableDefaults, type TableTarget, type TrainOptions } from "chainrule";
import { loadForModel, openForTraining, prepareFile, type Source } from "../data/load.js";
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
    const { dataset } = await loadForModel(data, from, "needed", flags);
    return { ...whole, dataset: dataset as Dataset<TableTarget>, options };
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
  const { dataset, schema, notes, release } = await prepareFile(source.file, flags, fitting);
  const { scale: usual } = tableDefaults(options);
  return { dataset, schema, notes, release, options: usual === undefined ? rest : { scale: usual, ...rest } };
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
