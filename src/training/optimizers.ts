import { ChainruleError, type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { AdamDescription, OptimizerDescription, SgdDescription } from "../kernels/contract.js";

/** Settings of gradient descent; what is left out comes from the recipe or the table of defaults. */
export interface SgdSettings {
  /** Step size, above 0. */
  readonly learningRate?: number;
  /** Share of the previous step that is kept, in [0, 1). */
  readonly momentum?: number;
  /** Looks ahead along the kept step (Nesterov); needs momentum. */
  readonly nesterov?: boolean;
}

/** Settings of Adam; what is left out is as its authors and PyTorch have it, whatever the recipe. */
export interface AdamSettings {
  /** Step size, above 0; 0.001 where left out: how far a step moves a parameter whose derivative stays the same. */
  readonly learningRate?: number;
  /** Share of the mean derivative m that is kept at each step, in [0, 1); 0.9 where left out. */
  readonly beta1?: number;
  /** Share of the mean squared derivative v that is kept at each step, in [0, 1); 0.999 where left out. */
  readonly beta2?: number;
  /** Added to the square root of v, above 0; 1e-8 where left out. */
  readonly epsilon?: number;
}

export type OptimizerSettings = ({ readonly kind: "sgd" } & SgdSettings) | ({ readonly kind: "adam" } & AdamSettings);

export type OptimizerName = OptimizerSettings["kind"];
export const OPTIMIZER_NAMES: readonly OptimizerName[] = ["sgd", "adam"];

const ADAM: Required<AdamSettings> = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Mini-batch gradient descent: v = momentum * v + g, w = w - learningRate * v; with Nesterov
 * w = w - learningRate * (g + momentum * v).
 *
 * @throws ChainruleError `E_USAGE` for a rate that is not above 0, a momentum outside [0, 1) or a setting that it does not have
 * @example
 * ```ts
 * import { sgd, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const run = train(iris(), { optimizer: sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }), epochs: 20 });
 * console.log((await run.result).test?.accuracy);
 * ```
 */
export function sgd(settings: SgdSettings = {}): OptimizerSettings {
  const { learningRate, momentum, nesterov } = settings;
  refuse([
    ...unknown(settings, ["learningRate", "momentum", "nesterov"]),
    ...positive({ learningRate }),
    ...share({ momentum }),
    ...(nesterov === true && momentum === 0 ? [{ where: "nesterov", expected: "a momentum above 0 beside it", got: "0" }] : []),
  ]);
  return { ...settings, kind: "sgd" };
}

/**
 * Adam (Kingma and Ba 2015), whose steps are about as long for every parameter, however large its derivatives are:
 *
 *     m = beta1 * m + (1 - beta1) * g            mHat = m / (1 - beta1^t)
 *     v = beta2 * v + (1 - beta2) * g^2          vHat = v / (1 - beta2^t)
 *     w = w - learningRate * mHat / (sqrt(vHat) + epsilon)
 *
 * m and v begin at 0; t counts the steps from 1.
 *
 * @throws ChainruleError `E_USAGE` for a rate or an epsilon that is not above 0, a beta outside [0, 1) or a setting that it does
 * not have
 * @example
 * ```ts
 * import { adam, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const run = train(iris(), { optimizer: adam({ learningRate: 0.01 }), epochs: 20 });
 * console.log((await run.result).test?.accuracy);
 * ```
 */
export function adam(settings: AdamSettings = {}): OptimizerSettings {
  const { learningRate, beta1, beta2, epsilon } = settings;
  refuse([
    ...unknown(settings, ["learningRate", "beta1", "beta2", "epsilon"]),
    ...positive({ learningRate }),
    ...share({ beta1, beta2 }),
    // Smaller than any float32 it would be 0 there, and a derivative of 0 would be divided by it.
    ...outside({ epsilon }, (value) => isPositive(Math.fround(value)), "a finite number above 0, in float32 too"),
  ]);
  return { ...settings, kind: "adam" };
}

/** Fills in what the settings leave out: those of gradient descent from `defaults`, those of Adam from its own. */
export function completeOptimizer(settings: OptimizerSettings, defaults: Required<SgdSettings>): OptimizerDescription {
  return settings.kind === "adam" ? completeAdam(settings) : completeSgd(settings, defaults);
}

function completeSgd(settings: SgdSettings, defaults: Required<SgdSettings>): SgdDescription {
  const { learningRate, momentum, nesterov } = settings;
  sgd({
    ...settings,
    // Asked for here and without momentum there, it would do nothing.
    ...(nesterov === true ? { momentum: momentum ?? defaults.momentum } : {}),
  });
  return {
    kind: "sgd",
    learningRate: learningRate ?? defaults.learningRate,
    momentum: momentum ?? defaults.momentum,
    nesterov: nesterov ?? defaults.nesterov,
  };
}

function completeAdam(settings: AdamSettings): AdamDescription {
  adam(settings);
  const { learningRate, beta1, beta2, epsilon } = settings;
  return {
    kind: "adam",
    learningRate: learningRate ?? ADAM.learningRate,
    beta1: beta1 ?? ADAM.beta1,
    beta2: beta2 ?? ADAM.beta2,
    epsilon: epsilon ?? ADAM.epsilon,
  };
}

// What is wrong with some settings. One that is left out is not wrong.

type Values = Readonly<Record<string, number | undefined>>;

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
}

/** Settings of another optimizer, or misspelt ones: in a program without types they would be forgotten silently. */
function unknown(settings: object, names: readonly string[]): Problem[] {
  return Object.entries(settings)
    .filter(([name, value]) => name !== "kind" && value !== undefined && !names.includes(name))
    .map(([name, value]) => ({ where: name, expected: `one of ${names.join(", ")}`, got: show(value), ...suggestion(name, names) }));
}

function positive(values: Values): Problem[] {
  return outside(values, isPositive, "a finite number above 0");
}

function isPositive(value: number): boolean {
  return value > 0 && Number.isFinite(value);
}

function share(values: Values): Problem[] {
  return outside(values, (value) => Number.isFinite(value) && value >= 0 && value < 1, "a number of at least 0 and below 1");
}

function outside(values: Values, isInside: (value: number) => boolean, expected: string): Problem[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && !isInside(value))
    .map(([where, value]) => ({ where, expected, got: String(value) }));
}
