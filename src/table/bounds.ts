/** How much of a table is in memory at once. */
export interface Bounds {
  readonly blockRows: number;
  readonly windowBlocks: number;
  /** Training rows whose numbers are looked at for medians and curves. */
  readonly sample: number;
}

/** Bytes of a block at most: disks are as fast with those of this size as with larger ones, and the more blocks a window has, the better it mixes. */
const BLOCK = 2 ** 18;

/**
 * A quarter of the memory is a window of rows, a quarter the sample; the rest is left for what there is of every row (target, order) and for
 * the network.
 *
 * @param memory bytes
 * @param rowBytes of the inputs of a row
 */
export function boundsOf(memory: number, rowBytes: number, columns: number): Bounds {
  const window = memory / 4;
  const blockRows = Math.max(1, Math.floor(Math.min(BLOCK, window / 16) / rowBytes));
  return {
    blockRows,
    windowBlocks: Math.max(1, Math.floor(window / (rowBytes * blockRows))),
    sample: Math.max(1000, Math.min(100_000, Math.floor(window / (8 * columns)))),
  };
}
