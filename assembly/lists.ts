// A batch of sparse rows by input: which rows have an entry for it. The derivatives of an input's weights are sums over its
// list, in the order of the rows.
//
// Rows that are mostly 0 are kept as their entries. An entry of bytes is one word: the index in the upper 22 bits, four times
// the byte in the lower 10, which is the place of its value in BYTE_VALUES. An entry of floats is two words: the index,
// shifted likewise, and the value. Sums over entries are those over whole rows, since adding 0 * w changes nothing.

/**
 * Lists the entries of one part of a batch by input: input k has counts[k] entries from lists + k * room on, rows ascending.
 * An entry is that of its row, with the row of the batch in place of the input.
 */
export function listColumns(
  bytes: bool,
  order: usize,
  starts: usize,
  parts: i32,
  part: i32,
  entries: usize,
  rows: i32,
  counts: usize,
  lists: usize,
  room: usize,
): void {
  const size: i32 = bytes ? 2 : 3;
  for (let row = 0; row < rows; row++) {
    const start = starts + ((load<u32>(order + (<usize>row << 2)) * parts + part) << 2);
    const to = entries + (<usize>load<u32>(start, 4) << size);
    for (let entry = entries + (<usize>load<u32>(start) << size); entry < to; entry += bytes ? 4 : 8) {
      const word = load<u32>(entry);
      const k = <usize>(word >>> 10);
      const count = load<u32>(counts + (k << 2));
      const at = lists + k * room + (<usize>count << size);
      store<u32>(at, (row << 10) | (word & 1023));
      if (!bytes) store<u32>(at, load<u32>(entry, 4), 4);
      store<u32>(counts + (k << 2), count + 1);
    }
  }
}

/**
 * Writes the inputs of [from, to) that have entries to `listed`, those with equally many entries next to each other: a loop
 * that runs as often as the one before it is foreseen by the processor. starts: room for rows + 1 words. Returns how many.
 */
export function sortColumns(counts: usize, from: i32, to: i32, rows: i32, starts: usize, listed: usize): i32 {
  memory.fill(starts, 0, <usize>(rows + 2) << 2);
  for (let k = from; k < to; k++) {
    const at = starts + (<usize>load<u32>(counts + (<usize>k << 2)) << 2);
    store<u32>(at, load<u32>(at, 4) + 1, 4);
  }
  // Inputs without entries come to nothing: their place is in front of the first.
  store<i32>(starts, 0);
  store<i32>(starts, 0, 4);
  for (let at = starts + 4, end = starts + (<usize>(rows + 1) << 2); at < end; at += 4) store<u32>(at, load<u32>(at) + load<u32>(at, 4), 4);
  for (let k = from; k < to; k++) {
    const count = load<u32>(counts + (<usize>k << 2));
    if (count == 0) continue;
    const at = starts + (<usize>count << 2);
    const place = load<u32>(at);
    store<u32>(listed + (<usize>place << 2), k);
    store<u32>(at, place + 1);
  }
  return load<i32>(starts + (<usize>rows << 2));
}
