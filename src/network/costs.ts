import { ACTIVATION_NAMES, type ActivationName, activations, type ScalarActivationName, softmaxDerivative } from "./activations.js";

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
  /** How far each output lies from where the derivative, or its own slope, jumps; left out where it never does. */
  readonly kinks?: (a: Float64Array, y: Float64Array) => readonly number[];
}

/** A cost that is a sum over outputs, each by its d = a_j - y_j; with `mean` divided by n_L. */
interface DifferenceCost {
  readonly term: (d: number, setting: number) => number;
  readonly slope: (d: number, setting: number) => number;
  readonly mean?: true;
  readonly kinks?: (d: number, setting: number) => readonly number[];
}

const differenceCosts = {
  /** A plain sum: no 1/2, no 1/n. */
  "squared-error": { term: (d) => d * d, slope: (d) => 2 * d },
  "half-squared-error": { term: (d) => (d * d) / 2, slope: (d) => d },
  "mean-squared-error": { term: (d) => d * d, slope: (d) => 2 * d, mean: true },
  // The derivative at 0, where there is none, is 0 by convention, here and in quantile.
  "mean-absolute-error": { term: Math.abs, slope: Math.sign, mean: true, kinks: (d) => [d] },
  huber: {
    term: (d, delta) => (Math.abs(d) > delta ? delta * (Math.abs(d) - delta / 2) : (d * d) / 2),
    slope: (d, delta) => Math.min(Math.max(d, -delta), delta),
    kinks: (d, delta) => [d - delta, d + delta],
  },
  quantile: { term: (d, q) => Math.max(-q * d, (1 - q) * d), slope: (d, q) => (d > 0 ? 1 - q : d < 0 ? -q : d), kinks: (d) => [d] },
} as const satisfies Record<string, DifferenceCost>;

type DifferenceName = keyof typeof differenceCosts;

/** The settings that a cost has, and what they are where nothing is said. */
export const COST_SETTINGS = {
  huber: { name: "delta", value: 1, expected: "a number above 0" },
  quantile: { name: "quantile", value: 0.5, expected: "a number between 0 and 1" },
} as const;

/** dCost/dz_j = dCost/da_j * da_j/dz_j where the neurons of an output stand alone; of softmax the sum over the full Jacobian. */
function backThrough(output: ActivationName): OutputRule["dCost_dz"] {
  if (output === "softmax") {
    return (dCost_da, _z, a) => a.map((_, i) => dCost_da.reduce((sum, d, j) => sum + d * softmaxDerivative(a, j, i), 0));
  }
  const { derivative } = activations[output];
  return (dCost_da, z, a) => dCost_da.map((d, j) => d * derivative(z[j]!, a[j]!));
}

function differenceRule(name: DifferenceName, output: ActivationName, setting: number): OutputRule {
  const { term, slope, mean, kinks }: DifferenceCost = differenceCosts[name];
  return {
    cost: (_z, a, y) => a.reduce((sum, aj, j) => sum + term(aj - y[j]!, setting), 0) / (mean === true ? a.length : 1),
    dCost_da: (a, y, j) => slope(a[j]! - y[j]!, setting) / (mean === true ? a.length : 1),
    dCost_dz: backThrough(output),
    probabilities: output === "softmax",
    ...(kinks === undefined ? {} : { kinks: (a, y) => Array.from(a).flatMap((aj, j) => kinks(aj - y[j]!, setting)) }),
  };
}

/** The rules of a cost that goes with every output. */
function differenceRules(name: DifferenceName): Readonly<Record<ActivationName, OutputRule>> {
  const setting = costSetting(name);
  const rules = ACTIVATION_NAMES.map((output) => [output, differenceRule(name, output, setting)]);
  return Object.fromEntries(rules) as Record<ActivationName, OutputRule>;
}

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

/** Cost = sum_j max(0, 1 - (2 y_j - 1) a_j): a class (y_j = 1) asks for an output of 1 or more, its absence for -1 or less. */
function hingeOf(output: ScalarActivationName): OutputRule {
  const short = (aj: number, yj: number): number => 1 - (2 * yj - 1) * aj;
  return {
    cost: (_z, a, y) => a.reduce((sum, aj, j) => sum + Math.max(0, short(aj, y[j]!)), 0),
    // 0 at the kink, by convention
    dCost_da: (a, y, j) => (short(a[j]!, y[j]!) > 0 ? 1 - 2 * y[j]! : 0),
    dCost_dz: backThrough(output),
    probabilities: false,
    kinks: (a, y) => Array.from(a, (aj, j) => short(aj, y[j]!)),
  };
}

