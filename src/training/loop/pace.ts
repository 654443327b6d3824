import { now, pause } from "../../base/platform.js";
import type { TrainingPlan } from "../plan.js";
import { aborted } from "./failures.js";

/** Milliseconds of work between two returns to the event loop: half of a frame of the screen, since a busy machine takes longer. */
const SLICE = 8;

/** How the work is cut into slices. */
export interface Pace {
  /** Returns to the event loop where the work to come, which took so long last time, would make the slice too long. */
  readonly rest: (expected?: number) => Promise<void>;
  /** How many steps the next call may have. */
  readonly steps: () => number;
  /** Does the work of so many steps, and learns from the time that it took. */
  readonly work: <R>(steps: number, call: () => R) => { readonly result: R; readonly elapsed: number };
}

export function createPace(signal: TrainingPlan["signal"]): Pace {
  let rested = now();
  let steps = 1;
  let expected = 0;
  return {
    async rest(milliseconds = expected) {
      if (now() - rested + milliseconds >= SLICE) {
        await pause();
        rested = now();
      }
      if (signal?.aborted === true) throw aborted();
    },
    steps: () => steps,
    work(count, call) {
      const start = now();
      const result = call();
      const elapsed = now() - start;
      expected = elapsed;
      // A call may double and still fit into a slice.
      if (elapsed < SLICE / 3) {
        if (count >= steps) steps *= 2;
        expected *= 2;
      } else if (elapsed > SLICE) steps = Math.max(1, steps >> 1);
      return { result, elapsed };
    },
  };
}
