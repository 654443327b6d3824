import { ChainruleError, type Problem, show } from "../base/errors.js";
import type { StepRules } from "../kernels/contract.js";
import { type OptimizerName, WEIGHT_DECAY } from "./optimizers.js";

const positive = (value: number): boolean => Math.fround(value) > 0 && Number.isFinite(Math.fround(value));
const notNegative = (value: number): boolean => value >= 0 && Number.isFinite(value);
const ABOVE = "a finite number above 0, in float32 too";
const LEAST = "a finite number of at least 0";

const ALLOWED: Readonly<Record<keyof StepRules, readonly [expected: string, isAllowed: (value: number) => boolean]>> = {
  clipValue: [ABOVE, positive],
  clipNorm: [ABOVE, positive],
  l1: [LEAST, notNegative],
  l2: [LEAST, notNegative],
  weightDecay: [LEAST, notNegative],
  maxNorm: [ABOVE, positive],
  average: ["a number of at least 0 and below 1", (value) => value >= 0 && value < 1],
};
export const RULE_NAMES = Object.keys(ALLOWED) as (keyof StepRules)[];

/** What is wrong with the rules among some options. */
export function ruleProblems(options: StepRules): Problem[] {
  return RULE_NAMES.flatMap((where): Problem[] => {
    const value: unknown = options[where];
    const [expected, isAllowed] = ALLOWED[where];
    return value === undefined || (typeof value === "number" && isAllowed(value)) ? [] : [{ where, expected, got: show(value) }];
  });
}

/** The rules that do something: those that were asked for, and the decay that an optimizer is made for. */
export function completeRules(options: StepRules, optimizer: OptimizerName): StepRules {
  const problems = ruleProblems(options);
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
  if (optimizer === "lbfgs") {
    const strange = RULE_NAMES.filter((name) => name !== "l1" && name !== "l2" && (options[name] ?? 0) !== 0);
    const expected = "l1 or l2 beside lbfgs, whose steps are as long as its line search finds";
    if (strange.length > 0)
      throw new ChainruleError(
        "E_USAGE",
        strange.map((where) => ({ where, expected, got: show(options[where]) })),
      );
  }
  const weightDecay = options.weightDecay ?? (WEIGHT_DECAY as Partial<Record<OptimizerName, number>>)[optimizer];
  const all = { ...Object.fromEntries(RULE_NAMES.map((name) => [name, options[name]])), weightDecay };
  // 0 adds nothing, and a pass over the weights that adds nothing takes its time.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== 0));
}
