// Images changed while training: rows of a batch from where the data stands, through a change of each, into the form that the
// first layer takes: panels of inputs, or lists of the entries that are not 0.

import { BYTE_VALUES, DENSE_BYTES, L_BELOW, L_INPUTS, P_AUGMENTATION, P_EPOCH, P_NUMBERS, P_PANEL, P_PARTS, P_ROWS, P_ROW_STARTS, P_SOURCE, P_SOURCE_KIND, P_THREADS } from "./addresses";
import { augmentRow } from "./augment";
import { address, field, isSparse, orderAt, place, rowFrom, scratchOf, word } from "./records";
import { zero } from "./vectors";

/** The thread's rows of a batch; as they are where `train` is false. */
export function augmentRows(position: i32, rows: i32, thread: i32, train: bool): void {
  const n = field(0, L_INPUTS);
  const image = scratchOf(thread);
  const scratch = image + (((<usize>n << 2) + 63) & ~63);
  const order = orderAt(position);
  const numbers = address(P_NUMBERS) + (<usize>position << 2);
  const sparse = isSparse();
  for (let row = rowFrom(rows, thread), to = rowFrom(rows, thread + 1); row < to; row++) {
    const at = <usize>row << 2;
    copyImage(load<u32>(order + at), n, image);
    if (train) augmentRow(image, image, address(P_AUGMENTATION), scratch, load<u32>(numbers + at), word(P_EPOCH));
    if (sparse) listEntries(image, n, row);
    else spread(image, n, place(0, L_BELOW) + (<usize>row << 6));
  }
}

/** A row as float32. */
function copyImage(row: usize, n: i32, image: usize): void {
  if (word(P_SOURCE_KIND) != DENSE_BYTES) {
    memory.copy(image, address(P_SOURCE) + ((row * n) << 2), <usize>n << 2);
    return;
  }
  let x = address(P_SOURCE) + row * n;
  for (const end = x + n; x < end; x++, image += 4) store<f32>(image, load<f32>(<usize>load<u8>(x) << 2, BYTE_VALUES));
}

/** A row of the panels of a batch. */
function spread(image: usize, n: i32, target: usize): void {
  const panel = address(P_PANEL);
  for (let k = 0; k < n; k += 16, image += 64, target += panel) memory.copy(target, image, <usize>min(16, n - k) << 2);
}

/**
 * The entries of a row that are not 0: two words each, the input times 1024 and the value. Row r of the batch has room for n of
 * them, and is row 2 r of the starts, so that the row between says where its last part ends.
 */
function listEntries(image: usize, n: i32, row: i32): void {
  const threads = word(P_THREADS);
  const starts = address(P_ROW_STARTS) + (<usize>(2 * row * threads) << 2);
  const entries = address(P_ROWS);
  let count = row * n;
  let k = 0;
  for (let part = 0; part < threads; part++) {
    store<u32>(starts + (<usize>part << 2), count);
    const end = load<i32>(address(P_PARTS) + (<usize>(part + 1) << 2));
    while (k < end) {
      // Four at a time, but for what another part or nobody has.
      let filled = i32x4.bitmask(f32x4.ne(v128.load(image + (<usize>k << 2)), zero()));
      if (k + 4 > end) filled &= (1 << (end - k)) - 1;
      for (; filled != 0; filled &= filled - 1) {
        const at = k + ctz(filled);
        const entry = entries + (<usize>count << 3);
        store<u32>(entry, at << 10);
        store<u32>(entry, load<u32>(image + (<usize>at << 2)), 4);
        count += 1;
      }
      k = min(k + 4, end);
    }
  }
  store<u32>(starts + (<usize>threads << 2), count);
}
