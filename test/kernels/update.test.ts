import { describe, expect, test } from "vitest";
import { createPortableStep } from "../../src/engine/portable-step.js";
import { adam, descendWithMomentum } from "../../src/kernels/portable/update.js";

const f = Math.fround;
const FACTORS = { beta1: f(0.9), rest1: f(0.1), beta2: f(0.999), rest2: f(0.001), epsilon: f(1e-8), rate: f(0.01), scale: 1 };
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
  test.each<[string, number[]]>([
    ["momentum", decay(0.5, (v) => descendWithMomentum(w, zero, v, f(0.01), f(0.9), false))],
    ["momentum, from below", decay(-0.5, (v) => descendWithMomentum(w, zero, v, f(0.01), f(0.9), true))],
    ["m of Adam", decay(0.5, (m) => adam(w, zero, m, Float32Array.of(0), FACTORS))],
    ["v of Adam", decay(0.5, (v) => adam(w, zero, Float32Array.of(0), v, { ...FACTORS, beta2: f(0.9) }))],
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
] as const)("a NaN among the derivatives makes its parameter NaN for ever, and no other: %j", (optimizer) => {
  const w = Float32Array.of(1, 2, 3);
  const step = createPortableStep(optimizer, 3);
  step(w, Float32Array.of(0.5, NaN, -0.5));
  expect(Array.from(w, Number.isNaN)).toEqual([false, true, false]);
  step(w, Float32Array.of(0, 0, 0));
  expect(Array.from(w, Number.isNaN)).toEqual([false, true, false]);
});
