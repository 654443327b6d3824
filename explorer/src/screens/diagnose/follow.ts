import { effect } from "@preact/signals";
import { status } from "../../state/run.js";
import { session } from "../../state/session.js";
import { analyst, isLooking, isShown, isStopped, look } from "./state.js";

/** Milliseconds between two looks while it trains, and how many times the last look's own time: the training has the machine. */
const LEAST = 2000;
const TIMES = 4;

let last = -Infinity;
let took = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Looks at the network of the page again whenever it is another one: at once where nothing trains, now and then while it does. */
export function followSession(): () => void {
  return effect(() => {
    const [open, training] = [session.value, status.value === "training"];
    clearTimeout(timer);
    if (open === undefined || !isShown.value || isStopped.value || isLooking.value) return;
    if (look.peek()?.session.model === open.model) return;
    const wait = training ? last + Math.max(LEAST, TIMES * took) - performance.now() : 0;
    timer = setTimeout(() => void lookNow(), Math.max(0, wait));
  });
}

async function lookNow(): Promise<void> {
  const open = session.peek();
  if (open === undefined || isLooking.peek() || isStopped.peek()) return;
  const { model, dataset } = open;
  isLooking.value = true;
  const since = performance.now();
  const [answers, spread, diagnosis] = await Promise.all([
    analyst.ask("answers", model, dataset),
    analyst.ask("spread", model, dataset),
    analyst.ask("diagnosis", model, dataset),
  ]);
  last = performance.now();
  took = [answers, spread, diagnosis].reduce((sum, reply) => sum + (reply.kind === "answer" ? reply.milliseconds : 0), 0);
  // Stopped: what was found before stays.
  if (diagnosis.kind !== "none") look.value = { session: open, diagnosis, answers, spread, milliseconds: last - since };
  isLooking.value = false;
}

/** Ends the look that is under way, at once. */
export function stopLooking(): void {
  isStopped.value = true;
  clearTimeout(timer);
  analyst.cancel();
}

/** Looks again, also at a model that was looked at. */
export function lookAgain(): void {
  last = -Infinity;
  look.value = undefined;
  isStopped.value = false;
}
