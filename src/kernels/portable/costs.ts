import type { ActivationName } from "../../network/activations.js";
import type { CostPlan } from "../cost-plan.js";
import { activationKernels } from "./activations.js";
import { exp, log, log1p } from "./float32.js";

const f = Math.fround;

/** The vectors of one row of the output layer, from `at` on: logits z, outputs a, targets y, n of each. */
type RowCost = (z: Float32Array, a: Float32Array, y: Float32Array, at: number, n: number) => number;

/** Of one output: its term of the cost, and dCost/da_j, both before their factors. */
interface TermKernel {
  readonly term: (a: number, y: number, setting: number) => number;
  readonly slope: (a: number, y: number, setting: number) => number;
}

/** d kept within -delta..delta */
const within = (d: number, delta: number): number => (d > delta ? delta : d < -delta ? -delta : d);
/** 1 - (2 y - 1) a */
const short = (a: number, y: number): number => f(1 - f(f(f(2 * y) - 1) * a));

/** The costs whose every output has a term of its own. */
const termKernels: Readonly<Record<Exclude<CostPlan["family"], "cross-entropy">, TermKernel>> = {
  squares: {
    term: (a, y) => {
      const d = f(a - y);
      return f(d * d);
    },
    slope: (a, y) => f(a - y),
  },
  huber: {
    term: (a, y, delta) => {
      const d = f(a - y);
      const k = within(d, delta);
      return f(k * f(d - f(k * 0.5)));
    },
    slope: (a, y, delta) => within(f(a - y), delta),
  },
  quantile: {
    term: (a, y, q) => {
      const d = f(a - y);
      return f(d * (d > 0 ? f(1 - q) : -q));
    },
    slope: (a, y, q) => {
      const d = f(a - y);
      return d > 0 ? f(1 - q) : d < 0 ? -q : d;
    },
  },
  hinge: {
    term: (a, y) => {
      const m = short(a, y);
      return m <= 0 ? 0 : m;
    },
    slope: (a, y) => (short(a, y) > 0 ? -f(f(2 * y) - 1) : 0),
  },
  poisson: {
    term: (a, y) => (y === 0 ? a : f(a - f(y * log(a)))),
    slope: (a, y) => (y === 0 ? 1 : f(f(a - y) / a)),
  },
};

function termCost({ family, setting, termFactor }: CostPlan): RowCost {
  const { term } = termKernels[family as keyof typeof termKernels];
  return (_z, a, y, at, n) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum = f(sum + term(a[at + j]!, y[at + j]!, setting));
    return f(sum * termFactor);
  };
}

/** sum_j a_j - y_j z_j */
const exponentialPoisson: RowCost = (z, a, y, at, n) => {
  let cost = 0;
  for (let j = 0; j < n; j++) cost = f(cost + f(a[at + j]! - f(y[at + j]! * z[at + j]!)));
  return cost;
};

/** -sum_j y_j ln p_j = sum_j y_j (max + ln sum exp(z - max) - z_j) */
const softmaxCrossEntropy: RowCost = (z, _a, y, at, n) => {
  let largest = z[at]!;
  for (let j = 1; j < n; j++) if (z[at + j]! > largest) largest = z[at + j]!;
  let sum = 0;
  for (let j = 0; j < n; j++) sum = f(sum + exp(f(z[at + j]! - largest)));
  const logSum = log(sum);
  let cost = 0;
  for (let j = 0; j < n; j++) {
    if (y[at + j] !== 0) cost = f(cost + f(y[at + j]! * f(logSum - f(z[at + j]! - largest))));
  }
  return cost;
};

/** sum_j max(z_j, 0) - y_j z_j + ln(1 + exp(-|z_j|)) */
const sigmoidCrossEntropy: RowCost = (z, _a, y, at, n) => {
  let cost = 0;
  for (let j = 0; j < n; j++) {
    const zj = z[at + j]!;
    const linear = f((zj > 0 ? zj : 0) - f(y[at + j]! * zj));
    cost = f(cost + f(linear + log1p(exp(zj > 0 ? f(-zj) : zj))));
  }
  return cost;
};

/** True where dCost/dz is a - y. */
const simplifies = ({ family }: CostPlan, output: ActivationName): boolean =>
  family === "cross-entropy" || (family === "poisson" && output === "exponential");

/** The cost of one row, by cost and output; only allowed pairs are asked for. */
export function rowCost(plan: CostPlan, output: ActivationName): RowCost {
  if (!simplifies(plan, output)) return termCost(plan);
  return output === "softmax" ? softmaxCrossEntropy : output === "sigmoid" ? sigmoidCrossEntropy : exponentialPoisson;
}

/**
 * dCost/dz of the output layer, already multiplied by 1 / rows; (1) and (2), first two factors. Shapes: z, a, y, dz (rows x n).
 */
export function outputDerivative(
  plan: CostPlan,
  output: ActivationName,
  z: Float32Array,
  a: Float32Array,
  y: Float32Array,
  dz: Float32Array,
  rows: number,
  n: number,
): void {
  const length = rows * n;
  const share = f(1 / rows);
  if (simplifies(plan, output)) {
    for (let i = 0; i < length; i++) dz[i] = f(f(a[i]! - y[i]!) * share);
    return;
  }
  const { family, setting, slopeFactor } = plan;
  const { slope } = termKernels[family as keyof typeof termKernels];
  for (let i = 0; i < length; i++) dz[i] = f(slope(a[i]!, y[i]!, setting) * slopeFactor);
  if (output === "softmax") throughSoftmax(a, dz, rows, n);
  else activationKernels[output].derivative(dz, z, a, length);
  for (let i = 0; i < length; i++) dz[i] = f(dz[i]! * share);
}

/** dCost/dz_i = sum_j dCost/da_j * p_j (1{i = j} - p_i) = p_i (dCost/da_i - sum_j dCost/da_j * p_j), in place. */
function throughSoftmax(p: Float32Array, d: Float32Array, rows: number, n: number): void {
  for (let row = 0, at = 0; row < rows; row++, at += n) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum = f(sum + f(d[at + j]! * p[at + j]!));
    for (let j = 0; j < n; j++) d[at + j] = f(p[at + j]! * f(d[at + j]! - sum));
  }
}
