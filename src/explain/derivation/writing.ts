import type { Parts, Terms } from "./derivation.js";
import { bind, type Bindings, type Expression, number, plus, ROW, withNumbers } from "./expression.js";
import { lookUpIn } from "./look-up.js";
import type { ExamplePass } from "./pass.js";

// How lines of a derivation get their numbers.

/** A value whose lines are the same in every step but for what stands in them. */
export function plain(pass: ExamplePass, left: Expression, indices: Bindings, steps: readonly Expression[], note?: string): Parts {
  return { left, indices, note, general: steps, numbers: () => steps.map((step) => bound(pass, step, indices)) };
}

/** Letters and the neurons that they stand for, as many as there are. */
export function boundTo(letters: readonly string[], indices: readonly number[]): Record<string, number> {
  const bindings: Record<string, number> = {};
  for (let at = 0; at < indices.length; at++) bindings[letters[at]!] = indices[at]!;
  return bindings;
}

/** With the number of the row, where there are several. */
export function withRow({ number: row }: ExamplePass, indices: Record<string, number>): Record<string, number> {
  if (row !== undefined) indices[ROW] = row;
  return indices;
}

export function bound(pass: ExamplePass, step: Expression, indices: Bindings): Expression {
  return withNumbers(bind(step, indices), lookUpIn(pass));
}

/** Up to so many terms are written out; of more, the largest three and the rest. */
const WRITTEN_TERMS = 6;
const WRITTEN_OF_MANY = 3;

/** The terms of a sum with their numbers: in their order, or the largest and the rest. */
export function addition({ length, values }: Pick<Terms, "length" | "values">): Expression {
  const all = Array.from({ length }, (_, index) => values[index]!);
  if (length <= WRITTEN_TERMS) return plus(...all.map((value) => number(value)));
  const sorted = all.sort((p, q) => Math.abs(q) - Math.abs(p));
  const rest = sorted.slice(WRITTEN_OF_MANY);
  return plus(
    ...sorted.slice(0, WRITTEN_OF_MANY).map((value) => number(value)),
    number(
      rest.reduce((sum, value) => sum + value, 0),
      `other ${rest.length}`,
    ),
  );
}
