import { describe, expect, test } from "vitest";
import { layoutOf, parameterName, tensorValues } from "../../src/network/layout.js";
import { batchGradient, type Example } from "../../src/reference/batch.js";
import { forward, type ReferenceNetwork } from "../../src/reference/forward.js";
import { centralDifference, gradientCheck, TOLERANCE } from "../../src/reference/gradient-check.js";
import { largestIndex } from "./compare.js";
import { COMBINATIONS, networkOf, randomExamples, randomNetwork, title, withParameters } from "./networks.js";

function prepare(index: number): { network: ReferenceNetwork; examples: Example[] } {
  const network = networkOf(COMBINATIONS[index]!, index + 1);
  return { network, examples: randomExamples(network, 1 + (index % 5), index + 1) };
}

describe.each(COMBINATIONS.map((combination, index) => [title(combination), index] as const))("%s", (_title, index) => {
  const { network, examples } = prepare(index);
  const { gradient } = batchGradient(network, examples);

  test("every derivative agrees with its central difference", () => {
    const check = gradientCheck(network, examples);
    expect(check).toMatchObject({ passed: true, parameters: network.layout.length, checked: network.layout.length, atKink: 0 });
    expect(check.maxRelativeError).toBeLessThanOrEqual(TOLERANCE);
    expect(check.worst?.relativeError).toBe(check.maxRelativeError);
  });

  test("a derivative corrupted by 1 % fails in any tensor and is named", () => {
    for (const tensor of network.layout.tensors) {
      const at = tensor.offset + largestIndex(tensorValues(gradient, tensor));
      // A tensor of zeros has nothing to take 1 % of.
      const corrupted = gradient.with(at, gradient[at] === 0 ? 0.01 : gradient[at]! * 1.01);
      const check = gradientCheck(network, examples, { gradient: corrupted });
      expect(check).toMatchObject({ passed: false, worst: { name: parameterName(network.layout, at), analytic: corrupted[at] } });
    }
  });
});

describe("what is not a number fails", () => {
  const { network, examples } = prepare(4);
  const { gradient } = batchGradient(network, examples);

  test.each([NaN, Infinity, -Infinity])("a derivative that is %s is the worst, whatever else is wrong", (value) => {
    const corrupted = gradient.with(2, value).with(5, 1000);
    const check = gradientCheck(network, examples, { gradient: corrupted });
    expect(check).toMatchObject({ passed: false, checked: gradient.length, atKink: 0, maxRelativeError: NaN, worst: { name: "w2[0,2]" } });
  });

  test("a parameter that is NaN", () => {
    const broken = withParameters(network, (parameters) => (parameters[0] = NaN));
    expect(gradientCheck(broken, examples).passed).toBe(false);
  });

  test("an input that is NaN, also before relus", () => {
    const relus = networkOf({ hidden: "relu", output: "identity", cost: "squared-error", outputs: 2 }, 3);
    expect(gradientCheck(relus, [{ x: [1, NaN, 2], y: [0, 0] }]).passed).toBe(false);
  });

  test("derivatives that are missing", () => {
    expect(gradientCheck(network, examples, { gradient: gradient.slice(0, -1) }).passed).toBe(false);
  });
});

describe("a sample", () => {
  const { network, examples } = prepare(7);
  const { gradient } = batchGradient(network, examples);
  /** Which parameters a sample compares: those whose derivative it notices to be wrong. */
  const noticed = (sample: number, seed: number): number[] =>
    Array.from(gradient.keys()).filter(
      (at) => !gradientCheck(network, examples, { sample, seed, gradient: gradient.with(at, gradient[at]! + 1) }).passed,
    );

  test.each([1, 5, 17])("of %i compares as many different parameters", (sample) => {
    expect(gradientCheck(network, examples, { sample })).toMatchObject({ passed: true, checked: sample, parameters: gradient.length });
    expect(noticed(sample, 1)).toHaveLength(sample);
  });

  test("depends on its seed alone", () => {
    expect(noticed(5, 2)).toEqual(noticed(5, 2));
    expect(noticed(5, 2)).not.toEqual(noticed(5, 3));
  });

  test("of more than there are compares all", () => {
    expect(gradientCheck(network, examples, { sample: 10_000 }).checked).toBe(gradient.length);
  });

  test.each([0, -1, 1.5, NaN])("of %s is refused", (sample) => {
    expect(() => gradientCheck(network, examples, { sample })).toThrow(
      expect.objectContaining({ code: "E_USAGE", message: `sample: expected a whole number above 0, got ${sample}.` }),
    );
  });
});

