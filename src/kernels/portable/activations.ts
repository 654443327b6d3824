import type { ActivationName, ScalarActivationName } from "../../network/activations.js";
import { exp, sigmoid, tanh } from "./float32.js";

const f = Math.fround;

interface ActivationKernel {
  /** a = sigma(z) over `length` neurons. */
  readonly value: (z: Float32Array, a: Float32Array, length: number) => void;
  /** dCost/dz = dCost/da * da/dz, in place in `d`. */
  readonly derivative: (d: Float32Array, z: Float32Array, a: Float32Array, length: number) => void;
}

export const activationKernels: Readonly<Record<ScalarActivationName, ActivationKernel>> = {
  identity: {
    value: (z, a, length) => a.set(z.subarray(0, length)),
    derivative: () => undefined,
  },
  sigmoid: {
    value: (z, a, length) => {
      for (let i = 0; i < length; i++) a[i] = sigmoid(z[i]!);
    },
    derivative: (d, _z, a, length) => {
      for (let i = 0; i < length; i++) d[i] = f(d[i]! * f(a[i]! * f(1 - a[i]!)));
    },
  },
  tanh: {
    value: (z, a, length) => {
      for (let i = 0; i < length; i++) a[i] = tanh(z[i]!);
    },
    derivative: (d, _z, a, length) => {
      for (let i = 0; i < length; i++) d[i] = f(d[i]! * f(1 - f(a[i]! * a[i]!)));
    },
  },
  relu: {
    value: (z, a, length) => {
      // A NaN is not below 0, so it stays.
      for (let i = 0; i < length; i++) a[i] = z[i]! <= 0 ? 0 : z[i]!;
    },
    derivative: (d, z, _a, length) => {
      for (let i = 0; i < length; i++) d[i] = z[i]! > 0 ? d[i]! : 0;
    },
  },
};

/** p_j = exp(z_j - max z) / sum, row by row. Shapes: z and p (rows x n). */
export function softmax(z: Float32Array, p: Float32Array, rows: number, n: number): void {
  for (let row = 0, at = 0; row < rows; row++, at += n) {
    let largest = z[at]!;
    for (let j = 1; j < n; j++) if (z[at + j]! > largest) largest = z[at + j]!;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const e = exp(f(z[at + j]! - largest));
      p[at + j] = e;
      sum = f(sum + e);
    }
    for (let j = 0; j < n; j++) p[at + j] = f(p[at + j]! / sum);
  }
}

/** a = sigma(z) of a whole layer over a batch. */
export function activate(name: ActivationName, z: Float32Array, a: Float32Array, rows: number, n: number): void {
  if (name === "softmax") softmax(z, a, rows, n);
  else activationKernels[name].value(z, a, rows * n);
}
