import { takeRowsOf } from "../base/arrays.js";
import type { Dataset, Target } from "./dataset.js";
import { isStored, takeStored } from "./stored-rows.js";

/** The numbers from..to of rows, half-open, ascending. */
export function rowNumbers(from: number, to: number): Uint32Array {
  const list = new Uint32Array(to - from);
  for (let i = 0; i < list.length; i++) list[i] = from + i;
  return list;
}

/**
 * The listed rows as a data set of their own, numbered from 0 again: what is done to it costs as much as it has rows. All
 * rows in order are the data set itself.
 */
export function takeRows(dataset: Dataset, list: Uint32Array): Dataset {
  const { rowCount, columns, target, name, image } = dataset;
  if (list.length === rowCount && list.every((row, i) => row === i)) return dataset;
  if (isStored(dataset)) return takeStored(dataset, list, takeTarget(target, list));
  return {
    name,
    rowCount: list.length,
    columns,
    inputs: takeRowsOf(dataset.inputs, columns.length, list),
    target: takeTarget(target, list),
    ...(image === undefined ? {} : { image }),
  };
}

/** The targets of the listed rows, in the order of the list. */
export function takeTarget<T extends Target>(target: T, list: Uint32Array): T;
export function takeTarget(target: Target, list: Uint32Array): Target {
  switch (target.kind) {
    case "classes":
      return { ...target, indices: Int32Array.from(list, (row) => target.indices[row]!) };
    case "labels":
      return { ...target, values: takeRowsOf(target.values, target.names.length, list) };
    case "values":
      return { ...target, values: takeRowsOf(target.values, target.names.length, list) };
    case "none":
      return target;
  }
}
