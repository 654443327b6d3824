import { describe, expect, test } from "vitest";
import { bytesOf, createSha256 } from "../../src/base/sha256.js";
import { ACTIVATION_NAMES, type ActivationName } from "../../src/network/activations.js";
import {
  defaultInitialisation,
  initialParameters,
  INITIALISATION_NAMES,
  type InitialisationName,
} from "../../src/network/initialisation.js";
import { layoutOf, tensorValues } from "../../src/network/layout.js";
import { createNetwork } from "../../src/network/network.js";

const sigmoid = (): ActivationName => "sigmoid";
const draw = (
  widths: readonly number[],
  initialisation: InitialisationName | undefined,
  seed: number,
  activationOf = sigmoid,
): Float32Array => initialParameters(layoutOf(widths), activationOf, initialisation === undefined ? {} : { initialisation }, seed);

describe("the same seed gives the same bits", () => {
  // As test/golden/make_initialisation.py draws them: 64-16-16-10, seed 1, SHA-256 of the float32 in little-endian order.
  test.each([
    ["glorot", "8ff077e7411020034bb9aa9ce64903a8310531cfceabdc098aa5f83b150ced35", [0.21473433077335358, 0.23735474050045013]],
    ["he", "28ee01e63fbadd9c3f47c2071327bf5b75762602060180d8d4eec53e6d74a82d", [-0.12076862901449203, 0.12499309331178665]],
    ["lecun", "40f80688ae2cc4ba3f63668908b17a22ad6d1ea7c3577afb5cce8ae22f844dd1", [-0.08539631962776184, 0.08838345855474472]],
    ["normal", "c883b37378f92aab63394fdc2b7214af8078e67f88e62be13ae170ad64b4050b", [-0.6831705570220947, 0.7070676684379578]],
  ] as const)("%s, and an independent program draws them too", (initialisation, hash, first) => {
    const parameters = draw([64, 16, 16, 10], initialisation, 1);
    expect(Array.from(parameters.subarray(0, 2))).toEqual(first);
    expect(createSha256().update(bytesOf(parameters)).hex()).toBe(hash);
  });

  test("other seeds and other layers draw other numbers", () => {
    const vectors = [1, 2, 2 ** 32 + 1].map((seed) => draw([4, 4, 4], "glorot", seed));
    expect(new Set(vectors.flatMap((vector) => Array.from(vector.filter((value) => value !== 0)))).size).toBe(3 * 32);
  });

  test("a wider layer leaves the draws of the layers after the next as they were", () => {
    const last = (widths: readonly number[]): Float32Array => tensorValues(draw(widths, "normal", 1), layoutOf(widths).tensors[4]!);
    expect(last([3, 4, 5, 2])).toEqual(last([3, 7, 5, 2]));
  });
});

