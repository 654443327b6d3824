import { effect } from "@preact/signals";
import { exercise, learner, work, type Work } from "./state.js";

// What was done is kept in this tab while it is open, so that a reload neither loses it nor begins anew.

const KEY = "chainrule-exercise";

interface Kept {
  readonly link: string;
  readonly begun: string;
  readonly learner: string;
  readonly work: readonly (readonly [string, Work])[];
}

/** What was kept of an exercise by its link. */
export function keptOf(link: string): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
    return kept?.link === link ? kept : undefined;
  } catch {
    return undefined;
  }
}

let end: (() => void) | undefined;

/** Keeps what is done from now on. */
export function keepWork(): void {
  stopKeeping();
  end = effect(() => {
    const open = exercise.value;
    if (open === undefined) return;
    const kept: Kept = { link: open.link, begun: open.begun, learner: learner.value, work: [...work.value] };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Full, or not allowed: the exercise works without.
    }
  });
}

export function stopKeeping(): void {
  end?.();
  end = undefined;
}
