import { readScratch } from "../base/scratch.js";
import { bytesOf } from "../base/sha256.js";
import type { Dataset, InputValues, StoredRows } from "./dataset.js";
import { isStored } from "./stored-rows.js";

/** Reads listed rows of stored inputs, n wide, one after another; valid until the next call. */
export type RowReader = (list: Uint32Array) => Numbers;

/** As they are stored. */
type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * Opens stored rows in the thread that reads them. As many blocks stay in memory as a window has, those that were used last, so that an epoch
 * in the order of its windows reads each block once; any other order gets the same numbers, only later.
 *
 * @param n inputs of a row
 */
export function openStored({ place, numbers, rowCount, blockRows, windowBlocks, rows }: StoredRows, n: number): RowReader {
  const create = (length: number): Numbers => (numbers === "float32" ? new Float32Array(length) : new Float64Array(length));
  /** From the one that was used longest ago. */
  const blocks = new Map<number, Numbers>();
  let out = create(0);

  const read = (block: number): Numbers => {
    const first = block * blockRows;
    const length = Math.min(blockRows, rowCount - first) * n;
    // The memory of the one that makes room is used again.
    const [oldest] = blocks.keys();
    const room = blocks.size < windowBlocks ? undefined : blocks.get(oldest!);
    if (room !== undefined) blocks.delete(oldest!);
    const values = room?.length === length ? room : create(length);
    readScratch(place, values.BYTES_PER_ELEMENT * first * n, bytesOf(values));
    return values;
  };

  return (list) => {
    const length = list.length * n;
    if (out.length < length) out = create(length);
    let current = -1;
    let values = out;
    for (let i = 0; i < list.length; i++) {
      const row = rows === undefined ? list[i]! : rows[list[i]!]!;
      const block = Math.floor(row / blockRows);
      if (block !== current) {
        const known = blocks.get(block);
        if (known !== undefined) blocks.delete(block);
        values = known ?? read(block);
        blocks.set(block, values);
        current = block;
      }
      const from = (row - block * blockRows) * n;
      for (let k = 0; k < n; k++) out[i * n + k] = values[from + k]!;
    }
    return out.subarray(0, length);
  };
}

/** Of data sets that are asked row by row. */
const readers = new WeakMap<StoredRows, RowReader>();

/** The raw inputs of one row, shape (columns): a view, of stored rows a copy. */
export function inputRow(dataset: Dataset, row: number): InputValues {
  const width = dataset.columns.length;
  if (!isStored(dataset)) return dataset.inputs.subarray(row * width, (row + 1) * width);
  const { stored } = dataset;
  // Rows are mostly asked for one after another.
  const read = readers.get(stored) ?? openStored({ ...stored, windowBlocks: 1 }, width);
  readers.set(stored, read);
  return read(Uint32Array.of(row)).slice();
}
