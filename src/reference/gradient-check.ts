import { ChainruleError } from "../base/errors.js";
import { createRandom, shuffle, STREAM } from "../base/random.js";
import { activations } from "../network/activations.js";
import { parameterName } from "../network/layout.js";
import { batchGradient, type Example, trainingPasses } from "./batch.js";
import { outputRuleOf } from "../network/description.js";
import { outputDerivatives } from "./backward.js";
import type { Forward, ReferenceNetwork } from "./forward.js";

/** One parameter's derivative beside its central difference. */
export interface CheckedDerivative {
  /** `w4[3,7]` */
  readonly name: string;
  readonly analytic: number;
  readonly numeric: number;
  /**
   * |numeric - analytic| / (|analytic| + 0.001); where the cost is so large, or the step so small, that rounding alone moves
   * the difference by more than 1e-9, that rounding / `TOLERANCE` stands in for the 0.001
   */
  readonly relativeError: number;
}

export interface GradientCheck {
  /** Number of parameters of the network that are trained. */
  readonly parameters: number;
  /** How many of them were compared. */
  readonly checked: number;
  /** How many could not be: the kink of a relu, or of anything else that has one, lies inside every step that was tried. */
  readonly atKink: number;
  readonly maxRelativeError: number;
  /** The comparison with the largest error; undefined where nothing was compared. */
  readonly worst: CheckedDerivative | undefined;
  /** True where at least one was compared and no error is above `TOLERANCE`. */
  readonly passed: boolean;
}

/** |numeric - analytic| <= 1e-6 |analytic| + max(1e-9, rounding): what a central difference in float64 allows. */
export const TOLERANCE = 1e-6;
const FLOOR = 1e-3;
/** A cost is off by a few units of the last place of what it is made of; the difference carries that over to itself, divided by the step. */
const ROUNDING = 4 * Number.EPSILON;
/** Half the width of the difference, in units of the parameter; a relu's kink inside it asks for a smaller one. */
const STEPS = [1e-5, 1e-6, 1e-7] as const;

/**
 * Compares derivatives with central differences, (Cost(w + h) - Cost(w - h)) / 2h, over all parameters or a seeded sample.
 *
 * @param options `sample`: how many parameters to compare (all where left out); `seed` of the sample; `gradient`: the
 * derivatives to judge (the reference's own where left out)
 * @throws ChainruleError `E_USAGE` for a sample that is not a whole number above 0
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { gradientCheck } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 3 }, { units: 1 }] });
 * const { passed, checked } = gradientCheck(network, [{ x: [0.5, 1], y: [1] }]);
 * console.log(passed, checked); // true 13
 * ```
 */
export function gradientCheck(
  network: ReferenceNetwork,
  examples: readonly Example[],
  options: { readonly sample?: number; readonly seed?: number; readonly gradient?: Float64Array } = {},
): GradientCheck {
  const count = network.layout.trained;
  const analytic = options.gradient ?? batchGradient(network, examples).gradient;
  const chosen = shuffleSample(count, options.sample ?? count, options.seed ?? 1);
  const probe = createProbe(network, examples);
  let checked = 0;
  let worst: CheckedDerivative | undefined;
  let passed = true;
  for (const index of chosen) {
    const difference = probe(index);
    if (difference === undefined) continue;
    const { numeric, rounding } = difference;
    checked += 1;
    const floor = Math.max(FLOOR, rounding / TOLERANCE);
    const relativeError = Math.abs(numeric - analytic[index]!) / (Math.abs(analytic[index]!) + floor);
    // Written so that a NaN fails, and the first one stays the worst.
    if (!(relativeError <= TOLERANCE)) passed = false;
    if (worst === undefined || !(relativeError <= worst.relativeError || Number.isNaN(worst.relativeError))) {
      worst = { name: parameterName(network.layout, index), analytic: analytic[index]!, numeric, relativeError };
    }
  }
  return {
    parameters: count,
    checked,
    atKink: chosen.length - checked,
    maxRelativeError: worst?.relativeError ?? 0,
    worst,
    passed: passed && checked > 0,
  };
}

