import { describe, expect, test } from "vitest";
import { planCost } from "../../src/kernels/cost-plan.js";
import { activationKernels, softmax } from "../../src/kernels/portable/activations.js";
import { rowCost } from "../../src/kernels/portable/costs.js";
import { cos, erf, exp, expm1, log, log1p, sigmoid, sin, tanh } from "../../src/kernels/portable/float32.js";
import { activations, type ScalarActivationName } from "../../src/network/activations.js";
import { COST_NAMES, outputsFor } from "../../src/network/costs.js";

const float = new Float32Array(1);
const pattern = new Uint32Array(float.buffer);
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = 3.4028234663852886e38;

/** Distance of neighbouring float32 at x, in the binade of the exact value; below the normal ones it is 2^-149. */
function ulp(x: number): number {
  double[0] = x;
  const exponent = ((words[1]! >>> 20) & 0x7ff) - 1023;
  return 2 ** (Math.max(exponent, -126) - 23);
}

/** Every `stride`-th of the 2^32 float32, by its bits; the stride is a prime, so that every low bit pattern comes. */
function sweep(stride: number, visit: (x: number) => void): void {
  for (let bits = 0; bits < 2 ** 32; bits += stride) {
    pattern[0] = bits;
    visit(float[0]!);
  }
}

interface Function32 {
  readonly name: string;
  readonly approximate: (x: number) => number;
  readonly exact: (x: number) => number;
  /** Largest error in ulp where the result is normal, as src/kernels/portable/float32.ts states it. */
  readonly ulps: number;
  /** Largest error where the result is subnormal. */
  readonly subnormalUlps: number;
  /** The arguments that the bound is stated for. */
  readonly covers: (x: number) => boolean;
}

/** Below e^-88.72 the sum 1 + e^-z is infinite, and the subnormal sigmoid becomes 0: it is off by less than 2^-126. */
const FLUSHED = 2 ** 23;
const positive = (x: number): boolean => x >= SMALLEST_NORMAL && x <= LARGEST;
const finite = (x: number): boolean => Number.isFinite(x);

/** erf x = 2 / sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)), whose terms all have one sign. */
function exactErf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
/** Where the angle is reduced exactly. */
const reducible = (x: number): boolean => Math.abs(x) <= 2 ** 22;

const functions: readonly Function32[] = [
  { name: "exp", approximate: exp, exact: Math.exp, ulps: 1, subnormalUlps: 1, covers: finite },
  { name: "expm1", approximate: expm1, exact: Math.expm1, ulps: 1.5, subnormalUlps: 1.5, covers: (x) => x <= 0 && finite(x) },
  {
    name: "sigmoid",
    approximate: sigmoid,
    exact: (z) => 1 / (1 + Math.exp(-z)),
    ulps: 2.5,
    subnormalUlps: FLUSHED,
    covers: finite,
  },
  { name: "tanh", approximate: tanh, exact: Math.tanh, ulps: 1.3, subnormalUlps: 1.3, covers: finite },
  { name: "log", approximate: log, exact: Math.log, ulps: 2, subnormalUlps: 2, covers: positive },
  { name: "log1p", approximate: log1p, exact: Math.log1p, ulps: 4, subnormalUlps: 4, covers: (t) => t >= 0 && t <= 1 },
  { name: "erf", approximate: erf, exact: exactErf, ulps: 1.5, subnormalUlps: 1.5, covers: finite },
  { name: "sin", approximate: sin, exact: Math.sin, ulps: 2, subnormalUlps: 2, covers: reducible },
  { name: "cos", approximate: cos, exact: Math.cos, ulps: 2, subnormalUlps: 2, covers: reducible },
];

