/**
 * An activation that works on each neuron alone: a = value(z), and da/dz = derivative(z, a). The derivative lives beside the
 * function; `uses` says which saved value it needs.
 */
export interface Activation {
  readonly value: (z: number) => number;
  readonly derivative: (z: number, a: number) => number;
  readonly uses: "nothing" | "z" | "a";
}

/** sigma(z) in the equations: one row a name. Softmax, whose neurons depend on each other, stands beside the table. */
export const activations = {
  identity: { value: (z) => z, derivative: () => 1, uses: "nothing" },
  sigmoid: { value: (z) => 1 / (1 + Math.exp(-z)), derivative: (_z, a) => a * (1 - a), uses: "a" },
  tanh: { value: Math.tanh, derivative: (_z, a) => 1 - a * a, uses: "a" },
  // The derivative at 0, where there is none, is 0 by convention; a NaN stays a NaN.
  relu: { value: (z) => (z > 0 || Number.isNaN(z) ? z : 0), derivative: (z) => (z > 0 ? 1 : 0), uses: "z" },
} as const satisfies Record<string, Activation>;

export type ScalarActivationName = keyof typeof activations;
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
