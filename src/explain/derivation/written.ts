import { ACTIVATION_NAMES, type ActivationName, GELU_CUBE, LEAK, type ScalarActivationName, SELU } from "../../network/activations.js";
import { type CostDescription, costKind, type CostName, costSetting, type outputRules } from "../../network/costs.js";
import {
  beside,
  call,
  constant,
  type Expression,
  fraction,
  group,
  minus,
  negative,
  number,
  plus,
  power,
  root,
  square,
} from "./expression.js";

// How each activation and each cost is written. A new one brings its entry here; a missing one is a type error.

/** An activation of one neuron in symbols, from its z and its a. */
export interface WrittenActivation {
  /** sigma(z) */
  readonly value: (z: Expression) => Expression;
  /** sigma'(z), from the saved value that it needs */
  readonly slope: (z: Expression, a: Expression) => Expression;
}

const zero = number(0);
const one = number(1);
const two = number(2);
const three = number(3);
const pi = constant(Math.PI, "pi");
const leak = constant(LEAK);
const lambda = constant(SELU.lambda, "lambda");
const alpha = constant(SELU.alpha, "alpha");
const exp = (at: Expression): Expression => call("exp", at);
const ln = (at: Expression): Expression => call("ln", at);
const tanh = (at: Expression): Expression => call("tanh", at);
/** `then` where `when` is above 0 */
const cases = (when: Expression, then: Expression, otherwise: Expression): Expression => ({ kind: "cases", then, when, otherwise });
/** 1 + exp(-z) */
const onePlusExp = (z: Expression): Expression => plus(one, exp(negative(z)));
/** 1 + erf(z / sqrt(2)) */
const onePlusErf = (z: Expression): Expression => plus(one, call("erf", fraction(z, root(two))));
/** sqrt(2 / pi) (z + 0.044715 z^3) */
const cubic = (z: Expression): Expression => beside(root(fraction(two, pi)), group(plus(z, beside(constant(GELU_CUBE), power(z, three)))));
/** tanh(ln(1 + exp(z))) */
const mishShare = (z: Expression): Expression => tanh(ln(plus(one, exp(z))));

export const writtenActivations: Readonly<Record<ScalarActivationName, WrittenActivation>> = {
  identity: { value: (z) => z, slope: () => one },
  sigmoid: { value: (z) => fraction(one, onePlusExp(z)), slope: (_z, a) => beside(a, group(minus(one, a))) },
  tanh: { value: tanh, slope: (_z, a) => minus(one, square(a)) },
  relu: { value: (z) => cases(z, z, zero), slope: (z) => cases(z, one, zero) },
  "leaky-relu": { value: (z) => cases(z, z, beside(leak, z)), slope: (z) => cases(z, one, leak) },
  elu: { value: (z) => cases(z, z, minus(exp(z), one)), slope: (_z, a) => cases(a, one, plus(a, one)) },
  selu: {
    value: (z) => beside(lambda, cases(z, z, beside(alpha, group(minus(exp(z), one))))),
    slope: (_z, a) => cases(a, lambda, plus(a, beside(lambda, alpha))),
  },
  softplus: { value: (z) => ln(plus(one, exp(z))), slope: (_z, a) => minus(one, exp(negative(a))) },
  // Terms that may begin with a sign come first.
  gelu: {
    value: (z) => fraction(beside(z, group(onePlusErf(z))), two),
    slope: (z) =>
      plus(fraction(beside(z, exp(negative(group(fraction(square(z), two))))), root(beside(two, pi))), fraction(onePlusErf(z), two)),
  },
  "gelu-tanh": {
    value: (z) => fraction(beside(z, group(plus(one, tanh(cubic(z))))), two),
    slope: (z) =>
      plus(
        fraction(
          beside(
            z,
            group(minus(one, square(tanh(cubic(z))))),
            root(fraction(two, pi)),
            group(plus(one, beside(constant(3 * GELU_CUBE), square(z)))),
          ),
          two,
        ),
        fraction(plus(one, tanh(cubic(z))), two),
      ),
  },
  // By the quotient rule.
  silu: {
    value: (z) => fraction(z, onePlusExp(z)),
    slope: (z) => fraction(plus(one, beside(group(plus(one, z)), exp(negative(z)))), square(group(onePlusExp(z)))),
  },
  mish: {
    value: (z) => beside(z, mishShare(z)),
    slope: (z) => plus(fraction(beside(z, group(minus(one, square(mishShare(z))))), onePlusExp(z)), mishShare(z)),
  },
  "hard-swish": {
    value: (z) => cases(minus(z, three), z, cases(plus(z, three), fraction(beside(z, group(plus(z, three))), number(6)), zero)),
    slope: (z) => cases(minus(z, three), one, cases(plus(z, three), plus(fraction(z, three), fraction(one, two)), zero)),
  },
  exponential: { value: exp, slope: (_z, a) => a },
};

