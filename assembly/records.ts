// Where the kernels find what the planner wrote: words of the program and of the layers, and each thread's share of rows, of
// panels and of inputs.

import {
  GELU,
  LAYER_BYTES,
  L_ACTIVATION,
  L_DROPOUT,
  L_INPUTS,
  L_LAST,
  L_PANELS,
  L_SKIP,
  PROGRAM,
  P_AUGMENTATION,
  P_BATCH,
  P_BATCH_ORDER,
  P_LAYER_TABLE,
  P_ORDER,
  P_PARTS,
  P_ROWS_KIND,
  P_SCRATCH,
  P_SCRATCH_BYTES,
  P_THREADS,
  SPARSE_BYTES,
} from "./addresses";

// @ts-ignore: decorator
@inline
export function word(offset: usize): i32 {
  return load<i32>(PROGRAM + offset);
}

// @ts-ignore: decorator
@inline
export function address(offset: usize): usize {
  return <usize>load<u32>(PROGRAM + offset);
}

// @ts-ignore: decorator
@inline
export function field(layer: i32, offset: usize): i32 {
  return load<i32>(address(P_LAYER_TABLE) + layer * LAYER_BYTES + offset);
}

// @ts-ignore: decorator
@inline
export function place(layer: i32, offset: usize): usize {
  return <usize>load<u32>(address(P_LAYER_TABLE) + layer * LAYER_BYTES + offset);
}

/** The first row of a thread's share; shares are even but for the last, so that tiles of two rows fit. */
// @ts-ignore: decorator
@inline
export function rowFrom(rows: i32, thread: i32): i32 {
  const threads = word(P_THREADS);
  return thread == threads ? rows : ((rows * thread) / threads) & ~1;
}

/** The first panel of a thread's share, so that the vectors of the layer are shared evenly. */
export function panelFrom(layer: i32, thread: i32): i32 {
  const panels = field(layer, L_PANELS);
  const threads = word(P_THREADS);
  if (thread == threads) return panels;
  const vectors = 4 * (panels - 1) + field(layer, L_LAST);
  return min(panels, ((vectors * thread) / threads + 2) >> 2);
}

/** The first input of a thread's share of a layer that is split by rows; a multiple of 4. */
export function inputFrom(layer: i32, thread: i32): i32 {
  const n = field(layer, L_INPUTS);
  if (thread == word(P_THREADS)) return n;
  if (layer == 0 && isSparse()) return load<i32>(address(P_PARTS) + (<usize>thread << 2));
  return ((n * thread) / word(P_THREADS)) & ~3;
}

// @ts-ignore: decorator
@inline
export function isSparse(): bool {
  return word(P_ROWS_KIND) >= SPARSE_BYTES;
}

/** Vectors of 4 in panel p. */
// @ts-ignore: decorator
@inline
export function vectorsOf(layer: i32, p: i32): i32 {
  return p == field(layer, L_PANELS) - 1 ? field(layer, L_LAST) : 4;
}

// @ts-ignore: decorator
@inline
export function orderAt(position: i32): usize {
  return address(P_ORDER) + (<usize>position << 2);
}

/** The activation of a layer as its slopes are kept: where units are dropped or added to, da/dz itself is. */
export function storedActivation(layer: i32): i32 {
  return field(layer, L_DROPOUT) == 0 && place(layer, L_SKIP) == 0 ? field(layer, L_ACTIVATION) : GELU;
}

/** Numbers of the rows of a batch in what the first layer takes: those of the data, or of the batch alone where images are changed. */
// @ts-ignore: decorator
@inline
export function inputOrder(position: i32): usize {
  return address(P_AUGMENTATION) == 0 ? orderAt(position) : address(P_BATCH_ORDER);
}

// @ts-ignore: decorator
@inline
export function scratchOf(thread: i32): usize {
  return address(P_SCRATCH) + thread * address(P_SCRATCH_BYTES);
}

// @ts-ignore: decorator
@inline
export function listRoom(): usize {
  return address(P_BATCH) << (word(P_ROWS_KIND) == SPARSE_BYTES ? 2 : 3);
}
