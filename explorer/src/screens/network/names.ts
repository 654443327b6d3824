import type { ClassificationModel, Network } from "chainrule";

/** What the outputs are called: the classes, or the second of two where one output speaks for both. */
export function classNames({ task, network }: ClassificationModel): readonly string[] {
  const outputs = network.layout.sizes[network.layout.depth]!;
  const names = task.classes.map(String);
  return outputs === names.length ? names : names.slice(names.length - outputs);
}

/** What a unit is called beside its number: the column of an input, the class of an output; otherwise nothing. */
export function unitName(model: ClassificationModel, layer: number, unit: number): string | undefined {
  const { layout } = model.network;
  if (layer === layout.depth) return classNames(model)[unit];
  if (layer > 1) return undefined;
  if (model.image !== undefined && layout.sizes[1] === model.columns.length) {
    return `row ${Math.floor(unit / model.image.width)}, column ${unit % model.image.width}`;
  }
  return layout.sizes[1] === model.columns.length ? model.columns[unit] : undefined;
}

/** What a unit hands on: h where a connection adds something to its a. Nothing is dropped while a network answers. */
export function handedName({ description }: Network, layer: number, unit: number): string {
  return `${description.layers[layer - 2]?.skip === undefined ? "a" : "h"}${layer}[${unit}]`;
}
