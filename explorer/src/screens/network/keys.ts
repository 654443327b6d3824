import { selection, session } from "../../state/session.js";
import { passes } from "../../state/session.js";
import { edgeValues } from "./quantities.js";
import { topEdges } from "./top-edges.js";
import { cursor, edgesBy, type EdgeTarget, nameOf, type UnitTarget } from "./view.js";

/** The unit that the keyboard cycles the edges of, and which of them it is at. */
let cycle: { readonly unit: UnitTarget; at: number } | undefined;

/** Moves the keyboard's place in the network; true for a key that means something here. */
export function handleKey(key: string): boolean {
  const sizes = session.value!.model.network.layout.sizes;
  const here = unitHere();
  const size = sizes[here.layer]!;
  const across = here.layer === 1 ? (session.value!.model.image?.width ?? 10) : 10;
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight": {
      const layer = Math.min(Math.max(here.layer + (key === "ArrowLeft" ? -1 : 1), 1), sizes.length - 1);
      // At the same height of the next layer.
      const unit = layer === here.layer ? here.unit : Math.min(Math.floor(((here.unit + 0.5) / size) * sizes[layer]!), sizes[layer]! - 1);
      return goTo({ kind: "unit", layer, unit });
    }
    case "ArrowUp":
      return goTo({ ...here, unit: Math.max(here.unit - 1, 0) });
    case "ArrowDown":
      return goTo({ ...here, unit: Math.min(here.unit + 1, size - 1) });
    case "PageUp":
      return goTo({ ...here, unit: Math.max(here.unit - across, 0) });
    case "PageDown":
      return goTo({ ...here, unit: Math.min(here.unit + across, size - 1) });
    case "Home":
      return goTo({ ...here, unit: 0 });
    case "End":
      return goTo({ ...here, unit: size - 1 });
    case "Escape":
      if (cursor.value.kind === "unit") return false;
      return goTo(here);
    case "Enter":
      selection.value = nameOf(cursor.value);
      return true;
    case "w":
      return nextEdge(here);
    default:
      return false;
  }
}

function unitHere(): UnitTarget {
  const target = cursor.value;
  if (target.kind === "unit") return target;
  return cycle?.unit ?? { kind: "unit", layer: target.layer, unit: target.to };
}

function goTo(target: UnitTarget): true {
  cycle = undefined;
  cursor.value = target;
  return true;
}

/** The next smaller edge of a unit: of those that lead to it, of an input of those that leave it. */
function nextEdge(unit: UnitTarget): true {
  const edges = edgesOf(unit);
  if (edges.length === 0) return true;
  const at = cursor.value.kind === "edge" && cycle !== undefined ? (cycle.at + 1) % edges.length : 0;
  cycle = { unit, at };
  cursor.value = edges[at]!;
  return true;
}

/** The largest first, by the number that colours them. */
function edgesOf({ layer, unit }: UnitTarget): EdgeTarget[] {
  const { network } = session.value!.model;
  const into = layer === 1 ? 2 : layer;
  const { rows, columns } = network.layout.layers[into]!.w;
  const value = edgeValues(network, passes.value!, edgesBy.value, into);
  const part = layer === 1 ? { from: unit } : { to: unit };
  return topEdges(into, [rows, columns], Math.max(rows, columns), value, value, part)
    .reverse()
    .map(({ to, from }) => ({ kind: "edge", layer: into, to, from }));
}
