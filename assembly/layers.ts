// The operations of a step on one layer, for one thread's share of it.
//
// A layer is split in one of two ways. By panels: a thread owns panels of outputs, computes them for every row, and updates
// their weights; weights never move from one core to another. By rows, where there are too few panels: a thread computes its
// rows of the batch, and sums derivatives over all rows for its range of inputs. Outputs are split, never sums, so that any
// number of threads gives the same bits.

import {
  APPLY,
  DENSE_BYTES,
  KEEP,
  P_DEAD,
  P_SATURATED,
  P_SQUARES,
  L_BEFORE,
  LAYER_BYTES,
  L_ACTIVATION,
  L_ACTIVATIONS,
  L_BELOW,
  L_BIASES,
  L_BY_PANELS,
  L_DERIVATIVES,
  L_GRADIENT,
  L_INPUTS,
  L_LAST,
  L_OUTPUTS,
  L_PANELS,
  L_STATE1,
  L_STATE2,
  L_WEIGHTS,
  L_WEIGHT_PANEL,
  P_COST,
  P_CORRECT,
  P_COSTS,
  P_MODE,
  P_LAYER_TABLE,
  OPTIMIZER,
  O_KIND,
  O_RATE,
  P_LISTED,
  P_LISTED_COUNTS,
  P_LISTS,
  P_LIST_COUNTS,
  P_ORDER,
  P_OUTPUTS,
  P_PANEL,
  P_PARTS,
  P_BATCH,
  P_ROWS,
  P_ROWS_KIND,
  P_ROW_STARTS,
  P_SCRATCH,
  P_SCRATCH_BYTES,
  P_TARGETS,
  P_TARGET_STRIDE,
  P_THREADS,
  PROGRAM,
  SGD,
  SPARSE_BYTES,
} from "./addresses";
import { activate, differentiate } from "./activations";
import { beat } from "./barrier";
import { backward, biasDerivatives, BLOCK } from "./dense";
import { gatherBytes, gatherFloats, touchEntries, touchWhole } from "./gather";
import { descendLists, forwardEntries, forwardPanel, scatter, sumLists, weightDerivatives } from "./generated/tiles";
import { listColumns, sortColumns } from "./lists";
import { outputRows } from "./loss";
import { addSquares, countUnits } from "./statistics";
import { update } from "./update";

/** Inputs whose derivatives are summed and applied before the next ones: 64 rows of a panel are 4 KiB of scratch. */
const CHUNK: i32 = 64;

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
function field(layer: i32, offset: usize): i32 {
  return load<i32>(address(P_LAYER_TABLE) + layer * LAYER_BYTES + offset);
}

