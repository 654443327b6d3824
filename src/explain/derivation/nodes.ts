import { type Derivation, type Parts, type ProductDerivation, productNode, sumNode, type Terms, valueNode } from "./derivation.js";
import { encodingDerivative } from "./encoding-nodes.js";
import { equationOf } from "./equations.js";
import { COST, derivative, EACH_ROW, type Expression, fraction, number, ofRow, product, ROW, valueOf, withLetter } from "./expression.js";
import { da_dz, dh_da, du_dz, dz_da, dz_db, dz_dw, factorParts, maskNote, sigmaOf } from "./factor-nodes.js";
import { type EquationKind, handedBy, lettersOf } from "./notation.js";
import { isCarried } from "./parts.js";
import { carryOf, type ExamplePass, slopeOf } from "./pass.js";
import { frontValue, isOneFactor, type MadeOf, type Place, ROUNDING, slopeOfU, termValues } from "./values.js";
import { sigmaNote } from "./written.js";
import { writtenCarry } from "./written-normalisation.js";
import { addition, bound, boundTo, plain, withRow } from "./writing.js";

// One function a kind of derivative; each returns a node that opens into nodes made by the others.

const ROUNDED = "an output has rounded to 0 or 1: its own factors are beyond float64, what they simplify to is not";

/** dCost/dw_jk^(l), dCost/db_j^(l), dCost/dz_j^(l), dCost/da_k^(l) or any other derivative of one example. */
export function costDerivative(pass: ExamplePass, place: Place): Derivation {
  const { kind, layer, indices } = place;
  const [j, k] = indices as [number, number];
  switch (kind) {
    case "w":
      return parameter(pass, "w", layer, [j, k], pass.h[layer - 1]![k]!);
    case "b":
      return parameter(pass, "b", layer, [j], 1);
    case "z":
      return dCost_dz(pass, layer, j);
    case "a":
      return dCost_da(pass, layer, j);
    case "h":
      return dCost_dh(pass, layer, j);
    case "u":
      return dCost_du(pass, layer, j);
    case "zhat":
    case "gamma":
    case "beta":
    case "mean":
    case "var":
      return throughU(pass, kind, layer, j);
    case "e":
    case "f":
      return encodingDerivative(pass, place, (t) => dCost_da(pass, 1, t));
  }
}

/** (1), (2), (4), (5), (7), (8): what stands before dz/dw or dz/db, times that. */
function parameter(pass: ExamplePass, kind: "w" | "b", layer: number, indices: readonly number[], last: number): ProductDerivation {
  const j = indices[0]!;
  const factors = () => [...frontOf(pass, layer, j), kind === "w" ? dz_dw(pass, layer, j, indices[1]!) : dz_db(pass, layer, j)];
  const note = sigmaOf(pass, layer);
  return productNode(frontValue(pass, layer, j) * last, () => productParts(pass, kind, layer, indices, factors, note), factors);
}

/** dCost/da_j and da_j/dz_j, with du_j/dz_j between them and z; or dCost/dz_j alone where that is a sum, or where the two leave float64. */
function frontOf(pass: ExamplePass, layer: number, j: number): Derivation[] {
  if (isOneFactor(pass, layer, j)) return [dCost_dz(pass, layer, j)];
  const factors = [dCost_da(pass, layer, j), da_dz(pass, layer, j)];
  if (pass.notation.parts[layer]!.normalisation !== undefined) factors.push(du_dz(pass, layer, j));
  return factors;
}

/**
 * dCost/dz_j = dCost/da_j * da_j/dz_j; under a softmax dCost/dz_i = sum_j ( dCost/da_j * da_j/dz_i ), and where statistics come from z itself
 * dCost/dz_k = sum_i ( dCost/du_i * du_i/dz_k ).
 */