describe("sizes of the draws", () => {
  const NIN = 65;
  const NOUT = 33;
  /** 65 x 33 weights for each of 20 seeds. */
  const weights = (initialisation: InitialisationName): Float64Array =>
    Float64Array.from(
      Array.from({ length: 20 }, (_, seed) => Array.from(draw([NIN, NOUT], initialisation, seed).subarray(0, NIN * NOUT))).flat(),
    );

  test("glorot fills +-sqrt(6 / (n_in + n_out)) evenly", () => {
    const bound = Math.sqrt(6 / (NIN + NOUT));
    const values = weights("glorot");
    expect(values.every((w) => Math.abs(w) <= bound)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(0.999 * bound);
    expect(Math.min(...values)).toBeLessThan(-0.999 * bound);
    // Variance bound^2 / 3, of which the variance of a uniform's square, (1/5 - 1/9) bound^4, is the error.
    const variance = values.reduce((sum, w) => sum + w * w, 0) / values.length;
    expect(Math.abs(variance - bound ** 2 / 3)).toBeLessThan(4 * bound ** 2 * Math.sqrt((1 / 5 - 1 / 9) / values.length));
  });

  test.each([
    ["he", Math.sqrt(2 / NIN)],
    ["lecun", Math.sqrt(1 / NIN)],
    ["normal", 1],
  ] as const)("%s has its deviation and mean 0", (initialisation, deviation) => {
    const values = weights(initialisation);
    const mean = values.reduce((sum, w) => sum + w, 0) / values.length;
    const found = Math.sqrt(values.reduce((sum, w) => sum + (w - mean) ** 2, 0) / values.length);
    // Four standard errors of a mean and of a deviation.
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(values.length));
    expect(Math.abs(found / deviation - 1)).toBeLessThan(4 / Math.sqrt(2 * values.length));
  });

  test("zeros are zeros", () => {
    expect(weights("zeros").every((w) => w === 0)).toBe(true);
  });

  test.each(INITIALISATION_NAMES)("%s: every bias is 0, everything is finite", (initialisation) => {
    const layout = layoutOf([1, 2, 9, 1]);
    const parameters = draw([1, 2, 9, 1], initialisation, 3);
    for (const tensor of layout.tensors) {
      const values = tensorValues(parameters, tensor);
      expect(
        values.every((value) =>
          tensor.kind === "bias" || initialisation === "zeros" ? value === 0 : Number.isFinite(value) && value !== 0,
        ),
      ).toBe(true);
    }
  });
});

describe("where none is named", () => {
  test("relu and its like start with he, selu with lecun, everything else with glorot", () => {
    const starts = Object.fromEntries(ACTIVATION_NAMES.map((name) => [name, defaultInitialisation(name)]));
    expect(starts).toEqual({
      identity: "glorot",
      sigmoid: "glorot",
      tanh: "glorot",
      relu: "he",
      "leaky-relu": "he",
      elu: "he",
      selu: "lecun",
      softplus: "he",
      gelu: "he",
      "gelu-tanh": "he",
      silu: "he",
      mish: "he",
      "hard-swish": "he",
      exponential: "glorot",
      softmax: "glorot",
    });
  });

  test("each layer goes by its own activation", () => {
    const widths = [5, 7, 3];
    const [w2, , w3] = layoutOf(widths).tensors;
    const mixed = draw(widths, undefined, 1, (layer?: number) => (layer === 2 ? "relu" : "sigmoid"));
    expect(tensorValues(mixed, w2!)).toEqual(tensorValues(draw(widths, "he", 1), w2!));
    expect(tensorValues(mixed, w3!)).toEqual(tensorValues(draw(widths, "glorot", 1), w3!));
  });
});

describe("createNetwork", () => {
  const layers = [{ units: 2 }, { units: 1 }];

  test("draws by the seed, which is 1 where left out", () => {
    expect(createNetwork({ inputs: 3, layers })).toEqual(createNetwork({ inputs: 3, layers }, { seed: 1 }));
    expect(createNetwork({ inputs: 3, layers }).parameters).not.toEqual(createNetwork({ inputs: 3, layers }, { seed: 2 }).parameters);
    expect(createNetwork({ inputs: 3, layers }).parameters).toEqual(draw([3, 2, 1], "glorot", 1));
  });

  test("follows the description's initialisation", () => {
    expect(createNetwork({ inputs: 3, layers, initialisation: "lecun" }, { seed: 4 }).parameters).toEqual(draw([3, 2, 1], "lecun", 4));
  });

  test("keeps given weights, whatever the seed", () => {
    const network = createNetwork({ inputs: 1, layers: [{ units: 2 }], w2: [[0.1], [-2]], b2: [3, 0.5] }, { seed: 9 });
    expect(network.parameters).toEqual(Float32Array.of(0.1, -2, 3, 0.5));
    expect(network.layout).toEqual(layoutOf([1, 2]));
  });

  test.each([-1, 0.5, NaN, 2 ** 53])("refuses the seed %d", (seed) => {
    expect(() => createNetwork({ inputs: 3, layers }, { seed })).toThrow(
      expect.objectContaining({ code: "E_USAGE", message: `seed: expected a whole number of at least 0, got ${seed}.` }),
    );
  });
});
