import { crc32c } from "../../base/crc32c.js";
import { bytesOf } from "../../base/sha256.js";
import type { EpochRecord } from "../history.js";
import type { Checked } from "./container.js";

// The history as numbers: COLUMNS an epoch; NaN stands for what a record does not have.

const COLUMNS = 7;
const orNaN = (value: number | undefined): number => value ?? NaN;

function numbersOf({ epoch, cost, accuracy, validation, learningRate, metric }: EpochRecord): number[] {
  return [epoch, cost, orNaN(accuracy), orNaN(validation?.cost), orNaN(validation?.accuracy), learningRate, orNaN(metric)];
}

/**
 * Gives the numbers of one history again and again while it grows. Each record is turned into numbers and summed once, so that a run's
 * checkpoints do not take longer and longer.
 */
export function createRecordWriter(): (history: readonly EpochRecord[]) => Checked {
  let values = new Float64Array(64 * COLUMNS);
  let filled = 0;
  let sum = 0;
  return (history) => {
    const from = filled;
    const end = history.length * COLUMNS;
    if (end > values.length) {
      const wider = new Float64Array(2 * end);
      wider.set(values);
      values = wider;
    }
    for (; filled < end; filled += COLUMNS) values.set(numbersOf(history[filled / COLUMNS]!), filled);
    sum = crc32c(bytesOf(values.subarray(from, end)), sum);
    return { values: values.subarray(0, end), crc32c: sum };
  };
}

export function recordsOf(values: Float64Array): EpochRecord[] {
  const score = (cost: number, accuracy: number): { cost: number; accuracy?: number } =>
    Number.isNaN(accuracy) ? { cost } : { cost, accuracy };
  return Array.from({ length: values.length / COLUMNS }, (_, index): EpochRecord => {
    const at = (column: number): number => values[index * COLUMNS + column]!;
    const validation = Number.isNaN(at(3)) ? null : score(at(3), at(4));
    return {
      epoch: at(0),
      ...score(at(1), at(2)),
      validation,
      learningRate: at(5),
      ...(Number.isNaN(at(6)) ? {} : { metric: at(6) }),
    };
  });
}