function dCost_dz(pass: ExamplePass, layer: number, j: number): Derivation {
  const { layout, coupled, cost, parts: layers } = pass.notation;
  const value = pass.dCost_dz[layer]![j]!;
  if (isCarried(layers[layer]!)) {
    const carried = carriedTerms(pass, layer, j);
    const made = (): Parts => {
      const own = writtenOf(pass, "z", layer, [j], undefined, () => [addition(carried), bound(pass, own.steps.at(-1)!, own.indices)]);
      return own;
    };
    return sumNode(value, made, () => carried);
  }
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
    const factors = () => frontOf(pass, layer, j);
    return productNode(frontValue(pass, layer, j), () => productParts(pass, "z", layer, [j], factors, sigmaOf(pass, layer)), factors);
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

/** The terms dCost/du_i * du_i/dz_k of a layer that takes its statistics from its own z: one a unit, or one a row of the batch. */
function carriedTerms(pass: ExamplePass, layer: number, k: number): ArrayTerms {
  const ofUnits = pass.notation.parts[layer]!.normalisation === "units";
  const size = ofUnits ? pass.u[layer]!.length : pass.batch!.length;
  const each = (index: number): readonly [ExamplePass, number] => (ofUnits ? [pass, index] : [pass.batch![index]!, k]);
  const slope = (index: number): number => {
    const [row, i] = each(index);
    return carryOf(row, pass, layer, i, k);
  };
  const values = Float64Array.from({ length: size }, (_, index) => {
    const [row, i] = each(index);
    return row.dCost_du[layer]![i]! * slope(index);
  });
  const at = (index: number): Derivation => {
    const [row, i] = each(index);
    const own = ofUnits ? (["i", i] as const) : ([EACH_ROW, row.number!] as const);
    const { letters, left, steps } = writtenCarry(pass.notation, layer, row === pass && i === k);
    const indices = withRow(pass, { ...boundTo(letters, [own[1], k]) });
    const label = (expression: Expression): Expression => (pass.batch === undefined ? expression : ofRow(expression));
    return term(pass, "z", layer, k, own, values[index]!, () => [
      dCost_du(row, layer, i, { from: ofUnits ? letters[1] : ROW, to: letters[0] }),
      valueNode(slope(index), () => plain(pass, label(left), indices, steps.map(label))),
    ]);
  };
  return { length: size, values, at };
}

/** At the output the derivative of the cost; before it what the layer hands on, (3) and (6), and what becomes of a on the way. */
function dCost_da(pass: ExamplePass, layer: number, k: number): Derivation {
  const { layout, parts: layers } = pass.notation;
  const value = pass.dCost_da[layer]![k]!;
  if (layer === layout.depth) return pass.batch === undefined ? costSlope(pass, k) : sharedSlope(pass, k);
  if (layers[layer]!.handed === "a") return handedSum(pass, "a", layer, k);
  const factors = () => [dCost_dh(pass, layer, k), dh_da(pass, layer, k)];
  return productNode(value, () => productParts(pass, "a", layer, [k], factors, maskNote(pass, layer)), factors);
}

/** dCost/da_j of the output. */
function costSlope(pass: ExamplePass, k: number): Derivation {
  const L = pass.notation.layout.depth;
  const value = pass.dCost_da[L]![k]!;
  const note = Number.isFinite(value) ? undefined : ROUNDED;
  return valueNode(value, () => {
    const made = writtenOf(pass, "a", L, [k], note, () => made.steps.map((step) => bound(pass, step, made.indices)));
    return made;
  });
}

/** The same of a row of a batch: 1/n * dCost_e/da_j. */
function sharedSlope(pass: ExamplePass, k: number): Derivation {
  const { layout, cost, rows } = pass.notation;
  const L = layout.depth;
  const n = rows!.length;
  const value = pass.dCost_da[L]![k]!;
  const share = fraction(number(1), number(n));
  const own = value * n;
  const factors = (): Derivation[] => {
    const { chain, letters } = equationOf(pass.notation, "a", L);
    const left = chain?.kind === "product" ? chain.factors[1]! : COST;
    const [index] = letters as [string];
    const a = valueOf(cost.probabilities ? "p" : "a", L, index);
    const step = ofRow(cost.slope(a, valueOf("y", L, index)));
    const note = Number.isFinite(own) ? undefined : ROUNDED;
    return [
      valueNode(1 / n, () => ({
        left: fraction(number(1), { kind: "letter", name: "n" }),
        indices: {},
        general: [],
        numbers: () => [share],
      })),
      valueNode(own, () => plain(pass, left, withRow(pass, { [index]: k }), [step], note)),
    ];
  };
  return productNode(value, () => productParts(pass, "a", L, [k], factors, undefined), factors);
}

/** dCost/dh_k, where a layer hands on something else than a. */
function dCost_dh(pass: ExamplePass, layer: number, k: number): Derivation {
  return handedSum(pass, "h", layer, k);
}

/** (3) and (6), one term a neuron of the next layer; and one for each layer that adds what this one hands on. */
function handedSum(pass: ExamplePass, kind: "a" | "h", layer: number, k: number): Derivation {
  const value = (kind === "a" ? pass.dCost_da : pass.dCost_dh)[layer]![k]!;
  const next = layer + 1;
  const terms = (): ArrayTerms => {
    const values = termValues(pass, layer, k);
    const neurons = pass.notation.layout.sizes[next]!;
    const [letter] = lettersOf(pass.notation, "z", next) as [string];
    const at = (j: number): Derivation => {
      if (j >= neurons) return skipTerm(pass, layer, k, pass.notation.parts[layer]!.addedTo[j - neurons]!);
      return term(pass, kind, layer, k, [letter, j], values[j]!, () => {
        const factors = frontOf(pass, next, j);
        factors.push(dz_da(pass, next, j, k));
        return factors;
      });
    };
    return { length: values.length, values, at };
  };
  const note = sigmaOf(pass, next);
  return sumNode(value, () => writtenOf(pass, kind, layer, [k], note, () => [addition(terms())]), terms);
}

/** dCost/dh_k^(above) * dh_k^(above)/dh_k, where the last factor is 1: a connection adds what this layer hands on. */
function skipTerm(pass: ExamplePass, layer: number, k: number, above: number): Derivation {
  const { notation } = pass;
  const [letter] = lettersOf(notation, "h", layer) as [string];
  const [to, from] = [valueOf("h", above, letter), handedBy(notation, layer)];
  const label = <E extends Expression>(expression: E): E => (pass.batch === undefined ? expression : ofRow(expression));
  const outer = label(derivative(COST, to));
  const inner = label(derivative(to, from));
  const indices = withRow(pass, { [letter]: k });
  const value = pass.dCost_dh[above]![k]!;
  return productNode(
    value,
    () => ({ left: product(outer, inner), indices, general: [outer], numbers: () => [product(number(value), number(1))] }),
    () => [dCost_dh(pass, above, k), valueNode(1, () => plain(pass, inner, indices, [number(1)]))],
  );
}

/**
 * dCost/du_j = dCost/da_j * da_j/du_j
 *
 * @param counted the letter that takes the place of its own one, in the term of a sum that goes through units or rows
 */
function dCost_du(pass: ExamplePass, layer: number, j: number, counted?: { readonly from: string; readonly to: string }): Derivation {
  const factors = () => [dCost_da(pass, layer, j), da_dz(pass, layer, j)];
  const note = sigmaNote(pass.notation.activation(layer));
  const parts = (): Parts => {
    const own = productParts(pass, "u", layer, [j], factors, note);
    return counted === undefined ? own : relettered(own, counted.from, counted.to);
  };
  return productNode(pass.dCost_du[layer]![j]!, parts, factors);
}

/** dCost/dgamma_k = dCost/du_k * du_k/dgamma_k, and so on for all that u is made of. */
function throughU(pass: ExamplePass, kind: MadeOf, layer: number, k: number): Derivation {
  const slope = slopeOfU(pass, kind, layer, k);
  const factors = () => [dCost_du(pass, layer, k), valueNode(slope, () => factorParts(pass, `du_d${kind}`, layer, [k]))];
  return productNode(pass.dCost_du[layer]![k]! * slope, () => productParts(pass, kind, layer, [k], factors, undefined), factors);
}

/** One term of the sum that a derivative is: the product inside it, with the sum's own letter bound as well. */
function term(
  pass: ExamplePass,
  kind: "z" | "a" | "h",
  layer: number,
  index: number,
  [letter, own]: readonly [string, number],
  value: number,
  factors: () => readonly Derivation[],
): Derivation {
  const parts = (): Parts => {
    const { term: inside, letters } = equationOf(pass.notation, kind, layer);
    const { left, steps } = inside!;
    const indices = withRow(pass, boundTo(letters, [index]));
    indices[letter] = own;
    const numbers = () => [
      ...steps.slice(0, 1).map((step) => bound(pass, step, indices)),
      product(...factors().map((factor) => number(factor.value))),
    ];
    return { left, indices, general: steps, numbers };
  };
  return productNode(value, parts, factors);
}

/** The same with another letter for its index, or for its row. */
function relettered({ left, indices, general, steps = general, ...parts }: Parts, from: string, to: string): Parts {
  const { [from]: own, ...others } = indices;
  const rename = (expression: Expression): Expression => withLetter(expression, from, to);
  return { ...parts, left: rename(left), indices: { ...others, [to]: own! }, general: general.map(rename), steps: steps.map(rename) };
}

/** What is written of a derivative of the cost: left side, letters and lines of its equation. */
function writtenOf(
  pass: ExamplePass,
  kind: EquationKind,
  layer: number,
  indices: readonly number[],
  note: string | undefined,
  numbers: () => readonly Expression[],
): Parts & Required<Pick<Parts, "steps">> {
  const { number: equation, letters, left, general, lines } = equationOf(pass.notation, kind, layer);
  const bindings = withRow(pass, boundTo(letters, indices));
  return { left, indices: bindings, equation, note, general, steps: lines, numbers };
}

/** Of a product: the first line of the equation with numbers, the product of the factors, and what it simplifies to. */
function productParts(
  pass: ExamplePass,
  kind: EquationKind,
  layer: number,
  indices: readonly number[],
  factors: () => readonly Derivation[],
  note: string | undefined,
): Parts {
  const parts = writtenOf(pass, kind, layer, indices, note, () => {
    const [first, ...simplified] = equationOf(pass.notation, kind, layer).steps.map((step) => bound(pass, step, parts.indices));
    const leavesFloat64 = isOneFactor(pass, layer, indices[0]!) && factors()[0]!.kind === "value";
    return [...(leavesFloat64 ? [] : [first!]), product(...factors().map((factor) => number(factor.value))), ...simplified];
  });
  return parts;
}
