import type { Verdict, VerdictKind } from "chainrule/diagnose";

/** What is wrong with a unit: what the diagnosis says first. */
export type UnitState = "dead" | "saturated" | "constant" | "duplicate" | "fine";

const KINDS: Readonly<Partial<Record<VerdictKind, Exclude<UnitState, "fine">>>> = {
  "dead-units": "dead",
  "saturated-units": "saturated",
  "constant-units": "constant",
  "duplicate-units": "duplicate",
};

/** Signs beside the colours. */
export const SIGNS: Readonly<Record<UnitState, string>> = { dead: "✗", saturated: "▬", constant: "=", duplicate: "∥", fine: "" };

const ORDER: readonly UnitState[] = ["dead", "saturated", "constant", "duplicate"];

/** The units that verdicts name, by their names `a3[4]`. */
export function unitStates(verdicts: readonly Verdict[]): ReadonlyMap<string, UnitState> {
  const found = new Map<string, UnitState>();
  for (const { kind, where } of verdicts) {
    const state = KINDS[kind];
    if (state === undefined) continue;
    for (const name of where.units ?? []) {
      const before = found.get(name);
      if (before === undefined || ORDER.indexOf(state) < ORDER.indexOf(before)) found.set(name, state);
    }
  }
  return found;
}
