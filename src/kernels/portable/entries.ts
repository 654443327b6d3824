/** The entries of a batch that are not 0, row by row: entries start[row]..start[row + 1] hold column and value. */
export interface Entries {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float32Array;
}

/** Room for a batch of shape (rows x width). */
export function createEntries(rows: number, width: number): Entries {
  return { start: new Int32Array(rows + 1), column: new Int32Array(rows * width), value: new Float32Array(rows * width) };
}

/** Lists the entries of a, shape (rows x width). */
export function listEntries(a: Float32Array, entries: Entries, rows: number, width: number): void {
  let count = 0;
  for (let row = 0; row < rows; row++) {
    entries.start[row] = count;
    count = appendNumbers(a, row * width, width, entries, count);
  }
  entries.start[rows] = count;
}

/** Appends one row, a[from..from + width), at position `count`; returns the position behind it. A NaN is not 0. */
export function appendNumbers(
  a: Float32Array | Float64Array,
  from: number,
  width: number,
  { column, value }: Entries,
  count: number,
): number {
  for (let k = 0; k < width; k++) {
    const x = a[from + k]!;
    if (x !== 0) {
      column[count] = k;
      value[count] = x;
      count += 1;
    }
  }
  return count;
}

/**
 * The same for a row of bytes, each standing for its value in the table of 256. A loop of its own, since a value fetched by a
 * function would cost a call for every input.
 */
export function appendBytes(
  bytes: Uint8Array,
  table: Float32Array | Float64Array,
  from: number,
  width: number,
  { column, value }: Entries,
  count: number,
): number {
  for (let k = 0; k < width; k++) {
    const x = table[bytes[from + k]!]!;
    if (x !== 0) {
      column[count] = k;
      value[count] = x;
      count += 1;
    }
  }
  return count;
}