/** The largest error over the sweep, in ulp; a result that should be infinite must be so, and a NaN is an infinite error. */
function largestErrors({ approximate, exact, covers }: Function32, stride: number): { normal: number; subnormal: number; at: number } {
  const largest = { normal: 0, subnormal: 0, at: NaN };
  sweep(stride, (x) => {
    if (!covers(x)) return;
    const got = approximate(x);
    const wanted = exact(x);
    const rounded = Math.fround(wanted);
    // Beyond the largest float32 the rounding decides, so either side of it is right within an ulp of 2^104.
    const bothInfinite = got === rounded;
    const error = bothInfinite && !Number.isFinite(rounded) ? 0 : Math.abs(got - wanted) / ulp(wanted);
    const kind = Math.abs(wanted) < SMALLEST_NORMAL ? "subnormal" : "normal";
    if (!(error <= largest[kind])) {
      largest[kind] = Number.isNaN(error) ? Infinity : error;
      largest.at = x;
    }
  });
  return largest;
}

describe("float32 functions stay within their stated error over a dense sweep of float32", () => {
  // 1,201 is a prime: 3.6 million of the 2^32 arguments, from every binade.
  test.each(functions)("$name keeps its bound", (candidate) => {
    const { normal, subnormal, at } = largestErrors(candidate, 1201);
    expect({ at, within: normal <= candidate.ulps && subnormal <= candidate.subnormalUlps, normal, subnormal }).toMatchObject({
      within: true,
    });
    // A bound that is never nearly reached would not notice a worse polynomial.
    expect(normal).toBeGreaterThan(candidate.ulps / 3);
  });

  test("the sweep notices an error of a few ulp", () => {
    const worse = { ...functions[0]!, approximate: (x: number): number => Math.fround(exp(x) * (1 + 3e-7)) };
    expect(largestErrors(worse, 9973).normal).toBeGreaterThan(2);
    expect(largestErrors({ ...worse, approximate: () => NaN }, 9973).normal).toBe(Infinity);
  });

  test("every result is a float32", () => {
    for (const { name, approximate, covers } of functions) {
      sweep(10_007, (x) => {
        const value = covers(x) ? approximate(x) : 0;
        if (!Object.is(value, Math.fround(value))) expect.fail(`${name}(${x}) = ${value}`);
      });
    }
  });
});

/** The largest error of a, in ulp of a or of z, and of da/dz in 2^-24: as src/kernels/portable/activations.ts states them. */
const CURVES: readonly (readonly [name: ScalarActivationName, of: "a" | "z", value: number, slope: number])[] = [
  ["leaky-relu", "a", 0.85, 0.004],
  ["elu", "a", 1.5, 0.8],
  ["selu", "a", 2, 2.8],
  ["softplus", "a", 3.5, 1.6],
  ["gelu", "z", 1.5, 2.4],
  ["gelu-tanh", "z", 2, 34],
  ["silu", "z", 2, 17],
  ["mish", "z", 2, 3.2],
  ["hard-swish", "z", 1.5, 1.4],
];

describe("activations stay within their stated error over a dense sweep of float32", () => {
  test.each(CURVES)("%s, in ulp of %s", (name, of, value, slope) => {
    const { value: kernel, derivative: back } = activationKernels[name];
    const [z, a, d] = [new Float32Array(1), new Float32Array(1), new Float32Array(1)];
    let [worst, steepest] = [0, 0];
    sweep(10_007, (x) => {
      if (!Number.isFinite(x)) return;
      z[0] = x;
      d[0] = 1;
      kernel(z, a, 1);
      back(d, z, a, 1);
      const exact = activations[name].value(x);
      if (!(Math.abs(exact) <= LARGEST)) return;
      // Below the smallest normal number the absolute error counts.
      const error = Math.abs(a[0]! - exact) / ulp(of === "a" ? exact : x);
      const off = Math.abs(d[0] - activations[name].derivative(x, exact)) / 2 ** -24;
      if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
      if (!(off <= steepest)) steepest = Number.isNaN(off) ? Infinity : off;
    });
    expect({ name, worst, steepest, within: worst <= value && steepest <= slope }).toMatchObject({ within: true });
    // A bound that is never nearly reached would not notice a worse kernel.
    expect(worst).toBeGreaterThan(value / 2);
    expect(steepest).toBeGreaterThan(slope / 2);
  });

  test("exponential is exp, and its own derivative", () => {
    for (const x of [-200, -1, 0, 0.5, 80, 200]) {
      const [a, d] = [new Float32Array(1), Float32Array.of(1)];
      activationKernels.exponential.value(Float32Array.of(x), a, 1);
      activationKernels.exponential.derivative(d, a, a, 1);
      expect([a[0], d[0]]).toEqual([exp(Math.fround(x)), exp(Math.fround(x))]);
    }
  });
});

