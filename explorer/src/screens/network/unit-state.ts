import type { Example } from "chainrule";
import { explain, numberText, why, WHY_THRESHOLDS } from "chainrule/explain";
import type { ShownModel } from "../../state/task.js";

// Loaded when a unit is first looked at: taking derivatives apart is a good part of the whole page.

/** Whether a unit still listens to the cost, in words: by the slope of its activation, da/dz. */
export function stateOf(model: ShownModel, example: Example, layer: number, unit: number): string {
  const name = `z${layer}[${unit}]`;
  const own = why(model, example, name).causes.filter(({ where }) => where === name || where === `u${layer}[${unit}]`);
  const slope = slopeOf(model, example, name);
  if (own.some(({ kind }) => kind === "dead-unit"))
    return "Dead in this example: its slope da/dz is 0, so that nothing is learned through it.";
  if (own.some(({ kind }) => kind === "saturated-unit")) {
    return `Saturated: its slope da/dz is ${numberText(own[0]!.value, 3)}, below ${WHY_THRESHOLDS.saturated}, so that little comes back through it.`;
  }
  if (slope === undefined) return "";
  return `Its slope da/dz is ${numberText(slope, 3)}: neither saturated nor dead.`;
}

/** da/dz where it is a factor of its own; undefined where the cost or a softmax takes it in. */
function slopeOf(model: ShownModel, example: Example, name: string): number | undefined {
  const derivation = explain(model, example, name);
  if (derivation.kind !== "product") return undefined;
  return derivation.factors.find((factor) => /^da\d+\[\d+\]\/dz/.test(factor.name))?.value;
}
