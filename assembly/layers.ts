// The operations of a step on one layer, for one thread's share of it.
//
// A layer is split in one of two ways. By panels: a thread owns panels of outputs, computes them for every row, and updates
// their weights; weights never move from one core to another. By rows, where there are too few panels: a thread computes its
// rows of the batch, and sums derivatives over all rows for its range of inputs. Outputs are split, never sums, so that any
// number of threads gives the same bits.

import {
  DENSE_BYTES,
  L_ACTIVATION,
  L_ACTIVATIONS,
  L_BELOW,
  L_BIASES,
  L_BY_PANELS,
  L_DERIVATIVES,
  L_DROPOUT,
  L_INPUTS,
  L_OUTPUTS,
  L_PANELS,
  L_SKIP,
  L_SLOPES,
  L_SUMS_OUT,
  L_WEIGHTS,
  L_WEIGHT_PANEL,
  OPTIMIZER,
  O_KIND,
  P_AUGMENTATION,
  P_CORRECT,
  P_COST,
  P_COSTS,
  P_LISTED,
  P_LISTED_COUNTS,
  P_LISTS,
  P_LIST_COUNTS,
  P_OUTPUTS,
  P_PANEL,
  P_ROWS,
  P_ROWS_KIND,
  P_ROW_STARTS,
  P_SOURCE,
  P_SOURCE_KIND,
  P_TARGETS,
  P_TARGET_STRIDE,
  P_THREADS,
  SGD,
  SPARSE_BYTES,
} from "./addresses";
import { activate, differentiate } from "./activations";
import { beat } from "./barrier";
import { backward, BLOCK } from "./dense";
import { addSkipped, connectBack } from "./connect";
import { dropUnits } from "./dropout";
import { gatherBytes, gatherFloats, touchEntries, touchWhole } from "./gather";
import { forwardEntries, forwardPanel } from "./generated/tiles";
import { listColumns, sortColumns } from "./lists";
import { outputRows } from "./loss";
import { word, address, field, place, rowFrom, panelFrom, inputFrom, isSparse, vectorsOf, orderAt, inputOrder, scratchOf, listRoom, storedActivation } from "./records";

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
  if (address(P_AUGMENTATION) != 0) {
    sum += touchWhole(order, address(P_SOURCE), <usize>field(0, L_INPUTS) << (word(P_SOURCE_KIND) == DENSE_BYTES ? 0 : 2), from, to);
  } else if (isSparse()) {
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
    inputOrder(position),
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
      const z = place(layer, L_SUMS_OUT) + p * panel;
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
  const order = inputOrder(position);
  for (let p = first; p < end; p++) {
    const w = place(0, L_WEIGHTS) + p * place(0, L_WEIGHT_PANEL);
    const b = place(0, L_BIASES) + (<usize>p << 6);
    const z = place(0, L_SUMS_OUT) + p * address(P_PANEL);
    forwardEntries(bytes, vectorsOf(0, p), order, address(P_ROW_STARTS), word(P_THREADS), address(P_ROWS), from, to, w, b, z);
    beat(thread);
  }
}

/** a = sigma(z) of a hidden layer, and where `train` what its derivative needs beside a. */
export function activateLayer(layer: i32, position: i32, rows: i32, thread: i32, train: bool): void {
  const activation = field(layer, L_ACTIVATION);
  const panel = address(P_PANEL);
  const byPanels = field(layer, L_BY_PANELS) == 1;
  const from = byPanels ? 0 : rowFrom(rows, thread);
  const to = byPanels ? rows : rowFrom(rows, thread + 1);
  const first = byPanels ? panelFrom(layer, thread) : 0;
  const end = byPanels ? panelFrom(layer, thread + 1) : field(layer, L_PANELS);
  const slopes = train ? place(layer, L_SLOPES) : 0;
  for (let p = first; p < end; p++) {
    activate(activation, place(layer, L_ACTIVATIONS) + p * panel + (<usize>from << 6), <usize>(to - from) << 6, slopes);
  }
  if (train && field(layer, L_DROPOUT) != 0) dropUnits(layer, position, first, end, from, to, thread);
  if (place(layer, L_SKIP) != 0) addSkipped(layer, first, end, from, to, train);
}

/** Activation, cost and dCost/dz of the output layer, by rows; only the first two where `train` is false. */
export function lossRows(layer: i32, position: i32, rows: i32, thread: i32, train: bool): void {
  outputRows(
    field(layer, L_ACTIVATION),
    word(P_COST),
    place(layer, L_ACTIVATIONS),
    train ? place(layer, L_DERIVATIVES) : 0,
    place(layer, L_SLOPES),
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

/** dCost/da of the layer below, then its dCost/du, which is dCost/dz where nothing is normalised; (3), (6) and the second factor of (4), (7). Split as the layer below is. */
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
  connectBack(below, first, end, from, to);
  const activation = storedActivation(below);
  const a = place(below, L_ACTIVATIONS) + place(below, L_SLOPES);
  for (let p = first; p < end; p++) {
    const start = p * panel + (<usize>from << 6);
    differentiate(activation, place(below, L_DERIVATIVES) + start, a + start, <usize>(to - from) << 6);
  }
  beat(thread);
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
