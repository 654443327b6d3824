import type { Quantity } from "../../network/names.js";
import { encodedColumns, encodingName } from "../../network/parts.js";
import { type Derivation, productNode, sumNode, valueNode } from "./derivation.js";
import {
  beside,
  call,
  constant,
  COST,
  derivative,
  type DerivativeExpression,
  type Expression,
  negative,
  number,
  ofRow,
  plus,
  product,
  ROW,
  type ValueExpression,
  valueOf,
} from "./expression.js";
import { encodingLetters, type Notation } from "./notation.js";
import { columnOf, encodingOf, entryOf, type ExamplePass, frequencySlope } from "./pass.js";
import { addition, plain } from "./writing.js";

// How columns are encoded, and the derivatives by what encodes them: the rows of a table, the frequencies of sines and cosines.

type Place = Omit<Quantity, "name">;

const two = number(2);
const pi = constant(Math.PI, "pi");

/** e_cd of a table, f_i of frequencies. */
export function encodingValueOf(kind: "e" | "f", part: string): ValueExpression {
  return { ...valueOf(kind, 1, ...encodingLetters(kind)), part };
}

/** dCost/de_cd or dCost/df_i */
export function encodingLeft({ rows }: Notation, { kind, part }: Place): DerivativeExpression {
  const left = derivative(COST, encodingValueOf(kind as "e" | "f", part!));
  return rows === undefined ? left : ofRow(left);
}

/** dCost/de_cd or dCost/df_i, the number alone. */
export function encodingValue(pass: ExamplePass, { kind, indices, part }: Place): number {
  return inputsOf(pass, { kind, indices, part }).reduce(
    (sum, t) => sum + pass.dCost_da[1]![t]! * slopeAt(pass, { kind, indices, part }, t),
    0,
  );
}

type Encoded = Pick<Quantity, "kind" | "indices"> & { readonly part: string | undefined };

/** The places in a^(1) that a number of a table, or a frequency, goes to. */
function inputsOf(pass: ExamplePass, { kind, indices, part }: Encoded): number[] {
  const { at, width } = columnOf(pass, kind as "e" | "f", part!);
  return kind === "e" ? [at + indices[1]!] : [at + indices[0]!, at + width / 2 + indices[0]!];
}

function slopeAt(pass: ExamplePass, { kind, indices, part }: Encoded, t: number): number {
  return kind === "e" ? entryOf(pass, part!, indices, t) : frequencySlope(pass, part!, indices[0]!, t);
}

/**
 * dCost/de_cd = dCost/da_t * da_t/de_cd, whose last factor is 1 for the category of the row; and dCost/df_i = sum_t ( dCost/da_t * da_t/df_i ),
 * of which the sine and the cosine of the frequency are left.
 *
 * @param dCost_da the derivation of dCost/da_t^(1)
 */
export function encodingDerivative(pass: ExamplePass, place: Place, dCost_da: (t: number) => Derivation): Derivation {
  return place.kind === "e" ? ofTable(pass, place, dCost_da) : ofFrequency(pass, place, dCost_da);
}

function ofTable(pass: ExamplePass, place: Place, dCost_da: (t: number) => Derivation): Derivation {
  const { notation } = pass;
  const [t] = inputsOf(pass, place as Encoded) as [number];
  const letter = notation.letter(1);
  const outer = labelled(pass, derivative(COST, valueOf("a", 1, letter)));
  const inner = labelled(pass, derivative(valueOf("a", 1, letter), encodingValueOf("e", place.part!)));
  const indices = indicesOf(pass, place, { [letter]: t });
  const slope = slopeAt(pass, place as Encoded, t);
  const factors = (): Derivation[] => [
    dCost_da(t),
    valueNode(slope, () => plain(pass, inner, indices, [number(slope)], categoryNote(pass, place))),
  ];
  return productNode(
    pass.dCost_da[1]![t]! * slope,
    () => ({
      left: encodingLeft(notation, place),
      indices,
      note: categoryNote(pass, place),
      general: [product(outer, inner)],
      numbers: () => [product(...factors().map(({ value }) => number(value)))],
    }),
    factors,
  );
}

function categoryNote(pass: ExamplePass, { part, indices }: Place): string {
  const category = pass.x[columnOf(pass, "e", part!).column]!;
  if (category === indices[0]) return `category ${category}, the one of this row`;
  return `the category of this row is ${category}: row ${indices[0]!} of the table has no part in it`;
}