/**
 * The central difference of the mean cost by one parameter, (Cost(w + h) - Cost(w - h)) / 2h with h = 1e-5, or a smaller h
 * where a relu's kink lies inside.
 *
 * @param index the parameter's place in the parameter vector
 * @returns undefined where a kink lies inside every step that is tried
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { findParameter } from "chainrule/explain";
 * import { batchGradient, centralDifference } from "chainrule/reference";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }] });
 * const examples = [{ x: [0, 1], y: [1] }];
 * const { index } = findParameter(network.layout, "w2[0,1]");
 * console.log(centralDifference(network, examples, index), batchGradient(network, examples).gradient[index]);
 * ```
 */
export function centralDifference(network: ReferenceNetwork, examples: readonly Example[], index: number): number | undefined {
  return createProbe(network, examples)(index)?.numeric;
}

function shuffleSample(count: number, sample: number, seed: number): Uint32Array {
  if (!(Number.isInteger(sample) && sample > 0)) {
    throw new ChainruleError("E_USAGE", { where: "sample", expected: "a whole number above 0", got: String(sample) });
  }
  const all = Uint32Array.from({ length: count }, (_, index) => index);
  return sample >= count ? all : shuffle(all, createRandom(seed, STREAM.sample)).subarray(0, sample).sort();
}

interface Difference {
  readonly numeric: number;
  /** How far the rounding of the two costs may have moved it. */
  readonly rounding: number;
}

/** Central difference by one parameter, or undefined where a relu changes sides within every step. */
function createProbe(network: ReferenceNetwork, examples: readonly Example[]): (index: number) => Difference | undefined {
  const parameters = Float64Array.from(network.parameters);
  const moved: ReferenceNetwork = { ...network, parameters };
  const magnitude = costMagnitude(network, examples);
  return (index) => {
    const value = parameters[index]!;
    const difference = differenceAt(value, (h) => {
      parameters[index] = value + h;
      const passes = trainingPasses(moved, examples);
      const result = costAndSides(
        moved,
        examples.map(({ y, weight }, row) => ({ pass: passes(row), y, weight })),
      );
      parameters[index] = value;
      return result;
    });
    return difference === undefined ? undefined : { numeric: difference.numeric, rounding: (ROUNDING * magnitude) / difference.h };
  };
}

/** (Cost(value + h) - Cost(value - h)) / 2h with the largest h that no relu's kink lies within; undefined where none is left. */
export function differenceAt(value: number, at: (h: number) => CostAndSides): { readonly numeric: number; readonly h: number } | undefined {
  for (const h of STEPS) {
    const above = at(h);
    const below = at(-h);
    if (above.sides === below.sides) return { numeric: (above.cost - below.cost) / (value + h - (value - h)), h };
  }
  return undefined;
}

/**
 * How large the numbers are that the mean cost is made of: itself, and what a relative error of every z of the output layer
 * would change in it. A cost of nearly fitted large values is small, but no more exact than they are.
 */
function costMagnitude(network: ReferenceNetwork, examples: readonly Example[]): number {
  const passes = trainingPasses(network, examples);
  let sum = 0;
  examples.forEach(({ y }, row) => {
    const pass = passes(row);
    const { cost, dz } = outputDerivatives(network, pass, y);
    sum += Math.abs(cost) + dz.reduce((total, d, j) => total + Math.abs(d * pass.z.at(-1)![j]!), 0);
  });
  return sum / examples.length;
}

/** The mean cost, and on which side of the kinks of their activation, or of the cost, all z and outputs lie. */
export interface CostAndSides {
  readonly cost: number;
  readonly sides: string;
}

export function costAndSides(
  network: ReferenceNetwork,
  passes: readonly { readonly pass: Forward; readonly y: ArrayLike<number>; readonly weight?: number | undefined }[],
): CostAndSides {
  const rule = outputRuleOf(network.description);
  let cost = 0;
  let sides = "";
  let count = 0;
  for (const { pass, y, weight = 1 } of passes) {
    const { u, z, a } = pass;
    const target = Float64Array.from(y);
    cost += weight * rule.cost(z.at(-1)!, a.at(-1)!, target);
    count += weight;
    for (const distance of rule.kinks?.(a.at(-1)!, target) ?? []) sides += distance > 0 ? "+" : "-";
    network.description.layers.forEach(({ activation }, index) => {
      if (activation === "softmax") return;
      for (const kink of activations[activation].kinks) for (const value of u[index + 2]!) sides += value > kink ? "+" : "-";
    });
  }
  return { cost: cost / count, sides };
}
