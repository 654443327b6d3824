import type { StepOptimizer, StepRules } from "../kernels/contract.js";

/** What all parameters of one step are multiplied by, in float64; engines round each once. */
export interface StepFactors {
  rate: number;
  /** Of Nadam: what m is multiplied by. */
  rate2: number;
  /** 1 / (1 - beta2^t) */
  scale: number;
  /** 1 - rate * weightDecay */
  keep: number;
  /** Share of the running mean of the parameters that is kept, and the rest. */
  average: number;
  averageRest: number;
}

/** Works out the factors of step after step. */
export interface StepCounter {
  /** Of the next step; the same object each time, since small steps are over in microseconds. */
  readonly next: (rate: number) => Readonly<StepFactors>;
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
  const [beta1, beta2] = "beta2" in optimizer ? [optimizer.beta1, optimizer.beta2] : [0, 0];
  const { kind } = optimizer;
  const isAdam = kind === "adam" || kind === "adamw";
  const { weightDecay = 0, average = 0 } = rules;
  const at = { t: counters[0] ?? 0, power1: counters[1] ?? 1, power2: counters[2] ?? 1, warm: counters[3] ?? 1 };
  const factors: StepFactors = { rate: 0, rate2: 0, scale: 0, keep: 0, average: 0, averageRest: 0 };
  return {
    next(rate) {
      at.t += 1;
      at.power2 *= beta2;
      factors.scale = 1 / (1 - at.power2);
      factors.keep = 1 - rate * weightDecay;
      factors.average = Math.min(average, (1 + at.t) / (10 + at.t));
      factors.averageRest = 1 - factors.average;
      if (kind === "nadam") {
        at.warm *= WARM_UP;
        const now = beta1 * (1 - at.warm / 2);
        const then = beta1 * (1 - (at.warm * WARM_UP) / 2);
        at.power1 *= now;
        factors.rate = (rate * (1 - now)) / (1 - at.power1);
        factors.rate2 = (rate * then) / (1 - at.power1 * then);
        return factors;
      }
      at.power1 *= beta1;
      factors.rate = isAdam ? rate / (1 - at.power1) : rate;
      return factors;
    },
    counters: () => [at.t, at.power1, at.power2, at.warm],
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
