import { createDataset, decodeModel, type ImageShape, type Label } from "chainrule";
import type { Session } from "./session.js";

/** What `chainrule explore model data` serves beside the page (cli/src/explore/files.ts). */
interface Opened {
  readonly title: string;
  readonly data: {
    readonly name: string;
    readonly columns: readonly string[];
    readonly rowCount: number;
    /** Inputs are bytes; otherwise float64. */
    readonly bytes: boolean;
    readonly classes: readonly Label[];
    readonly target: string;
    readonly image?: ImageShape;
  };
}

/** The model that the page was opened with, and undefined where it was opened with none. */
export async function openGiven(): Promise<Session | undefined> {
  const mark = document.querySelector<HTMLMetaElement>('meta[name="chainrule-opened"]');
  if (mark === null) return undefined;
  const { title, data } = JSON.parse(new TextDecoder().decode(await bytesOf(mark.content))) as Opened;
  const [file, inputs, classes] = await Promise.all(["model.safetensors", "inputs", "classes"].map((name) => bytesOf(`./opened/${name}`)));
  const model = decodeModel(new Uint8Array(file!), title);
  if (model.task.kind !== "classification") throw new Error(`${title}: the explorer shows networks that answer classes.`);
  const indices = new Int32Array(classes!);
  const dataset = createDataset({
    name: data.name,
    columns: data.columns,
    inputs: { values: data.bytes ? new Uint8Array(inputs!) : new Float64Array(inputs!), shape: [data.rowCount, data.columns.length] },
    labels: Array.from(indices, (index) => data.classes[index]!),
    classes: data.classes,
    targetName: data.target,
    ...(data.image === undefined ? {} : { image: data.image }),
  });
  return { model: { ...model, task: model.task }, dataset, title, step: undefined };
}

async function bytesOf(address: string): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} of the opened model did not come: ${answer.status} ${answer.statusText}.`);
  return answer.arrayBuffer();
}
