import { type Derivation, expressionText, numberText, type Rest, type Terms } from "chainrule/explain";
import { type Target, targetOf } from "./target.js";
import { named } from "./words.js";

/** Terms of a sum that have rows of their own. */
export const TOP = 5;

/** One visible row of the tree. */
export interface TreeRow {
  /** Names from the root down, by which a row stays open when the numbers change. */
  readonly id: string;
  readonly parent: string | undefined;
  readonly level: number;
  readonly name: string;
  readonly derivation: Derivation | undefined;
  /** What is not shown of a sum. */
  readonly rest: Rest | undefined;
  readonly value: number;
  /** The largest magnitude among its siblings, for the bars. */
  readonly scale: number;
  readonly canOpen: boolean;
  readonly isOpen: boolean;
  readonly target: Target | undefined;
}

/** Which terms of a sum have rows, by the id of its row and in their order: places in its list of terms. */
export type Chosen = Map<string, readonly number[]>;

/**
 * The rows that are visible where `open` says which are opened; nothing of a closed row is computed.
 *
 * @param chosen the terms that stand there already stay there, though others are larger by now; those of other sums are added
 */
export function visibleRows(root: Derivation, open: ReadonlySet<string>, chosen: Chosen): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (derivation: Derivation, parent: TreeRow | undefined, name: string, scale: number): void => {
    const id = parent === undefined ? derivation.name : `${parent.id} / ${derivation.name}`;
    const canOpen = derivation.kind !== "value";
    const row: TreeRow = {
      id,
      parent: parent?.id,
      level: (parent?.level ?? 0) + 1,
      name,
      derivation,
      rest: undefined,
      value: derivation.value,
      scale,
      canOpen,
      isOpen: canOpen && open.has(id),
      target: targetOf(derivation),
    };
    rows.push(row);
    if (row.isOpen) addParts(derivation, row);
  };
  const addParts = (derivation: Derivation, row: TreeRow): void => {
    if (derivation.kind === "product") {
      const scale = largest(derivation.factors);
      for (const factor of derivation.factors) add(factor, row, named(factor.name), scale);
    } else if (derivation.kind === "sum") {
      const { terms, rest } = chosenTerms(derivation.terms, row.id, chosen);
      const scale = Math.max(largest(terms), Math.abs(rest.value));
      for (const term of terms) add(term, row, termName(derivation, term), scale);
      if (rest.count > 0) rows.push(restRow(row, rest, scale));
    }
  };
  add(root, undefined, named(root.name), Math.abs(root.value));
  return rows;
}

/** The largest terms when the row was opened, and the sum of the others. */
function chosenTerms(all: Terms, id: string, chosen: Chosen): { readonly terms: readonly Derivation[]; readonly rest: Rest } {
  let places = (chosen.get(id) ?? []).filter((at) => at < all.length);
  if (places.length < Math.min(TOP, all.length)) {
    places = withLargest(places, all.values);
    chosen.set(id, places);
  }
  const others = Array.from(all.values).filter((_, at) => !places.includes(at));
  return {
    terms: places.map((at) => all.at(at)),
    rest: { count: others.length, value: others.reduce((sum, value) => sum + value, 0) },
  };
}

/** The given places and the largest of the others, all by size. */
function withLargest(given: readonly number[], values: ArrayLike<number>): number[] {
  const bySize = Array.from(values, (_, at) => at).sort((p, q) => Math.abs(values[q]!) - Math.abs(values[p]!));
  const others = bySize.filter((at) => !given.includes(at)).slice(0, TOP - given.length);
  return bySize.filter((at) => given.includes(at) || others.includes(at));
}

function restRow(parent: TreeRow, rest: Rest, scale: number): TreeRow {
  const name = `other ${rest.count}`;
  const none = { derivation: undefined, canOpen: false, isOpen: false, target: undefined };
  return { ...none, id: `${parent.id} / others`, parent: parent.id, level: parent.level + 1, name, rest, value: rest.value, scale };
}

function largest(parts: readonly Derivation[]): number {
  return Math.max(0, ...parts.map(({ value }) => Math.abs(value)).filter(Number.isFinite));
}

/** What tells a term from the others: "j = 3", "row 12"; its own name where it has no index of its own, as the bias in z. */
function termName(sum: Derivation, term: Derivation): string {
  const letter = Object.keys(term.indices).find((name) => sum.indices[name] === undefined);
  if (letter === undefined) return named(term.name);
  return letter.startsWith("e") ? `row ${term.indices[letter]!}` : `${letter} = ${term.indices[letter]!}`;
}

/** How a value is worked out: a3[7] (1 - a3[7]) = 0.43 (1 - 0.43). */
export function workedText({ written, value }: Derivation): string {
  const [formula, numbers] = [written.indices.at(-1), written.numbers.at(-1)];
  const steps = [...(formula === undefined || formula.kind === "cases" ? [] : [formula]), ...(numbers === undefined ? [] : [numbers])];
  const texts = steps.map((step) => expressionText(step)).filter((text, at, all) => text !== all[at - 1]);
  return texts.filter((text, at) => at < texts.length - 1 || text !== numberText(value)).join(" = ");
}
