import type { ScalarActivationName } from "../../network/activations.js";
import type { CostName, outputRules } from "../../network/costs.js";
import { beside, call, type Expression, fraction, group, minus, negative, number, plus, square } from "./expression.js";

// How each activation and each cost is written. A new one brings its entry here; a missing one is a type error.

/** An activation of one neuron in symbols, from its z and its a. */
export interface WrittenActivation {
  /** sigma(z) */
  readonly value: (z: Expression) => Expression;
  /** sigma'(z), from the saved value that it needs */
  readonly slope: (z: Expression, a: Expression) => Expression;
  /** The largest value that sigma' can take; undefined where it is the same everywhere. */
  readonly steepest?: number;
}

const one = number(1);
const zero = number(0);
const exp = (at: Expression): Expression => call("exp", at);

export const writtenActivations: Readonly<Record<ScalarActivationName, WrittenActivation>> = {
  identity: { value: (z) => z, slope: () => one },
  sigmoid: {
    value: (z) => fraction(one, plus(one, exp(negative(z)))),
    slope: (_z, a) => beside(a, group(minus(one, a))),
    steepest: 1 / 4,
  },
  tanh: { value: (z) => call("tanh", z), slope: (_z, a) => minus(one, square(a)), steepest: 1 },
  relu: {
    value: (z) => ({ kind: "cases", then: z, when: z, otherwise: zero }),
    slope: (z) => ({ kind: "cases", then: one, when: z, otherwise: zero }),
  },
};

/** A cost in symbols, from one output a (written p where it is a probability) and its target y. */
export interface WrittenCost {
  /** The part of output j; the cost is the sum of them. */
  readonly term: (a: Expression, y: Expression) => Expression;
  /** dCost/da_j */
  readonly slope: (a: Expression, y: Expression) => Expression;
  /** dCost/dz_j where it comes to something simpler than dCost/da * da/dz */
  readonly simplified?: (a: Expression, y: Expression) => Expression;
  /** True where outputs are written p. */
  readonly probabilities: boolean;
}

const squaredError: WrittenCost = {
  term: (a, y) => square(group(minus(a, y))),
  slope: (a, y) => minus(beside(number(2), a), beside(number(2), y)),
  probabilities: false,
};
const ln = (at: Expression): Expression => call("ln", at);
const complement = (of: Expression): Expression => group(minus(one, of));

/** One entry for each pair of `outputRules`. */
export const writtenCosts: { readonly [C in CostName]: Readonly<Record<keyof (typeof outputRules)[C], WrittenCost>> } = {
  "squared-error": {
    identity: squaredError,
    sigmoid: squaredError,
    tanh: squaredError,
    relu: squaredError,
    softmax: squaredError,
  },
  "cross-entropy": {
    // -(y ln p + (1 - y) ln(1 - p)) -> -y / p + (1 - y) / (1 - p); times p (1 - p) it is p - y
    sigmoid: {
      term: (p, y) => negative(group(plus(beside(y, ln(p)), beside(complement(y), ln(minus(one, p)))))),
      slope: (p, y) => plus(negative(fraction(y, p)), fraction(minus(one, y), minus(one, p))),
      simplified: minus,
      probabilities: true,
    },
    // -y ln p -> -y / p; summed over all outputs it is p - y
    softmax: {
      term: (p, y) => negative(beside(y, ln(p))),
      slope: (p, y) => negative(fraction(y, p)),
      simplified: minus,
      probabilities: true,
    },
  },
};
