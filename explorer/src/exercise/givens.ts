import type { Network } from "chainrule";
import { type Derivation, type Expression, expressionText } from "chainrule/explain";
import type { Forward } from "chainrule/reference";
import { itselfOf, type Part } from "./parts.js";

// The numbers that a learner gets: what the formulas of the hidden parts need. None of them is a hidden number itself: in its place
// stands what it is computed from.

/** The example, and the network that sees it. */
export interface Ground {
  readonly network: Network;
  readonly forward: Forward;
  readonly y: Float64Array;
}

export interface Given {
  readonly name: string;
  readonly value: number;
}

type Value = Extract<Expression, { kind: "value" }>;

/** Numbers that would be read as the same. */
export function isEqual(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));
}

/** The numbers for some hidden parts, in the order in which they are needed. */
export function givensFor(
  ground: Ground,
  hidden: readonly Part[],
): { readonly givens: readonly Given[]; readonly missing: readonly string[] } {
  const secret = hidden.map(({ derivation }) => derivation.value);
  const givens = new Map<string, Given>();
  const missing: string[] = [];
  const add = (value: Value): void => {
    const name = expressionText(value);
    const number = numberAt(ground, value);
    if (givens.has(name) || number === undefined) return;
    if (!secret.some((one) => isEqual(one, number))) givens.set(name, { name, value: number });
    else if (from(ground, value, number).length > 0) from(ground, value, number).forEach(add);
    else missing.push(name);
  };
  for (const { derivation } of hidden) valuesIn(derivation).forEach(add);
  return { givens: [...givens.values()], missing: [...new Set(missing)] };
}

/** Why a part cannot be asked for, or undefined where it can. */
export function reasonAgainst(ground: Ground, { derivation }: Part): string | undefined {
  if (!Number.isFinite(derivation.value)) return "no finite number";
  const formula = derivation.written.indices.at(-1);
  if (derivation.kind === "value" && (formula?.kind === "number" || formula?.kind === "constant")) return "always the same number";
  const itself = itselfOf(derivation);
  const { missing } = givensFor(ground, [{ id: "", derivation, parent: undefined }]);
  if (missing.length === 0) return undefined;
  return itself === undefined ? `the same number as ${missing.join(", ")}` : `${itself} itself, which the learner has to be given`;
}

/** The values that a formula names. A product is computed from its factors, a sum from its terms. */
function valuesIn(derivation: Derivation): Value[] {
  const { written, kind } = derivation;
  const simplified = written.indices.at(-1);
  if (kind === "product" || (kind === "sum" && simplified?.kind !== "minus")) return [];
  const lines = kind === "sum" ? [simplified!] : written.indices;
  return lines.flatMap((line) => valuesOf(line));
}

function valuesOf(expression: Expression): Value[] {
  if (expression.kind === "value") return [expression];
  if (expression.kind === "derivative") return [];
  return Object.values(expression).flatMap((part: unknown): Value[] => {
    if (Array.isArray(part)) return (part as Expression[]).flatMap((one) => (isExpression(one) ? valuesOf(one) : []));
    return isExpression(part) ? valuesOf(part) : [];
  });
}

function isExpression(part: unknown): part is Expression {
  return typeof part === "object" && part !== null && "kind" in part;
}

/** The number behind a name, where it has one. */
function numberAt({ network, forward, y }: Ground, { of, layer, indices }: Value): number | undefined {
  const [j, k] = indices;
  if (typeof j !== "number") return undefined;
  if (of === "y") return y[j];
  if (of === "p") return forward.a.at(-1)![j];
  if (of === "z" || of === "a" || of === "h" || of === "u") return forward[of][layer]?.[j];
  if (of !== "w" && of !== "b") return undefined;
  const { w, b } = network.layout.layers[layer]!;
  if (of === "b") return network.parameters[b.offset + j];
  return typeof k === "number" ? network.parameters[w.offset + j * w.columns + k] : undefined;
}

/** What an activation is computed from: its weighted sum, or all those of the layer under a softmax. Nothing where that shows the same number. */
function from({ network, forward }: Ground, { of, layer, indices }: Value, number: number): Value[] {
  if ((of !== "a" && of !== "p" && of !== "h") || layer < 2) return [];
  const { activation, units } = network.description.layers[layer - 2]!;
  const own = Number(indices[0]);
  const all = activation === "softmax" ? Array.from({ length: units }, (_, j) => j) : [own];
  const values = all.map((j): Value => ({ kind: "value", of: "z", layer, indices: [j], bound: true }));
  return values.some(({ indices: [j] }) => isEqual(forward.z[layer]![Number(j)]!, number)) ? [] : values;
}
