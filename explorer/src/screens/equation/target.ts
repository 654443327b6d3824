import { type Derivation, type Expression, expressionText } from "chainrule/explain";
import { isQuantity } from "../../state/address.js";

/** What a factor or a term leads to. */
export interface Target {
  readonly quantity: string;
  /** The row of the example that it belongs to, where there are several. */
  readonly example: number | undefined;
}

type DerivativeExpression = Extract<Expression, { kind: "derivative" }>;

/** The derivatives in the name of a derivation: one, or those of the factors that a term is made of. */
export function derivativesOf({ written }: Derivation): DerivativeExpression[] {
  const parts = written.bound.kind === "product" ? written.bound.factors : [written.bound];
  return parts.filter((part) => part.kind === "derivative");
}

/**
 * The quantity behind a derivation: a4[3] of dCost/da4[3], the weight itself of dz/da, the input of dz/dw; undefined where the network has no
 * such quantity.
 */
export function targetOf(derivation: Derivation): Target | undefined {
  const all = derivativesOf(derivation);
  const first = all.find(({ of }) => of.kind === "cost") ?? all[0];
  if (first === undefined) return undefined;
  const worked = derivation.written.indices.at(-1);
  const itself = first.of.kind !== "cost" && worked?.kind === "value" ? expressionText(worked) : undefined;
  const quantity = [itself, expressionText(first.by)].find((name) => name !== undefined && isQuantity(name));
  if (quantity === undefined) return undefined;
  const example = first.of.kind === "cost" && typeof first.of.example === "number" ? first.of.example : undefined;
  return { quantity, example };
}
