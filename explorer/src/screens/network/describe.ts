import { numberText } from "chainrule/explain";
import { passes, session } from "../../state/session.js";
import { handedName, unitName } from "./names.js";
import { weightsOf } from "./quantities.js";
import type { Target } from "./view.js";

/** A unit or an edge with its numbers, in a sentence to be read out. */
export function describe(target: Target): string {
  const [open, pass] = [session.value, passes.value];
  if (open === undefined || pass === undefined) return "";
  const { network } = open.model;
  const { forward, backward } = pass;
  if (target.kind === "edge") {
    const { layer, to, from } = target;
    const jk = to * network.layout.sizes[layer - 1]! + from;
    const w = weightsOf(network, layer)[jk]!;
    const below = forward.h[layer - 1]![from]!;
    const derivative = backward.dCost_dw[layer]![jk]!;
    const handed = handedName(network, layer - 1, from);
    return `w${layer}[${to},${from}], from ${handed} to z${layer}[${to}]: w ${numberText(w)}, w times ${handed[0]!} ${numberText(w * below)}, dCost/dw ${numberText(derivative)}`;
  }
  const { layer, unit } = target;
  const name = unitName(open.model, layer, unit);
  const title = `a${layer}[${unit}], ${layer === 1 ? "input" : layer === network.layout.depth ? "output" : `layer ${layer}`}${name === undefined ? "" : ` ${name}`}`;
  const numbers: [string, number | undefined][] = [
    ["z", forward.z[layer]![unit]],
    ["a", forward.a[layer]![unit]],
    ["dCost/da", backward.dCost_da[layer]![unit]],
    ["dCost/dz", backward.dCost_dz[layer]![unit]],
  ];
  return `${title}: ${numbers.flatMap(([letter, value]) => (value === undefined ? [] : [`${letter} ${numberText(value)}`])).join(", ")}`;
}
