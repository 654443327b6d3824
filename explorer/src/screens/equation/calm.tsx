import { computed, effect, signal } from "@preact/signals";
import { status } from "../../state/run.js";
import { session } from "../../state/session.js";

/** Milliseconds without another network after which the next one is waited for no longer. */
const QUIET = 500;

const isChanging = signal(false);

/**
 * False while the network trains, or is another one several times a second. What takes long to work out, and cannot be read at that pace
 * anyway, waits until it stands: the page would stutter otherwise.
 */
export const isCalm = computed((): boolean => status.value !== "training" && !isChanging.value);

let last = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

effect(() => {
  if (session.value === undefined) return;
  const now = performance.now();
  if (now - last < QUIET) isChanging.value = true;
  last = now;
  clearTimeout(timer);
  timer = setTimeout(() => (isChanging.value = false), QUIET);
});

/** What stands in the place of numbers that are not worked out yet. */
export function Waiting() {
  return <p class="eq-quiet">Worked out as soon as the network stands still.</p>;
}
