import { createRandom, type Random, shuffle, STREAM } from "../../base/random.js";
import { rowNumbers } from "../../data/rows.js";
import type { StoredRows } from "../../data/dataset.js";
import type { TrainingPlan } from "../plan.js";

/** The training rows of an epoch, from 1, in the order in which it takes them: any order is as likely as any other, but for rows that are stored. */
export function orderOf({ dataset: { stored }, parts: { train }, seed }: TrainingPlan, epoch: number): Uint32Array {
  const random = createRandom(seed, STREAM.order, epoch);
  return stored === undefined ? shuffle(train.slice(), random) : shuffleBlocks(train, stored, random);
}

/**
 * Rows in windows that fit into memory: the blocks in which they are stored are shuffled, so many of them as a window has are taken together,
 * and the rows of each window are shuffled. One window with all of them is what rows in memory get, in every bit.
 *
 * @param rows ascending
 */
export function shuffleBlocks(
  rows: Uint32Array,
  { blockRows, windowBlocks }: Pick<StoredRows, "blockRows" | "windowBlocks">,
  random: Random,
): Uint32Array {
  // Where the rows of each block begin; blocks without any are passed over.
  const starts = [0];
  for (let i = 1; i < rows.length; i++) if (Math.floor(rows[i]! / blockRows) !== Math.floor(rows[i - 1]! / blockRows)) starts.push(i);
  if (starts.length <= windowBlocks) return shuffle(rows.slice(), random);
  const blocks = shuffle(rowNumbers(0, starts.length), random);
  const order = new Uint32Array(rows.length);
  let end = 0;
  for (let first = 0; first < blocks.length; first += windowBlocks) {
    const from = end;
    for (const block of blocks.subarray(first, first + windowBlocks)) {
      const own = rows.subarray(starts[block], starts[block + 1]);
      order.set(own, end);
      end += own.length;
    }
    shuffle(order.subarray(from, end), random);
  }
  return order;
}
