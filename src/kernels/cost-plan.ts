import { type CostDescription, costKind, costSetting, isMeanOverOutputs } from "../network/costs.js";

/** How the float32 kernels compute a cost: several costs are one family with other factors. */
export interface CostPlan {
  readonly family: "squares" | "cross-entropy" | "huber" | "quantile" | "hinge" | "poisson";
  /** delta of huber, q of quantile. */
  readonly setting: number;
  /** What the sum of the terms is multiplied by, and what the derivative of each. */
  readonly termFactor: number;
  readonly slopeFactor: number;
}

/** @param outputs n_L */
export function planCost(cost: CostDescription, outputs: number): CostPlan {
  const kind = costKind(cost);
  const share = isMeanOverOutputs(cost) ? 1 / outputs : 1;
  switch (kind) {
    case "squared-error":
    case "mean-squared-error":
      return { family: "squares", setting: 0, termFactor: Math.fround(share), slopeFactor: Math.fround(2 * share) };
    case "half-squared-error":
      return { family: "squares", setting: 0, termFactor: 0.5, slopeFactor: 1 };
    case "mean-absolute-error":
      // |d| is twice its half.
      return { family: "quantile", setting: 0.5, termFactor: Math.fround(2 * share), slopeFactor: Math.fround(2 * share) };
    default:
      return { family: kind, setting: Math.fround(costSetting(cost)), termFactor: 1, slopeFactor: 1 };
  }
}
