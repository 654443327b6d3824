import { effect, signal } from "@preact/signals";
import { findQuantity } from "chainrule";
import { drawing, row, selection, session } from "./session.js";

// Where the page stands is in its address, behind the #: a link opens the same screen, example and selection. Keys that are not known
// are left alone, and what a model does not have is passed over.

export const SCREENS = ["network", "equation"] as const;
export type Screen = (typeof SCREENS)[number];

export const screen = signal<Screen>("network");

/** Reads the address; of the model that is open. */
export function readAddress(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  const wanted = SCREENS.find((name) => name === given.get("screen"));
  if (wanted !== undefined) screen.value = wanted;
  const open = session.value;
  if (open === undefined) return;
  const at = Number(given.get("row") ?? NaN);
  if (Number.isInteger(at) && at >= 0 && at < open.dataset.rowCount) row.value = at;
  const name = given.get("of");
  if (name !== null && isQuantity(name)) selection.value = name;
}

/** Whether the open model has a quantity of this name. */
export function isQuantity(name: string): boolean {
  if (session.value === undefined) return false;
  try {
    findQuantity(session.value.model.network.layout, name);
    return true;
  } catch {
    return false;
  }
}

/** Keeps the address at what the page shows; a drawing has none. */
export function keepAddress(): void {
  effect(() => {
    const parts = new URLSearchParams(location.hash.slice(1));
    parts.set("screen", screen.value);
    if (drawing.value === undefined) parts.set("row", String(row.value));
    else parts.delete("row");
    parts.set("of", selection.value);
    // Brackets and commas are allowed behind the #, and people read them.
    const text = parts.toString().replaceAll("%5B", "[").replaceAll("%5D", "]").replaceAll("%2C", ",");
    if (`#${text}` !== location.hash) history.replaceState(null, "", `#${text}`);
  });
  addEventListener("hashchange", readAddress);
}
