import { batch, effect, signal } from "@preact/signals";
import { findQuantity } from "chainrule/explain";
import { hashText } from "../share/hash-text.js";
import { stale } from "../share/slots.js";
import { drawing, row, selection, session } from "./session.js";

// Where the page stands is in its address, behind the #: a link opens the same screen, example and selection. Keys that are not known
// are left alone, and what a model does not have is passed over. A recipe before them (share/link.ts) is opened by main.tsx.

export const SCREENS = ["train", "network", "equation", "diagnose", "compare", "share"] as const;
export type Screen = (typeof SCREENS)[number];

export const screen = signal<Screen>("network");

/** The screen that was looked at last beside Share: where a link of now leads to. */
export const lookedAt = signal<Screen>("network");

/** True while the page follows its address, and not the other way round. */
let following = false;

/** Goes to the place that an address names behind the #, so far as the open model has it. */
export function readAddress(hash = location.hash): void {
  const given = new URLSearchParams(hash.slice(1));
  following = true;
  batch(() => {
    const wanted = SCREENS.find((name) => name === given.get("screen"));
    if (wanted !== undefined) screen.value = wanted;
    const open = session.value;
    if (open === undefined) return;
    const text = given.get("row") ?? "";
    const at = Number(text === "" ? NaN : text);
    if (Number.isInteger(at) && at >= 0 && at < open.dataset.rowCount) {
      drawing.value = undefined;
      row.value = at;
    }
    const name = given.get("of");
    if (name !== null && isQuantity(name)) selection.value = name;
  });
  following = false;
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

/** Keys and values of the place that the page shows now; a drawing has no row. */
export function place(name: Screen = screen.value): [string, string][] {
  const k = new URLSearchParams(location.hash.slice(1)).get("k");
  return [
    ["screen", name],
    ...(drawing.value === undefined ? ([["row", String(row.value)]] satisfies [string, string][]) : []),
    ["of", selection.value],
    ...(k === null ? [] : ([["k", k]] satisfies [string, string][])),
  ];
}

/**
 * Keeps the address at what the page shows. Another screen or another selection is a place to go back to; rows and what comes by itself
 * are not.
 *
 * @param onArrival called where somebody typed or pasted another address
 */
export function keepAddress(onArrival: () => void): void {
  let last: { readonly screen: Screen; readonly selection: string; readonly session: unknown } | undefined;
  effect(() => {
    const now = { screen: screen.value, selection: selection.value, session: session.value?.model.network.layout };
    if (now.screen !== "share") lookedAt.value = now.screen;
    const parts = new URLSearchParams(location.hash.slice(1));
    for (const key of stale.value) parts.delete(key);
    if (drawing.value !== undefined) parts.delete("row");
    for (const [key, value] of place()) parts.set(key, value);
    const text = `#${hashText(parts)}`;
    const moved = last !== undefined && last.session === now.session && (last.screen !== now.screen || last.selection !== now.selection);
    last = now;
    const isNew = text !== location.hash;
    // The mark tells an address that the page wrote from one that somebody typed.
    if (isNew && moved && !following) history.pushState(MARK, "", text);
    else if (isNew || history.state === null) history.replaceState(MARK, "", text);
  });
  addEventListener("hashchange", () => {
    if (history.state === null) onArrival();
    else readAddress();
  });
}

const MARK = "chainrule";
