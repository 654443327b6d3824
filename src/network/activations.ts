import { erf } from "./erf.js";

/**
 * An activation that works on each neuron alone: a = value(z), and da/dz = derivative(z, a). The derivative lives beside the
 * function; `uses` says which saved value it needs.
 */
export interface Activation {
  readonly value: (z: number) => number;
  readonly derivative: (z: number, a: number) => number;
  readonly uses: "nothing" | "z" | "a";
  /** The largest |da/dz| that there is; Infinity where it has no bound. */
  readonly steepest: number;
  /** Where da/dz, or its own slope, jumps: a difference taken over such a z judges nothing. */
  readonly kinks: readonly number[];
}

/** The slope of leaky-relu below 0. */
export const LEAK = 0.01;
/** The two constants of selu (Klambauer et al. 2017), which keep mean 0 and variance 1. */
export const SELU = { lambda: 1.0507009873554805, alpha: 1.6732632423543772 } as const;
/** gelu-tanh is z sigmoid(2 u) = z (1 + tanh u) / 2 with u = sqrt(2 / pi) (z + 0.044715 z^3). */
export const GELU_CUBE = 0.044715;

const { lambda, alpha } = SELU;
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
/** ln(1 + e^z), from what does not overflow */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
/** The share of a standard normal distribution below z. */
const normalBelow = (z: number): number => (1 + erf(z * Math.SQRT1_2)) / 2;
const geluArgument = (z: number): number => Math.sqrt(8 / Math.PI) * (z + GELU_CUBE * z ** 3);

const table = {
  identity: { value: (z) => z, derivative: () => 1, uses: "nothing", steepest: 1, kinks: [] },
  sigmoid: { value: sigmoid, derivative: (_z, a) => a * (1 - a), uses: "a", steepest: 1 / 4, kinks: [] },
  tanh: { value: Math.tanh, derivative: (_z, a) => 1 - a * a, uses: "a", steepest: 1, kinks: [] },
  // The derivative at 0, where there is none, is 0 by convention; a NaN stays a NaN.
  relu: { value: (z) => (z > 0 || Number.isNaN(z) ? z : 0), derivative: (z) => (z > 0 ? 1 : 0), uses: "z", steepest: 1, kinks: [0] },
  "leaky-relu": {
    value: (z) => (z > 0 ? z : LEAK * z),
    derivative: (z) => (z > 0 ? 1 : LEAK),
    uses: "z",
    steepest: 1,
    kinks: [0],
  },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), derivative: (_z, a) => (a > 0 ? 1 : a + 1), uses: "a", steepest: 1, kinks: [0] },
  selu: {
    value: (z) => lambda * (z > 0 ? z : alpha * Math.expm1(z)),
    derivative: (_z, a) => (a > 0 ? lambda : a + lambda * alpha),
    uses: "a",
    steepest: lambda * alpha,
    kinks: [0],
  },
  // da/dz = sigmoid(z) = 1 - 1 / (1 + e^z) = 1 - e^-a
  softplus: { value: softplus, derivative: (_z, a) => -Math.expm1(-a), uses: "a", steepest: 1, kinks: [] },
  gelu: {
    value: (z) => z * normalBelow(z),
    derivative: (z) => normalBelow(z) + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI),
    uses: "z",
    steepest: 1.1289041451851548,
    kinks: [],
  },
  "gelu-tanh": {
    value: (z) => z * sigmoid(geluArgument(z)),
    derivative: (z) => {
      const s = sigmoid(geluArgument(z));
      return s + z * s * (1 - s) * Math.sqrt(8 / Math.PI) * (1 + 3 * GELU_CUBE * z * z);
    },
    uses: "z",
    steepest: 1.1289930686587718,
    kinks: [],
  },
  silu: {
    value: (z) => z * sigmoid(z),
    derivative: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    uses: "z",
    steepest: 1.0998393201288669,
    kinks: [],
  },
  mish: {
    value: (z) => z * Math.tanh(softplus(z)),
    derivative: (z) => {
      const t = Math.tanh(softplus(z));
      return t + z * (1 - t * t) * sigmoid(z);
    },
    uses: "z",
    steepest: 1.0884981612517279,
    kinks: [],
  },
  "hard-swish": {
    value: (z) => (z * Math.min(Math.max(z + 3, 0), 6)) / 6,
    derivative: (z) => (z > 3 ? 1 : z > -3 ? z / 3 + 1 / 2 : 0),
    uses: "z",
    steepest: 3 / 2,
    kinks: [-3, 3],
  },
  exponential: { value: Math.exp, derivative: (_z, a) => a, uses: "a", steepest: Infinity, kinks: [] },
} as const satisfies Record<string, Activation>;

export type ScalarActivationName = keyof typeof table;
/** sigma(z) in the equations: one row a name. Softmax, whose neurons depend on each other, stands beside the table. */
export const activations: Readonly<Record<ScalarActivationName, Activation>> = table;
/** Softmax is allowed at the output only. */
export type ActivationName = ScalarActivationName | "softmax";
export const ACTIVATION_NAMES: readonly ActivationName[] = [...(Object.keys(activations) as ScalarActivationName[]), "softmax"];

/** p_i = exp(z_i) / sum_j exp(z_j), computed from z - max z so that nothing overflows. */
export function softmax(z: Float64Array): Float64Array {
  const largest = z.reduce((max, value) => (value > max || Number.isNaN(value) ? value : max), -Infinity);
  const p = z.map((value) => Math.exp(value - largest));
  const sum = p.reduce((total, value) => total + value, 0);
  return p.map((value) => value / sum);
}

/** dp_j/dz_i of softmax: p_j (1 - p_j) for i = j, otherwise -p_j p_i. */
export function softmaxDerivative(p: Float64Array, j: number, i: number): number {
  return i === j ? p[j]! * (1 - p[j]!) : -p[j]! * p[i]!;
}
