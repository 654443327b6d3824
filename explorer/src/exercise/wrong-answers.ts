import type { Derivation, MistakeName } from "chainrule/explain";
import { type Ground, isEqual } from "./givens.js";
import { itselfOf, type Part } from "./parts.js";

// Answers that come from a mistake that is often made, by the names that `check-gradients` has for them where it has one.

/** An answer, and what it would be right for. */
export interface WrongAnswer {
  readonly value: number;
  readonly mistake?: MistakeName;
  /** Goes on "you gave 0.25, which ...". */
  readonly sentence: string;
}

/** All that is tried for a part, the most likely ones first. */
export function wrongAnswers(ground: Ground, part: Part, parts: readonly Part[]): WrongAnswer[] {
  const { derivation } = part;
  const own =
    derivation.kind === "product"
      ? ofProduct(derivation)
      : derivation.kind === "sum"
        ? ofSum(ground, derivation)
        : ofValue(ground, derivation);
  const { value } = derivation;
  const others = parts
    .filter(({ id, derivation: other }) => id !== part.id && !isEqual(other.value, value))
    .map(({ derivation: other }): WrongAnswer => ({ value: other.value, sentence: `would be right for ${other.name}` }));
  return [
    ...own,
    ...others,
    { value: -value, mistake: "swapped-sign", sentence: "has the right size and the wrong sign" },
    ...[10, 100, 1000, 0.1, 0.01, 0.001].map((factor) => ({
      value: value * factor,
      sentence: "has the right digits and the decimal point at another place",
    })),
  ];
}

function ofProduct({ factors, value }: Extract<Derivation, { kind: "product" }>): WrongAnswer[] {
  const without = factors.map((left): WrongAnswer => {
    const product = factors.reduce((all, factor) => (factor === left ? all : all * factor.value), 1);
    const isSlope = left.name.startsWith("da");
    return { value: product, ...(isSlope ? { mistake: "missing-slope" } : {}), sentence: `comes out where ${left.name} is left out` };
  });
  const slope = factors.find(({ name }) => name.startsWith("da"));
  return [
    ...without,
    ...twos(factors.some((factor) => hasTwo(factor)) ? value : NaN),
    {
      value: factors.reduce((sum, factor) => sum + factor.value, 0),
      sentence: "comes out where the factors are added; the chain rule multiplies them",
    },
    ...(slope === undefined
      ? []
      : [
          {
            value: value * slope.value,
            mistake: "extra-slope" as const,
            sentence: `comes out where ${slope.name} is there once too often`,
          },
        ]),
  ];
}

function ofSum(ground: Ground, { terms, value, written }: Extract<Derivation, { kind: "sum" }>): WrongAnswer[] {
  const one = Array.from({ length: Math.min(terms.length, 40) }, (_, at) => at).flatMap((at): WrongAnswer[] => {
    const { name, value: term } = terms.at(at);
    return [
      { value: term, mistake: "forgotten-sum", sentence: `is one term of the sum alone, ${name}` },
      { value: value - term, sentence: `comes out where the term ${name} is left out` },
    ];
  });
  const sizes = Array.from(terms.values).reduce((sum, term) => sum + Math.abs(term), 0);
  const { activation, units } = ground.network.description.layers.at(-1)!;
  const outputs = ground.forward.a.at(-1)!;
  const isShare = activation === "softmax" && written.indices.at(-1)?.kind === "minus";
  return [
    ...(isShare ? [...outputs].map((p, j) => ({ value: p, sentence: `is the output a${ground.network.layout.depth}[${j}] itself` })) : []),
    ...one,
    {
      value: value / terms.length,
      mistake: "mean-over-outputs",
      sentence: `is the mean of the ${terms.length} terms, and their sum is asked for`,
    },
    { value: value / units, mistake: "mean-over-outputs", sentence: "is the mean over the outputs, and the cost adds them up" },
    { value: sizes, sentence: "comes out where the terms lose their signs" },
  ];
}