// @ts-ignore: decorator
@inline
function place(layer: i32, offset: usize): usize {
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
function panelFrom(layer: i32, thread: i32): i32 {
  const panels = field(layer, L_PANELS);
  const threads = word(P_THREADS);
  if (thread == threads) return panels;
  const vectors = 4 * (panels - 1) + field(layer, L_LAST);
  return min(panels, ((vectors * thread) / threads + 2) >> 2);
}

/** The first input of a thread's share of a layer that is split by rows; a multiple of 4. */
function inputFrom(layer: i32, thread: i32): i32 {
  const n = field(layer, L_INPUTS);
  if (thread == word(P_THREADS)) return n;
  if (layer == 0 && isSparse()) return load<i32>(address(P_PARTS) + (<usize>thread << 2));
  return ((n * thread) / word(P_THREADS)) & ~3;
}

// @ts-ignore: decorator
@inline
function isSparse(): bool {
  return word(P_ROWS_KIND) >= SPARSE_BYTES;
}

/** Vectors of 4 in panel p. */
// @ts-ignore: decorator
@inline
function vectorsOf(layer: i32, p: i32): i32 {
  return p == field(layer, L_PANELS) - 1 ? field(layer, L_LAST) : 4;
}

// @ts-ignore: decorator
@inline
function orderAt(position: i32): usize {
  return address(P_ORDER) + (<usize>position << 2);
}

// @ts-ignore: decorator
@inline
function scratchOf(thread: i32): usize {
  return address(P_SCRATCH) + thread * address(P_SCRATCH_BYTES);
}

export function gatherRows(position: i32, rows: i32, thread: i32): void {
  const from = rowFrom(rows, thread);
  const to = rowFrom(rows, thread + 1);
  const n = field(0, L_INPUTS);
  if (word(P_ROWS_KIND) == DENSE_BYTES) gatherBytes(orderAt(position), address(P_ROWS), n, from, to, place(0, L_BELOW), address(P_PANEL));
  else gatherFloats(orderAt(position), address(P_ROWS), n, from, to, place(0, L_BELOW), address(P_PANEL));
}

/** Sends for the inputs and targets of the thread's rows. */
export function touchRows(position: i32, rows: i32, thread: i32): void {
  const order = orderAt(position);
  const from = rowFrom(rows, thread);
  const to = rowFrom(rows, thread + 1);
  const kind = word(P_ROWS_KIND);
  let sum = touchWhole(order, address(P_TARGETS), address(P_TARGET_STRIDE), from, to);
  if (isSparse()) {
    sum += touchEntries(order, address(P_ROW_STARTS), word(P_THREADS), address(P_ROWS), kind == SPARSE_BYTES ? 2 : 3, from, to);
  } else {
    sum += touchWhole(order, address(P_ROWS), <usize>field(0, L_INPUTS) << (kind == DENSE_BYTES ? 0 : 2), from, to);
  }
  store<u32>(scratchOf(thread), sum);
}

export function listRows(position: i32, rows: i32, thread: i32): void {
  const counts = address(P_LIST_COUNTS);
  const from = <usize>inputFrom(0, thread) << 2;
  memory.fill(counts + from, 0, (<usize>inputFrom(0, thread + 1) << 2) - from);
  listColumns(
    word(P_ROWS_KIND) == SPARSE_BYTES,
    orderAt(position),
    address(P_ROW_STARTS),
    word(P_THREADS),
    thread,
    address(P_ROWS),
    rows,
    counts,
    address(P_LISTS),
    listRoom(),
  );
  if (load<i32>(OPTIMIZER + O_KIND) != SGD) return;
  const listed = sortColumns(
    counts,
    inputFrom(0, thread),
    inputFrom(0, thread + 1),
    rows,
    scratchOf(thread),
    address(P_LISTED) + from,
  );
  store<i32>(address(P_LISTED_COUNTS) + (<usize>thread << 2), listed);
}

/** Plain descent of a panel of the first layer along the lists of all parts. */
function descendListed(layer: i32, V: i32, d: usize, w: usize): void {
  const rate = v128.load32_splat(OPTIMIZER + O_RATE);
  const threads = word(P_THREADS);
  for (let part = 0; part < threads; part++) {
    descendLists(
      word(P_ROWS_KIND) == SPARSE_BYTES,
      V,
      address(P_LIST_COUNTS),
      address(P_LISTS),
      listRoom(),
      address(P_LISTED) + (<usize>inputFrom(layer, part) << 2),
      load<i32>(address(P_LISTED_COUNTS) + (<usize>part << 2)),
      d,
      w,
      rate,
    );
  }
}

// @ts-ignore: decorator
@inline
function listRoom(): usize {
  return address(P_BATCH) << (word(P_ROWS_KIND) == SPARSE_BYTES ? 2 : 3);
}

/** z = W a + b. */
export function forwardLayer(layer: i32, position: i32, rows: i32, thread: i32): void {
  const byPanels = field(layer, L_BY_PANELS) == 1;
  const from = byPanels ? 0 : rowFrom(rows, thread);
  const to = byPanels ? rows : rowFrom(rows, thread + 1);
  const first = byPanels ? panelFrom(layer, thread) : 0;
  const end = byPanels ? panelFrom(layer, thread + 1) : field(layer, L_PANELS);
  if (layer == 0 && isSparse()) forwardSparse(position, from, to, first, end, thread);
  else forwardDense(layer, from, to, first, end, thread);
}

/** Inputs block by block, so that the activations of a block stay in the second cache for all panels of outputs. */
function forwardDense(layer: i32, from: i32, to: i32, first: i32, end: i32, thread: i32): void {
  const n = field(layer, L_INPUTS);
  const panel = address(P_PANEL);
  const weightPanel = place(layer, L_WEIGHT_PANEL);
  for (let k = 0; k < n; k += BLOCK) {
    const x = place(layer, L_BELOW) + (k >> 4) * panel;
    for (let p = first; p < end; p++) {
      const w = place(layer, L_WEIGHTS) + p * weightPanel + (<usize>k << 6);
      const z = place(layer, L_ACTIVATIONS) + p * panel;
      // From the biases, the same for each row, or from what the blocks before have left, a row further for each.
      const start = k == 0 ? place(layer, L_BIASES) + (<usize>p << 6) : z;
      forwardPanel(vectorsOf(layer, p), x, panel, min(BLOCK, n - k), from, to, w, start, k == 0 ? 0 : 64, z);
      beat(thread);
    }
  }
}

/** Panel by panel: the rows of one panel's weights that a picture uses mostly fit the first cache, and those of two do not. */
function forwardSparse(position: i32, from: i32, to: i32, first: i32, end: i32, thread: i32): void {
  const bytes = word(P_ROWS_KIND) == SPARSE_BYTES;
  const order = orderAt(position);
  for (let p = first; p < end; p++) {
    const w = place(0, L_WEIGHTS) + p * place(0, L_WEIGHT_PANEL);
    const b = place(0, L_BIASES) + (<usize>p << 6);
    const z = place(0, L_ACTIVATIONS) + p * address(P_PANEL);
    forwardEntries(bytes, vectorsOf(0, p), order, address(P_ROW_STARTS), word(P_THREADS), address(P_ROWS), from, to, w, b, z);
    beat(thread);
  }
}

/** a = sigma(z) of a hidden layer. */
export function activateLayer(layer: i32, rows: i32, thread: i32): void {
  const activation = field(layer, L_ACTIVATION);
  const panel = address(P_PANEL);
  const byPanels = field(layer, L_BY_PANELS) == 1;
  const from = byPanels ? 0 : rowFrom(rows, thread);
  const to = byPanels ? rows : rowFrom(rows, thread + 1);
  const first = byPanels ? panelFrom(layer, thread) : 0;
  const end = byPanels ? panelFrom(layer, thread + 1) : field(layer, L_PANELS);
  for (let p = first; p < end; p++) {
    activate(activation, place(layer, L_ACTIVATIONS) + p * panel + (<usize>from << 6), <usize>(to - from) << 6);
  }
}

/** Activation, cost and dCost/dz of the output layer, by rows; only the first two where `train` is false. */
export function lossRows(layer: i32, position: i32, rows: i32, thread: i32, train: bool): void {
  outputRows(
    field(layer, L_ACTIVATION),
    word(P_COST),
    place(layer, L_ACTIVATIONS),
    train ? place(layer, L_DERIVATIVES) : 0,
    address(P_PANEL),
    field(layer, L_OUTPUTS),
    rowFrom(rows, thread),
    rowFrom(rows, thread + 1),
    orderAt(position),
    address(P_TARGETS),
    address(P_TARGET_STRIDE),
    1 / <f32>rows,
    scratchOf(thread),
    address(P_COSTS),
    address(P_CORRECT),
  );
}

/** dCost/da of the layer below, then its dCost/dz; (3), (6) and the second factor of (4), (7). Split as the layer below is. */
export function backwardLayer(layer: i32, rows: i32, thread: i32): void {
  const below = layer - 1;
  const byPanels = field(below, L_BY_PANELS) == 1;
  const from = byPanels ? 0 : rowFrom(rows, thread);
  const to = byPanels ? rows : rowFrom(rows, thread + 1);
  const first = byPanels ? panelFrom(below, thread) : 0;
  const end = byPanels ? panelFrom(below, thread + 1) : field(below, L_PANELS);
  const panel = address(P_PANEL);
  backward(
    place(layer, L_DERIVATIVES),
    panel,
    field(layer, L_OUTPUTS),
    place(layer, L_WEIGHTS),
    place(layer, L_WEIGHT_PANEL),
    place(below, L_DERIVATIVES),
    field(below, L_OUTPUTS),
    first,
    end,
    from,
    to,
  );
  const activation = field(below, L_ACTIVATION);
  for (let p = first; p < end; p++) {
    const start = p * panel + (<usize>from << 6);
    differentiate(activation, place(below, L_DERIVATIVES) + start, place(below, L_ACTIVATIONS) + start, <usize>(to - from) << 6);
  }
  beat(thread);
}

/** Derivatives that are complete: applied to their parameters, or kept, or both. */
// @ts-ignore: decorator
@inline
function apply(layer: i32, w: usize, g: usize, bytes: usize): void {
  const mode = word(P_MODE);
  if (mode != APPLY) {
    const kept = w + place(layer, L_GRADIENT);
    if (kept != g) memory.copy(kept, g, bytes);
    if (mode == KEEP) return;
    memory.copy(w + place(layer, L_BEFORE), w, bytes);
  }
  update(w, g, place(layer, L_STATE1), place(layer, L_STATE2), bytes);
}

/** dCost/dw and dCost/db, and the step of the optimizer; (1), (2), (4), (5), (7), (8). */
export function weightsLayer(layer: i32, position: i32, rows: i32, thread: i32): void {
  const byPanels = field(layer, L_BY_PANELS) == 1;
  const first = byPanels ? panelFrom(layer, thread) : 0;
  const end = byPanels ? panelFrom(layer, thread + 1) : field(layer, L_PANELS);
  const from = byPanels ? 0 : inputFrom(layer, thread);
  const to = byPanels ? field(layer, L_INPUTS) : inputFrom(layer, thread + 1);
  const sparse = layer == 0 && isSparse();
  if (byPanels || thread == word(P_THREADS) - 1) biasesOf(layer, first, end, rows, scratchOf(thread));
  if (!sparse) weightsDense(layer, first, end, from, to, rows, thread);
  else if (byPanels) weightsListed(first, end, rows, thread);
  else weightsScattered(position, rows, from, to, thread);
}

function biasesOf(layer: i32, first: i32, end: i32, rows: i32, scratch: usize): void {
  for (let p = first; p < end; p++) {
    biasDerivatives(place(layer, L_DERIVATIVES) + p * address(P_PANEL), rows, scratch);
    apply(layer, place(layer, L_BIASES) + (<usize>p << 6), scratch, 64);
  }
}

function weightsDense(layer: i32, first: i32, end: i32, from: i32, to: i32, rows: i32, thread: i32): void {
  const panel = address(P_PANEL);
  const scratch = scratchOf(thread);
  for (let p = first; p < end; p++) {
    const V = vectorsOf(layer, p);
    const w = place(layer, L_WEIGHTS) + p * place(layer, L_WEIGHT_PANEL);
    const d = place(layer, L_DERIVATIVES) + p * panel;
    for (let k = from; k < to; k += CHUNK) {
      const kTo = min(k + CHUNK, to);
      // Within one panel of inputs at a time; a thread's share may begin inside of one.
      for (let at = k; at < kTo; ) {
        const next = min((at + 16) & ~15, kTo);
        const x = place(layer, L_BELOW) + (at >> 4) * panel + (<usize>(at & 15) << 2);
        weightDerivatives(V, x, next - at, d, rows, scratch + (<usize>(at - k) << 6));
        at = next;
      }
      apply(layer, w + (<usize>k << 6), scratch, <usize>(kTo - k) << 6);
    }
    beat(thread);
  }
}

/** Sparse rows and owned panels: by the list of each input. Plain descent needs only the inputs that have one. */
function weightsListed(first: i32, end: i32, rows: i32, thread: i32): void {
  const scratch = scratchOf(thread);
  const bytes = word(P_ROWS_KIND) == SPARSE_BYTES;
  const n = field(0, L_INPUTS);
  const descends = load<i32>(OPTIMIZER + O_KIND) == SGD && word(P_MODE) == APPLY;
  for (let p = first; p < end; p++) {
    const V = vectorsOf(0, p);
    const w = place(0, L_WEIGHTS) + p * place(0, L_WEIGHT_PANEL);
    const d = place(0, L_DERIVATIVES) + p * address(P_PANEL);
    if (descends) descendListed(0, V, d, w);
    else {
      for (let k = 0; k < n; k += CHUNK) {
        const kTo = min(k + CHUNK, n);
        sumLists(bytes, V, address(P_LIST_COUNTS), address(P_LISTS), listRoom(), k, kTo, d, scratch);
        apply(0, w + (<usize>k << 6), scratch, <usize>(kTo - k) << 6);
      }
    }
    beat(thread);
  }
}

/** Sparse rows and owned inputs: each entry adds to the derivatives of its input, which stand whole in the gradient. */
function weightsScattered(position: i32, rows: i32, from: i32, to: i32, thread: i32): void {
  const gradient = place(0, L_GRADIENT);
  const size = <usize>(to - from) << 6;
  for (let p = 0, end = field(0, L_PANELS); p < end; p++) {
    const w = place(0, L_WEIGHTS) + p * place(0, L_WEIGHT_PANEL);
    const start = w + (<usize>from << 6);
    memory.fill(start + gradient, 0, size);
    scatter(
      word(P_ROWS_KIND) == SPARSE_BYTES,
      vectorsOf(0, p),
      orderAt(position),
      address(P_ROW_STARTS),
      word(P_THREADS),
      thread,
      address(P_ROWS),
      rows,
      place(0, L_DERIVATIVES) + p * address(P_PANEL),
      w + gradient,
    );
    apply(0, start, start + gradient, size);
    beat(thread);
  }
}

/** Outputs of the batch, unpadded, behind those of the rows before it. */
export function copyOutputs(layer: i32, position: i32, rows: i32, thread: i32): void {
  const n = field(layer, L_OUTPUTS);
  const panel = address(P_PANEL);
  const a = place(layer, L_ACTIVATIONS);
  let target = address(P_OUTPUTS) + (<usize>(position + rowFrom(rows, thread)) * n << 2);
  const to = rowFrom(rows, thread + 1);
  for (let row = rowFrom(rows, thread); row < to; row++) {
    for (let j = 0; j < n; j += 16) {
      const source = a + (j >> 4) * panel + (<usize>row << 6);
      const size = <usize>min(16, n - j) << 2;
      memory.copy(target, source, size);
      target += size;
    }
  }
}

/** Measures what the last step, which was observed, did to a layer. `rows`: of its batch. */
export function measureLayer(layer: i32, rows: i32): void {
  memory.fill(PROGRAM + P_SQUARES, 0, 32);
  const outputs = field(layer, L_OUTPUTS);
  for (let p = 0, end = field(layer, L_PANELS); p < end; p++) {
    const w = place(layer, L_WEIGHTS) + p * place(layer, L_WEIGHT_PANEL);
    addSquares(w, place(layer, L_GRADIENT), place(layer, L_BEFORE), <usize>field(layer, L_INPUTS) << 6, PROGRAM + P_SQUARES);
    const a = place(layer, L_ACTIVATIONS) + p * address(P_PANEL);
    const counts = countUnits(field(layer, L_ACTIVATION), a, rows, min(16, outputs - (p << 4)));
    store<i32>(PROGRAM + P_DEAD, word(P_DEAD) + (counts & 0xffff));
    store<i32>(PROGRAM + P_SATURATED, word(P_SATURATED) + (counts >> 16));
  }
}
