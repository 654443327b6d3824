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

/** Math.log is itself off by up to 1 ulp. */
function expectLogarithm(x: number): void {
  const expected = Math.log(x);
  const error = Math.abs(logarithm(x) - expected);
  const bound = 3 * ulp(expected);
  expect({ x, error, bound, agrees: error <= bound }).toMatchObject({ agrees: true });
}

describe("logarithm", () => {
  test("is Math.log to 3 ulp for random numbers of every size", () => {
    const random = createRandom(1, 111);
    for (let i = 0; i < 20_000; i++) {
      expectLogarithm((1 + random.uniform()) * 2 ** (random.below(2045) - 1022));
      expectLogarithm(random.uniform() + 2 ** -53);
    }
  });

  test("is Math.log to 3 ulp where the reduction changes sides, and beside 1", () => {
    for (const centre of [1, Math.SQRT2, Math.SQRT1_2, 2, 0.5, 2 ** -104]) {
      for (const step of [0, 1, 2, 3, 1e3, 1e6, 1e9]) {
        for (const sign of [-1, 1]) expectLogarithm(centre * (1 + sign * step * Number.EPSILON));
      }
    }
  });

  test("of the smallest and largest normal numbers", () => {
    expectLogarithm(2 ** -1022);
    expectLogarithm(Number.MAX_VALUE);
  });

  test("of 1 is 0, and of 2^n is n ln 2", () => {
    expect(logarithm(1)).toBe(0);
    for (let n = -1022; n <= 1023; n++) expect(logarithm(2 ** n)).toBe(n * Math.LN2);
  });
});