function ofValue({ network, forward, y }: Ground, derivation: Derivation): WrongAnswer[] {
  const place = /^d(?:Cost|[a-z]+(\d+)\[(\d+)\])\/d[a-z]+(\d+)\[(\d+)(?:,(\d+))?\]$/.exec(derivation.name);
  if (place === null) return [];
  const [layer, j] = [Number(place[1] ?? place[3]), Number(place[2] ?? place[4])];
  const [a, z] = [forward.a[layer]?.[j] ?? NaN, forward.z[layer]?.[j] ?? NaN];
  if (derivation.name.startsWith("dCost/da")) {
    return [
      ...twos(hasTwo(derivation) ? derivation.value : NaN),
      { value: a, sentence: `is a${layer}[${j}] itself: how far it is from its target is missing` },
      { value: (a - y[j]!) ** 2, sentence: `is this output's part of the cost itself, and its derivative is asked for` },
    ];
  }
  if (derivation.name.startsWith("da")) {
    const activation = network.description.layers[layer - 2]!.activation;
    const slopes = slopesOf(activation);
    return [
      { value: a, sentence: `is a${layer}[${j}] itself, and how steep it is at z${layer}[${j}] is asked for` },
      ...slopes.flatMap((slope): WrongAnswer[] => [
        { value: slope.ofZ(a), mistake: "slope-of-activation", sentence: `is sigma' at a${layer}[${j}] in place of z${layer}[${j}]` },
        { value: slope.ofA(z), mistake: "slope-of-activation", sentence: `is the formula of a${layer}[${j}] fed with z${layer}[${j}]` },
      ]),
      { value: 1, mistake: "missing-slope", sentence: "comes out where sigma' is taken for 1" },
      { value: z, sentence: `is z${layer}[${j}] itself` },
    ];
  }
  const itself = itselfOf(derivation);
  const [, kind, from, k] = /^([ah])(\d+)\[(\d+)\]$/.exec(itself ?? "") ?? [];
  if (kind === undefined) return [];
  const { w } = network.layout.layers[layer]!;
  const before = forward.a[Number(from)]!;
  return [
    { value: forward.z[Number(from)]?.[Number(k)] ?? NaN, sentence: `is z${from}[${k}]: the weight multiplies what the unit hands on` },
    { value: network.parameters[w.offset + j * w.columns + Number(k)]!, sentence: `is the weight w${layer}[${j},${k}] itself` },
    { value: a, mistake: "off-by-one-layer", sentence: `is a${layer}[${j}], the unit that the weight leads to` },
    ...Array.from(before, (value, at) => ({ value, sentence: `is a${from}[${at}], and this weight comes from another unit` })),
  ];
}

/** The forms of a slope: of the weighted sum, and of the activation; none where there is no formula of a. */
function slopesOf(activation: string): { readonly ofZ: (z: number) => number; readonly ofA: (a: number) => number }[] {
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  if (activation === "sigmoid") return [{ ofZ: (z) => sigmoid(z) * (1 - sigmoid(z)), ofA: (a) => a * (1 - a) }];
  if (activation === "tanh") return [{ ofZ: (z) => 1 - Math.tanh(z) ** 2, ofA: (a) => 1 - a ** 2 }];
  return [];
}

/** 2 a - 2 y, whose 2 is often forgotten. */
function hasTwo({ written }: Derivation): boolean {
  const line = JSON.stringify(written.general.at(-1) ?? null);
  return /"kind":"beside","factors":\[\{"kind":"(number|constant)","value":2\}/.test(line);
}

function twos(value: number): WrongAnswer[] {
  return [
    { value: value / 2, mistake: "missing-2", sentence: "comes out where the 2 of the square's derivative is missing" },
    { value: value * 2, sentence: "comes out where the 2 is there once too often" },
  ];
}