describe("float32 functions at the edges", () => {
  test("NaN passes through", () => {
    for (const { approximate } of functions) expect(approximate(NaN)).toBeNaN();
  });

  test("exp: infinity, zero and one come out exactly", () => {
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(88.8)).toBe(Infinity);
    expect(exp(88.72)).toBeLessThan(Infinity);
    expect(exp(-104)).toBe(0);
    expect(exp(-103)).toBeGreaterThan(0);
    expect(exp(-3.4e38)).toBe(0);
  });

  test("exp of a subnormal is 1, and gives subnormals", () => {
    expect(exp(2 ** -149)).toBe(1);
    expect(exp(-(2 ** -149))).toBe(1);
    expect(exp(-100)).toBeGreaterThan(0);
    expect(exp(-100)).toBeLessThan(SMALLEST_NORMAL);
  });

  test("exp never falls as x rises by more than its own error", () => {
    let previous = 0;
    for (let x = -104; x < 89; x += 0.0137) {
      const value = exp(Math.fround(x));
      expect(value).toBeGreaterThanOrEqual(previous);
      previous = value;
    }
  });

  test("expm1: what exp rounds away beside 1 is kept, and far out it is -1", () => {
    expect([expm1(-(2 ** -30)), expm1(-(2 ** -149)), expm1(-20), expm1(-Infinity)]).toEqual([-(2 ** -30), -(2 ** -149), -1, -1]);
  });

  test("erf, sine and cosine: zeros keep their sign, infinities have their limits", () => {
    expect([erf(0), erf(-0), sin(0), sin(-0)]).toEqual([0, -0, 0, -0]);
    expect([erf(Infinity), erf(-Infinity), cos(0), cos(-0)]).toEqual([1, -1, 1, 1]);
    expect([sin(Infinity), cos(-Infinity)]).toEqual([NaN, NaN]);
    for (let x = -5; x < 5; x += 0.01)
      expect([erf(Math.fround(-x)), sin(Math.fround(-x))]).toEqual([-erf(Math.fround(x)), -sin(Math.fround(x))]);
  });

  test("sigmoid: 0, 1/2, 1, and never outside", () => {
    expect(sigmoid(Infinity)).toBe(1);
    expect(sigmoid(-Infinity)).toBe(0);
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(-0)).toBe(0.5);
    expect(sigmoid(1000)).toBe(1);
    expect(sigmoid(-1000)).toBe(0);
    sweep(100_003, (z) => {
      const a = sigmoid(z);
      if (!Number.isNaN(z) && !(a >= 0 && a <= 1)) expect.fail(`sigmoid(${z}) = ${a}`);
    });
  });

  test("tanh: odd, -0 stays -0, a subnormal stays itself, never outside -1..1", () => {
    expect(tanh(Infinity)).toBe(1);
    expect(tanh(-Infinity)).toBe(-1);
    expect(tanh(0)).toBe(0);
    expect(Object.is(tanh(-0), -0)).toBe(true);
    expect(tanh(2 ** -149)).toBe(2 ** -149);
    expect(tanh(-(2 ** -140))).toBe(-(2 ** -140));
    sweep(100_003, (z) => {
      const a = tanh(z);
      if (!Number.isNaN(z) && !(Math.abs(a) <= 1 && Object.is(tanh(-z), -a))) expect.fail(`tanh(${z}) = ${a}`);
    });
  });

  test("log: 0 gives -Infinity, below it NaN, Infinity itself, 1 gives 0", () => {
    expect(log(0)).toBe(-Infinity);
    expect(log(-0)).toBe(-Infinity);
    expect(log(-1)).toBeNaN();
    expect(log(-Infinity)).toBeNaN();
    expect(log(Infinity)).toBe(Infinity);
    expect(log(1)).toBe(0);
  });

  test("log1p: 0 gives 0, and what 1 + t rounds away is kept", () => {
    expect(log1p(0)).toBe(0);
    expect(log1p(2 ** -60)).toBe(2 ** -60);
    expect(log1p(2 ** -149)).toBe(2 ** -149);
    expect(log1p(1)).toBeCloseTo(Math.LN2, 7);
  });
});

