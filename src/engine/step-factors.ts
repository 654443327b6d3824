import type { StepOptimizer, StepRules } from "../kernels/contract.js";

/** What all parameters of one step are multiplied by, in float64; engines round each once. */
export interface StepFactors {
  readonly rate: number;
  /** Of Nadam: what m is multiplied by. */
  readonly rate2: number;
  /** 1 / (1 - beta2^t) */
  readonly scale: number;
  /** 1 - rate * weightDecay */
  readonly keep: number;
  /** Share of the running mean of the parameters that is kept, and the rest. */
  readonly average: number;
  readonly averageRest: number;
}

/** Works out the factors of step after step. */
export interface StepCounter {
  readonly next: (rate: number) => StepFactors;
  /** What the next step depends on. */
  readonly counters: () => number[];
}

/** 0.96^0.004: how much of Nadam's warm-up is left after a step (Dozat 2016, with a decay of 0.004). */
const WARM_UP = 0.9998367253526753;

/**
 * Powers of beta1 and beta2 are running products, since Math.pow differs between runtimes in its last bits.
 *
 * @param counters of an earlier run, to go on from
 */
export function createStepCounter(optimizer: StepOptimizer, rules: StepRules = {}, counters: readonly number[] = []): StepCounter {
  let [t = 0, power1 = 1, power2 = 1, warm = 1] = counters;
  const [beta1, beta2] = "beta2" in optimizer ? [optimizer.beta1, optimizer.beta2] : [0, 0];
  const { kind } = optimizer;
  const { weightDecay = 0, average = 0 } = rules;
  return {
    next(rate) {
      t += 1;
      power2 *= beta2;
      const kept = Math.min(average, (1 + t) / (10 + t));
      const common = { scale: 1 / (1 - power2), keep: 1 - rate * weightDecay, average: kept, averageRest: 1 - kept };
      if (kind === "nadam") {
        warm *= WARM_UP;
        const now = beta1 * (1 - warm / 2);
        const then = beta1 * (1 - (warm * WARM_UP) / 2);
        power1 *= now;
        return { ...common, rate: (rate * (1 - now)) / (1 - power1), rate2: (rate * then) / (1 - power1 * then) };
      }
      power1 *= beta1;
      return { ...common, rate: kind === "adam" || kind === "adamw" ? rate / (1 - power1) : rate, rate2: 0 };
    },
    counters: () => [t, power1, power2, warm],
  };
}

/** Numbers that an optimizer keeps for each parameter. */
export function slotsOf(optimizer: StepOptimizer): number {
  switch (optimizer.kind) {
    case "sgd":
      return optimizer.momentum > 0 ? 1 : 0;
    case "rmsprop":
      return optimizer.momentum > 0 ? 2 : 1;
    case "adagrad":
    case "lion":
      return 1;
    case "adam":
    case "adamw":
    case "nadam":
      return 2;
  }
}
