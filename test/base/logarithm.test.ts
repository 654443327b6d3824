import { describe, expect, test } from "vitest";
import { logarithm } from "../../src/base/logarithm.js";
import { createRandom } from "../../src/base/random.js";

/** The distance from |value| to the next float64 above it. */
function ulp(value: number): number {
  const float = new Float64Array([Math.abs(value)]);
  const bits = new BigUint64Array(float.buffer);
  bits[0]! += 1n;
  return float[0]! - Math.abs(value);
}

/** Those that differ from Math.log by more than 3 ulp; Math.log is itself off by up to 1. */
function differing(numbers: readonly number[]): number[] {
  return numbers.filter((x) => !(Math.abs(logarithm(x) - Math.log(x)) <= 3 * ulp(Math.log(x))));
}

describe("logarithm", () => {
  test("is Math.log to 3 ulp for random numbers of every size", () => {
    const random = createRandom(1, 111);
    const wide = Array.from({ length: 50_000 }, () => (1 + random.uniform()) * 2 ** (random.below(2045) - 1022));
    const small = Array.from({ length: 50_000 }, () => random.uniform() + 2 ** -53);
    expect(differing([...wide, ...small])).toEqual([]);
  });

  test("is Math.log to 3 ulp where the reduction changes sides, and beside 1", () => {
    const centres = [1, Math.SQRT2, Math.SQRT1_2, 2, 0.5, 2 ** -104];
    const steps = [0, 1, 2, 3, 1e3, 1e6, 1e9].flatMap((step) => [step, -step]);
    expect(differing(centres.flatMap((centre) => steps.map((step) => centre * (1 + step * Number.EPSILON))))).toEqual([]);
  });

  test("of the smallest and largest normal numbers", () => {
    expect(differing([2 ** -1022, Number.MAX_VALUE])).toEqual([]);
  });

  test("of 1 is 0, and of 2^n is n ln 2", () => {
    expect(logarithm(1)).toBe(0);
    for (let n = -1022; n <= 1023; n++) expect(logarithm(2 ** n)).toBe(n * Math.LN2);
  });
});
