import type { TableTarget } from "./target.js";
import type { TypedColumn } from "./typed.js";

// Hashes of rows: MurmurHash3 (Appleby 2011), and rows that are alike found by them.

/** The cells of a column, or several that belong together. */
export interface Cells {
  /** A hash with a row's cells mixed in. */
  readonly mix: (hash: number, row: number) => number;
  readonly alike: (a: number, b: number) => boolean;
}

export function cellsOf(column: TypedColumn): Cells {
  return column.kind === "numbers" ? numbersOf(column.values, 1) : codesOf(column.codes);
}

/** All targets of a row. */
export function targetCells(target: TableTarget): Cells {
  return target.kind === "classes" ? codesOf(target.indices) : numbersOf(target.values, target.names.length);
}

function codesOf(codes: Int32Array): Cells {
  return { mix: (hash, row) => mix(hash, codes[row]!), alike: (a, b) => codes[a] === codes[b] };
}

/** A number is the same as itself, 0 as -0, and a gap as a gap; shape (rows x width). */
function numbersOf(values: Float64Array | Uint8Array, width: number): Cells {
  const one = new Float64Array(1);
  const halves = new Int32Array(one.buffer);
  return {
    mix(hash, row) {
      let mixed = hash;
      for (let at = row * width; at < (row + 1) * width; at++) {
        one[0] = plain(values[at]!);
        mixed = mix(mix(mixed, halves[0]!), halves[1]!);
      }
      return mixed;
    },
    alike(a, b) {
      for (let j = 0; j < width; j++) {
        const [x, y] = [values[a * width + j]!, values[b * width + j]!];
        if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
      }
      return true;
    },
  };
}

/** A number of which there is one pattern of bits: 0 is not -0, and a gap is infinity, which no cell is. */
function plain(value: number): number {
  return Number.isNaN(value) ? Infinity : value + 0;
}

/** 64 bits a row, in two hashes of different constants; shape (rows) each. */
export interface RowHashes {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/** Hashes rows of numbers, in their order. */
export function createRowHashes(rows: number, width: number): RowHashes & { readonly add: (cells: Float64Array, count: number) => void } {
  const [first, second] = [new Int32Array(rows), new Int32Array(rows)];
  const one = new Float64Array(1);
  const halves = new Int32Array(one.buffer);
  let row = 0;
  return {
    first,
    second,
    add(cells, count) {
      for (let at = 0; at < count * width; row++) {
        let [a, b] = [0, 0];
        for (const end = at + width; at < end; at++) {
          one[0] = plain(cells[at]!);
          a = mix(mix(a, halves[0]!), halves[1]!);
          b = mixAgain(mixAgain(b, halves[0]!), halves[1]!);
        }
        first[row] = a;
        second[row] = finish(b);
      }
    },
  };
}

/** One round of MurmurHash3 with 32 bits. */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** The round of the second of the four hashes of its variant with 128 bits. */
function mixAgain(hash: number, value: number): number {
  let k = Math.imul(value, 0xab0e9789);
  k = Math.imul((k << 16) | (k >>> 16), 0x38b34ae5);
  const h = hash ^ k;
  return (Math.imul((h << 17) | (h >>> 15), 5) + 0x0bcaa747) | 0;
}

/** The last rounds of MurmurHash3: every bit of the hash moves every other. */
function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Places of the table of hashes for each row. */
const ROOM = 1.5;

/** Of each row the first one that is like it, which may be itself; shape (rows). The hashes are finished in place. */
export async function firstAlike(
  hashes: Int32Array,
  alike: (a: number, b: number) => boolean,
  rest: () => Promise<void> | undefined,
): Promise<Int32Array> {
  const count = hashes.length;
  const size = Math.ceil(ROOM * count) + 1;
  // Open addressing: places of first rows, -1 where there is none.
  const table = new Int32Array(size).fill(-1);
  const first = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const hash = finish(hashes[row]!);
    hashes[row] = hash;
    let at = Math.floor(((hash >>> 0) / 2 ** 32) * size);
    while (table[at]! >= 0 && !(hashes[table[at]!] === hash && alike(table[at]!, row))) at = at + 1 === size ? 0 : at + 1;
    if (table[at]! < 0) table[at] = row;
    first[row] = table[at]!;
    if (row % 4096 === 0) await rest();
  }
  return first;
}
