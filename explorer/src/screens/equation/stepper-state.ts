import { computed, effect, signal } from "@preact/signals";
import { type Tape, tape, type TapeStep } from "chainrule/explain";
import { hashText } from "../../share/hash-text.js";
import { session, shown } from "../../state/session.js";
import { attempt, type Outcome } from "./state.js";

// The walk through the shown example. Its step is kept in the address as k, beside what the other keys say.

export const walk = computed((): Outcome<Tape> => attempt(() => tape(session.value!.model, shown.value!.example)));

/** The number of the step; undefined until someone walks. */
export const step = signal<number | undefined>(undefined);

export const here = computed((): TapeStep | undefined => {
  const { value } = walk.value;
  return value?.at(Math.min(step.value ?? 0, value.length - 1));
});

export function stepTo(wanted: number): void {
  const { value } = walk.value;
  if (value !== undefined) step.value = Math.min(value.length - 1, Math.max(0, wanted));
}

/** Whether the address asks for a step. */
export function isAskedFor(): boolean {
  return new URLSearchParams(location.hash.slice(1)).has("k");
}

function readStep(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get("k");
  const wanted = given === null ? NaN : Number(given);
  if (Number.isInteger(wanted) && wanted >= 0) stepTo(wanted);
}

/** Reads k from the address and keeps it there while the screen is open; returns what ends that. */
export function followAddress(): () => void {
  readStep();
  const end = effect(() => {
    const k = step.value;
    const parts = new URLSearchParams(location.hash.slice(1));
    if (k === undefined || parts.get("k") === String(k)) return;
    parts.set("k", String(k));
    history.replaceState(history.state, "", `#${hashText(parts)}`);
  });
  addEventListener("hashchange", readStep);
  return () => {
    end();
    removeEventListener("hashchange", readStep);
  };
}
