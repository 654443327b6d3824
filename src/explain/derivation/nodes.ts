import type { Quantity, QuantityKind } from "../../network/names.js";
import { type Derivation, type Parts, type ProductDerivation, productNode, sumNode, type Terms, valueNode } from "./derivation.js";
import { equationOf, factorOf, lettersOf } from "./equations.js";
import {
  bind,
  type Bindings,
  beside,
  derivative,
  type Expression,
  group,
  minus,
  negative,
  number,
  plus,
  product,
  valueOf,
  withNumbers,
} from "./expression.js";
import { type ExamplePass, lookUpIn, slopeOf, weightOf } from "./pass.js";
import { sigmaNote } from "./written.js";

// One function a kind of derivative; each returns a node that opens into nodes made by the others.

/** How far a sum or a product may be from what it simplifies to before float64 is said to have run out, relative to its terms. */
const ROUNDING = 1e-12;

const ROUNDED = "an output has rounded to 0 or 1: its own factors are beyond float64, what they simplify to is not";

/** What the derivative is taken by; its name follows from that. */
type Place = Omit<Quantity, "name">;

/** The number alone, as `costDerivative` has it. */
export function derivativeOf(pass: ExamplePass, { kind, layer, indices }: Place): number {
  const [j, k] = indices as [number, number];
  if (kind === "a") return pass.dCost_da[layer]![j]!;
  return frontValue(pass, layer, j) * (kind === "w" ? pass.a[layer - 1]![k]! : 1);
}

/** dCost/dw_jk^(l), dCost/db_j^(l), dCost/dz_j^(l) or dCost/da_k^(l) of one example. */
export function costDerivative(pass: ExamplePass, { kind, layer, indices }: Place): Derivation {
  const [j, k] = indices as [number, number];
  switch (kind) {
    case "w":
      return parameter(pass, "w", layer, [j, k], pass.a[layer - 1]![k]!);
    case "b":
      return parameter(pass, "b", layer, [j], 1);
    case "z":
      return dCost_dz(pass, layer, j);
    case "a":
      return dCost_da(pass, layer, j);
  }
}

/** (1), (2), (4), (5), (7), (8): what stands before dz/dw or dz/db, times that. */
function parameter(pass: ExamplePass, kind: "w" | "b", layer: number, indices: readonly number[], last: number): ProductDerivation {
  const j = indices[0]!;
  const factors = () => [...frontOf(pass, layer, j), kind === "w" ? dz_dw(pass, layer, j, indices[1]!) : dz_db(pass, layer, j)];
  return productNode(frontValue(pass, layer, j) * last, () => productParts(pass, kind, layer, indices, factors), factors);
}

/** dCost/da_j and da_j/dz_j; or dCost/dz_j alone where outputs depend on each other, or where the two leave float64. */
function frontOf(pass: ExamplePass, layer: number, j: number): Derivation[] {
  return isOneFactor(pass, layer, j) ? [dCost_dz(pass, layer, j)] : [dCost_da(pass, layer, j), da_dz(pass, layer, j)];
}

function frontValue(pass: ExamplePass, layer: number, j: number): number {
  return isOneFactor(pass, layer, j) ? pass.dCost_dz[layer]![j]! : pass.dCost_da[layer]![j]! * slopeOf(pass, layer, j);
}

/** True where dCost/dz_j stands in place of dCost/da_j * da_j/dz_j. */
export function isOneFactor(pass: ExamplePass, layer: number, j: number): boolean {
  const { layout, coupled, cost } = pass.notation;
  if (layer < layout.depth || (!coupled && cost.simplified === undefined)) return false;
  // An output that has rounded to 1 gives 1 / (1 - a) * a (1 - a): infinity times 0.
  const simplified = pass.dCost_dz[layer]![j]!;
  return coupled || !(Math.abs(pass.dCost_da[layer]![j]! * slopeOf(pass, layer, j) - simplified) <= ROUNDING * Math.abs(simplified));
}

