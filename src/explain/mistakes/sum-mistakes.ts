import { type At, type Steps, weightedSums, weightsOf } from "./steps.js";
import { MEAN, named, type Variant, type Words } from "./variant.js";

// Mistakes in the sums of (3) and (6), in the third factor of (1), (4), (7), and over the examples.

/** sum_j dCost/dz_j * w_kj, where W^(l) is square */
export const transposedOnTheWayBack: Variant = {
  uses: ["a"],
  possible: ({ sizes }, layer) => sizes[layer]! > 1 && sizes[layer] === sizes[layer - 1],
  steps: {
    back: (at, dCost_dz) => {
      const [n, w] = [dCost_dz.length, weightsOf(at)];
      return dCost_dz.map((_, k) => dCost_dz.reduce((sum, d, j) => sum + d * w[k * n + j]!, 0));
    },
  },
  wrong: ({ to, from, layer }) => `the weights are transposed, w_${from}${to}^(${layer}) in place of w_${to}${from}^(${layer})`,
};

/** The derivatives of square weights, rows and columns exchanged. */
export const transposedResult: Variant = {
  uses: ["w"],
  possible: ({ sizes }, layer) => sizes[layer]! > 1 && sizes[layer] === sizes[layer - 1],
  steps: { weight: (dCost_dz, input, j, k) => dCost_dz[k]! * input[j]! },
  wrong: ({ to, from, layer }) =>
    `the derivatives are transposed, dCost/dw_${from}${to}^(${layer}) in place of dCost/dw_${to}${from}^(${layer})`,
};

/** One term j of sum_j in the place of all; `termOf(k)` is the j that is kept. */
function oneTerm(name: (words: Words) => string, termOf: (k: number, terms: number) => number): Variant {
  return {
    uses: ["a"],
    possible: ({ sizes }, layer) => sizes[layer]! > 1 && termOf(sizes[layer - 1]! - 1, sizes[layer]!) < sizes[layer]!,
    steps: {
      back: (at, dCost_dz) => {
        const [w, width] = [weightsOf(at), at.a[at.layer - 1]!.length];
        return Float64Array.from({ length: width }, (_, k) => {
          const j = termOf(k, dCost_dz.length);
          return dCost_dz[j]! * w[j * width + k]!;
        });
      },
    },
    wrong: (words) => `only the term ${name(words)} of the sum over ${words.to} is there`,
  };
}

export const oneTermOfSum: readonly Variant[] = [
  oneTerm(
    ({ to, layer }) => `${to} = n_${layer}-1`,
    (_k, terms) => terms - 1,
  ),
  oneTerm(
    ({ to }) => `${to} = 0`,
    () => 0,
  ),
  oneTerm(
    ({ to, from }) => `${to} = ${from}`,
    (k) => k,
  ),
];

/** One example in the place of all: what an assignment where an addition belongs leaves behind. */
function oneExample(which: string, isKept: (at: At) => boolean, divided: boolean): Variant {
  const share: Steps["share"] = (at) => (isKept(at) ? (divided ? 1 / at.count : 1) : 0);
  return {
    uses: ["w", "b", "a"],
    possible: ({ rows }) => rows.length > 1,
    steps: { share },
    right: MEAN,
    wrong: ({ examples }) =>
      `only the derivative of the ${which} row is there${divided ? `, divided by ${examples}` : ""}, not the mean over all ${examples}`,
  };
}

export const oneExampleOfBatch: readonly Variant[] = [false, true].flatMap((divided) => [
  oneExample("last", ({ example, count }) => example === count - 1, divided),
  oneExample("first", ({ example }) => example === 0, divided),
]);

/** a^(l) or a^(l-2) in place of a^(l-1), where it is as wide */
export const inputOfNeighbour: readonly Variant[] = ([1, -1] as const).map((step) => ({
  uses: ["w"],
  possible: ({ sizes, depth }, layer) => {
    const other = layer - 1 + step;
    return other >= 1 && other <= depth && sizes[other] === sizes[layer - 1];
  },
  steps: { input: ({ a, layer }) => a[layer - 1 + step]! },
  wrong: ({ from, layer }) => `${named("a", from, layer - 1 + step)} stands in place of ${named("a", from, layer - 1)}`,
}));

/** W^(l+1) or W^(l-1) in place of W^(l), where it has the same shape */
export const weightsOfNeighbour: readonly Variant[] = ([1, -1] as const).map((step) => ({
  uses: ["a"],
  possible: ({ sizes, depth }, layer) => {
    const other = layer + step;
    return other >= 2 && other <= depth && sizes[other] === sizes[layer] && sizes[other - 1] === sizes[layer - 1];
  },
  steps: { back: (at, dCost_dz) => weightedSums(at, dCost_dz, weightsOf(at, at.layer + step)) },
  wrong: ({ to, from, layer }) => `w_${to}${from}^(${layer + step}) stands in place of w_${to}${from}^(${layer})`,
}));
