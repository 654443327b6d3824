import { findParameter } from "chainrule/explain";
import { addNoiseToAll, setParameter } from "../screens/network/edits.js";
import { session } from "../state/session.js";
import type { HandChange } from "./link.js";

/** Changes parameters, as if by hand: it can be undone. Returns what is wrong, or undefined. */
export function setParameters(set: readonly HandChange[]): string | undefined {
  try {
    const { layout } = session.value!.model.network;
    // A name that is wrong is found before anything is changed.
    const steps = set.map((one) => ("name" in one ? { index: findParameter(layout, one.name).index, value: one.value } : one));
    for (const step of steps) {
      if ("index" in step) setParameter(step.index, step.value, false);
      else addNoiseToAll(step);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