describe("the kink of a relu", () => {
  /** 1-1-1: z2 = w2 x + b2, a2 = relu(z2), a3 = w3 a2 + b3 with w3 = 3, b3 = 0.5; so dCost/da3 = 2 (a3 - y). */
  const network = (w2: number, b2: number): ReferenceNetwork => ({
    description: {
      inputs: 1,
      layers: [
        { units: 1, activation: "relu" },
        { units: 1, activation: "identity" },
      ],
      cost: "squared-error",
    },
    layout: layoutOf([1, 1, 1]),
    parameters: Float64Array.of(w2, b2, 3, 0.5),
  });

  test("at z = 0 leaves out the parameters that move z, and no others", () => {
    const check = gradientCheck(network(0.25, -0.5), [{ x: [2], y: [1] }]);
    expect(check).toMatchObject({ passed: true, parameters: 4, checked: 2, atKink: 2 });
  });

  test("at z = 0 does not matter to a weight whose input is 0", () => {
    expect(gradientCheck(network(0.25, 0), [{ x: [0], y: [1] }])).toMatchObject({ passed: true, checked: 3, atKink: 1 });
  });

  test("of one example leaves the whole batch's difference out", () => {
    const examples = [
      { x: [2], y: [1] },
      { x: [3], y: [1] },
    ];
    expect(gradientCheck(network(0.25, -0.5), examples)).toMatchObject({ passed: true, checked: 2, atKink: 2 });
  });

  test.each([5e-6, -5e-6, 5e-7, -5e-7])("at a distance of %d takes a smaller step", (z) => {
    const check = gradientCheck(network(1, z - 2), [{ x: [2], y: [-1] }]);
    expect(check).toMatchObject({ passed: true, checked: 4, atKink: 0 });
  });

  test("nothing compared is not passed", () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => gradientCheck(network(0.25, -0.5), [{ x: [2], y: [1] }], { sample: 1, seed }));
    const untested = seeds.filter(({ checked }) => checked === 0);
    expect(untested.length).toBeGreaterThan(0);
    for (const check of untested) expect(check).toMatchObject({ passed: false, atKink: 1, maxRelativeError: 0, worst: undefined });
  });

  test("a wrong derivative beside a kink is still noticed", () => {
    const near = network(1, 5e-7 - 2);
    const examples = [{ x: [2], y: [-1] }];
    const { gradient } = batchGradient(near, examples);
    const check = gradientCheck(near, examples, { gradient: gradient.with(1, gradient[1]! * 1.01) });
    expect(check).toMatchObject({ passed: false, worst: { name: "b2[0]" } });
  });
});

describe("large costs", () => {
  // Targets in units such as dollars: the rounding of a cost of 10^10 alone moves a difference by more than 10^-9.
  test.each([1, 10, 1e3, 1e5])("targets of about %d pass, and one percent too much fails", (scale) => {
    const layers = [
      { units: 3, activation: "tanh" },
      { units: 1, activation: "identity" },
    ] as const;
    for (let seed = 1; seed <= 20; seed++) {
      const network = randomNetwork({ inputs: 2, layers, cost: "squared-error" }, seed);
      const examples = randomExamples(network, 33, seed).map(({ x, y }) => ({ x, y: Float64Array.from(y, (value) => value * scale) }));
      const { gradient } = batchGradient(network, examples);
      expect(gradientCheck(network, examples)).toMatchObject({ passed: true, checked: gradient.length });
      const at = largestIndex(gradient);
      expect(gradientCheck(network, examples, { gradient: gradient.with(at, gradient[at]! * 1.01) })).toMatchObject({
        passed: false,
        worst: { name: parameterName(network.layout, at) },
      });
    }
  });

  // The cost is small, but made of large numbers: it is no more exact than they are.
  test.each([1e4, 3e5])("outputs of about %d, fitted to 1e-5 of themselves, pass, and one percent too much fails", (level) => {
    const layers = [
      { units: 4, activation: "tanh" },
      { units: 1, activation: "identity" },
    ] as const;
    for (let seed = 1; seed <= 20; seed++) {
      const drawn = randomNetwork({ inputs: 3, layers, cost: "squared-error" }, seed);
      const network = withParameters(drawn, (parameters) => parameters.fill(level, -1));
      const examples = randomExamples(network, 3, seed).map(({ x }) => ({
        x,
        y: forward(network, x).a[3]!.map((value) => value * (1 + 1e-5)),
      }));
      const { gradient } = batchGradient(network, examples);
      expect(gradientCheck(network, examples)).toMatchObject({ passed: true, checked: gradient.length });
      const at = largestIndex(gradient);
      expect(gradientCheck(network, examples, { gradient: gradient.with(at, gradient[at]! * 1.01) })).toMatchObject({ passed: false });
    }
  });
});

test("centralDifference is one parameter's numeric derivative, and undefined at a relu's kink", () => {
  const { network, examples } = prepare(0);
  const { gradient } = batchGradient(network, examples);
  gradient.forEach((g, index) => {
    expect(Math.abs(centralDifference(network, examples, index)! - g) <= 1e-6 * Math.abs(g) + 1e-9).toBe(true);
  });
  const layers = [{ units: 1, activation: "relu" }] as const;
  const kinked = withParameters(randomNetwork({ inputs: 1, layers, cost: "squared-error" }, 1), (parameters) => parameters.fill(0));
  expect(centralDifference(kinked, [{ x: [1], y: [1] }], 0)).toBeUndefined();
});
