// Derivatives of weights and biases, and what becomes of them: a step of the optimizer, a gradient that is kept, statistics.

import {
  APPLY,
  KEEP,
  BATCH_NORM,
  L_ACTIVATIONS,
  L_BEFORE,
  L_BETA,
  L_BELOW,
  L_BIASES,
  L_BY_PANELS,
  L_DERIVATIVES,
  L_GAMMA,
  L_GRADIENT,
  L_INPUTS,
  L_NORM,
  L_OUTPUTS,
  L_PANELS,
  L_STATE1,
  L_STATE2,
  L_WEIGHTS,
  L_WEIGHT_PANEL,
  OBSERVE,
  OPTIMIZER,
  O_KIND,
  O_RATE,
  PROGRAM,
  P_DEAD,
  P_LISTED,
  P_LISTED_COUNTS,
  P_LISTS,
  P_LIST_COUNTS,
  P_MODE,
  P_PANEL,
  P_ROWS,
  P_ROWS_KIND,
  P_ROW_STARTS,
  P_SATURATED,
  P_SQUARES,
  P_THREADS,
  RULE_CLIP_NORM,
  SGD,
  SPARSE_BYTES,
} from "./addresses";
import { beat } from "./barrier";
import { biasDerivatives } from "./dense";
import { encodingBytes, encodingDerivatives, encodingTable, INPUT } from "./encode";
import { moveStatistics } from "./normalise";
import { descendLists, scatter, sumLists, weightDerivatives } from "./generated/tiles";
import { word, address, field, place, panelFrom, inputFrom, isSparse, vectorsOf, inputOrder, scratchOf, listRoom } from "./records";
import { addSquares, countUnits } from "./statistics";
import { rules, update } from "./update";

/** Inputs whose derivatives are summed and applied before the next ones: 64 rows of a panel are 4 KiB of scratch. */
const CHUNK: i32 = 64;

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

/** Derivatives that are complete: applied to their parameters, or kept, or both. Where their norm is to be known first, kept. */
// @ts-ignore: decorator
@inline
function apply(layer: i32, w: usize, g: usize, bytes: usize, weights: bool): void {
  const mode = word(P_MODE);
  const held = (rules() & RULE_CLIP_NORM) != 0;
  if (mode != APPLY || held) {
    const kept = w + place(layer, L_GRADIENT);
    if (kept != g) memory.copy(kept, g, bytes);
    if (mode == KEEP || held) return;
    memory.copy(w + place(layer, L_BEFORE), w, bytes);
  }
  update(w, g, place(layer, L_STATE1), place(layer, L_STATE2), bytes, weights);
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
    const offset = <usize>p << 6;
    const norm = field(layer, L_NORM);
    // The mean of a batch takes biases out again.
    if (norm == BATCH_NORM) memory.fill(scratch, 0, 64);
    else biasDerivatives(place(layer, L_DERIVATIVES) + p * address(P_PANEL), rows, scratch);
    apply(layer, place(layer, L_BIASES) + offset, scratch, 64, false);
    if (norm == 0) continue;
    applyKept(layer, place(layer, L_GAMMA) + offset, 64, scratch);
    applyKept(layer, place(layer, L_BETA) + offset, 64, scratch);
    if (word(P_MODE) != KEEP && (rules() & RULE_CLIP_NORM) == 0) moveStatistics(layer, p);
  }
}

/** Derivatives that are among those kept already; rules change what they are given, so that they get a copy. */
function applyKept(layer: i32, at: usize, size: usize, scratch: usize): void {
  for (const end = at + size; at < end; at += CHUNK << 6) {
    const bytes = min(<usize>CHUNK << 6, end - at);
    memory.copy(scratch, at + place(layer, L_GRADIENT), bytes);
    apply(layer, at, scratch, bytes, false);
  }
}

/** Derivatives of what encodes a column, and their step. */
export function encodingBack(encoding: i32, position: i32, rows: i32, thread: i32): void {
  if (encoding % word(P_THREADS) != thread) return;
  encodingDerivatives(encoding, position, rows);
  applyKept(INPUT, encodingTable(encoding), encodingBytes(encoding), scratchOf(thread));
}

/** Their step, where it waited for the norm of all derivatives. */
export function encodingUpdate(encoding: i32, thread: i32): void {
  if (word(P_MODE) == KEEP || encoding % word(P_THREADS) != thread) return;
  updateHeld(INPUT, encodingTable(encoding), encodingBytes(encoding), false, thread);
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
      apply(layer, w + (<usize>k << 6), scratch, <usize>(kTo - k) << 6, true);
    }
    beat(thread);
  }
}

