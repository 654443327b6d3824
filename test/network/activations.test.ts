import { describe, expect, test } from "vitest";
import { activations, type ScalarActivationName, softmax, softmaxDerivative } from "../../src/network/activations.js";
import { outputRules } from "../../src/network/costs.js";
import { erf } from "../../src/network/erf.js";

const NAMES = Object.keys(activations) as ScalarActivationName[];
const POINTS = [-30, -2, -0.5, -1e-3, 1e-3, 0.5, 2, 30];

describe("activations", () => {
  test.each([
    ["identity", -1.5, -1.5, 1],
    ["sigmoid", 0, 0.5, 0.25],
    ["sigmoid", Math.log(3), 0.75, 0.1875],
    ["tanh", 0, 0, 1],
    ["tanh", Math.log(2), 0.6, 0.64],
    ["relu", 1.5, 1.5, 1],
    ["relu", -1.5, 0, 0],
    ["relu", 0, 0, 0],
    ["leaky-relu", 1.5, 1.5, 1],
    ["leaky-relu", -1.5, -0.015, 0.01],
    ["leaky-relu", 0, 0, 0.01],
    ["elu", 1.5, 1.5, 1],
    ["elu", -Math.LN2, -0.5, 0.5],
    ["elu", 0, 0, 1],
    ["selu", 2, 2.101401974710961, 1.0507009873554805],
    ["selu", -Math.LN2, -0.8790496704236884, 0.8790496704236884],
    ["softplus", Math.log(3), Math.log(4), 0.75],
    ["softplus", 0, Math.LN2, 0.5],
    ["gelu", 0, 0, 0.5],
    ["gelu", 1, 0.8413447460685429, 1.0833154705876864],
    ["gelu-tanh", 0, 0, 0.5],
    ["gelu-tanh", 1, 0.8411919906082768, 1.0829640838457826],
    ["silu", Math.log(3), 0.75 * Math.log(3), 0.75 + 0.1875 * Math.log(3)],
    ["silu", 0, 0, 0.5],
    ["mish", 0, 0, 0.6],
    ["hard-swish", -3, 0, 0],
    ["hard-swish", 0, 0, 0.5],
    ["hard-swish", 1, 4 / 6, 5 / 6],
    ["hard-swish", 3, 3, 1.5],
    ["hard-swish", 4, 4, 1],
    ["exponential", Math.LN2, 2, 2],
  ] as const)("%s of %d", (name, z, value, derivative) => {
    const a = activations[name].value(z);
    expect(a).toBeCloseTo(value, 14);
    expect(activations[name].derivative(z, a)).toBeCloseTo(derivative, 14);
  });

  test.each(NAMES)("%s: the derivative is the slope", (name) => {
    const { value, derivative } = activations[name];
    for (const z of POINTS) {
      const slope = (value(z + 1e-6) - value(z - 1e-6)) / 2e-6;
      expect(Math.abs(derivative(z, value(z)) - slope)).toBeLessThan(1e-8 * Math.max(1, Math.abs(value(z))));
    }
  });

  test.each(NAMES)("%s: the steepest slope is the largest there is, and reached", (name) => {
    const { value, derivative, steepest } = activations[name];
    const slopes = Array.from({ length: 200_001 }, (_, at) => {
      const z = (at - 100_000) / 10_000;
      return Math.abs(derivative(z, value(z)));
    });
    const largest = slopes.reduce((most, slope) => Math.max(most, slope), 0);
    // Where it has no bound, it grows as far as one looks.
    expect(name === "exponential" ? largest === slopes.at(-1) : largest <= steepest && largest >= steepest - 1e-3).toBe(true);
    expect(steepest === Infinity).toBe(name === "exponential");
  });

  test.each(NAMES)("%s: the slope, or the slope's slope, jumps at its kinks and nowhere else", (name) => {
    const { value, derivative, kinks } = activations[name];
    const at = (z: number): number => derivative(z, value(z));
    const h = 1e-4;
    /** By how much the slope of da/dz changes over 2 h, with which da/dz itself has jumped by far more. */
    const bend = (z: number): number => Math.abs(at(z + 2 * h) - at(z + h) - (at(z - h) - at(z - 2 * h))) / h;
    for (const kink of kinks) expect(Math.max(bend(kink), Math.abs(at(kink + h) - at(kink - h)))).toBeGreaterThan(0.3);
    for (let z = -5; z < 5; z += 0.0101) {
      if (kinks.every((kink) => Math.abs(kink - z) > 3 * h)) expect(bend(z)).toBeLessThan(name === "exponential" ? 1 : 0.01);
    }
  });

  test.each(NAMES)("%s: the derivative reads only the saved value that it names", (name) => {
    const { value, derivative, uses } = activations[name];
    for (const z of POINTS) {
      const a = value(z);
      expect(derivative(uses === "z" ? z : NaN, uses === "a" ? a : NaN)).toBe(derivative(z, a));
    }
  });

  test.each(NAMES)("%s: far out it stays finite, and a NaN stays a NaN", (name) => {
    const { value, derivative } = activations[name];
    for (const z of name === "exponential" ? [-1e4, 700] : [-1e4, 1e4]) {
      expect(Number.isFinite(value(z))).toBe(true);
      expect(Number.isFinite(derivative(z, value(z)))).toBe(true);
    }
    expect(value(NaN)).toBeNaN();
  });

  test("softmax by hand: exp z = 1, 2, 5", () => {
    const p = softmax(Float64Array.of(0, Math.log(2), Math.log(5)));
    [1 / 8, 2 / 8, 5 / 8].forEach((expected, i) => expect(p[i]).toBeCloseTo(expected, 15));
    expect(softmaxDerivative(p, 1, 1)).toBeCloseTo(12 / 64, 15);
    expect(softmaxDerivative(p, 1, 2)).toBeCloseTo(-10 / 64, 15);
  });
});