/** Cost = sum_j (a_j - y_j ln a_j), of a rate a_j and a count y_j; without ln y_j!, in which no parameter stands. */
const poissonOfSoftplus: OutputRule = {
  cost: (_z, a, y) => a.reduce((sum, aj, j) => sum + aj - (y[j] === 0 ? 0 : y[j]! * Math.log(aj)), 0),
  // 1 - y_j / a_j, on one denominator: near a_j = y_j the two would cancel digits away.
  dCost_da: (a, y, j) => (y[j] === 0 ? 1 : (a[j]! - y[j]!) / a[j]!),
  dCost_dz: backThrough("softplus"),
  probabilities: false,
};

/** The same from z, which is ln a. */
const poissonOfExponential: OutputRule = {
  ...poissonOfSoftplus,
  cost: (z, a, y) => a.reduce((sum, aj, j) => sum + aj - y[j]! * z[j]!, 0),
  // dCost/da_j * a_j simplifies to a_j - y_j, which also holds where a_j underflows to 0.
  dCost_dz: (_dCost_da, _z, a, y) => a.map((aj, j) => aj - y[j]!),
};

/** Which output goes with which cost; a pair that is not here is refused. */
export const outputRules = {
  "squared-error": differenceRules("squared-error"),
  "cross-entropy": { sigmoid: crossEntropyOfSigmoid, softmax: crossEntropyOfSoftmax },
  "half-squared-error": differenceRules("half-squared-error"),
  "mean-squared-error": differenceRules("mean-squared-error"),
  "mean-absolute-error": differenceRules("mean-absolute-error"),
  huber: differenceRules("huber"),
  hinge: { identity: hingeOf("identity"), tanh: hingeOf("tanh") },
  poisson: { softplus: poissonOfSoftplus, exponential: poissonOfExponential },
  quantile: differenceRules("quantile"),
} as const satisfies Record<string, Partial<Record<ActivationName, OutputRule>>>;

export type CostName = keyof typeof outputRules;
export const COST_NAMES = Object.keys(outputRules) as CostName[];

/** A cost as a description has it: its name, or where it has a setting other than the usual one, its kind and that. */
export type CostDescription =
  CostName | { readonly kind: "huber"; readonly delta: number } | { readonly kind: "quantile"; readonly quantile: number };

/**
 * The name of a cost, whatever its settings.
 *
 * @example
 * ```ts
 * import { costKind } from "chainrule";
 *
 * console.log(costKind("poisson"), costKind({ kind: "huber", delta: 2 })); // poisson huber
 * ```
 */
export function costKind(cost: CostDescription): CostName {
  return typeof cost === "string" ? cost : cost.kind;
}

/** delta of huber, the quantile of quantile; of a cost without settings 0. */
export function costSetting(cost: CostDescription): number {
  if (typeof cost === "string") return cost in COST_SETTINGS ? COST_SETTINGS[cost as keyof typeof COST_SETTINGS].value : 0;
  return cost.kind === "huber" ? cost.delta : cost.quantile;
}

/** A cost in one word: `huber`, or `huber:2` where delta is not the usual one. */
export function costText(cost: CostDescription): string {
  return typeof cost === "string" ? cost : `${cost.kind}:${costSetting(cost)}`;
}

/** The rule of a pair, or undefined where the two do not go together. */
export function findOutputRule(cost: CostDescription, output: ActivationName): OutputRule | undefined {
  if (typeof cost !== "string") return differenceRule(cost.kind, output, costSetting(cost));
  return (outputRules[cost] as Partial<Record<ActivationName, OutputRule>>)[output];
}

/** The outputs that a cost accepts. */
export function outputsFor(cost: CostDescription): ActivationName[] {
  return Object.keys(outputRules[costKind(cost)]) as ActivationName[];
}

/** True of a cost that is 0 in every output that meets its target. */
export function isOfDifferences(cost: CostDescription): boolean {
  return costKind(cost) in differenceCosts;
}

/** True of a cost that is divided by n_L. */
export function isMeanOverOutputs(cost: CostDescription): boolean {
  return cost === "mean-squared-error" || cost === "mean-absolute-error";
}

/** The output from which on a single one speaks for the second of two classes: halfway between their targets. */
export function secondClassFrom(cost: CostDescription): number {
  return cost === "hinge" ? 0 : 0.5;
}