/** dCost/dz_j = dCost/da_j * da_j/dz_j; under a softmax dCost/dz_i = sum_j ( dCost/da_j * da_j/dz_i ). */
function dCost_dz(pass: ExamplePass, layer: number, j: number): Derivation {
  const { layout, coupled, cost } = pass.notation;
  const value = pass.dCost_dz[layer]![j]!;
  const parts = (numbers: (simplified: readonly Expression[]) => readonly Expression[], note?: string) => (): Parts => {
    const simplified = () => (cost.simplified === undefined ? [] : [bound(pass, made.steps.at(-1)!, made.indices)]);
    const made = writtenOf(pass, "z", layer, [j], note, () => numbers(simplified()));
    return made;
  };
  if (coupled && layer === layout.depth) {
    const terms = softmaxTerms(pass, j);
    const sum = terms.values.reduce((total, term) => total + term, 0);
    const size = terms.values.reduce((total, term) => total + Math.abs(term), 0);
    if (size < Infinity && Math.abs(sum - value) <= ROUNDING * size) {
      return sumNode(
        value,
        parts((simplified) => [addition(terms), ...simplified]),
        () => terms,
      );
    }
  } else if (!isOneFactor(pass, layer, j)) {
    const factors = () => [dCost_da(pass, layer, j), da_dz(pass, layer, j)];
    return productNode(frontValue(pass, layer, j), () => productParts(pass, "z", layer, [j], factors), factors);
  }
  const targets = pass.y.reduce((total, y) => total + y, 0);
  const unmet = coupled && Math.abs(targets - 1) > 1e-9;
  return valueNode(
    value,
    parts((simplified) => simplified, unmet ? `p - y needs targets that add up to 1; these add up to ${targets}` : ROUNDED),
  );
}

interface ArrayTerms extends Terms {
  readonly values: Float64Array;
}

/** The terms dCost/da_j * da_j/dz_i of a softmax, one an output j. */
function softmaxTerms(pass: ExamplePass, i: number): ArrayTerms {
  const L = pass.notation.layout.depth;
  const values = pass.dCost_da[L]!.map((outer, j) => outer * slopeOf(pass, L, j, i));
  const at = (j: number): Derivation => term(pass, "z", L, i, ["j", j], values[j]!, () => [dCost_da(pass, L, j), da_dz(pass, L, j, i)]);
  return { length: values.length, values, at };
}

/** At the output the derivative of the cost; before it (3) and (6), one term a neuron of the next layer. */
function dCost_da(pass: ExamplePass, layer: number, k: number): Derivation {
  const { layout } = pass.notation;
  const value = pass.dCost_da[layer]![k]!;
  if (layer === layout.depth) {
    const note = Number.isFinite(value) ? undefined : ROUNDED;
    return valueNode(value, () => {
      const made = writtenOf(pass, "a", layer, [k], note, () => made.steps.map((step) => bound(pass, step, made.indices)));
      return made;
    });
  }
  const next = layer + 1;
  const terms = (): ArrayTerms => {
    const values = termValues(pass, layer, k);
    const [letter] = lettersOf(pass.notation, "z", next) as [string];
    const at = (j: number): Derivation =>
      term(pass, "a", layer, k, [letter, j], values[j]!, () => {
        const factors = frontOf(pass, next, j);
        factors.push(dz_da(pass, next, j, k));
        return factors;
      });
    return { length: values.length, values, at };
  };
  return sumNode(value, () => writtenOf(pass, "a", layer, [k], sigmaOf(pass, next), () => [addition(terms())]), terms);
}

/** The terms of dCost/da_k^(l), shape (n_(l+1)): (3), (6). */
export function termValues(pass: ExamplePass, layer: number, k: number): Float64Array {
  const next = layer + 1;
  const values = new Float64Array(pass.notation.layout.sizes[next]!);
  for (let j = 0; j < values.length; j++) values[j] = frontValue(pass, next, j) * weightOf(pass, next, j, k);
  return values;
}

/** One term of the sum that a derivative is: the product inside it, with the sum's own letter bound as well. */
function term(
  pass: ExamplePass,
  kind: "z" | "a",
  layer: number,
  index: number,
  [letter, own]: readonly [string, number],
  value: number,
  factors: () => readonly Derivation[],
): Derivation {
  const parts = (): Parts => {
    const { term: inside, letters } = equationOf(pass.notation, kind, layer);
    const { left, steps } = inside!;
    const indices = boundTo(letters, [index]);
    if (pass.number !== undefined) indices["e"] = pass.number;
    indices[letter] = own;
    const numbers = () => [
      ...steps.slice(0, 1).map((step) => bound(pass, step, indices)),
      product(...factors().map((factor) => number(factor.value))),
    ];
    return { left, indices, general: steps, numbers };
  };
  return productNode(value, parts, factors);
}

