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
  return layout.sizes[1] === model.columns.length ? model.columns[unit] : undefined;
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
