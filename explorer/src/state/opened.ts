import { createDataset, type ImageShape, type Label } from "chainrule";
import { decodeModel } from "chainrule/formats";
import { likeModel } from "./like-model.js";
import type { RawRows } from "./raw-cells.js";
import { keepRaw } from "./raw-rows.js";
import { FIRST, type Recipe, recipe } from "./recipe.js";
import type { Session } from "./session.js";
import { type ShownData, type ShownModel, shownModel, type ShownTarget } from "./task.js";

/** What `chainrule explore model data` serves beside the page (cli/src/explore/files.ts). */
interface Opened {
  readonly title: string;
  readonly data: {
    readonly name: string;
    readonly columns: readonly string[];
    readonly rowCount: number;
    /** Inputs are bytes; otherwise float64. */
    readonly bytes: boolean;
    /** Where rows have classes; otherwise numbers, whose names these are. */
    readonly classes?: readonly Label[];
    readonly targets: readonly string[];
    readonly image?: ImageShape;
    /** Of a table that the model prepares: the columns of the cells in /opened/cells, a JSON list a line for each row. */
    readonly cells?: readonly string[];
  };
}

/** The model that the page was opened with, and undefined where it was opened with none. */
export async function openGiven(): Promise<Session | undefined> {
  const mark = document.querySelector<HTMLMetaElement>('meta[name="chainrule-opened"]');
  if (mark === null) return undefined;
  const { title, data } = JSON.parse(new TextDecoder().decode(await bytesOf(mark.content))) as Opened;
  const [file, inputs, answers] = await Promise.all(["model.safetensors", "inputs", "answers"].map((name) => bytesOf(`./opened/${name}`)));
  const model = shownModel(decodeModel(new Uint8Array(file!), title), title);
  const made = createDataset({
    name: data.name,
    columns: data.columns,
    inputs: { values: data.bytes ? new Uint8Array(inputs!) : new Float64Array(inputs!), shape: [data.rowCount, data.columns.length] },
    ...(data.image === undefined ? {} : { image: data.image }),
  });
  // Of a model that prepares its rows they were prepared by it.
  const { preparation } = model;
  const [name = ""] = data.targets;
  const target: ShownTarget =
    data.classes === undefined
      ? { kind: "values", names: data.targets, values: new Float64Array(answers!) }
      : { kind: "classes", name, classes: data.classes, indices: new Int32Array(answers!) };
  const dataset = { ...made, target, ...(preparation === undefined ? {} : { preparation }) };
  if (data.cells !== undefined) keepRaw(dataset, rawOf(data.cells, new Uint8Array(await bytesOf("./opened/cells"))));
  recipe.value = await recipeOf(dataset, model);
  return { model, dataset, title, step: undefined };
}

/** Lines of JSON as raw rows. */
function rawOf(columns: readonly string[], bytes: Uint8Array): RawRows {
  const starts = [0];
  // A line feed stands in no text of JSON.
  bytes.forEach((byte, at) => byte === 10 && starts.push(at + 1));
  return { columns, bytes, starts: Uint32Array.from(starts), rows: Uint32Array.from({ length: starts.length - 1 }, (_, row) => row) };
}

/** The next run begins from the layers of the model, on its rows. */
async function recipeOf(dataset: ShownData, model: ShownModel): Promise<Recipe> {
  const { CATALOGUE, keepOwn } = await import("./catalogue.js");
  const entry = CATALOGUE.find(({ id }) => id === dataset.name);
  const options = likeModel(dataset, model, entry?.options ?? FIRST);
  if (entry !== undefined) return { data: entry.id, options };
  const data = `file:${dataset.name}`;
  keepOwn(data, dataset);
  return { data, options };
}

async function bytesOf(address: string): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} of the opened model did not come: ${answer.status} ${answer.statusText}.`);
  return answer.arrayBuffer();
}
