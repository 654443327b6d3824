import type { Network } from "chainrule";
import { numberText } from "chainrule/explain";
import type { Shown } from "../../state/session.js";
import type { ShownModel } from "../../state/task.js";

/** What the outputs are called: the classes, or the second of two where one output speaks for both; of numbers the targets. */
export function classNames({ task, network }: ShownModel): readonly string[] {
  const outputs = network.layout.sizes[network.layout.depth]!;
  if (task.kind === "regression") return task.targets;
  const names = task.classes.map(String);
  return outputs === names.length ? names : names.slice(names.length - outputs);
}

/** What a unit is called beside its number: the column of an input, the class of an output; otherwise nothing. */
export function unitName(model: ShownModel, layer: number, unit: number): string | undefined {
  const { layout } = model.network;
  if (layer === layout.depth) return classNames(model)[unit];
  if (layer > 1) return undefined;
  if (model.image !== undefined && layout.sizes[1] === model.columns.length) {
    return `row ${Math.floor(unit / model.image.width)}, column ${unit % model.image.width}`;
  }
  return inputName(model, unit);
}

/** What a value of layer 1 is made of: a column as it is, one number of a category's embedding, or a wave of a number. */
export function inputName({ columns, network }: Pick<ShownModel, "columns" | "network">, unit: number): string | undefined {
  const { encodings = [] } = network.description;
  let first = 0;
  for (const [at, name] of columns.entries()) {
    const encoding = encodings.find(({ column }) => column === at);
    const width = encoding === undefined ? 1 : encoding.kind === "embedding" ? encoding.width : 2 * encoding.frequencies;
    const place = unit - first;
    first += width;
    if (place >= width) continue;
    if (encoding === undefined) return name;
    if (encoding.kind === "embedding") return `${name}, number ${place + 1} of ${width} that stand for its category`;
    // The library gives a number that is also taken as it is a second column of this name.
    const [number, half] = [name.replace(/ again$/, ""), width / 2];
    return `${number}, ${place < half ? "sine" : "cosine"} ${(place % half) + 1} of ${half}`;
  }
  return undefined;
}

/** What the example should be answered with: "true class", "setosa"; "true price", "12.4"; of several numbers with their names. */
export function truth({ task }: ShownModel, { label, values }: Pick<Shown, "label" | "values">): readonly [what: string, text: string] {
  if (task.kind === "classification") return ["class", String(task.classes[label!])];
  const [first, ...others] = task.targets;
  if (others.length === 0) return [first!, numberText(values![0]!)];
  return ["values", task.targets.map((name, j) => `${name} ${numberText(values![j]!)}`).join(", ")];
}

/** What a unit hands on: h where a connection adds something to its a. Nothing is dropped while a network answers. */
export function handedName({ description }: Network, layer: number, unit: number): string {
  return `${description.layers[layer - 2]?.skip === undefined ? "a" : "h"}${layer}[${unit}]`;
}
