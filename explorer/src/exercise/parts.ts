import { type Derivation, expressionText, largestTerms } from "chainrule/explain";

/** Terms of a sum that are looked at one by one. */
const TOP = 5;

/** One number of an equation that a learner may be asked for. */
export interface Part {
  /** `result`; `f2`: the second factor; `f1t3`: the term 3 of the first factor; and so on down. */
  readonly id: string;
  readonly derivation: Derivation;
  /** Of the part that it belongs to. */
  readonly parent: string | undefined;
}

export const RESULT = "result";

/** The parts of a derivation: itself, its factors, and of sums the largest terms with their factors. */
export function partsOf(root: Derivation): Part[] {
  return [{ id: RESULT, derivation: root, parent: undefined }, ...below(root, "", RESULT)];
}

function below(derivation: Derivation, prefix: string, parent: string): Part[] {
  return childrenOf(derivation).flatMap(({ step, child }) => {
    const id = prefix + step;
    return [{ id, derivation: child, parent }, ...below(child, id, id)];
  });
}

/** What a derivation is made of, with the last step of the names of its parts. */
export function childrenOf(derivation: Derivation): { readonly step: string; readonly child: Derivation }[] {
  if (derivation.kind === "product") return derivation.factors.map((child, at) => ({ step: `f${at + 1}`, child }));
  if (derivation.kind === "value") return [];
  const { terms } = derivation;
  const shown = largestTerms(terms, TOP).terms;
  const places = Array.from({ length: terms.length }, (_, at) => at).sort(
    (p, q) => Math.abs(terms.values[q]!) - Math.abs(terms.values[p]!),
  );
  return shown.map((child, at) => ({ step: `t${places[at]!}`, child }));
}

/** The sum of the terms that have no line of their own. */
export function restOf(derivation: Derivation): { readonly count: number; readonly value: number } | undefined {
  if (derivation.kind !== "sum") return undefined;
  const { rest } = largestTerms(derivation.terms, TOP);
  return rest.count === 0 ? undefined : rest;
}

/** The formula of a part with its neurons: `2 a4[3] - 2 y[3]`, `sigma'(z4[3]) = a4[3] (1 - a4[3])`. */
export function formulaOf({ written }: Derivation): string {
  return written.indices.map((line) => expressionText(line)).join(" = ");
}

/** The value that a part simply is: `a3[7]` of dz4[3]/dw4[3,7]; undefined where it is computed. */
export function itselfOf({ kind, written }: Derivation): string | undefined {
  const last = written.indices.at(-1);
  return kind === "value" && last?.kind === "value" ? expressionText(last) : undefined;
}
