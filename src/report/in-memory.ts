import type { Dataset } from "../data/dataset.js";
import { openStored } from "../data/read-rows.js";
import { rowNumbers, takeRows } from "../data/rows.js";
import { isStored } from "../data/stored-rows.js";

/** Listed rows of a data set as one with an array of inputs, also where the rows are streamed. */
export function rowsInMemory(dataset: Dataset, list: Uint32Array): Dataset {
  const taken = takeRows(dataset, list);
  if (!isStored(taken)) return taken;
  const { name, rowCount, columns, target, stored } = taken;
  return { name, rowCount, columns, target, inputs: openStored(stored, columns.length)(rowNumbers(0, rowCount)).slice() };
}
