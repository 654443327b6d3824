import { type Derivation, largestTerms, type Rest } from "../derivation/derivation.js";
import { type Expression, ROW } from "../derivation/expression.js";
import type { Opening } from "./json.js";

/** One opened derivation on the page, in the order in which a reader needs them: whole first, then its parts. */
export interface Section {
  readonly derivation: Derivation;
  /** The factors of a product, or the shown terms of a sum; empty where it stays closed. */
  readonly parts: readonly Derivation[];
  /** Of a sum: what is not shown. */
  readonly rest: Rest | undefined;
}

/** The sections that `open` levels of equations give: level by level, nothing twice. */
export function sectionsOf(root: Derivation, { open = 1, top }: Opening): Section[] {
  const sections: Section[] = [];
  const seen = new Set<string>();
  let level: readonly Derivation[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    const next: Derivation[] = [];
    for (const derivation of level) {
      if (seen.has(derivation.name)) continue;
      seen.add(derivation.name);
      const section = depth < open ? opened(derivation, top) : { derivation, parts: [], rest: undefined };
      sections.push(section);
      // The terms of a sum stand in its table with their factors; what those are made of comes next.
      const inner =
        derivation.kind === "sum" ? section.parts.flatMap((term) => (term.kind === "product" ? term.factors : [term])) : section.parts;
      if (depth + 1 < open) next.push(...inner.filter(({ kind }) => kind !== "value"));
    }
    level = next;
  }
  return sections;
}

function opened(derivation: Derivation, top: number | undefined): Section {
  switch (derivation.kind) {
    case "product":
      return { derivation, parts: derivation.factors, rest: undefined };
    case "sum": {
      const { terms, rest } = largestTerms(derivation.terms, top);
      return { derivation, parts: terms, rest };
    }
    case "value":
      return { derivation, parts: [], rest: undefined };
  }
}

/** The letter that tells the terms of a sum apart: j, or e for the examples of a batch. */
export function termLetter(sum: Derivation, terms: readonly Derivation[]): string {
  return terms.flatMap(({ indices }) => Object.keys(indices)).find((letter) => sum.indices[letter] === undefined) ?? "";
}

/** False of a term that the sum does not count, such as what a connection adds: its factors are others than those of the counted ones. */
export function isCounted({ indices }: Derivation, letter: string): boolean {
  return indices[letter] !== undefined;
}

/**
 * What stands above a column of factors: the derivative itself, or what it comes to where that is one name: w_jk for dz_j/da_k.
 *
 * @param letter of the terms; where it counts examples, the cost is that of each of them: dCost_e/dw
 */
export function headingOf({ written }: Derivation, letter = ""): Expression {
  const worked = written.general.at(-1);
  if (worked?.kind === "value") return worked;
  const { left } = written;
  return letter === ROW && left.kind === "derivative" && left.of.kind === "cost" && left.of.whole !== true
    ? { ...left, of: { kind: "cost", example: "e" } }
    : left;
}

/** How a factor that opens no further is worked out: the last step says most, a (1 - a) rather than sigma'(z). */
export function factorSteps({ written }: Derivation): Expression[] {
  const [formula, numbers] = [written.indices.slice(-1), written.numbers.slice(-1)];
  // "1 for z > 0, otherwise 0" needs to be read once only.
  return formula[0]?.kind === "cases" ? numbers : [...formula, ...numbers];
}

/** The lines of a derivation from its indices to its numbers, each once; the value itself is not among them. */
export function distinctLines(lines: readonly string[], result: string): string[] {
  const distinct = lines.filter((line, at) => line !== lines[at - 1]);
  return distinct.filter((line, at) => at < distinct.length - 1 || line !== result);
}
