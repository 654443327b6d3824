import { ChainruleError, type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type {
  AdagradDescription,
  AdamDescription,
  AdamwDescription,
  LbfgsDescription,
  LionDescription,
  NadamDescription,
  OptimizerDescription,
  RmspropDescription,
  SgdDescription,
  StepOptimizer,
} from "../kernels/contract.js";

type SettingsOf<D> = Partial<Omit<D, "kind">>;

/** Settings of gradient descent; what is left out comes from the recipe or the table of defaults. */
export type SgdSettings = SettingsOf<SgdDescription>;
/** Settings of Adam, of AdamW and of Nadam; what is left out is as its authors and PyTorch have it, whatever the recipe. */
export type AdamSettings = SettingsOf<AdamDescription>;
export type AdagradSettings = SettingsOf<AdagradDescription>;
export type RmspropSettings = SettingsOf<RmspropDescription>;
export type LionSettings = SettingsOf<LionDescription>;
export type LbfgsSettings = SettingsOf<LbfgsDescription>;

type Chosen<D extends { readonly kind: string }> = Pick<D, "kind"> & SettingsOf<D>;
/** An optimizer with the settings that are not its defaults. */
export type OptimizerSettings =
  | Chosen<SgdDescription>
  | Chosen<AdamDescription>
  | Chosen<AdamwDescription>
  | Chosen<NadamDescription>
  | Chosen<AdagradDescription>
  | Chosen<RmspropDescription>
  | Chosen<LionDescription>
  | Chosen<LbfgsDescription>;

export type OptimizerName = OptimizerDescription["kind"];

const ADAM = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The settings of each optimizer, and what they are where they are left out. Those of gradient descent come from a recipe. */
export const optimizerDefaults = {
  sgd: { learningRate: 0.01, momentum: 0, nesterov: false },
  adam: ADAM,
  adamw: ADAM,
  nadam: ADAM,
  adagrad: { learningRate: 0.01, epsilon: 1e-10, initial: 0 },
  rmsprop: { learningRate: 0.001, rho: 0.9, epsilon: 1e-8, momentum: 0 },
  lion: { learningRate: 0.0001, beta1: 0.9, beta2: 0.99 },
  lbfgs: { learningRate: 1, history: 10 },
} as const satisfies { readonly [K in OptimizerName]: Omit<Extract<OptimizerDescription, { kind: K }>, "kind"> };

export const OPTIMIZER_NAMES = Object.keys(optimizerDefaults) as OptimizerName[];

/** Weight decay, decoupled, where an optimizer is made for it and nothing else is said. */
export const WEIGHT_DECAY = { adamw: 0.01 } as const satisfies Partial<Record<OptimizerName, number>>;

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
  return checked({ ...settings, kind: "sgd" });
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
  return checked({ ...settings, kind: "adam" });
}

/**
 * AdamW (Loshchilov and Hutter 2019): Adam with decoupled weight decay, w = w * (1 - learningRate * weightDecay) before each step.
 * The option `weightDecay` of `train` says how much; 0.01 where it is left out.
 *
 * @throws ChainruleError `E_USAGE` as `adam`
 * @example
 * ```ts
 * import { adamw, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const run = train(iris(), { optimizer: adamw({ learningRate: 0.01 }), weightDecay: 0.1, epochs: 20 });
 * console.log((await run.result).test?.accuracy);
 * ```
 */
export function adamw(settings: AdamSettings = {}): OptimizerSettings {
  return checked({ ...settings, kind: "adamw" });
}

/**
 * Nadam (Dozat 2016): Adam that looks ahead as Nesterov's momentum does, with the warm-up of its paper:
 * mu_t = beta1 (1 - 0.96^(0.004 t) / 2), M = mu_1 .. mu_t, and in place of mHat
 * (1 - mu_t) g / (1 - M) + mu_(t+1) m / (1 - M mu_(t+1)).
 *
 * @throws ChainruleError `E_USAGE` as `adam`
 * @example
 * ```ts
 * import { nadam, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * console.log((await train(iris(), { optimizer: nadam({ learningRate: 0.01 }), epochs: 20 }).result).test?.accuracy);
 * ```
 */
export function nadam(settings: AdamSettings = {}): OptimizerSettings {
  return checked({ ...settings, kind: "nadam" });
}

/**
 * Adagrad (Duchi, Hazan and Singer 2011): s = s + g^2, w = w - learningRate * g / (sqrt(s) + epsilon); s begins at `initial`.
 *
 * @throws ChainruleError `E_USAGE` for a rate or an epsilon that is not above 0, or an `initial` below 0
 * @example
 * ```ts
 * import { adagrad, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * console.log((await train(iris(), { optimizer: adagrad({ learningRate: 0.05 }), epochs: 20 }).result).test?.accuracy);
 * ```
 */
export function adagrad(settings: AdagradSettings = {}): OptimizerSettings {
  return checked({ ...settings, kind: "adagrad" });
}

