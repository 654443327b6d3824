import { type Activation, activations } from "../../network/activations.js";
import { activationOf } from "../../network/description.js";
import { type At, RIGHT, slope, times } from "./steps.js";
import { activationAt, hasSlope, isOutput, named, slopeTellsThemApart, slopeUsesActivation, type Variant } from "./variant.js";

// Mistakes in da/dz = sigma'(z), the second factor.

const everywhere = ["w", "b", "a"] as const;

/** sigma' left out */
export const missingSlope: Variant = {
  uses: everywhere,
  possible: hasSlope,
  steps: { through: (_at, dCost_da) => dCost_da },
  wrong: ({ slope }) => `${slope} is missing`,
};

/** sigma' a second time, for example behind p_j - y_j, where it is in the formula already */
export const extraSlope: Variant = {
  uses: everywhere,
  // A relu's slope is 1 or 0: twice is as good as once.
  possible: (batch, layer) => hasSlope(batch, layer) && activationAt(batch, layer) !== "relu",
  steps: { through: (at, dCost_da) => times(RIGHT.through(at, dCost_da), slope(at)) },
  wrong: ({ slope }) => `${slope} is there once too often`,
};

/** A function that computes sigma'(z) from z, called with a. */
export const slopeAtActivation: Variant = {
  uses: everywhere,
  possible: slopeTellsThemApart,
  steps: { through: (at, dCost_da) => times(dCost_da, slopeAt(at, at.a[at.layer]!)) },
  wrong: (words) => `sigma' is taken at ${named("a", words.to, words.layer)} in place of ${named("z", words.to, words.layer)}`,
};

/** A formula of a, a (1 - a) or 1 - a^2, called with z. */
export const slopeFormulaOfZ: Variant = {
  uses: everywhere,
  possible: slopeUsesActivation,
  steps: {
    through: (at, dCost_da) => {
      const z = at.z[at.layer]!;
      const { derivative } = scalarActivation(at, at.layer);
      return times(
        dCost_da,
        z.map((value) => derivative(value, value)),
      );
    },
  },
  wrong: (words) =>
    `the formula of ${words.slope} by ${named("a", words.to, words.layer)} is fed with ${named("z", words.to, words.layer)}`,
};

/** sigma' of the layer behind (+1) or before (-1), where it is as wide: three ways to get there. */
export const slopeOfNeighbour: readonly Variant[] = ([1, -1] as const).flatMap((step) =>
  [
    (at: At) => slopeAt(at, at.z[at.layer + step]!),
    (at: At) => at.z[at.layer + step]!.map((z, j) => scalarActivation(at, at.layer).derivative(z, at.a[at.layer + step]![j]!)),
    (at: At) => slope({ ...at, layer: at.layer + step }),
  ].map((slopes): Variant => ({
    uses: everywhere,
    possible: (batch, layer) => {
      const other = layer + step;
      const inside = other >= 2 && other <= batch.depth && batch.sizes[other] === batch.sizes[layer];
      // Where cost and output simplify, the output has no sigma' of its own.
      const written = !isOutput(batch, layer) || batch.notation.cost.simplified === undefined;
      return inside && written && [layer, other].every((l) => activationAt(batch, l) !== "softmax");
    },
    steps: { through: (at, dCost_da) => times(dCost_da, slopes(at)) },
    wrong: (words) => `sigma' is that of layer ${words.layer + step} in place of ${words.slope}`,
  })),
);

/** Softmax: only the term j = i of sum_j dCost/da_j * da_j/dz_i. */
export const ownTermOfSoftmax: Variant = {
  uses: everywhere,
  possible: (batch, layer) => activationAt(batch, layer) === "softmax" && batch.sizes[layer]! > 1,
  steps: { through: (at, dCost_da) => times(dCost_da, slope(at)) },
  wrong: ({ layer }) =>
    `only the term j = i of dCost/dz_i^(${layer}) = sum_j ( dCost/da_j^(${layer}) * da_j^(${layer})/dz_i^(${layer}) ) is there`,
};

/** sigma' of the layer's activation as a function of z, at other values. */
function slopeAt(at: At, values: Float64Array): Float64Array {
  const { value, derivative } = scalarActivation(at, at.layer);
  return values.map((z) => derivative(z, value(z)));
}

function scalarActivation({ network }: At, layer: number): Activation {
  const name = activationOf(network.description, layer);
  if (name === "softmax") throw new TypeError("softmax is no function of one z");
  return activations[name];
}
