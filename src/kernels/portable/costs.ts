import type { ActivationName } from "../../network/activations.js";
import type { CostName } from "../../network/costs.js";
import { activationKernels } from "./activations.js";
import { exp, log, log1p } from "./float32.js";

const f = Math.fround;

/** The vectors of one row of the output layer, from `at` on: logits z, outputs a, targets y, n of each. */
type RowCost = (z: Float32Array, a: Float32Array, y: Float32Array, at: number, n: number) => number;

const squaredError: RowCost = (_z, a, y, at, n) => {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const difference = f(a[at + j]! - y[at + j]!);
    sum = f(sum + f(difference * difference));
  }
  return sum;
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

/** The cost of one row, by cost and output; only allowed pairs are asked for. */
export function rowCost(cost: CostName, output: ActivationName): RowCost {
  if (cost === "squared-error") return squaredError;
  return output === "softmax" ? softmaxCrossEntropy : sigmoidCrossEntropy;
}

/**
 * dCost/dz of the output layer, already multiplied by 1 / rows; (1) and (2), first two factors. Shapes: z, a, y, dz (rows x n).
 */
export function outputDerivative(
  cost: CostName,
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
  if (cost === "cross-entropy") {
    for (let i = 0; i < length; i++) dz[i] = f(f(a[i]! - y[i]!) * share);
    return;
  }
  for (let i = 0; i < length; i++) dz[i] = f(f(2 * a[i]!) - f(2 * y[i]!));
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
