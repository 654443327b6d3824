// A whole epoch in one call: `run` goes through the batches and, for each, through the operations that the planner listed.

import {
  ACTIVATE,
  AUGMENT,
  AVERAGE,
  BACKWARD,
  BARRIER,
  CHECK,
  CLIP,
  ENCODE,
  ENCODE_AVERAGE,
  ENCODE_BACK,
  ENCODE_UPDATE,
  FACTOR_BYTES,
  FORWARD,
  GATHER,
  KEEP,
  LIMIT,
  LISTS,
  LOSS,
  NORM,
  NORM_ROWS,
  NORM_SUMS,
  OPTIMIZER,
  OUTPUT,
  O_RATE,
  P_BAD_COST,
  P_BAD_POSITION,
  P_BATCH,
  P_CORRECT,
  P_CORRECT_SUM,
  P_COSTS,
  P_COST_SUM,
  P_FACTORS,
  P_FORWARD_OPERATIONS,
  P_MODE,
  P_THREADS,
  P_TRAIN_OPERATIONS,
  PROGRAM,
  SQUARES,
  SUM,
  TOUCH,
  UPDATE,
  WEIGH,
  WEIGHTS,
} from "./addresses";
import { barrier, COMMAND, COMMAND_FROM, COMMAND_KIND, COMMAND_TO, command, nextCommand, STOP, stopped } from "./barrier";
import {
  activateLayer,
  backwardLayer,
  copyOutputs,
  forwardLayer,
  gatherRows,
  listRows,
  lossRows,
  touchRows,
} from "./layers";
import { address, word } from "./records";
import { augmentRows } from "./augmented";
import { encodeRows } from "./encode";
import { normaliseLayer, normRows, normSums } from "./normalise";
import { weighRows } from "./weighted";
import { averageEncoding, averageLayer, clipAll, limitLayer, squaresLayer } from "./rules";
import { encodingBack, encodingUpdate, updateLayer, weightsLayer } from "./weights";

export { writeConstants } from "./functions";
export { measureLayer } from "./weights";

const TRAIN: i32 = 0;
const ASK: i32 = 1;
const LEAVE: i32 = 2;

/** Of the batch; in the order of its rows, so that every thread that sums gets the same. */
function costOf(rows: i32): f64 {
  let sum: f64 = 0;
  let at = address(P_COSTS);
  for (const end = at + (<usize>rows << 2); at < end; at += 4) sum += <f64>load<f32>(at);
  return sum;
}

function isFinite64(x: f64): bool {
  return x - x == 0;
}

/** Adds the batch to the results. */
function addBatch(rows: i32, cost: f64): void {
  store<f64>(PROGRAM + P_COST_SUM, load<f64>(PROGRAM + P_COST_SUM) + cost);
  let correct = load<i32>(PROGRAM + P_CORRECT_SUM);
  let at = address(P_CORRECT);
  for (const end = at + (<usize>rows << 2); at < end; at += 4) correct += load<i32>(at);
  store<i32>(PROGRAM + P_CORRECT_SUM, correct);
}

function markBad(position: i32, cost: f64): void {
  if (load<i32>(PROGRAM + P_BAD_POSITION) >= 0) return;
  store<i32>(PROGRAM + P_BAD_POSITION, position);
  store<f64>(PROGRAM + P_BAD_COST, cost);
}

/** What the step at a position of the call multiplies by. */
function beginStep(position: i32): void {
  if (word(P_MODE) == KEEP) return;
  memory.copy(OPTIMIZER + O_RATE, address(P_FACTORS) + (position / word(P_BATCH)) * FACTOR_BYTES, FACTOR_BYTES);
}

