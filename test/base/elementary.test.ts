import { describe, expect, test } from "vitest";
import { cosineOf, exponential, powerOf } from "../../src/base/elementary.js";
import { createRandom } from "../../src/base/random.js";

/** The distance from |value| to the next float64 above it. */
function ulp(value: number): number {
  const float = new Float64Array([Math.abs(value)]);
  const bits = new BigUint64Array(float.buffer);
  bits[0]! += 1n;
  return float[0]! - Math.abs(value);
}

const random = createRandom(1, 113);
const numbers = (count: number, low: number, high: number): number[] =>
  Array.from({ length: count }, () => low + (high - low) * random.uniform());

describe("exponential", () => {
  /** Math.exp is itself off by up to 1 ulp. */
  const far = (list: readonly number[]): number[] => list.filter((x) => !(Math.abs(exponential(x) - Math.exp(x)) <= 2 * ulp(Math.exp(x))));

  test("is Math.exp to 2 ulp, for large, small and tiny numbers", () => {
    expect(far([...numbers(50_000, -700, 700), ...numbers(50_000, -2, 2), ...numbers(10_000, -1e-9, 1e-9)])).toEqual([]);
  });

  test("is Math.exp to 2 ulp where the reduction changes sides", () => {
    const halves = Array.from({ length: 2001 }, (_, n) => ((n - 1000) / 2) * Math.LN2);
    expect(far(halves.flatMap((x) => [x, x * (1 + Number.EPSILON), x * (1 - Number.EPSILON)]))).toEqual([]);
  });

  test("of 0 is 1, and rises", () => {
    expect(exponential(0)).toBe(1);
    expect(exponential(-0)).toBe(1);
    const values = [-700, -1, -1e-3, 0, 1e-3, 1, 700].map(exponential);
    expect(values.every((value, i) => value > 0 && (i === 0 || value > values[i - 1]!))).toBe(true);
  });
});

describe("cosineOf", () => {
  // cos(pi turn) in whole numbers of 2^-160: no rounding that could matter here. Pi to 62 digits.
  const BITS = 160n;
  const PI = (3141592653589793238462643383279502884197169399375105820974944n << BITS) / 10n ** 60n;
  function exactCosine(turn: number): number {
    const angle = (PI * BigInt(turn * 2 ** 53)) >> 53n;
    const square = (angle * angle) >> BITS;
    let term = 1n << BITS;
    let sum = term;
    for (let k = 2n; term !== 0n; k += 2n) {
      term = -((term * square) >> BITS) / (k * (k - 1n));
      sum += term;
    }
    return Number(sum >> (BITS - 64n)) / 2 ** 64;
  }
  // Multiples of 2^-53, so that the exact cosine takes them as they are.
  const turns = [0, 0.25, 0.5, 0.75, 1, 2 ** -53, 1 - 2 ** -53, ...numbers(20_000, 0, 1)].map(
    (turn) => Math.round(turn * 2 ** 53) / 2 ** 53,
  );

  test("is the exact cosine of pi times it, within 4e-16", () => {
    expect(exactCosine(Math.round(2 ** 53 / 3) / 2 ** 53)).toBeCloseTo(0.5, 15);
    expect(turns.filter((turn) => !(Math.abs(cosineOf(turn) - exactCosine(turn)) <= 4e-16))).toEqual([]);
  });

  test("is Math.cos to 2 ulp of 1", () => {
    expect(turns.filter((turn) => !(Math.abs(cosineOf(turn) - Math.cos(Math.PI * turn)) <= 2 * Number.EPSILON))).toEqual([]);
  });

  test("starts at 1, ends at -1, and its halves mirror each other to the bit", () => {
    expect([cosineOf(0), cosineOf(1)]).toEqual([1, -1]);
    // A turn of which 1 - turn is exact.
    for (const turn of turns.filter((t) => t > 0.5)) expect(cosineOf(turn)).toBe(-cosineOf(1 - turn));
  });
});

describe("powerOf", () => {
  test("is Math.pow, but for the rounding of the exponent", () => {
    const bases = [...numbers(20_000, 0, 1), 2 ** -1000, 1 - 2 ** -53];
    const far = bases.filter((base, i) => {
      const to = [0.5, 1.5, 0.9, 7, 3.25, 0.01][i % 6]!;
      const exact = base ** to;
      // The logarithm and the product are each rounded: the exponent is off by that share of itself, and the power by as much.
      const bound = (3 + 4 * Math.abs(to * Math.log(base))) * ulp(exact);
      return !(Math.abs(powerOf(base, to) - exact) <= bound);
    });
    expect(far).toEqual([]);
  });

  test("of whole exponents up to 4 is the product itself", () => {
    for (const base of [0, 1, 0.1, 0.7, 1 / 3]) {
      expect([0, 1, 2, 3, 4].map((to) => powerOf(base, to))).toEqual([1, base, base * base, base * base * base, base * base * base * base]);
    }
  });

  test("of 0 is 0, but 1 to the power of 0; of 1 it is 1; and what is too small is 0", () => {
    expect([powerOf(0, 0), powerOf(0, 0.5), powerOf(0, 9)]).toEqual([1, 0, 0]);
    expect([powerOf(1, 0.5), powerOf(1, 100)]).toEqual([1, 1]);
    expect(powerOf(1e-10, 40)).toBe(0);
  });
});