/** Sparse rows and owned panels: by the list of each input. Plain descent needs only the inputs that have one. */
function weightsListed(first: i32, end: i32, rows: i32, thread: i32): void {
  const scratch = scratchOf(thread);
  const bytes = word(P_ROWS_KIND) == SPARSE_BYTES;
  const n = field(0, L_INPUTS);
  const descends = load<i32>(OPTIMIZER + O_KIND) == SGD && word(P_MODE) == APPLY && rules() == 0;
  for (let p = first; p < end; p++) {
    const V = vectorsOf(0, p);
    const w = place(0, L_WEIGHTS) + p * place(0, L_WEIGHT_PANEL);
    const d = place(0, L_DERIVATIVES) + p * address(P_PANEL);
    if (descends) descendListed(0, V, d, w);
    else {
      for (let k = 0; k < n; k += CHUNK) {
        const kTo = min(k + CHUNK, n);
        sumLists(bytes, V, address(P_LIST_COUNTS), address(P_LISTS), listRoom(), k, kTo, d, scratch);
        apply(0, w + (<usize>k << 6), scratch, <usize>(kTo - k) << 6, true);
      }
    }
    beat(thread);
  }
}

/** Sparse rows and owned inputs: each entry adds to the derivatives of its input, which stand whole in the gradient. */
function weightsScattered(position: i32, rows: i32, from: i32, to: i32, thread: i32): void {
  const gradient = place(0, L_GRADIENT);
  const scratch = scratchOf(thread);
  const size = <usize>(to - from) << 6;
  for (let p = 0, end = field(0, L_PANELS); p < end; p++) {
    const w = place(0, L_WEIGHTS) + p * place(0, L_WEIGHT_PANEL);
    const start = w + (<usize>from << 6);
    memory.fill(start + gradient, 0, size);
    scatter(
      word(P_ROWS_KIND) == SPARSE_BYTES,
      vectorsOf(0, p),
      inputOrder(position),
      address(P_ROW_STARTS),
      word(P_THREADS),
      thread,
      address(P_ROWS),
      rows,
      place(0, L_DERIVATIVES) + p * address(P_PANEL),
      w + gradient,
    );
    // Rules change what they are given, and what is kept stays as it is.
    if (rules() == 0) apply(0, start, start + gradient, size, true);
    else {
      for (let at: usize = 0; at < size; at += CHUNK << 6) {
        const bytes = min(<usize>CHUNK << 6, size - at);
        memory.copy(scratch, start + gradient + at, bytes);
        apply(0, start + at, scratch, bytes, true);
      }
    }
    beat(thread);
  }
}

/** The step along derivatives that were kept until their norm was known; shares as in `weightsLayer`. */
export function updateLayer(layer: i32, thread: i32): void {
  const mode = word(P_MODE);
  if (mode == KEEP) return;
  const byPanels = field(layer, L_BY_PANELS) == 1;
  const first = byPanels ? panelFrom(layer, thread) : 0;
  const end = byPanels ? panelFrom(layer, thread + 1) : field(layer, L_PANELS);
  const from = <usize>(byPanels ? 0 : inputFrom(layer, thread)) << 6;
  const to = <usize>(byPanels ? field(layer, L_INPUTS) : inputFrom(layer, thread + 1)) << 6;
  for (let p = first; p < end; p++) {
    const w = place(layer, L_WEIGHTS) + p * place(layer, L_WEIGHT_PANEL);
    updateHeld(layer, w + from, to - from, true, thread);
    if (byPanels || thread == word(P_THREADS) - 1) {
      const offset = <usize>p << 6;
      updateHeld(layer, place(layer, L_BIASES) + offset, 64, false, thread);
      if (field(layer, L_NORM) != 0) {
        updateHeld(layer, place(layer, L_GAMMA) + offset, 64, false, thread);
        updateHeld(layer, place(layer, L_BETA) + offset, 64, false, thread);
        moveStatistics(layer, p);
      }
    }
    beat(thread);
  }
}

function updateHeld(layer: i32, w: usize, size: usize, weights: bool, thread: i32): void {
  const scratch = scratchOf(thread);
  for (const end = w + size; w < end; w += CHUNK << 6) {
    const bytes = min(<usize>CHUNK << 6, end - w);
    memory.copy(scratch, w + place(layer, L_GRADIENT), bytes);
    if (word(P_MODE) == OBSERVE) memory.copy(w + place(layer, L_BEFORE), w, bytes);
    update(w, scratch, place(layer, L_STATE1), place(layer, L_STATE2), bytes, weights);
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
    const counts = countUnits(layer, a, rows, min(16, outputs - (p << 4)));
    store<i32>(PROGRAM + P_DEAD, word(P_DEAD) + (counts & 0xffff));
    store<i32>(PROGRAM + P_SATURATED, word(P_SATURATED) + (counts >> 16));
  }
}
