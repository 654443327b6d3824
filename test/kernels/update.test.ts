import { describe, expect, test } from "vitest";
import { createPortableStep } from "../../src/engine/portable-step.js";
import { layoutOf } from "../../src/network/layout.js";
import * as kernels from "../../src/kernels/portable/update.js";

const f = Math.fround;
const FACTORS = {
  momentum: f(0.9),
  beta1: f(0.9),
  rest1: f(0.1),
  beta2: f(0.999),
  rest2: f(0.001),
  epsilon: f(1e-8),
  rate: f(0.01),
  rate2: f(0.01),
  scale: 1,
};
const QUICK = { ...FACTORS, beta2: f(0.9) };
const SMALLEST = 2 ** -126;

/** What a state becomes step by step while the derivative stays 0. */
function decay(start: number, step: (state: Float32Array) => void): number[] {
  const state = Float32Array.of(start);
  return Array.from({ length: 2000 }, () => {
    step(state);
    return state[0]!;
  });
}

describe("a state whose derivative stays 0", () => {
  const [w, zero] = [Float32Array.of(1), Float32Array.of(0)];
  const none = (): Float32Array => Float32Array.of(0);
  test.each<[string, number[]]>([
    ["v of momentum", decay(0.5, (v) => kernels.descendWithMomentum(w, zero, v, w, FACTORS))],
    ["v of Nesterov, from below", decay(-0.5, (v) => kernels.descendWithNesterov(w, zero, v, w, FACTORS))],
    ["m of Adam", decay(0.5, (m) => kernels.adam(w, zero, m, none(), FACTORS))],
    ["v of Adam", decay(0.5, (v) => kernels.adam(w, zero, none(), v, QUICK))],
    ["m of Nadam", decay(0.5, (m) => kernels.nadam(w, zero, m, none(), FACTORS))],
    ["v of RMSProp", decay(0.5, (v) => kernels.rmsprop(w, zero, v, none(), QUICK))],
    ["d of RMSProp", decay(0.5, (d) => kernels.rmsprop(w, zero, none(), d, FACTORS))],
    ["m of Lion", decay(-0.5, (m) => kernels.lion(w, zero, m, none(), QUICK))],
  ])("%s: becomes 0 and is never subnormal", (_name, path) => {
    const zeroFrom = path.indexOf(0);
    expect(zeroFrom).toBeGreaterThan(700);
    expect(path.slice(zeroFrom).every((value) => value === 0)).toBe(true);
    expect(path.slice(0, zeroFrom).every((value) => Math.abs(value) >= SMALLEST)).toBe(true);
    // It shrinks to the last normal number first.
    expect(Math.abs(path[zeroFrom - 1]!)).toBeLessThan(2 * SMALLEST);
  });
});

test.each([
  { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false },
  { kind: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: false },
  { kind: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true },
  { kind: "adam", learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { kind: "nadam", learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { kind: "adagrad", learningRate: 0.1, epsilon: 1e-10, initial: 0 },
  { kind: "rmsprop", learningRate: 0.1, rho: 0.9, epsilon: 1e-8, momentum: 0.5 },
  { kind: "lion", learningRate: 0.1, beta1: 0.9, beta2: 0.99 },
] as const)("a NaN among the derivatives makes its parameter NaN for ever, and no other: %j", (optimizer) => {
  const w = Float32Array.of(1, 2, 3);
  const g = new Float32Array(3);
  // A network of one unit with two inputs.
  const layer = { w: w.subarray(0, 2), b: w.subarray(2), dw: g.subarray(0, 2), db: g.subarray(2) };
  const { step } = createPortableStep({ optimizer, layout: layoutOf([2, 1]) }, w, g, [layer]);
  g.set([0.5, NaN, -0.5]);
  step(0.1);
  expect(Array.from(w, Number.isNaN)).toEqual([false, true, false]);
  g.set([0, 0, 0]);
  step(0.1);
  expect(Array.from(w, Number.isNaN)).toEqual([false, true, false]);
});

test("the sign that Lion follows, and L1, leaves a NaN a NaN", () => {
  const w = Float32Array.of(1, -1, NaN, 0);
  const g = Float32Array.of(0, 0, 0, 0);
  kernels.addAbsoluteDecay(g, w, 0.5);
  expect(Array.from(g)).toEqual([0.5, -0.5, NaN, 0]);
});
