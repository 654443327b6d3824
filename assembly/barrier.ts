// Threads meet at barriers. Each has a line of its own, so that a thread that waits only reads. A wait spins for a short
// while, since the others are a few microseconds away, and then sleeps until it is woken.
//
// CONTROL: flag of the run. A line of a thread: arrivals, sleepers on it, heartbeat (work is going on).

import { CONTROL } from "./addresses";

/** 0 while the run goes on; then why it ended. Every wait gives up when it is set. */
export const STOP: usize = CONTROL;
/** Number of the command under way; helpers sleep on it. */
export const COMMAND: usize = CONTROL + 64;
/** What the command is: 0 train, 1 forward, 2 return; and its rows of the order. */
export const COMMAND_KIND: usize = CONTROL + 68;
export const COMMAND_FROM: usize = CONTROL + 72;
export const COMMAND_TO: usize = CONTROL + 76;
const LINES: usize = CONTROL + 128;
const ARRIVED: usize = 0;
const SLEEPERS: usize = 4;
const HEARTBEAT: usize = 8;

/** A thread did not come, and showed no sign of work, for this many sleeps of 50 ms. */
const PATIENCE: i32 = 24;
const SLEEP: i64 = 50_000_000;
/** About 20 microseconds. */
const SPINS: i32 = 10_000;
export const STOPPED_LATE: i32 = 256;

// @ts-ignore: decorator
@inline
function lineOf(thread: i32): usize {
  return LINES + (<usize>thread << 6);
}

/** Says that this thread is at work; long kernels call it between panels. */
// @ts-ignore: decorator
@inline
export function beat(thread: i32): void {
  const at = lineOf(thread) + HEARTBEAT;
  store<u32>(at, load<u32>(at) + 1);
}

// @ts-ignore: decorator
@inline
export function stopped(): bool {
  return atomic.load<i32>(STOP) != 0;
}

/** Sleeps on a word while it holds `seen`; false where the run was stopped or `thread` is silent for too long. */
function sleep(word: usize, seen: i32, thread: i32): bool {
  let silent = 0;
  let heard = load<u32>(lineOf(thread) + HEARTBEAT);
  while (atomic.load<i32>(word) == seen) {
    if (stopped()) return false;
    atomic.wait<i32>(word, seen, SLEEP);
    const now = load<u32>(lineOf(thread) + HEARTBEAT);
    silent = now == heard ? silent + 1 : 0;
    heard = now;
    if (silent == PATIENCE) {
      atomic.store<i32>(STOP, STOPPED_LATE + thread);
      return false;
    }
  }
  return true;
}

/** Waits until every thread has come as often as this one. False where the run was stopped. */
export function barrier(thread: i32, threads: i32): bool {
  const own = lineOf(thread);
  const count = atomic.load<i32>(own + ARRIVED) + 1;
  atomic.store<i32>(own + ARRIVED, count);
  if (atomic.load<i32>(own + SLEEPERS) != 0) atomic.notify(own + ARRIVED, -1);
  for (let other = 0; other < threads; other++) {
    const line = lineOf(other);
    let spins = SPINS;
    // The difference, so that a count that has run over is still behind or ahead.
    while (atomic.load<i32>(line + ARRIVED) - count < 0) {
      if (--spins > 0) continue;
      if (stopped()) return false;
      const seen = atomic.load<i32>(line + ARRIVED);
      if (seen - count >= 0) break;
      atomic.add<i32>(line + SLEEPERS, 1);
      const woken = sleep(line + ARRIVED, seen, other);
      atomic.sub<i32>(line + SLEEPERS, 1);
      if (!woken) return false;
    }
  }
  return true;
}

/** Tells the helpers what to do next. */
export function command(kind: i32, from: i32, to: i32): void {
  store<i32>(COMMAND_KIND, kind);
  store<i32>(COMMAND_FROM, from);
  store<i32>(COMMAND_TO, to);
  atomic.add<i32>(COMMAND, 1);
  atomic.notify(COMMAND, -1);
}

/** A helper waits for the command after `seen`; however long, while the run is not stopped. */
export function nextCommand(seen: i32): bool {
  let spins = SPINS;
  while (atomic.load<i32>(COMMAND) == seen) {
    if (stopped()) return false;
    if (--spins > 0) continue;
    atomic.wait<i32>(COMMAND, seen, SLEEP);
  }
  return true;
}
