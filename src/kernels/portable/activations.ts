import { type ActivationName, GELU_CUBE, LEAK, type ScalarActivationName, SELU } from "../../network/activations.js";
import { erf, exp, expm1, log1p, sigmoid, tanh } from "./float32.js";

const f = Math.fround;

interface ActivationKernel {
  /** a = sigma(z) over `length` neurons. */
  readonly value: (z: Float32Array, a: Float32Array, length: number) => void;
  /** dCost/dz = dCost/da * da/dz, in place in `d`. */
  readonly derivative: (d: Float32Array, z: Float32Array, a: Float32Array, length: number) => void;
}

/** The kernel of a function of one number and its derivative; the operations, in this order, are those of the contract. */
function kernel(value: (z: number) => number, slope: (z: number, a: number) => number): ActivationKernel {
  return {
    value: (z, a, length) => {
      for (let i = 0; i < length; i++) a[i] = value(z[i]!);
    },
    derivative: (d, z, a, length) => {
      for (let i = 0; i < length; i++) d[i] = f(d[i]! * slope(z[i]!, a[i]!));
    },
  };
}

/** Of what is z times a share of it. */
function gated(share: (z: number) => number, slope: (z: number, share: number) => number): ActivationKernel {
  return kernel(
    (z) => f(z * share(z)),
    (z) => slope(z, share(z)),
  );
}

// Errors over all of float32, by test/kernels/float32.test.ts: elu, selu, softplus at most 1.5, 2 and 3.5 ulp of a, gelu and hard-swish
// 1.5, the other gated ones 2 ulp of z. Slopes in 2^-24: elu 0.8, selu 2.8, softplus 1.6, gelu 2.4, hard-swish 1.4, mish 3.2, silu 17
// (at z = 17, where 1 - share has few digits), gelu-tanh 34 (at z = 5).

const leak = f(LEAK);
const [above, below] = [f(SELU.lambda), f(SELU.lambda * SELU.alpha)];
const halfRoot = f(Math.SQRT1_2);
const bell = f(0.3989422804014327);
/** sqrt(8 / pi) times 1, 0.044715 and 3 * 0.044715 */
const gelu = 1.5957691216057308;
const [gelu1, gelu3, gelu9] = [f(gelu), f(gelu * GELU_CUBE), f(3 * gelu * GELU_CUBE)];
/** Where gelu-tanh is z or 0 to the last bit; beyond it z^3 would overflow in the end. */
const within = (z: number): number => (z > 12 ? 12 : z < -12 ? -12 : z);
/** The same of mish, whose e^z would be squared. */
const upTo = (z: number): number => (z > 20 ? 20 : z);
const geluShare = (z: number): number => {
  const w = within(z);
  return sigmoid(f(w * f(gelu1 + f(f(w * w) * gelu3))));
};
/** share + z share (1 - share) rate */
const logisticSlope = (z: number, share: number, rate: number): number => f(share + f(f(z * f(share * f(1 - share))) * rate));

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
  "leaky-relu": kernel(
    (z) => (z > 0 ? z : f(z * leak)),
    (z) => (z > 0 ? 1 : leak),
  ),
  elu: kernel(
    (z) => (z > 0 ? z : expm1(z)),
    (_z, a) => (a > 0 ? 1 : f(a + 1)),
  ),
  selu: kernel(
    (z) => (z > 0 ? f(z * above) : f(expm1(z) * below)),
    (_z, a) => (a > 0 ? above : f(a + below)),
  ),
  softplus: kernel(
    (z) => f((z > 0 ? z : 0) + log1p(exp(-Math.abs(z)))),
    (_z, a) => -expm1(-a),
  ),
  gelu: gated(
    (z) => f(0.5 * f(1 + erf(f(z * halfRoot)))),
    (z, share) => f(share + f(z * f(exp(f(-0.5 * f(z * z))) * bell))),
  ),
  "gelu-tanh": gated(geluShare, (z, share) => {
    const w = within(z);
    return logisticSlope(z, share, f(gelu1 + f(f(w * w) * gelu9)));
  }),
  silu: gated(sigmoid, (z, share) => logisticSlope(z, share, 1)),
  mish: gated(
    (z) => {
      const e = exp(upTo(z));
      const n = f(e * f(e + 2));
      return f(n / f(n + 2));
    },
    (z, share) => {
      const w = upTo(z);
      const e = exp(w);
      const m = f(f(e * f(e + 2)) + 2);
      return f(share + f(w * f(4 * f(f(e * f(e + 1)) / f(m * m)))));
    },
  ),
  "hard-swish": gated(
    (z) => {
      const moved = f(z + 3);
      return f((moved > 6 ? 6 : moved < 0 ? 0 : moved) / 6);
    },
    (z) => (z > 3 ? 1 : z > -3 ? f(f(z / 3) + 0.5) : 0),
  ),
  exponential: kernel(exp, (_z, a) => a),
};

/** da/dz of a layer over a batch; of softmax, whose outputs depend on each other, ones. */
export function slopesOf(name: ActivationName, z: Float32Array, a: Float32Array): Float32Array {
  const slopes = new Float32Array(z.length).fill(1);
  if (name !== "softmax") activationKernels[name].derivative(slopes, z, a, z.length);
  return slopes;
}

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
