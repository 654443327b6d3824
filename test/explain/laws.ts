import type { Derivation } from "../../src/explain.js";
import { bind, evaluate, type Expression } from "../../src/explain/derivation/expression.js";
import { lookUpIn } from "../../src/explain/derivation/look-up.js";
import { type ExamplePass, passOf } from "../../src/explain/derivation/pass.js";
import { activations } from "../../src/network/activations.js";
import { activationOf } from "../../src/network/description.js";
import { erf } from "../../src/network/erf.js";
import type { Example } from "../../src/reference/batch.js";
import type { ReferenceNetwork } from "../../src/reference/forward.js";

/** Every node that a derivation opens into, each name once; a product before its factors, a sum before its terms. */
export function* nodesOf(root: Derivation, seen = new Set<string>()): Generator<Derivation> {
  if (seen.has(root.name)) return;
  seen.add(root.name);
  yield root;
  for (const part of partsOf(root)) yield* nodesOf(part, seen);
}

export function partsOf(derivation: Derivation): readonly Derivation[] {
  switch (derivation.kind) {
    case "product":
      return derivation.factors;
    case "sum":
      return Array.from({ length: derivation.terms.length }, (_, index) => derivation.terms.at(index));
    case "value":
      return [];
  }
}

export interface Law {
  readonly name: string;
  readonly actual: number;
  readonly expected: number;
  readonly bound: number;
}

/** Written so that a NaN breaks it. */
export const isBroken = ({ actual, expected, bound }: Law): boolean => !(Math.abs(actual - expected) <= bound);

/** The product of the factors is the value; so is the sum of the terms, in proportion to how large they are. */
export function lawsOf(derivation: Derivation): Law[] {
  const { name, value } = derivation;
  const parts = partsOf(derivation).map((part) => part.value);
  if (derivation.kind === "product") {
    const actual = parts.reduce((total, part) => total * part, 1);
    return [{ name: `factors of ${name}`, actual, expected: value, bound: 1e-12 * Math.abs(value) }];
  }
  if (derivation.kind === "sum") {
    const actual = parts.reduce((total, part) => total + part, 0);
    const { values } = derivation.terms;
    return [
      { name: `terms of ${name}`, actual, expected: value, bound: 1e-12 * magnitudeOf(derivation) },
      ...parts.map((part, index) => ({ name: `values[${index}] of ${name}`, actual: values[index]!, expected: part, bound: 0 })),
    ];
  }
  return [];
}

/** How large the numbers are that a derivation is made of: the sum of its |terms|, otherwise its |value|. */
export function magnitudeOf(derivation: Derivation): number {
  if (derivation.kind !== "sum") return Math.abs(derivation.value);
  return partsOf(derivation).reduce((total, { value }) => total + Math.abs(value), 0);
}

/** Every line that is written of a derivation, worked out by itself from the names in it. */
export function writtenLaws(network: ReferenceNetwork, example: Example, derivation: Derivation): Law[] {
  return linesOf(passOf(network, example), derivation);
}

/** The same of a derivation of a pass. */
export function linesOf(pass: ExamplePass, derivation: Derivation): Law[] {
  const { written, name, value: expected, indices } = derivation;
  const { network } = pass;
  const lookUp = lookUpIn(pass);
  const bound = 1e-9 * magnitudeOf(derivation);
  const worked = (line: Expression): number => evaluate(line, lookUp, sigmaOf(network, [...written.indices, line]));
  return [
    ...written.general.map((line, at) => ({ name: `general[${at}] of ${name}`, actual: worked(bind(line, indices)), expected, bound })),
    ...written.indices.map((line, at) => ({ name: `indices[${at}] of ${name}`, actual: worked(line), expected, bound })),
    ...written.numbers.map((line, at) => ({ name: `numbers[${at}] of ${name}`, actual: worked(line), expected, bound })),
  ];
}

const FUNCTIONS = { sin: Math.sin, cos: Math.cos, exp: Math.exp, ln: Math.log, tanh: Math.tanh, erf, sign: Math.sign, abs: Math.abs };

/** sigma' of the layer whose z or u it is taken of; in a line of numbers that has lost its name, so that the other lines are asked too. */
function sigmaOf(network: ReferenceNetwork, lines: readonly Expression[]): Readonly<Record<string, (z: number) => number>> {
  const layer = /"name":"sigma'","at":\{"kind":"value","of":"[zu]","layer":(\d+)/.exec(JSON.stringify(lines))?.[1];
  if (layer === undefined) return FUNCTIONS;
  const { value, derivative } = activations[activationOf(network.description, Number(layer)) as keyof typeof activations];
  return { ...FUNCTIONS, "sigma'": (z) => derivative(z, value(z)) };
}
