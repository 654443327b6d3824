import type { EngineInputs } from "../kernels/contract.js";

// Rows that are mostly 0, kept as the entries that are not.

/** Where rows become faster by their entries than whole; docs/performance.md has the measurement. */
const DENSEST = 0.5;

/** Entries that are not 0, by input. */
export interface Density {
  readonly perInput: Uint32Array;
  readonly entries: number;
}

/** Counts the entries of rows of `n` inputs. */
export function measureDensity({ values, ...inputs }: EngineInputs, n: number): Density {
  const perInput = new Uint32Array(n);
  if (inputs.kind === "bytes") {
    const filled = filledBytes(inputs.table);
    const words = wordsOf(values as Uint8Array, filled);
    for (let row = 0; row < values.length; row += n) {
      for (let k = 0; k < n; k++) {
        const at = row + k;
        if ((at & 3) === 0 && words[at >>> 2] === 0) k += 3;
        else perInput[k]! += filled[values[at]!]!;
      }
    }
  } else {
    for (let at = 0; at < values.length;) for (let k = 0; k < n; k++, at++) if (values[at] !== 0) perInput[k]! += 1;
  }
  return { perInput, entries: perInput.reduce((sum, count) => sum + count, 0) };
}

/** 1 for each byte whose scaled value is not 0. */
function filledBytes(table: ArrayLike<number>): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(table[byte] !== 0));
}

/**
 * The bytes in fours: where four are 0, and stand for 0, none of them has to be looked at. Four that reach into the next row
 * are of no harm, since those are looked at again. Empty where it is not so, and what is read there is undefined.
 */
function wordsOf(values: Uint8Array, filled: Uint8Array): Uint32Array {
  if (filled[0] !== 0 || values.byteOffset % 4 !== 0) return new Uint32Array(0);
  return new Uint32Array(values.buffer, values.byteOffset, values.length >>> 2);
}

/** Whether rows are worth keeping as entries. Indices of entries have 22 bits. */
export function isSparse({ entries }: Density, cells: number, n: number): boolean {
  return cells > 0 && n < 2 ** 22 && entries / cells <= DENSEST;
}

/** Inputs at which the share of each thread begins, so that each has about as many entries; n at the end. */
export function partsOf({ perInput, entries }: Density, threads: number): Uint32Array {
  const parts = new Uint32Array(threads + 1).fill(perInput.length);
  parts[0] = 0;
  let sum = 0;
  let part = 1;
  perInput.forEach((count, k) => {
    for (; part < threads && sum >= (entries * part) / threads; part++) parts[part] = k;
    sum += count;
  });
  return parts;
}

/**
 * Writes the entries of rows [from, to), row by row, and for each part of each row where it begins. An entry of bytes is one
 * word: the input times 1024, plus 4 times the byte; one of numbers is two: the input times 1024, and the value.
 *
 * @param starts (rows * threads + 1) words @param entries room for all of them
 */
export function writeEntries(inputs: EngineInputs, n: number, parts: Uint32Array, starts: Uint32Array, entries: Uint32Array): void {
  const threads = parts.length - 1;
  const { values } = inputs;
  const rows = values.length / n;
  const bytes = inputs.kind === "bytes";
  const floats = new Float32Array(entries.buffer, entries.byteOffset, entries.length);
  const filled = filledBytes(bytes ? inputs.table : []);
  const words = bytes ? wordsOf(inputs.values, filled) : new Uint32Array(0);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let part = 0; part < threads; part++) {
      starts[row * threads + part] = count;
      const end = row * n + parts[part + 1]!;
      for (let at = row * n + parts[part]!; at < end; at++) {
        if ((at & 3) === 0 && words[at >>> 2] === 0) {
          at += 3;
          continue;
        }
        const value = values[at]!;
        if (bytes) {
          if (filled[value] === 1) entries[count++] = ((at - row * n) << 10) | (value << 2);
        } else if (value !== 0) {
          entries[2 * count] = (at - row * n) << 10;
          floats[2 * count + 1] = value;
          count += 1;
        }
      }
    }
  }
  starts[rows * threads] = count;
}