/**
 * RMSProp (Tieleman and Hinton 2012): v = rho * v + (1 - rho) * g^2, d = g / (sqrt(v) + epsilon), with momentum
 * d = momentum * d + that, and w = w - learningRate * d.
 *
 * @throws ChainruleError `E_USAGE` for a rate or an epsilon that is not above 0, a rho or momentum outside [0, 1)
 * @example
 * ```ts
 * import { rmsprop, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * console.log((await train(iris(), { optimizer: rmsprop({ learningRate: 0.005 }), epochs: 20 }).result).test?.accuracy);
 * ```
 */
export function rmsprop(settings: RmspropSettings = {}): OptimizerSettings {
  return checked({ ...settings, kind: "rmsprop" });
}

/**
 * Lion (Chen et al. 2023): w = w - learningRate * sign(beta1 * m + (1 - beta1) * g), m = beta2 * m + (1 - beta2) * g. All steps have
 * one length, so its rate is a third to a tenth of Adam's, and its weight decay as many times larger.
 *
 * @throws ChainruleError `E_USAGE` for a rate that is not above 0 or a beta outside [0, 1)
 * @example
 * ```ts
 * import { lion, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * console.log((await train(iris(), { optimizer: lion({ learningRate: 0.002 }), epochs: 20 }).result).test?.accuracy);
 * ```
 */
export function lion(settings: LionSettings = {}): OptimizerSettings {
  return checked({ ...settings, kind: "lion" });
}

/**
 * L-BFGS (Nocedal 1980) over all training rows at once, with a line search for the strong Wolfe conditions: an epoch is one step, along a
 * direction that the last `history` moves and changes of the gradient tell. For small data, where it goes far in few steps; of the
 * rules it takes `l1` and `l2`, which are part of its cost. It ends the run where there is no way down.
 *
 * @throws ChainruleError `E_USAGE` for a rate that is not above 0 or a history that is no whole number above 0
 * @example
 * ```ts
 * import { lbfgs, train } from "chainrule";
 * import { iris } from "chainrule/iris";
 *
 * const { test, history } = await train(iris(), { hidden: [8], activation: "tanh", optimizer: lbfgs(), l2: 0.001, epochs: 40 }).result;
 * console.log(test?.accuracy, history.length);
 * ```
 */
export function lbfgs(settings: LbfgsSettings = {}): OptimizerSettings {
  return checked({ ...settings, kind: "lbfgs" });
}

/** Fills in what the settings leave out: those of gradient descent from `defaults`, those of the others from the table. */
export function completeOptimizer(settings: OptimizerSettings, defaults: Required<SgdSettings>): OptimizerDescription {
  checked(settings);
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const rest = settings.kind === "sgd" ? defaults : optimizerDefaults[settings.kind];
  const complete = { kind: settings.kind, ...rest, ...given } as OptimizerDescription;
  // Asked for here and without momentum there, it would do nothing.
  if (settings.kind === "sgd" && settings.nesterov === true) checked(complete);
  return complete;
}

/** What each setting may be. Epsilons smaller than any float32 would be 0 there, and a derivative of 0 divided by it. */
const ALLOWED: Readonly<Record<string, readonly [expected: string, isAllowed: (value: number) => boolean]>> = {
  learningRate: ["a finite number above 0", isPositive],
  epsilon: ["a finite number above 0, in float32 too", (value) => isPositive(Math.fround(value))],
  history: ["a whole number above 0", (value) => Number.isInteger(value) && value > 0],
  initial: ["a finite number of at least 0", (value) => value >= 0 && Number.isFinite(Math.fround(value))],
};
const SHARE = ["a number of at least 0 and below 1", (value: number): boolean => value >= 0 && value < 1] as const;

function isPositive(value: number): boolean {
  return value > 0 && Number.isFinite(value);
}

/** Collects everything that is wrong. Settings of another optimizer, or misspelt ones, would be forgotten silently. */
function checked<S extends OptimizerSettings>(settings: S): S {
  const names = Object.keys(optimizerDefaults[settings.kind]);
  const problems: Problem[] = [];
  for (const [where, value] of Object.entries(settings) as [string, unknown][]) {
    if (where === "kind" || value === undefined) continue;
    const report = (expected: string, hint: object = {}): void => {
      problems.push({ where, expected, got: show(value), ...hint });
    };
    if (!names.includes(where)) report(`one of ${names.join(", ")}`, suggestion(where, names));
    else if (where === "nesterov") {
      if (typeof value !== "boolean") report("true or false");
      else if (value && (settings as SgdSettings).momentum === 0)
        problems.push({ where, expected: "a momentum above 0 beside it", got: "0" });
    } else {
      const [expected, isAllowed] = ALLOWED[where] ?? SHARE;
      if (typeof value !== "number" || !isAllowed(value)) report(expected);
    }
  }
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
  return settings;
}

/** What an engine is made with: L-BFGS works beside it. */
export function stepsOf(optimizer: OptimizerDescription): StepOptimizer {
  return optimizer.kind === "lbfgs" ? { kind: "sgd", learningRate: optimizer.learningRate, momentum: 0, nesterov: false } : optimizer;
}
