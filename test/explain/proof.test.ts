import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { explain, type Proof, prove } from "../../src/explain.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import { batchGradient, type Example } from "../../src/reference/batch.js";
import { cases, examplesOf, networkOfCase, quantitiesOf } from "./golden-cases.js";
import { networkOf } from "./networks.js";

const WEIGHTS = 600;
const OTHERS = 50;

/** Written so that a NaN, or no central difference at all, is no proof. */
const isProved = ({ analytic, numeric = NaN }: Proof): boolean => Math.abs(numeric - analytic) <= 1e-6 * Math.abs(analytic) + 1e-9;

/** An image with a dark border, as those of handwritten digits are, and its class. */
function imageOf(seed: number): Example {
  const random = createRandom(seed, 304);
  const x = Float64Array.from({ length: 784 }, (_, t) => (t % 28 > 3 && t % 28 < 24 && random.below(3) === 0 ? random.uniform() : 0));
  const digit = random.below(10);
  return { x, y: Float64Array.from({ length: 10 }, (_, j) => Number(j === digit)) };
}

const images = Array.from({ length: 20 }, (_, index) => imageOf(index));

/** 784-16-16-10, moved ten steps downhill, so that its weights are no longer those it was drawn with. */
const trained: Network = (() => {
  const network = networkOf([784, 16, 16, 10]);
  const parameters = network.parameters.slice();
  for (let step = 0; step < 10; step++) {
    const { gradient } = batchGradient({ ...network, parameters }, images);
    gradient.forEach((g, index) => (parameters[index] = parameters[index]! - 3 * g));
  }
  return { ...network, parameters };
})();

describe(`${WEIGHTS} weights of 784-16-16-10`, () => {
  const random = createRandom(9, 305);
  const drawn = Array.from({ length: WEIGHTS }, (_, at) => {
    const layer = 2 + (at % 3);
    const { sizes } = trained.layout;
    return {
      name: `w${layer}[${random.below(sizes[layer]!)},${random.below(sizes[layer - 1]!)}]`,
      image: images[random.below(images.length)]!,
    };
  });
  const proofs = drawn.map(({ name, image }) => ({ name, image, proof: prove({ network: trained }, image, name) }));

  test("each derivative is its central difference: |numeric - g| <= 1e-6 |g| + 1e-9", () => {
    const failed = proofs
      .filter(({ proof }) => !isProved(proof))
      .map(({ name, proof }) => `${name}: ${proof.numeric}, not ${proof.analytic}`);
    expect(failed).toEqual([]);
  });

  test("many of them are not 0, and each is what explain says", () => {
    expect(proofs.filter(({ proof }) => Math.abs(proof.analytic) > 1e-6).length).toBeGreaterThan(WEIGHTS / 3);
    for (const { name, image, proof } of proofs.slice(0, 60)) {
      expect(proof.quantity).toBe(name);
      expect(proof.analytic === explain({ network: trained }, image, name).value, name).toBe(true);
    }
  });

  test("the bound can fail: a derivative that is 1 % off, or NaN, is no proof", () => {
    for (const { proof } of proofs.filter(({ proof: { analytic } }) => Math.abs(analytic) > 1e-6)) {
      for (const factor of [1.01, 0.99, -1, NaN]) expect(isProved({ ...proof, analytic: factor * proof.analytic })).toBe(false);
      expect(isProved({ ...proof, numeric: undefined })).toBe(false);
    }
  });

  test("a small nudge does what the derivative predicts", () => {
    for (const { name, image } of drawn.slice(0, 60)) {
      const { analytic, nudge } = prove({ network: trained }, image, name, { nudge: 1e-4 });
      expect(nudge.by).toBe(1e-4);
      expect(nudge.predicted).toBe(analytic * 1e-4);
      expect(nudge.real).toBe(nudge.after - nudge.before);
      // What is left is the curvature, nudge^2 / 2 times the second derivative, and rounding.
      expect(Math.abs(nudge.real - nudge.predicted) <= 1e-6 * 1e-4 + 0.01 * Math.abs(nudge.predicted)).toBe(true);
    }
  });
});