/** da_j/dz_j = sigma'(z_j), or da_j/dz_i of a softmax: p_j (1 - p_j) for i = j, otherwise -p_j p_i. */
export function da_dz(pass: ExamplePass, layer: number, j: number, i = j): Derivation {
  return valueNode(slopeOf(pass, layer, j, i), () => {
    if (pass.notation.activation(layer) === "softmax") {
      const [pj, pi] = [valueOf("p", layer, "j"), valueOf("p", layer, "i")];
      const step = i === j ? beside(pj, group(minus(number(1), pj))) : negative(beside(pj, pi));
      return plain(pass, derivative(valueOf("a", layer, "j"), valueOf("z", layer, "i")), { i, j }, [step]);
    }
    return factorParts(pass, "da_dz", layer, [j], sigmaOf(pass, layer));
  });
}

/** dz_j/dw_jk = a_k, the last factor of a weight. */
function dz_dw(pass: ExamplePass, layer: number, j: number, k: number): Derivation {
  return valueNode(pass.a[layer - 1]![k]!, () => factorParts(pass, "dz_dw", layer, [j, k]));
}

/** dz_j/db_j = 1, the last factor of a bias. */
function dz_db(pass: ExamplePass, layer: number, j: number): Derivation {
  return valueNode(1, () => factorParts(pass, "dz_db", layer, [j]));
}

/** dz_j/da_k = w_jk, the way back into the layer before. */
function dz_da(pass: ExamplePass, layer: number, j: number, k: number): Derivation {
  return valueNode(weightOf(pass, layer, j, k), () => factorParts(pass, "dz_da", layer, [j, k]));
}

/** What is written of a factor that opens no further; its indices are those of a weight, or the first of them. */
function factorParts(
  pass: ExamplePass,
  kind: Parameters<typeof factorOf>[1],
  layer: number,
  indices: readonly number[],
  note?: string,
): Parts {
  const { letters, left, steps } = factorOf(pass.notation, kind, layer);
  return plain(pass, left, boundTo(letters, indices), steps, note);
}

/** A value whose lines are the same in every step but for what stands in them. */
function plain(pass: ExamplePass, left: Expression, indices: Bindings, steps: readonly Expression[], note?: string): Parts {
  return { left, indices, note, general: steps, numbers: () => steps.map((step) => bound(pass, step, indices)) };
}

/** Letters and the neurons that they stand for, as many as there are. */
function boundTo(letters: readonly string[], indices: readonly number[]): Record<string, number> {
  const bindings: Record<string, number> = {};
  for (let at = 0; at < indices.length; at++) bindings[letters[at]!] = indices[at]!;
  return bindings;
}

/** What is written of a derivative of the cost: left side, letters and lines of its equation. */
function writtenOf(
  pass: ExamplePass,
  kind: QuantityKind,
  layer: number,
  indices: readonly number[],
  note: string | undefined,
  numbers: () => readonly Expression[],
): Parts & Required<Pick<Parts, "steps">> {
  const { number: equation, letters, left, general, lines } = equationOf(pass.notation, kind, layer);
  const bindings = boundTo(letters, indices);
  if (pass.number !== undefined) bindings["e"] = pass.number;
  return { left, indices: bindings, equation, note, general, steps: lines, numbers };
}

/** Of a product: the first line of the equation with numbers, the product of the factors, and what it simplifies to. */
function productParts(
  pass: ExamplePass,
  kind: QuantityKind,
  layer: number,
  indices: readonly number[],
  factors: () => readonly Derivation[],
): Parts {
  const parts = writtenOf(pass, kind, layer, indices, sigmaOf(pass, layer), () => {
    const [first, ...simplified] = equationOf(pass.notation, kind, layer).steps.map((step) => bound(pass, step, parts.indices));
    const leavesFloat64 = isOneFactor(pass, layer, indices[0]!) && factors()[0]!.kind === "value";
    return [...(leavesFloat64 ? [] : [first!]), product(...factors().map((factor) => number(factor.value))), ...simplified];
  });
  return parts;
}

/** Which activation sigma is in a layer; of a softmax its own sums tell. */
function sigmaOf({ notation }: ExamplePass, layer: number): string | undefined {
  const isCoupled = notation.coupled && layer === notation.layout.depth;
  return isCoupled ? undefined : sigmaNote(notation.activation(layer));
}

function bound(pass: ExamplePass, step: Expression, indices: Bindings): Expression {
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