describe("erf", () => {
  // By mpmath with 40 digits.
  test.each([
    [0, 0],
    [1e-9, 1.1283791670955126e-9],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.4999, 0.9995928300996665],
    [2.5, 0.9995930479825551],
    [3, 0.9999779095030014],
    [5, 0.9999999999984626],
    [30, 1],
  ])("of %d", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(1e-15);
    expect(erf(-x)).toBe(-erf(x));
  });

  test("at the edges", () => {
    expect([erf(Infinity), erf(-Infinity), erf(NaN)]).toEqual([1, -1, NaN]);
  });
});

describe("costs by hand", () => {
  const of = (...values: number[]): Float64Array => Float64Array.from(values);
  const squared = outputRules["squared-error"];
  const cross = outputRules["cross-entropy"];

  test("squared error is the plain sum: no 1/2, no 1/n", () => {
    const [a, y] = [of(3, 0, -1), of(1, 0, 2)];
    expect(squared.identity.cost(a, a, y)).toBe(13);
    expect([0, 1, 2].map((j) => squared.identity.dCost_da(a, y, j))).toEqual([4, 0, -6]);
    expect(squared.identity.dCost_dz(of(4, 0, -6), a, a, y)).toEqual(of(4, 0, -6));
    expect(squared.relu.dCost_dz(of(4, 0, -6), of(3, 1, -1), of(3, 1, 0), y)).toEqual(of(4, 0, -0));
  });

  test("squared error of softmax takes the whole Jacobian", () => {
    // p = 1/4, 3/4 and y = 1, 0: dCost/da = -3/2, 3/2; each dp/dz is +-3/16, so dCost/dz = -9/16, 9/16.
    const p = of(0.25, 0.75);
    expect(squared.softmax.dCost_dz(of(-1.5, 1.5), of(0, Math.log(3)), p, of(1, 0))).toEqual(of(-9 / 16, 9 / 16));
  });

  test("cross-entropy of softmax: -ln p of the class", () => {
    const z = of(0, Math.log(3));
    expect(cross.softmax.cost(z, of(0.25, 0.75), of(1, 0))).toBeCloseTo(Math.log(4), 14);
    expect(cross.softmax.dCost_da(of(0.25, 0.75), of(1, 0), 0)).toBe(-4);
    expect(cross.softmax.dCost_da(of(0.25, 0.75), of(1, 0), 1)).toBe(0);
    expect(cross.softmax.dCost_dz(of(-4, 0), z, of(0.25, 0.75), of(1, 0))).toEqual(of(-0.75, 0.75));
  });

  test("cross-entropy of sigmoids: both the class and its absence count", () => {
    // a = 3/4 and 1/2 with y = 1 and 0: ln 4/3 + ln 2.
    const z = of(Math.log(3), 0);
    expect(cross.sigmoid.cost(z, of(0.75, 0.5), of(1, 0))).toBeCloseTo(Math.log(8 / 3), 14);
    expect(cross.sigmoid.dCost_da(of(0.75, 0.5), of(1, 0), 0)).toBeCloseTo(-4 / 3, 14);
    expect(cross.sigmoid.dCost_da(of(0.75, 0.5), of(1, 0), 1)).toBe(2);
    expect(cross.sigmoid.dCost_dz(of(-4 / 3, 2), z, of(0.75, 0.5), of(1, 0))).toEqual(of(-0.25, 0.5));
  });

  test("cross-entropy stays finite where a probability rounds to 0 or 1", () => {
    expect(cross.sigmoid.cost(of(800, -800), of(1, 0), of(0, 1))).toBe(1600);
    expect(cross.sigmoid.cost(of(800, -800), of(1, 0), of(1, 0))).toBe(0);
    expect(cross.softmax.cost(of(800, -800), of(1, 0), of(0, 1))).toBe(1600);
    expect(cross.softmax.dCost_dz(of(0, -Infinity), of(800, -800), of(1, 0), of(0, 1))).toEqual(of(1, -1));
  });
});
