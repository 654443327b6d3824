import { adam, type AdamSettings, ChainruleError, type OptimizerName, type OptimizerSettings, sgd, type SgdSettings } from "chainrule";

/** The options of `train` that make its optimizer. */
export interface OptimizerFlags extends SgdSettings, AdamSettings {
  readonly optimizer?: OptimizerName;
}

/** Options that one of the two has and the other has not. */
const OWN = {
  sgd: ["momentum", "nesterov"],
  adam: ["beta1", "beta2", "epsilon"],
} as const satisfies Record<OptimizerName, readonly (keyof OptimizerFlags)[]>;

/**
 * The optimizer that some flags ask for, and the other flags.
 *
 * @throws ChainruleError `E_USAGE` for an option of the other optimizer, and for a value out of range
 */
export function takeOptimizer<F extends OptimizerFlags>(
  flags: F,
): { readonly optimizer: OptimizerSettings; readonly others: Omit<F, keyof OptimizerFlags> } {
  checkTogether(flags);
  const { optimizer, learningRate, momentum, nesterov, beta1, beta2, epsilon, ...others } = flags;
  const rate = learningRate === undefined ? {} : { learningRate };
  if (optimizer === "adam") {
    const settings = {
      ...rate,
      ...(beta1 === undefined ? {} : { beta1 }),
      ...(beta2 === undefined ? {} : { beta2 }),
      ...(epsilon === undefined ? {} : { epsilon }),
    };
    return { optimizer: adam(settings), others };
  }
  const settings = {
    ...rate,
    // Nesterov without momentum has no meaning: plain descent was asked for.
    ...(momentum === undefined ? {} : { momentum, ...(momentum === 0 && nesterov === undefined ? { nesterov: false } : {}) }),
    ...(nesterov === undefined ? {} : { nesterov }),
  };
  return { optimizer: sgd(settings), others };
}

/** Refuses what the chosen optimizer would not hear. */
function checkTogether(flags: OptimizerFlags): void {
  const [chosen, other] = flags.optimizer === "adam" ? (["adam", "sgd"] as const) : (["sgd", "adam"] as const);
  const strange = OWN[other].filter((name) => flags[name] !== undefined);
  if (strange.length === 0) return;
  throw new ChainruleError(
    "E_USAGE",
    strange.map((name) => ({
      where: name === "nesterov" && flags.nesterov === false ? "--no-nesterov" : `--${name}`,
      expected: `--optimizer ${other} beside it`,
      got: flags.optimizer === undefined ? `none, which means ${chosen}` : chosen,
    })),
  );
}
