import { ChainruleError, type Problem } from "../base/errors.js";
import type { SgdDescription } from "../kernels/contract.js";

/** Settings of gradient descent; what is left out comes from the recipe or the table of defaults. */
export interface SgdSettings {
  /** Step size, above 0. */
  readonly learningRate?: number;
  /** Share of the previous step that is kept, in [0, 1). */
  readonly momentum?: number;
  /** Looks ahead along the kept step (Nesterov); needs momentum. */
  readonly nesterov?: boolean;
}

export type OptimizerSettings = { readonly kind: "sgd" } & SgdSettings;

/**
 * Mini-batch gradient descent: v = momentum * v + g, w = w - learningRate * v; with Nesterov
 * w = w - learningRate * (g + momentum * v).
 *
 * @throws ChainruleError `E_USAGE` for a rate that is not above 0 or a momentum outside [0, 1)
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
  const problems: Problem[] = [];
  const { learningRate, momentum, nesterov } = settings;
  if (learningRate !== undefined && !(learningRate > 0 && Number.isFinite(learningRate))) {
    problems.push({ where: "learningRate", expected: "a finite number above 0", got: String(learningRate) });
  }
  if (momentum !== undefined && !(Number.isFinite(momentum) && momentum >= 0 && momentum < 1)) {
    problems.push({ where: "momentum", expected: "a number of at least 0 and below 1", got: String(momentum) });
  }
  if (nesterov === true && momentum === 0) {
    problems.push({ where: "nesterov", expected: "a momentum above 0 beside it", got: "0" });
  }
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
  return { kind: "sgd", ...settings };
}

/** Fills in what the settings leave out. */
export function completeSgd(settings: SgdSettings, defaults: Required<SgdSettings>): SgdDescription {
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