describe("a NaN in z survives", () => {
  const names = Object.keys(activations) as ScalarActivationName[];
  test.each(names)("%s, and stays in its own place", (name) => {
    for (let at = 0; at < 9; at++) {
      const z = Float32Array.from({ length: 9 }, (_, i) => (i === at ? NaN : i - 4));
      const a = new Float32Array(9);
      activationKernels[name].value(z, a, 9);
      expect(Array.from(a, Number.isNaN)).toEqual(Array.from({ length: 9 }, (_, i) => i === at));
    }
  });

  test("softmax, in the whole row and in no other", () => {
    for (let at = 0; at < 5; at++) {
      const z = Float32Array.from({ length: 15 }, (_, i) => (i === 5 + at ? NaN : i % 5));
      const p = new Float32Array(15);
      softmax(z, p, 3, 5);
      expect(Array.from(p, Number.isNaN)).toEqual(Array.from({ length: 15 }, (_, i) => i >= 5 && i < 10));
    }
  });

  test("a NaN that comes from above, through every derivative where the unit is on", () => {
    for (const name of names) {
      const d = Float32Array.of(NaN, 1);
      activationKernels[name].derivative(d, Float32Array.of(1, 1), Float32Array.of(0.5, 0.5), 2);
      expect(d[0]).toBeNaN();
      expect(d[1]).not.toBeNaN();
    }
  });

  test("every cost", () => {
    for (const [cost, output] of COST_NAMES.flatMap((name) => outputsFor(name).map((own) => [name, own] as const))) {
      for (let at = 0; at < 3; at++) {
        for (let truth = 0; truth < 3; truth++) {
          const z = Float32Array.from({ length: 3 }, (_, j) => (j === at ? NaN : j));
          const a = new Float32Array(3);
          if (output === "softmax") softmax(z, a, 1, 3);
          else activationKernels[output].value(z, a, 3);
          const y = Float32Array.from({ length: 3 }, (_, j) => Number(j === truth));
          expect(rowCost(planCost(cost, 3), output)(z, a, y, 0, 3)).toBeNaN();
        }
      }
    }
  });
});

describe("softmax and the cross-entropies far from 0", () => {
  test("rows sum to 1 and nothing overflows", () => {
    const z = Float32Array.of(1000, 999, -1000, -1e38, 1e38, 0);
    const p = new Float32Array(6);
    softmax(z, p, 2, 3);
    expect(p[0]! + p[1]! + p[2]!).toBeCloseTo(1, 6);
    expect(Array.from(p.subarray(3))).toEqual([0, 1, 0]);
  });

  test("an answer that is wrong by z costs about |z|, and one that is right costs 0", () => {
    const sigmoidCost = rowCost(planCost("cross-entropy", 1), "sigmoid");
    const softmaxCost = rowCost(planCost("cross-entropy", 2), "softmax");
    const one = Float32Array.of(1);
    const none = new Float32Array(1);
    expect(sigmoidCost(Float32Array.of(-1e4), none, one, 0, 1)).toBe(1e4);
    expect(sigmoidCost(Float32Array.of(1e4), none, one, 0, 1)).toBe(0);
    expect(sigmoidCost(Float32Array.of(1e4), none, none, 0, 1)).toBe(1e4);
    const z = Float32Array.of(-500, 500);
    expect(softmaxCost(z, new Float32Array(2), Float32Array.of(1, 0), 0, 2)).toBe(1000);
    expect(softmaxCost(z, new Float32Array(2), Float32Array.of(0, 1), 0, 2)).toBe(0);
  });
});