/** One operation for one thread's share. False where the pass ends: stopped, or the cost of a training batch is not finite. */
export function operate(operation: i32, position: i32, rows: i32, thread: i32, train: bool): bool {
  const code = operation & 255;
  const layer = operation >> 8;
  if (code == FORWARD) forwardLayer(layer, position, rows, thread);
  else if (code == ACTIVATE) activateLayer(layer, position, rows, thread, train);
  else if (code == WEIGHTS) weightsLayer(layer, position, rows, thread);
  else if (code == BACKWARD) backwardLayer(layer, rows, thread);
  else if (code == BARRIER) return barrier(thread, word(P_THREADS));
  else if (code == LOSS) lossRows(layer, position, rows, thread, train);
  else if (code == GATHER) gatherRows(position, rows, thread);
  else if (code == TOUCH) touchRows(position, rows, thread);
  else if (code == LISTS) listRows(position, rows, thread);
  else if (code == SQUARES) squaresLayer(layer, thread);
  else if (code == WEIGH) weighRows(layer, position, rows, thread);
  else if (code == AUGMENT) augmentRows(position, rows, thread, train);
  else if (code == NORM) normaliseLayer(layer, rows, thread, train);
  else if (code == NORM_SUMS) normSums(layer, rows, thread);
  else if (code == NORM_ROWS) normRows(layer, rows, thread);
  else if (code == ENCODE) encodeRows(position, rows, thread);
  else if (code == ENCODE_BACK) encodingBack(layer, position, rows, thread);
  else if (code == ENCODE_UPDATE) encodingUpdate(layer, thread);
  else if (code == ENCODE_AVERAGE) averageEncoding(layer, thread);
  else if (code == UPDATE) updateLayer(layer, thread);
  else if (code == LIMIT) limitLayer(layer, thread);
  else if (code == AVERAGE) averageLayer(layer, thread);
  else if (code == CLIP) {
    // The number of layers stands where others have theirs.
    if (thread == 0) clipAll(layer);
  }
  else if (code == OUTPUT) copyOutputs(layer, position, rows, thread);
  else if (code == CHECK) {
    // Every thread decides the same from the same numbers.
    const cost = costOf(rows);
    if (!isFinite64(cost)) {
      if (thread == 0) markBad(position, cost);
      return false;
    }
    if (thread == 0) {
      addBatch(rows, cost);
      beginStep(position);
    }
  } else if (code == SUM && thread == 0) {
    const cost = costOf(rows);
    if (!isFinite64(cost)) markBad(position, cost);
    addBatch(rows, cost);
  }
  return true;
}

function pass(kind: i32, from: i32, to: i32, thread: i32): void {
  const batch = word(P_BATCH);
  const operations = address(kind == TRAIN ? P_TRAIN_OPERATIONS : P_FORWARD_OPERATIONS);
  for (let position = from; position < to; position += batch) {
    const rows = min(batch, to - position);
    for (let at = operations; load<i32>(at) != 0; at += 4) {
      if (!operate(load<i32>(at), position, rows, thread, kind == TRAIN)) return;
    }
  }
}

/**
 * Trains on, or asks, rows [from, to) of the order in batches, and waits until all threads are done. Called by thread 0. The
 * sum of costs goes on from what is there. Results are in the program's record; returns 0, or why it was stopped.
 */
export function run(ask: bool, from: i32, to: i32): i32 {
  store<i32>(PROGRAM + P_CORRECT_SUM, 0);
  store<i32>(PROGRAM + P_BAD_POSITION, -1);
  const threads = word(P_THREADS);
  const kind = ask ? ASK : TRAIN;
  if (threads > 1) command(kind, from, to);
  pass(kind, from, to, 0);
  if (threads > 1) barrier(0, threads);
  return stopped() ? stopReason() : 0;
}

function stopReason(): i32 {
  return atomic.load<i32>(STOP);
}

/** The whole life of another thread: it takes its share of every command until the run is over. */
export function help(thread: i32, seen: i32): i32 {
  const threads = word(P_THREADS);
  while (nextCommand(seen)) {
    seen = atomic.load<i32>(COMMAND);
    const kind = load<i32>(COMMAND_KIND);
    if (kind == LEAVE) return 0;
    pass(kind, load<i32>(COMMAND_FROM), load<i32>(COMMAND_TO), thread);
    if (!barrier(thread, threads)) break;
  }
  return stopReason();
}

/** Sends the helpers home. */
export function leave(): void {
  command(LEAVE, 0, 0);
}

