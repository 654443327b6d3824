import { batch } from "@preact/signals";
import { type Screen, screen } from "../../state/address.js";
import { drawing, row, selection } from "../../state/session.js";

// Where links of this screen lead.

export function openUnit(name: string): void {
  batch(() => {
    selection.value = name;
    screen.value = "network";
  });
}

export function openParameter(name: string): void {
  batch(() => {
    selection.value = name;
    screen.value = "equation";
  });
}

export function openRow(wanted: number, to: Screen = "equation"): void {
  batch(() => {
    drawing.value = undefined;
    row.value = wanted;
    screen.value = to;
  });
}