describe("other quantities", () => {
  test(`${OTHERS} weighted sums, activations, inputs and biases of small networks`, () => {
    const random = createRandom(10, 306);
    const kinds = new Set<string>();
    for (let at = 0; at < OTHERS; at++) {
      // Bias, weighted sum, activation in turn; every sixth an input.
      const golden = cases[random.below(cases.length)]!;
      const network = networkOfCase(golden);
      const prefix = at % 6 === 0 ? /^a1/ : [/^b/, /^z/, /^a/][at % 3]!;
      const names = quantitiesOf(network).filter((name) => prefix.test(name));
      const name = names[random.below(names.length)]!;
      kinds.add(name[0]!).add(name.slice(0, 2));
      // An output of a cross-entropy may not leave 0..1, nor be moved without the others: its z is moved instead.
      const isProbability = golden.network.cost === "cross-entropy" && name.startsWith(`a${network.layout.depth}`);
      const quantity = isProbability ? name.replace("a", "z") : name;
      const proof = prove({ network }, examplesOf(golden)[0]!, quantity);
      expect(isProved(proof), `${quantity}: ${proof.numeric}, not ${proof.analytic}`).toBe(true);
    }
    expect([...kinds]).toEqual(expect.arrayContaining(["a", "z", "b", "a1", "a2", "z3"]));
  });

  test("the mean over several examples", () => {
    for (const golden of cases.filter(({ x }) => x.length > 1)) {
      const network = networkOfCase(golden);
      for (const quantity of ["w2[0,0]", "b2[0]", "z2[0]", "a1[0]"]) {
        const proof = prove({ network }, examplesOf(golden), quantity);
        expect(isProved(proof), `${quantity}: ${proof.numeric}, not ${proof.analytic}`).toBe(true);
        const { value } = explain({ network }, examplesOf(golden), quantity);
        expect(Math.abs(proof.analytic - value) <= 1e-12 * Math.abs(value) + 1e-15).toBe(true);
      }
    }
  });

  test("a linear network with squared error is a parabola: the nudge is off by nudge^2 x^2", () => {
    const network = createNetwork({ inputs: 1, layers: [{ units: 1, activation: "identity" }], w2: [[2]], b2: [0] });
    const { analytic, numeric, digits, nudge } = prove({ network }, { x: [3], y: [5] }, "w2[0,0]", { nudge: 0.5 });
    // a = 6, Cost = 1, dCost/dw = (12 - 10) * 3 = 6; with w = 2.5: a = 7.5, Cost = 6.25
    expect(analytic).toBe(6);
    expect(Math.abs(numeric! - 6) <= 1e-9).toBe(true);
    expect(digits).toBeGreaterThanOrEqual(9);
    expect(nudge).toEqual({ by: 0.5, before: 1, after: 6.25, predicted: 3, real: 5.25 });
  });

  test("0.01 is the nudge where none is given", () => {
    expect(prove({ network: networkOf([2, 2]) }, { x: [1, 2], y: [0, 1] }, "b2[0]").nudge.by).toBe(0.01);
  });
});

describe("a relu's kink", () => {
  const network = (b: number): Network =>
    createNetwork({
      inputs: 1,
      layers: [
        { units: 1, activation: "relu" },
        { units: 1, activation: "identity" },
      ],
      w2: [[1]],
      b2: [b],
      w3: [[1]],
      b3: [0],
    });

  test("at the kink itself there is no central difference", () => {
    const proof = prove({ network: network(-1) }, { x: [1], y: [3] }, "w2[0,0]");
    expect(proof).toMatchObject({ analytic: 0, numeric: undefined, h: undefined, digits: undefined });
    expect(isProved(proof)).toBe(false);
  });

  test.each(["w2[0,0]", "b2[0]", "z2[0]"])("beside it a smaller step is taken for %s", (quantity) => {
    const proof = prove({ network: network(0.000003) }, { x: [-1e-12], y: [3] }, quantity);
    if (quantity !== "w2[0,0]") expect(proof.h).toBe(1e-6);
    expect(proof.numeric).toBeDefined();
    expect(Math.abs(proof.numeric! - proof.analytic) <= 1e-6 * Math.abs(proof.analytic) + 1e-8).toBe(true);
  });
});

describe("what is refused", () => {
  const network = networkOf([3, 2, 2]);
  const example = { x: [1, 2, 3], y: [0, 1] };

  test.each([0, NaN, Infinity, -Infinity])("a nudge of %s", (nudge) => {
    expect(() => prove({ network }, example, "w2[0,0]", { nudge })).toThrow(`nudge: expected a finite number other than 0, got ${nudge}`);
  });

  test.each([
    ["w2[2,0]", 'Did you mean "w2[1,0]"?'],
    ["w4[0,0]", 'Did you mean "w3[0,0]"?'],
    ["", "quantity: expected a name such as w2[0,0]"],
  ])("the quantity %j", (quantity, message) => {
    expect(() => prove({ network }, example, quantity)).toThrow(message);
  });

  test("no example", () => {
    expect(() => prove({ network }, [], "w2[0,0]")).toThrow("at least one example");
  });
});
