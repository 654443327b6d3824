import { stat } from "node:fs/promises";
import {
  ChainruleError,
  type ClassTarget,
  type Dataset,
  type Model,
  modelRows,
  type Prepared,
  type PrepareOptions,
  prepareTable,
  type TableTarget,
} from "chainrule";
import { digits } from "chainrule/digits";
import { iris } from "chainrule/iris";
import { readIdxFolder } from "chainrule/node";
import { globSync } from "tinyglobby";
import { suggest } from "../suggest.js";
import { csvOptions, type ReadFlags } from "./reading.js";
import { type Columns, inTableFlags, refuseTableFlags, targetsOf, type TableFlags } from "./table-flags.js";
import type { TableFile } from "./table-file.js";
import { openQuery } from "./query.js";
import { openFile } from "./table-source.js";

const embedded = { digits, iris } as const;
const EMBEDDED_NAMES = Object.keys(embedded) as (keyof typeof embedded)[];

/** What `<data>` may be, for the help of every command. */
export const DATA_HELP = "digits, iris, a folder of four IDX files (as MNIST has), or a table: CSV, JSON lines, Parquet";

export type Source =
  { readonly kind: "dataset"; readonly dataset: Dataset<ClassTarget> } | { readonly kind: "table"; readonly file: TableFile };

/** The file or folder behind `<data>`, where it is one. */
export function pathOf(data: string, { query }: Pick<ReadFlags, "query">): string | undefined {
  return query !== undefined || EMBEDDED_NAMES.some((name) => name === data) ? undefined : data;
}

/** Texts and names in a query; what they name is a file, or none. */
const NAMES_IN_SQL = /'((?:[^']|'')*)'|"((?:[^"]|"")*)"|([\w./\\-]+)/g;

/** Files that a command reads as its data, or may: those of a pattern too, and those that a query names. */
export function filesOf(data: string, flags: Pick<ReadFlags, "query">): string[] {
  const path = pathOf(data, flags);
  const words = Array.from((flags.query ?? "").matchAll(NAMES_IN_SQL), ([, text, name, bare]) => {
    return text?.replaceAll("''", "'") ?? name?.replaceAll('""', '"') ?? bare ?? "";
  });
  const names = path === undefined ? words : [path];
  const patterns = names.map((name) => name.replaceAll("\\", "/")).filter((name) => /[*?[{]/.test(name));
  return [...names, ...globSync(patterns, { dot: false, expandDirectories: false })];
}

/** Opens `<data>`, or the query in its place. An embedded name goes before a file of that name; `./digits` names the file. */
export async function openData(data: string, flags: ReadFlags): Promise<Source> {
  if (flags.query !== undefined) return { kind: "table", file: await openQuery(flags.query, flags.memory) };
  const name = EMBEDDED_NAMES.find((candidate) => candidate === data);
  if (name !== undefined) return { kind: "dataset", dataset: embedded[name]() };
  const found = await stat(data).catch(() => undefined);
  if (found === undefined && !/[*?[{]/.test(data)) {
    throw new ChainruleError("E_DATA", {
      where: "data",
      expected: DATA_HELP,
      got: `"${data}", which is not there`,
      ...suggest(data, EMBEDDED_NAMES),
    });
  }
  if (found?.isDirectory() === true) return { kind: "dataset", dataset: await readIdxFolder(data) };
  return { kind: "table", file: await openFile(data, csvOptions(flags)) };
}

/** Data to train on; what belongs to tables is refused of other data. */
export async function openForTraining(data: string, flags: TableFlags): Promise<Source> {
  const source = await openData(data, flags);
  if (source.kind === "table") return source;
  refuseTableFlags(flags, `nothing, since "${data}" names its own target`);
  return source;
}

/** How the columns of a table are to be read, as the library wants to know it. */
export async function tableOptions(
  { source, dialect }: TableFile,
  flags: TableFlags,
): Promise<Pick<PrepareOptions, "target" | "task" | "types" | "ignore" | "group" | "time" | "testTable" | "mark" | "memory">> {
  const { task, group, time, type, ignore, testFile, memory, target } = flags;
  const mark = flags.decimal ?? dialect.mark;
  // A test file is written as the other one is.
  const like = { header: dialect.header, ...flags } as ReadFlags;
  const test = testFile === undefined ? undefined : await openFile(testFile, csvOptions(like));
  return {
    target: targetsOf(source, target),
    ...(task === undefined ? {} : { task }),
    ...(type === undefined ? {} : { types: type }),
    ...(ignore === undefined ? {} : { ignore }),
    ...(group === undefined ? {} : { group }),
    ...(time === undefined ? {} : { time }),
    ...(test === undefined ? {} : { testTable: test.source }),
    ...(mark === undefined ? {} : { mark }),
    ...(memory === undefined ? {} : { memory }),
  };
}

/** A table as a data set to train on. `fitting` is how its columns become inputs, and which rows are held out. */
export async function prepareFile(
  file: TableFile,
  flags: TableFlags,
  fitting: Pick<PrepareOptions, "embedFrom" | "periodic" | "curve" | "test" | "validation" | "seed">,
): Promise<Prepared & { readonly dataset: Dataset<TableTarget> }> {
  try {
    return await prepareTable(file.source, { ...fitting, ...(await tableOptions(file, flags)) });
  } catch (error) {
    throw inTableFlags(error);
  }
}

/** Data in the columns of a model, and the table it came from if it was one. */
export async function loadForModel(
  data: string,
  model: Model,
  target: "needed" | "ignored",
  flags: ReadFlags = {},
): Promise<{ readonly dataset: Dataset; readonly columns: Columns; readonly file?: TableFile; readonly rows?: Uint32Array }> {
  const source = await openData(data, flags);
  if (source.kind === "dataset") {
    return { ...(await datasetForModel(source.dataset, model, target)), columns: source.dataset.columns };
  }
  const { file } = source;
  const mark = flags.decimal ?? file.dialect.mark;
  const found = await modelRows(model, file.source, { target: target === "needed", ...(mark === undefined ? {} : { mark }) });
  return { ...found, columns: file.source.columns, file };
}

/** A data set in the columns of a model. What the model does to the columns of its table it does to these, by their names. */
export async function datasetForModel(
  dataset: Dataset<ClassTarget>,
  model: Model,
  target: "needed" | "ignored",
): Promise<{ readonly dataset: Dataset; readonly rows?: Uint32Array; readonly unused: readonly string[] }> {
  if (model.preparation === undefined) return { dataset, unused: [] };
  return modelRows(model, rawColumns(dataset), { target: target === "needed", name: dataset.name });
}

/** The columns of a data set as a table has them, the target among them. */
function rawColumns({ columns, inputs, rowCount, target }: Dataset<ClassTarget>): Readonly<Record<string, ArrayLike<string | number>>> {
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const cells = columns.map((name, k) => [name, rows.map((row) => inputs[row * columns.length + k]!)] as const);
  return Object.fromEntries([...cells, [target.name, Array.from(target.indices, (index) => target.classes[index]!)]]);
}
