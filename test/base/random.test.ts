import { describe, expect, test } from "vitest";
import { createRandom, philox, shuffle, STREAM } from "../../src/base/random.js";

describe("Philox 4x32-10", () => {
  // The known answers of Random123 (kat_vectors, philox4x32 with 10 rounds); the last takes its input from the digits of pi.
  test.each([
    ["0", [0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    ["all ones", [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    ["pi", [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ] as const)("gives the published words for %s", (_title, counter, key, words) => {
    const out = new Uint32Array(4);
    philox(counter, key, out);
    expect(Array.from(out, (word) => word.toString(16).padStart(8, "0")).join(" ")).toBe(words);
  });

  test("is read block by block: counter, section and stream in the counter's words, the seed in the key's", () => {
    const seed = 7 * 2 ** 32 + 3;
    const random = createRandom(seed, STREAM.order, 5);
    const out = new Uint32Array(4);
    for (let block = 0; block < 3; block++) {
      philox([block, 0, 5, STREAM.order], [3, 7], out);
      for (const word of out) expect(random.uint32()).toBe(word);
    }
  });
});

describe("createRandom", () => {
  const first = (seed: number, stream: number, section?: number): number[] => {
    const random = createRandom(seed, stream, section);
    return Array.from({ length: 8 }, () => random.uint32());
  };

  test("is a function of seed, stream and section", () => {
    expect(first(1, STREAM.split)).toEqual(first(1, STREAM.split, 0));
    const all = [first(1, 1), first(2, 1), first(1, 2), first(1, 1, 1), first(1 + 2 ** 32, 1), first(2 ** 53 - 1, 1)];
    expect(new Set(all.flat()).size).toBe(48);
  });

  test("gives every purpose its own stream", () => {
    expect(new Set(Object.values(STREAM)).size).toBe(Object.keys(STREAM).length);
  });
});

describe("uniform", () => {
  test("lies in [0, 1), with the mean and variance of the uniform distribution", () => {
    const random = createRandom(3, 110);
    const count = 100_000;
    const values = Float64Array.from({ length: count }, () => random.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    // Four standard errors: sqrt(1/12 / n), and sqrt((1/80 - 1/144) / n) for the variance.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt((1 / 80 - 1 / 144) / count));
  });

  test("is a whole number of 2^-53, made of 27 bits of one word and 26 of the next", () => {
    const words = createRandom(4, 110);
    const random = createRandom(4, 110);
    for (let i = 0; i < 100; i++) {
      const high = BigInt(words.uint32()) >> 5n;
      const low = BigInt(words.uint32()) >> 6n;
      expect(BigInt(random.uniform() * 2 ** 53)).toBe((high << 26n) | low);
    }
  });
});

describe("below", () => {
  test.each([1, 2, 3, 7, 10, 65])("%i gives every number under it equally often", (limit) => {
    const random = createRandom(5, 110, limit);
    const draws = 20_000;
    const counts = new Array<number>(limit).fill(0);
    for (let i = 0; i < draws; i++) counts[random.below(limit)]! += 1;
    const expected = draws / limit;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Chi-squared with limit - 1 degrees of freedom: four deviations above its mean, and a little for the smallest.
    expect(chiSquare).toBeLessThan(limit - 1 + 4 * Math.sqrt(2 * (limit - 1)) + 4);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(draws);
  });

  test("3 * 2^30 draws again what would make a quarter of the numbers twice as likely", () => {
    const limit = 3 * 2 ** 30;
    const words = createRandom(6, 110);
    const random = createRandom(6, 110);
    let again = 0;
    for (let i = 0; i < 1000; i++) {
      let word = words.uint32();
      for (; word >= limit; word = words.uint32()) again += 1;
      expect(random.below(limit)).toBe(word);
    }
    // A quarter of all words is refused, so a third of 1,000 numbers on average.
    expect(again).toBeGreaterThan(250);
    expect(again).toBeLessThan(420);
  });

  test("2^32 gives words as they are", () => {
    const words = createRandom(8, 110);
    const random = createRandom(8, 110);
    for (let i = 0; i < 20; i++) expect(random.below(2 ** 32)).toBe(words.uint32());
  });
});

describe("normal", () => {
  test("has the moments of the normal distribution", () => {
    const random = createRandom(9, 110);
    const count = 100_000;
    const values = Float64Array.from({ length: count }, () => random.normal());
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / count;
    // E z^p = 0, 1, 0, 3 with variances 1, 2, 15, 96: four standard errors each.
    for (const [power, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ] as const) {
      expect(Math.abs(moment(power) - expected)).toBeLessThan(4 * Math.sqrt(variance / count));
    }
    // The two numbers of one draw are independent.
    let product = 0;
    for (let i = 0; i < count; i += 2) product += values[i]! * values[i + 1]!;
    expect(Math.abs(product / (count / 2))).toBeLessThan(4 / Math.sqrt(count / 2));
    expect(values.filter((value) => Math.abs(value) < 1.959964).length / count).toBeCloseTo(0.95, 2);
  });
});

describe("shuffle", () => {
  test.each([0, 1, 2, 3, 65])("keeps the %i values, in place", (length) => {
    const values = Uint32Array.from({ length }, (_, i) => i);
    const shuffled = shuffle(values, createRandom(1, STREAM.order));
    expect(shuffled).toBe(values);
    expect(Array.from(shuffled).sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
  });

  test("gives each of the six orders of three values equally often", () => {
    const random = createRandom(2, 110);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffle(Uint32Array.of(0, 1, 2), random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Deviation sqrt(6000 * 1/6 * 5/6) = 29; four of them.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(116);
  });
});
