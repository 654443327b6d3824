import type { EngineRows } from "../kernels/contract.js";
import { appendBytes, appendNumbers, type Entries } from "../kernels/portable/entries.js";

/**
 * Lists the non-zero inputs of rows list[from..from + count), nIn wide.
 *
 * @param inBatchOrder the inputs are those of this batch alone, one after another
 */
export function gather(
  { inputs }: EngineRows,
  list: Uint32Array,
  from: number,
  count: number,
  x: Entries,
  nIn: number,
  inBatchOrder = false,
): void {
  let entries = 0;
  for (let i = 0; i < count; i++) {
    const at = (inBatchOrder ? i : list[from + i]!) * nIn;
    x.start[i] = entries;
    if (inputs.kind === "bytes") entries = appendBytes(inputs.values, inputs.table, at, nIn, x, entries);
    else entries = appendNumbers(inputs.values, at, nIn, x, entries);
  }
  x.start[count] = entries;
}

/** Copies the targets of the same rows into y (count x nOut). */
export function takeTargets({ targets }: EngineRows, list: Uint32Array, from: number, count: number, y: Float32Array, nOut: number): void {
  for (let i = 0; i < count; i++) {
    const at = list[from + i]! * nOut;
    for (let j = 0; j < nOut; j++) y[i * nOut + j] = targets[at + j]!;
  }
}

/** The position of the largest of a[at..at + n); the first one among equals. */
export function largest(a: ArrayLike<number>, at: number, n: number): number {
  let best = 0;
  for (let j = 1; j < n; j++) if (a[at + j]! > a[at + best]!) best = j;
  return best;
}

/**
 * Rows whose largest output is that of the target; with one output, rows whose class it is, the second from `secondClass` on; with
 * thresholds (n), rows all of whose outputs are on their target's side.
 */
export function countCorrect(
  a: ArrayLike<number>,
  y: ArrayLike<number>,
  rows: number,
  n: number,
  secondClass: number,
  thresholds?: ArrayLike<number>,
): number {
  let correct = 0;
  if (thresholds !== undefined) {
    for (let at = 0; at < rows * n; at += n) if (isEachRight(a, y, at, thresholds)) correct += 1;
    return correct;
  }
  for (let row = 0, at = 0; row < rows; row++, at += n) {
    if (n === 1 ? a[at]! >= secondClass === y[at]! >= 0.5 : largest(a, at, n) === largest(y, at, n)) correct += 1;
  }
  return correct;
}

function isEachRight(a: ArrayLike<number>, y: ArrayLike<number>, at: number, thresholds: ArrayLike<number>): boolean {
  for (let j = 0; j < thresholds.length; j++) if (a[at + j]! >= thresholds[j]! !== y[at + j]! >= 0.5) return false;
  return true;
}

/** The number of the first layer with a NaN or an infinity; `byLayer[0]` is layer 1. */
export function firstNonFinite(byLayer: readonly (Float32Array | Float64Array)[]): number | undefined {
  const index = byLayer.findIndex((values) => !values.every(Number.isFinite));
  return index < 0 ? undefined : index + 1;
}
