import { type ActivationName, activations, softmaxDerivative } from "./activations.js";

/**
 * A cost together with the output it is taken of. Vectors have the shape of the output layer, n_L; y is the target.
 *
 * - `cost(z, a, y)`: the cost of one example
 * - `dCost_da(a, y, j)`: its derivative by one output
 * - `dCost_dz(dCost_da, z, a, y)`: carried back through the output's activation
 */
export interface OutputRule {
  readonly cost: (z: Float64Array, a: Float64Array, y: Float64Array) => number;
  readonly dCost_da: (a: Float64Array, y: Float64Array, j: number) => number;
  readonly dCost_dz: (dCost_da: Float64Array, z: Float64Array, a: Float64Array, y: Float64Array) => Float64Array;
  /** True where the outputs are probabilities of the classes. */
  readonly probabilities: boolean;
}

/** Cost = sum_j (a_j - y_j)^2: a plain sum, no 1/2, no 1/n. */
const squaredError = {
  cost: (_z: Float64Array, a: Float64Array, y: Float64Array) => a.reduce((sum, aj, j) => sum + (aj - y[j]!) ** 2, 0),
  dCost_da: (a: Float64Array, y: Float64Array, j: number) => 2 * a[j]! - 2 * y[j]!,
};

/** Squared error of an output whose neurons stand alone: dCost/dz_j = dCost/da_j * da_j/dz_j. */
function squaredErrorOf(name: keyof typeof activations): OutputRule {
  const { derivative } = activations[name];
  return {
    ...squaredError,
    dCost_dz: (dCost_da, z, a) => dCost_da.map((d, j) => d * derivative(z[j]!, a[j]!)),
    probabilities: false,
  };
}

/** Squared error of softmax: dCost/dz_i = sum_j dCost/da_j * da_j/dz_i, the full Jacobian. */
const squaredErrorOfSoftmax: OutputRule = {
  ...squaredError,
  dCost_dz: (dCost_da, _z, a) => a.map((_, i) => dCost_da.reduce((sum, d, j) => sum + d * softmaxDerivative(a, j, i), 0)),
  probabilities: true,
};

/** Cost = -sum_j y_j ln p_j with sum_j y_j = 1, from the logits: ln p_j = z_j - max - ln sum exp(z - max). */
const crossEntropyOfSoftmax: OutputRule = {
  cost: (z, _a, y) => {
    const largest = z.reduce((max, value) => Math.max(max, value), -Infinity);
    const logSum = largest + Math.log(z.reduce((sum, value) => sum + Math.exp(value - largest), 0));
    return z.reduce((sum, zj, j) => sum + (y[j] === 0 ? 0 : y[j]! * (logSum - zj)), 0);
  },
  dCost_da: (a, y, j) => (y[j] === 0 ? 0 : -y[j]! / a[j]!),
  // sum_j dCost/da_j * da_j/dz_i simplifies to p_i - y_i, which also holds where p_j underflows to 0.
  dCost_dz: (_dCost_da, _z, a, y) => a.map((p, i) => p - y[i]!),
  probabilities: true,
};

/** Cost = -sum_j (y_j ln a_j + (1 - y_j) ln(1 - a_j)), from the logits: max(z, 0) - y z + ln(1 + exp(-|z|)). */
const crossEntropyOfSigmoid: OutputRule = {
  cost: (z, _a, y) => z.reduce((sum, zj, j) => sum + Math.max(zj, 0) - y[j]! * zj + Math.log1p(Math.exp(-Math.abs(zj))), 0),
  // -y_j / a_j + (1 - y_j) / (1 - a_j), on one denominator: near a_j = y_j the two would cancel digits away.
  dCost_da: (a, y, j) => {
    const slope = a[j]! * (1 - a[j]!);
    if (slope > 0) return (a[j]! - y[j]!) / slope;
    return (y[j] === 0 ? 0 : -y[j]! / a[j]!) + (y[j] === 1 ? 0 : (1 - y[j]!) / (1 - a[j]!));
  },
  // dCost/da_j * a_j (1 - a_j) simplifies to a_j - y_j, which also holds where a_j rounds to 0 or 1.
  dCost_dz: (_dCost_da, _z, a, y) => a.map((aj, j) => aj - y[j]!),
  probabilities: true,
};

/** Which output goes with which cost; a pair that is not here is refused. */
export const outputRules = {
  "squared-error": {
    identity: squaredErrorOf("identity"),
    sigmoid: squaredErrorOf("sigmoid"),
    tanh: squaredErrorOf("tanh"),
    relu: squaredErrorOf("relu"),
    softmax: squaredErrorOfSoftmax,
  },
  "cross-entropy": { sigmoid: crossEntropyOfSigmoid, softmax: crossEntropyOfSoftmax },
} as const satisfies Record<string, Partial<Record<ActivationName, OutputRule>>>;

export type CostName = keyof typeof outputRules;
export const COST_NAMES = Object.keys(outputRules) as CostName[];

/** The rule of a pair, or undefined where the two do not go together. */
export function findOutputRule(cost: CostName, output: ActivationName): OutputRule | undefined {
  return (outputRules[cost] as Partial<Record<ActivationName, OutputRule>>)[output];
}

/** The outputs that a cost accepts. */
export function outputsFor(cost: CostName): ActivationName[] {
  return Object.keys(outputRules[cost]) as ActivationName[];
}
