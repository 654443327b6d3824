import { type Cell, createDataset, encodeTable, type Label, type Preparation, train } from "chainrule";
import { decodeModel } from "chainrule/formats";
import { CATALOGUE } from "../../state/catalogue.js";
import { openNext, ownRecipe, widths } from "../../state/open-data.js";
import { likeModel } from "../../state/like-model.js";
import { FIRST, type Recipe, recipe } from "../../state/recipe.js";
import type { RawRows } from "../../state/raw-cells.js";
import { keepRaw, packed, preparationOf } from "../../state/raw-rows.js";
import { session } from "../../state/session.js";
import { type ShownData, type ShownModel, shownModel, type ShownTarget } from "../../state/task.js";

/**
 * A model file.
 *
 * @throws ChainruleError `E_CORRUPT` for what is no model, Error for one whose rows have any number of labels
 */
export function readModel(bytes: Uint8Array, name: string): ShownModel {
  return shownModel(decodeModel(bytes, name), name);
}

/** Opens a model with the rows that were given with it, else with those that are open or come with the page, so far as they fit it. */
export async function openModel(model: ShownModel, file: string, given?: ShownData, raw?: RawRows): Promise<boolean> {
  if (given !== undefined && raw !== undefined) keepRaw(given, raw);
  return openNext(async () => {
    const title = `${file.replace(/\.safetensors$/i, "")}, ${widths(model)}`;
    if (given !== undefined) {
      const misfit = whyNot(model, given);
      if (misfit !== undefined) throw new Error(`${given.name} does not fit ${file}: ${misfit}.`);
    }
    const dataset = given ?? (await fitting(model));
    const open = dataset ?? (await (model.preparation === undefined ? middleRow(model, file) : typicalRow(model, model.preparation, file)));
    return [
      { model, dataset: open, title: dataset === undefined ? `${title}, no rows` : title, step: undefined },
      await recipeOf(open, model),
    ];
  });
}

/** Rows of this page that a model can be looked at with. */
async function fitting(model: ShownModel): Promise<ShownData | undefined> {
  const open = session.peek()?.dataset;
  const { length } = model.columns;
  if (open !== undefined && whyNot(model, open) === undefined) return open;
  const known = model.image === undefined ? (length === 4 ? ["iris"] : []) : ["digits", "digits-28"];
  for (const id of known) {
    const dataset = await CATALOGUE.find((entry) => entry.id === id)!.load();
    if (whyNot(model, dataset) === undefined) return dataset;
  }
  return undefined;
}

/** Why rows are not of the kind that a model is for; undefined where they are. */
export function whyNot({ columns, task, image, preparation }: ShownModel, dataset: ShownData): string | undefined {
  if (JSON.stringify(preparation) !== JSON.stringify(preparationOf(dataset)))
    return preparation === undefined
      ? "it was made of a table, the model was not"
      : "the model makes its inputs of a table's cells in another way";
  if (dataset.columns.length !== columns.length) return `it has ${dataset.columns.length} columns, the model ${columns.length}`;
  const other = columns.findIndex((name, at) => dataset.columns[at] !== name);
  if (image === undefined && other >= 0)
    return `its column ${other + 1} is "${dataset.columns[other]!}", that of the model "${columns[other]!}"`;
  const { target } = dataset;
  const [what, own, wanted] =
    target.kind === "classes" ? (["classes", target.classes, "classes"] as const) : (["targets", target.names, "numbers"] as const);
  const asked = task.kind === "classification" ? task.classes : task.targets;
  if ((target.kind === "classes") !== (task.kind === "classification"))
    return `it is to be answered with ${wanted}, and the model answers with ${wanted === "classes" ? "numbers" : "classes"}`;
  return String(own) === String(asked) ? undefined : `its ${what} are ${list(own)}, those of the model ${list(asked)}`;
}

function list(labels: readonly Label[]): string {
  return labels.length > 12 ? `${labels.slice(0, 12).join(", ")}, ...` : labels.join(", ");
}

/** One row in the middle of what the model was trained on, to begin from by hand. */
function middleRow({ columns, scaling, task, image }: ShownModel, file: string): ShownData {
  const middle = (column: number): number => {
    if (scaling.kind === "standard") return scaling.mean[column]!;
    return scaling.kind === "minmax" ? scaling.minimum[column]! + scaling.range[column]! / 2 : 0;
  };
  const common = { name: `${file}, no rows`, columns, inputs: [columns.map((_, column) => middle(column))] };
  return { ...createDataset({ ...common, ...(image === undefined ? {} : { image }) }), target: firstTarget(task) };
}

/** The first class, or the means of the numbers, for a row that has no answer of its own. */
function firstTarget(task: ShownModel["task"]): ShownTarget {
  if (task.kind === "regression") return { kind: "values", names: task.targets, values: Float64Array.from(task.mean) };
  return { kind: "classes", name: task.target, classes: task.classes, indices: Int32Array.of(0) };
}

/** A typical row of the table that a model was trained on: medians, and the most frequent categories. */
async function typicalRow({ task }: ShownModel, preparation: Preparation, file: string): Promise<ShownData> {
  const cells = preparation.columns.map((column): [string, Cell] => [
    column.name,
    column.kind === "numeric" ? column.fill : column.kind === "categorical" ? column.categories[0] : null,
  ]);
  const encoded = await encodeTable(preparation, [Object.fromEntries(cells)], `${file}, no rows`);
  const dataset = { ...encoded, target: firstTarget(task) };
  keepRaw(dataset, packed(cells));
  return dataset;
}

/** What the next run begins from: the layers of the model on its rows. */
async function recipeOf(dataset: ShownData, model: ShownModel): Promise<Recipe> {
  const own = CATALOGUE.find(({ id }) => id === dataset.name);
  const { data, sha256 } = recipe.peek();
  const options = likeModel(dataset, model, own?.options ?? FIRST);
  if (own !== undefined) return { data: own.id, options };
  if (data === `file:${dataset.name}`) return ownRecipe(dataset, options, sha256);
  // The run of no epochs knows the fingerprint of its rows.
  const sum =
    dataset.rowCount < 2 ? undefined : (await train(dataset, { ...options, hidden: [], epochs: 0 }).result).model.split?.fingerprint;
  return ownRecipe(dataset, options, sum);
}
