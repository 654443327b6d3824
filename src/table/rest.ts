import { now, pause } from "../base/platform.js";

/** Milliseconds of work between two returns to the event loop. */
const SLICE = 8;

/** Lets timers and input in between where enough time has gone by; awaiting it otherwise costs nothing but its turn. */
export function createRest(): () => Promise<void> | undefined {
  let rested = now();
  return () => {
    if (now() - rested < SLICE) return undefined;
    return pause().then(() => {
      rested = now();
    });
  };
}