/** Which function sigma is, with the numbers that have names in it. */
export function sigmaNote(name: ActivationName): string {
  return `sigma is ${name}${name === "selu" ? `, lambda = ${SELU.lambda}, alpha = ${SELU.alpha}` : ""}`;
}

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

/** What a cost is made for: the value of its setting, and n_L. */
interface CostParameters {
  readonly setting: number;
  readonly outputs: Expression;
}

type CostWriter = (parameters: CostParameters) => WrittenCost;

const complement = (of: Expression): Expression => group(minus(one, of));
const abs = (of: Expression): Expression => call("abs", of);
const sign = (of: Expression): Expression => call("sign", of);
const twice = (of: Expression): Expression => beside(two, of);
/** (a - y)^2 */
const squared = (a: Expression, y: Expression): Expression => square(group(minus(a, y)));
/** 1 - (2 y - 1) a */
const short = (a: Expression, y: Expression): Expression => minus(one, beside(group(minus(twice(y), one)), a));

/** The same with every output. */
function withEveryOutput(
  write: (parameters: CostParameters) => Omit<WrittenCost, "probabilities">,
): Readonly<Record<ActivationName, CostWriter>> {
  const writer: CostWriter = (parameters) => ({ ...write(parameters), probabilities: false });
  return Object.fromEntries(ACTIVATION_NAMES.map((output) => [output, writer])) as Record<ActivationName, CostWriter>;
}

const poisson: WrittenCost = {
  term: (a, y) => minus(a, beside(y, ln(a))),
  slope: (a, y) => minus(one, fraction(y, a)),
  probabilities: false,
};

const hinge: CostWriter = () => ({
  term: (a, y) => cases(short(a, y), short(a, y), zero),
  slope: (a, y) => cases(short(a, y), minus(one, twice(y)), zero),
  probabilities: false,
});

/** One entry for each pair of `outputRules`. */
export const writtenCosts: { readonly [C in CostName]: Readonly<Record<keyof (typeof outputRules)[C], CostWriter>> } = {
  "squared-error": withEveryOutput(() => ({ term: squared, slope: (a, y) => minus(twice(a), twice(y)) })),
  "cross-entropy": {
    // -(y ln p + (1 - y) ln(1 - p)) -> -y / p + (1 - y) / (1 - p); times p (1 - p) it is p - y
    sigmoid: () => ({
      term: (p, y) => negative(group(plus(beside(y, ln(p)), beside(complement(y), ln(minus(one, p)))))),
      slope: (p, y) => plus(negative(fraction(y, p)), fraction(minus(one, y), minus(one, p))),
      simplified: minus,
      probabilities: true,
    }),
    // -y ln p -> -y / p; summed over all outputs it is p - y
    softmax: () => ({
      term: (p, y) => negative(beside(y, ln(p))),
      slope: (p, y) => negative(fraction(y, p)),
      simplified: minus,
      probabilities: true,
    }),
  },
  "half-squared-error": withEveryOutput(() => ({ term: (a, y) => fraction(squared(a, y), two), slope: minus })),
  "mean-squared-error": withEveryOutput(({ outputs }) => ({
    term: (a, y) => fraction(squared(a, y), outputs),
    slope: (a, y) => fraction(minus(twice(a), twice(y)), outputs),
  })),
  "mean-absolute-error": withEveryOutput(({ outputs }) => ({
    term: (a, y) => fraction(abs(minus(a, y)), outputs),
    slope: (a, y) => fraction(sign(minus(a, y)), outputs),
  })),
  huber: withEveryOutput(({ setting }) => {
    const delta = constant(setting, "delta");
    const beyond = (a: Expression, y: Expression): Expression => minus(abs(minus(a, y)), delta);
    return {
      term: (a, y) =>
        cases(beyond(a, y), beside(delta, group(minus(abs(minus(a, y)), fraction(delta, two)))), fraction(squared(a, y), two)),
      slope: (a, y) => cases(beyond(a, y), beside(delta, sign(minus(a, y))), minus(a, y)),
    };
  }),
  hinge: { identity: hinge, tanh: hinge },
  poisson: {
    softplus: () => poisson,
    // (1 - y / a) a
    exponential: () => ({ ...poisson, simplified: minus }),
  },
  quantile: withEveryOutput(({ setting }) => {
    const q = constant(setting, "q");
    return {
      term: (a, y) => cases(minus(y, a), beside(q, group(minus(y, a))), beside(complement(q), group(minus(a, y)))),
      slope: (a, y) => cases(minus(y, a), negative(q), cases(minus(a, y), minus(one, q), zero)),
    };
  }),
};

/** How a cost of a description is written; the description was read, so that the pair is one of the table. */
export function writtenCost(cost: CostDescription, output: ActivationName, outputs: Expression): WrittenCost {
  const writers = writtenCosts[costKind(cost)] as Readonly<Partial<Record<ActivationName, CostWriter>>>;
  return writers[output]!({ setting: costSetting(cost), outputs });
}
