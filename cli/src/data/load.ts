import { stat } from "node:fs/promises";
import { ChainruleError, type ClassTarget, type Dataset, type Model } from "chainrule";
import { digits } from "chainrule/digits";
import { iris } from "chainrule/iris";
import { readIdxFolder } from "chainrule/node";
import { suggest } from "../suggest.js";
import { readCsv, type Table } from "./csv.js";
import { tableForModel } from "./model-table.js";
import { tableForTraining, type TaskName, type TrainingTarget } from "./training-table.js";

const embedded = { digits, iris } as const;
const EMBEDDED_NAMES = Object.keys(embedded) as (keyof typeof embedded)[];

/** What `<data>` may be, for the help of every command. */
export const DATA_HELP = "digits, iris, a folder of four IDX files (as MNIST has), or a CSV file with a header";

type Source = { readonly kind: "dataset"; readonly dataset: Dataset<ClassTarget> } | { readonly kind: "table"; readonly table: Table };

/** The file or folder behind `<data>`, where it is one. */
export function pathOf(data: string): string | undefined {
  return EMBEDDED_NAMES.some((name) => name === data) ? undefined : data;
}

/** Reads `<data>`. An embedded name goes before a file of that name; `./digits` names the file. */
async function readSource(data: string): Promise<Source> {
  const name = EMBEDDED_NAMES.find((candidate) => candidate === data);
  if (name !== undefined) return { kind: "dataset", dataset: embedded[name]() };
  const found = await stat(data).catch(() => undefined);
  if (found === undefined) {
    throw new ChainruleError("E_DATA", {
      where: "data",
      expected: DATA_HELP,
      got: `"${data}", which is not there`,
      ...suggest(data, EMBEDDED_NAMES),
    });
  }
  if (found.isDirectory()) return { kind: "dataset", dataset: await readIdxFolder(data) };
  return { kind: "table", table: await readCsv(data) };
}

/** Data to train on. `--target` and `--task` belong to tables. */
export async function loadForTraining(
  data: string,
  { target, task }: { readonly target?: string | undefined; readonly task?: TaskName | undefined },
  note: (text: string) => void,
): Promise<Dataset<TrainingTarget>> {
  const source = await readSource(data);
  if (source.kind === "table") return tableForTraining(source.table, target, task, note);
  for (const [option, value] of Object.entries({ "--target": target, "--task": task })) {
    if (value === undefined) continue;
    throw new ChainruleError("E_USAGE", { where: option, expected: `nothing, since "${data}" names its own target`, got: `"${value}"` });
  }
  return source.dataset;
}

/** Data in the columns of a model, and the table it came from if it was one. */
export async function loadForModel(
  data: string,
  model: Model,
  target: "needed" | "ignored",
): Promise<{ readonly dataset: Dataset; readonly table: Table | undefined }> {
  const source = await readSource(data);
  if (source.kind === "dataset") return { dataset: source.dataset, table: undefined };
  return { dataset: tableForModel(source.table, model, target), table: source.table };
}
