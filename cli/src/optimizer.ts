import { ChainruleError, optimizerDefaults, type OptimizerName, type OptimizerSettings } from "chainrule";
import * as library from "chainrule";

/** Settings of any optimizer. */
type AllSettings = Readonly<
  Partial<Record<"learningRate" | "momentum" | "beta1" | "beta2" | "epsilon" | "rho" | "initial" | "history", number>>
> & {
  readonly nesterov?: boolean;
};

/** The options of `train` that make its optimizer. */
export interface OptimizerFlags extends AllSettings {
  readonly optimizer?: OptimizerName;
}

/**
 * The optimizer that some flags ask for, if they do, and the other flags.
 *
 * @param base what a recipe says; flags go before it
 * @throws ChainruleError `E_USAGE` for an option of another optimizer, and for a value out of range
 */
export function takeOptimizer<F extends OptimizerFlags>(
  flags: F,
  base: OptimizerSettings = { kind: "sgd" },
): { readonly optimizer: OptimizerSettings | undefined; readonly others: Omit<F, keyof OptimizerFlags> } {
  const { optimizer, learningRate, momentum, nesterov, beta1, beta2, epsilon, rho, initial, history, ...others } = flags;
  const all = { learningRate, momentum, nesterov, beta1, beta2, epsilon, rho, initial, history };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  if (optimizer === undefined && Object.keys(given).length === 0) return { optimizer: undefined, others };
  const kind = optimizer ?? base.kind;
  checkTogether(given, kind, optimizer);
  const { kind: baseKind, ...baseSettings } = base;
  const begun = kind === baseKind ? { ...baseSettings, ...given } : given;
  // Nesterov without momentum has no meaning: plain descent was asked for.
  const settings = kind === "sgd" && momentum === 0 && nesterov === undefined ? { ...begun, nesterov: false } : begun;
  return { optimizer: library[kind](settings), others };
}

/** Refuses what the chosen optimizer would not hear. */
function checkTogether(given: AllSettings, kind: OptimizerName, chosen: OptimizerName | undefined): void {
  const problems = Object.keys(given)
    .filter((name) => !(name in optimizerDefaults[kind]))
    .map((name) => {
      const owners = Object.entries(optimizerDefaults).filter(([, settings]) => name in settings);
      return {
        where: name === "nesterov" && given.nesterov === false ? "--no-nesterov" : `--${name}`,
        expected: `--optimizer ${listed(owners.map(([owner]) => owner))} beside it`,
        got: chosen === undefined ? `none, which means ${kind}` : kind,
      };
    });
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
}

/** "adam, adamw or lion" */
function listed(names: readonly string[]): string {
  return names.join(", ").replace(/, ([^,]*)$/, " or $1");
}
