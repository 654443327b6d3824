import { activationOf } from "../network/description.js";
import type { Quantity, QuantityKind } from "../network/names.js";
import { type Derivation, type Parts, type ProductDerivation, productNode, sumNode, type Terms, valueNode } from "./derivation.js";
import { type Equation, equationOf, lettersOf, outputsOf } from "./equations.js";
import {
  bind,
  type Bindings,
  beside,
  call,
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
import { writtenActivations } from "./written.js";

// One function a kind of derivative; each returns a node that opens into nodes made by the others.

/** How far a sum or a product may be from what it simplifies to before float64 is said to have run out, relative to its terms. */
const ROUNDING = 1e-12;

/** The number alone, as `costDerivative` has it. */
export function derivativeOf(pass: ExamplePass, { kind, layer, indices }: Quantity): number {
  const [j, k] = indices as [number, number];
  if (kind === "a") return pass.dCost_da[layer]![j]!;
  return frontValue(pass, layer, j) * (kind === "w" ? pass.a[layer - 1]![k]! : 1);
}

/** dCost/dw_jk^(l), dCost/db_j^(l), dCost/dz_j^(l) or dCost/da_k^(l) of one example. */
export function costDerivative(pass: ExamplePass, { kind, layer, indices }: Quantity): Derivation {
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
  const front = () => frontOf(pass, layer, j);
  const factors = () => [...front(), kind === "w" ? dz_dw(pass, layer, j, indices[1]!) : dz_db(pass, layer, j)];
  return productNode(
    {
      ...partsOf(pass, kind, layer, indices),
      value: frontValue(pass, layer, j) * last,
      numbers: () => productNumbers(pass, kind, layer, indices, factors()),
    },
    factors,
  );
}

/** dCost/da_j and da_j/dz_j; or dCost/dz_j alone where outputs depend on each other, or where the two leave float64. */
function frontOf(pass: ExamplePass, layer: number, j: number): Derivation[] {
  return isOneFactor(pass, layer, j) ? [dCost_dz(pass, layer, j)] : [dCost_da(pass, layer, j), da_dz(pass, layer, j)];
}

export function frontValue(pass: ExamplePass, layer: number, j: number): number {
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
  const parts = partsOf(pass, "z", layer, [j]);
  const value = pass.dCost_dz[layer]![j]!;
  const steps = equation(pass, "z", layer).steps;
  const simplified = () => (cost.simplified === undefined ? [] : [bound(pass, steps.at(-1)!, parts.indices)]);
  if (coupled && layer === layout.depth) {
    const terms = softmaxTerms(pass, j);
    const sum = terms.values.reduce((total, term) => total + term, 0);
    const size = terms.values.reduce((total, term) => total + Math.abs(term), 0);
    if (size < Infinity && Math.abs(sum - value) <= ROUNDING * size) {
      return sumNode({ ...parts, value, numbers: () => [addition(terms), ...simplified()] }, () => terms);
    }
  } else if (!isOneFactor(pass, layer, j)) {
    const factors = () => [dCost_da(pass, layer, j), da_dz(pass, layer, j)];
    return productNode(
      { ...parts, value: frontValue(pass, layer, j), numbers: () => productNumbers(pass, "z", layer, [j], factors()) },
      factors,
    );
  }
  const note = "an output has rounded to 0 or 1, so that its own factors are beyond float64; what they simplify to is not";
  return valueNode({ ...parts, value, note, numbers: simplified });
}

interface ArrayTerms extends Terms {
  readonly values: Float64Array;
}

/** The terms dCost/da_j * da_j/dz_i of a softmax, one an output j. */
function softmaxTerms(pass: ExamplePass, i: number): ArrayTerms {
  const L = pass.notation.layout.depth;
  const values = pass.dCost_da[L]!.map((outer, j) => outer * slopeOf(pass, L, j, i));
  return {
    length: values.length,
    values,
    at: (j) =>
      term(pass, equation(pass, "z", L), { ...partsOf(pass, "z", L, [i]).indices, j }, values[j]!, () => [
        dCost_da(pass, L, j),
        da_dz(pass, L, j, i),
      ]),
  };
}

/** At the output the derivative of the cost; before it (3) and (6), one term a neuron of the next layer. */
function dCost_da(pass: ExamplePass, layer: number, k: number): Derivation {
  const { layout } = pass.notation;
  const parts = partsOf(pass, "a", layer, [k]);
  const value = pass.dCost_da[layer]![k]!;
  if (layer === layout.depth) {
    return valueNode({ ...parts, value, numbers: () => equation(pass, "a", layer).steps.map((step) => bound(pass, step, parts.indices)) });
  }
  const next = layer + 1;
  const [letter] = lettersOf(pass.notation, "z", next) as [string];
  const terms = (): ArrayTerms => {
    const values = Float64Array.from({ length: layout.sizes[next]! }, (_, j) => frontValue(pass, next, j) * weightOf(pass, next, j, k));
    return {
      length: values.length,
      values,
      at: (j) =>
        term(pass, equation(pass, "a", layer), { ...parts.indices, [letter]: j }, values[j]!, () => [
          ...frontOf(pass, next, j),
          dz_da(pass, next, j, k),
        ]),
    };
  };
  return sumNode({ ...parts, value, numbers: () => [addition(terms())] }, terms);
}

/** One term of a sum: the product inside it, with the sum's own letter bound as well. */
function term(
  pass: ExamplePass,
  { chain, steps }: Equation,
  indices: Bindings,
  value: number,
  factors: () => readonly Derivation[],
): Derivation {
  const inside = (sum: Expression): Expression => (sum.kind === "sum" ? sum.body : sum);
  const worked = (): Expression[] => steps.filter(({ kind }) => kind === "sum").map(inside);
  return productNode(
    {
      left: inside(chain!),
      indices,
      value,
      general: worked,
      numbers: () => [
        ...worked()
          .slice(0, 1)
          .map((step) => bound(pass, step, indices)),
        product(...factors().map((factor) => number(factor.value))),
      ],
    },
    factors,
  );
}

/** da_j/dz_j = sigma'(z_j), or da_j/dz_i of a softmax: p_j (1 - p_j) for i = j, otherwise -p_j p_i. */
export function da_dz(pass: ExamplePass, layer: number, j: number, i = j): Derivation {
  const { notation, network } = pass;
  const name = activationOf(network.description, layer);
  const value = slopeOf(pass, layer, j, i);
  if (name === "softmax") {
    const indices = { i, j };
    const [pj, pi] = [valueOf("p", layer, "j"), valueOf("p", layer, "i")];
    const step = i === j ? beside(pj, group(minus(number(1), pj))) : negative(beside(pj, pi));
    const left = derivative(valueOf("a", layer, "j"), valueOf("z", layer, "i"));
    return valueNode({ left, indices, value, general: () => [step], numbers: () => [bound(pass, step, indices)] });
  }
  const [to] = lettersOf(notation, "z", layer) as [string];
  const indices = { [to]: j };
  const z = valueOf("z", layer, to);
  const a = layer === notation.layout.depth ? outputsOf(notation, to)[0] : valueOf("a", layer, to);
  const steps = [call("sigma'", z), writtenActivations[name].slope(z, a)];
  return valueNode({
    left: derivative(valueOf("a", layer, to), z),
    indices,
    value,
    note: `sigma is ${name}`,
    general: () => steps,
    numbers: () => steps.map((step) => bound(pass, step, indices)),
  });
}

/** dz_j/dw_jk = a_k, the last factor of a weight. */
function dz_dw(pass: ExamplePass, layer: number, j: number, k: number): Derivation {
  const [to, from] = lettersOf(pass.notation, "w", layer) as [string, string];
  const step = valueOf("a", layer - 1, from);
  return plain(
    pass,
    derivative(valueOf("z", layer, to), valueOf("w", layer, to, from)),
    step,
    { [to]: j, [from]: k },
    pass.a[layer - 1]![k]!,
  );
}

/** dz_j/db_j = 1, the last factor of a bias. */
function dz_db(pass: ExamplePass, layer: number, j: number): Derivation {
  const [to] = lettersOf(pass.notation, "b", layer) as [string];
  return plain(pass, derivative(valueOf("z", layer, to), valueOf("b", layer, to)), number(1), { [to]: j }, 1);
}

/** dz_j/da_k = w_jk, the way back into the layer before. */
function dz_da(pass: ExamplePass, layer: number, j: number, k: number): Derivation {
  const [to, from] = lettersOf(pass.notation, "w", layer) as [string, string];
  const left = derivative(valueOf("z", layer, to), valueOf("a", layer - 1, from));
  return plain(pass, left, valueOf("w", layer, to, from), { [to]: j, [from]: k }, weightOf(pass, layer, j, k));
}

function plain(pass: ExamplePass, left: Expression, step: Expression, indices: Bindings, value: number): Derivation {
  return valueNode({ left, indices, value, general: () => [step], numbers: () => [bound(pass, step, indices)] });
}

type Head = Pick<Parts, "left" | "indices" | "equation" | "general" | "steps">;

/** Left side, letters and lines of a derivative of the cost. */
function partsOf(pass: ExamplePass, kind: QuantityKind, layer: number, indices: readonly number[]): Head {
  const { number: equationNumber, left, chain, steps, chainFirst } = equation(pass, kind, layer);
  const letters = lettersOf(pass.notation, kind, layer);
  const all = chain === undefined ? steps : [chain, ...steps];
  return {
    left,
    indices: {
      ...Object.fromEntries(letters.map((letter, at) => [letter, indices[at]!])),
      ...(pass.number === undefined ? {} : { e: pass.number }),
    },
    equation: equationNumber,
    general: () => (chainFirst ? all : steps),
    steps: () => all,
  };
}

function equation(pass: ExamplePass, kind: QuantityKind, layer: number): Equation {
  return equationOf(pass.notation, kind, layer);
}

function bound(pass: ExamplePass, step: Expression, indices: Bindings): Expression {
  return withNumbers(bind(step, indices), lookUpIn(pass));
}

/** The first line of the equation with numbers, the product of the factors, and what it simplifies to. */
function productNumbers(
  pass: ExamplePass,
  kind: QuantityKind,
  layer: number,
  indices: readonly number[],
  factors: readonly Derivation[],
): Expression[] {
  const { indices: bindings } = partsOf(pass, kind, layer, indices);
  const [first, ...simplified] = equation(pass, kind, layer).steps.map((step) => bound(pass, step, bindings));
  return [first!, product(...factors.map((factor) => number(factor.value))), ...simplified];
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
