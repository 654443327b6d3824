import { findParameter } from "chainrule";
import { setParameter } from "../screens/network/edits.js";
import { session } from "../state/session.js";
import type { SetParameter } from "./link.js";

/** Puts values in the place of parameters, as if by hand: they can be undone. Returns what is wrong, or undefined. */
export function setParameters(set: readonly SetParameter[]): string | undefined {
  try {
    const { layout } = session.value!.model.network;
    const places = set.map(({ name, value }) => ({ index: findParameter(layout, name).index, value }));
    for (const { index, value } of places) setParameter(index, value, false);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