function ofFrequency(pass: ExamplePass, place: Place, dCost_da: (t: number) => Derivation): Derivation {
  const { notation } = pass;
  const { part = "", indices: own } = place;
  const letter = notation.letter(1);
  const places = inputsOf(pass, place as Encoded);
  const size = notation.layout.sizes[1]!;
  const values = Float64Array.from(places, (t) => pass.dCost_da[1]![t]! * slopeAt(pass, place as Encoded, t));
  const outer = labelled(pass, derivative(COST, valueOf("a", 1, letter)));
  const inner = labelled(pass, derivative(valueOf("a", 1, letter), encodingValueOf("f", part)));
  const term = (index: number): Derivation => {
    const t = places[index]!;
    const indices = indicesOf(pass, place, { [letter]: t });
    const factors = (): Derivation[] => [
      dCost_da(t),
      valueNode(slopeAt(pass, place as Encoded, t), () => plain(pass, inner, indices, [turned(pass, part, index)])),
    ];
    const numbers = () => [product(...factors().map(({ value }) => number(value)))];
    return productNode(values[index]!, () => ({ left: product(outer, inner), indices, general: [], numbers }), factors);
  };
  const at = (index: number, right: Expression): Expression =>
    product(labelled(pass, derivative(COST, valueOf("a", 1, places[index]!))), right);
  const byName = (index: number): Expression =>
    at(index, labelled(pass, derivative(valueOf("a", 1, places[index]!), encodingValueOf("f", part))));
  const [sine, cosine] = places as [number, number];
  return sumNode(
    values[0]! + values[1]!,
    () => ({
      left: encodingLeft(notation, place),
      indices: indicesOf(pass, place, {}),
      note: `a1[${sine}] is sin(2 pi f x) and a1[${cosine}] is cos(2 pi f x) with f = f1.${part}[${own[0]!}]; the others do not depend on it`,
      general: [{ kind: "sum", index: letter, layer: 1, size, body: product(outer, inner) }],
      steps: [plus(byName(0), byName(1)), plus(at(0, turned(pass, part, 0)), at(1, turned(pass, part, 1)))],
      numbers: () => [addition({ length: 2, values })],
    }),
    () => ({ length: 2, values, at: term }),
  );
}

/** 2 pi f_i x_c, of which sine and cosine are taken. */
function angle(pass: ExamplePass, part: string): readonly [turn: readonly Expression[], angle: Expression] {
  const x = labelled(pass, valueOf("x", 1, columnOf(pass, "f", part).column));
  return [[two, pi, x], beside(two, pi, encodingValueOf("f", part), x)];
}

/** The derivative of the sine (0) or the cosine (1) by its frequency: 2 pi x cos(2 pi f x), -2 pi x sin(2 pi f x). */
function turned(pass: ExamplePass, part: string, index: number): Expression {
  const [turn, inside] = angle(pass, part);
  return index === 0 ? beside(...turn, call("cos", inside)) : negative(beside(...turn, call("sin", inside)));
}

function labelled<E extends Expression>({ batch }: ExamplePass, expression: E): E {
  return batch === undefined ? expression : ofRow(expression);
}

function indicesOf({ number: row }: ExamplePass, { kind, indices }: Place, more: Readonly<Record<string, number>>): Record<string, number> {
  const own = Object.fromEntries(encodingLetters(kind as "e" | "f").map((letter, at) => [letter, indices[at]!]));
  return { ...own, ...more, ...(row === undefined ? {} : { [ROW]: row }) };
}

/** a_t^(1) where its column does not enter as it is: an entry of a table, a sine, a cosine. Undefined where it does. */
export function encodedInput(pass: ExamplePass, t: number): Derivation | undefined {
  const { inputs, encodings } = pass.network.description;
  const { encoding, column, at } = encodedColumns(inputs, encodings).findLast((place) => place.at <= t)!;
  if (encoding === undefined) return undefined;
  const part = encodingName(encoding).slice("e1.".length);
  const letter = pass.notation.letter(1);
  const value = pass.a[1]![t]!;
  const left = labelled(pass, valueOf("a", 1, letter));
  if (encoding.kind === "embedding") {
    const category = pass.x[column]!;
    const place: Place = { kind: "e", layer: 1, indices: [category, t - at], part };
    const note = `category ${category}`;
    const numbers = () => [number(encodingOf(pass, "e", part, place.indices))];
    return valueNode(value, () => ({
      left,
      indices: indicesOf(pass, place, { [letter]: t }),
      note,
      general: [encodingValueOf("e", part)],
      numbers,
    }));
  }
  const i = (t - at) % encoding.frequencies;
  const place: Place = { kind: "f", layer: 1, indices: [i], part };
  const step = call(t - at < encoding.frequencies ? "sin" : "cos", angle(pass, part)[1]);
  return valueNode(value, () => plain(pass, left, indicesOf(pass, place, { [letter]: t }), [step]));
}
