import { describe, expect, it } from "vitest";
import { ChainruleError } from "../../src/base/errors.js";
import { layoutOf, parameterName } from "../../src/network/layout.js";
import { findParameter, findQuantity, parameterPlace } from "../../src/network/names.js";

const layout = layoutOf([4, 3, 5, 2]);
const deep = layoutOf([3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
const image = layoutOf([784, 16, 16, 10]);

/** w4[3,7] in the spelling without brackets, w4.3.7. */
const dottedOf = (name: string): string => name.replace("[", ".").replaceAll(",", ".").replace("]", "");

function errorOf(body: () => unknown): ChainruleError {
  try {
    body();
  } catch (error) {
    if (error instanceof ChainruleError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("findParameter", () => {
  it("undoes parameterName for every parameter, in both spellings", () => {
    for (let index = 0; index < layout.length; index++) {
      const name = parameterName(layout, index);
      expect(findParameter(layout, name).index).toBe(index);
      expect(findParameter(layout, dottedOf(name)).index).toBe(index);
    }
  });

  it("gives tensor and indices", () => {
    const place = findParameter(layout, "w3[4, 2]");
    expect(place.indices).toEqual([4, 2]);
    expect(place.tensor).toMatchObject({ name: "w3", layer: 3, rows: 5, columns: 3 });
    expect(place.index).toBe(4 * 3 + 3 + 4 * 3 + 2);
  });

  const names = "parameter: expected a name such as w2[0,0] of one of w2, b2, w3, b3, w4, b4 (this network has 4 layers)";

  it.each([
    ["w3[5,0]", 'w3[5,0]: expected w3[0..5,0..3] (ranges are half-open), got [5,0]. Did you mean "w3[4,0]"?'],
    ["b4[2]", 'b4[2]: expected b4[0..2] (ranges are half-open), got [2]. Did you mean "b4[1]"?'],
    ["w3[1]", 'w3[1]: expected w3[0..5,0..3] (ranges are half-open), got [1]. Did you mean "w3[1,0]"?'],
    ["b3[1,1]", 'b3[1,1]: expected b3[0..5] (ranges are half-open), got [1,1]. Did you mean "b3[1]"?'],
    ["w3[-1,0]", 'w3[-1,0]: expected w3[0..5,0..3] (ranges are half-open), got [-1,0]. Did you mean "w3[0,0]"?'],
    ["w5[0,0]", `${names}, got w5[0,0]. Did you mean "w4[0,0]"?`],
    ["weight", `${names}, got weight. Did you mean "w4[0,0]"?`],
    // Weighted sums and activations are quantities, but no parameters.
    ["z3[1]", `${names}, got z3[1].`],
    ["a3[1]", `${names}, got a3[1].`],
  ])("refuses %s", (name, message) => {
    expect(errorOf(() => findParameter(layout, name)).message).toContain(message);
  });
});

describe("findQuantity", () => {
  it("finds every weight, bias, weighted sum and activation, in both spellings", () => {
    const found: string[] = [];
    layout.sizes.forEach((size, layer) => {
      for (let j = 0; j < size; j++) {
        const names = layer === 1 ? [`a1[${j}]`] : [`a${layer}[${j}]`, `z${layer}[${j}]`, `b${layer}[${j}]`];
        if (layer > 1) for (let k = 0; k < layout.sizes[layer - 1]!; k++) names.push(`w${layer}[${j},${k}]`);
        for (const name of names) {
          const [, k] = /,(\d+)/.exec(name) ?? [];
          const quantity = { kind: name[0], layer, indices: k === undefined ? [j] : [j, Number(k)], name };
          expect(findQuantity(layout, name)).toEqual(quantity);
          expect(findQuantity(layout, dottedOf(name))).toEqual(quantity);
          found.push(name);
        }
      }
    });
    // 4 inputs; z, a and b of 10 neurons; 12 + 15 + 10 weights
    expect(found).toHaveLength(4 + 30 + 37);
  });

  it("takes layers and neurons of two digits, and spaces", () => {
    expect(findQuantity(deep, "w12[1,0]")).toEqual({ kind: "w", layer: 12, indices: [1, 0], name: "w12[1,0]" });
    expect(findQuantity(deep, "a11.1")).toEqual({ kind: "a", layer: 11, indices: [1], name: "a11[1]" });
    expect(findQuantity(image, " w2[15, 783] ")).toEqual({ kind: "w", layer: 2, indices: [15, 783], name: "w2[15,783]" });
  });

  it("finds the same place as findParameter", () => {
    for (let index = 0; index < layout.length; index++) {
      expect(parameterPlace(layout, findQuantity(layout, parameterName(layout, index))).index).toBe(index);
    }
  });
});

describe("findQuantity refuses what is not there, with the valid range and the nearest valid name", () => {
  const range = (where: string, expected: string, got: string): string =>
    `${where}: expected ${expected} (ranges are half-open), got ${got}.`;

  it.each([
    // A layer that is there, with indices that are not.
    ["w4[12,7]", range("w4[12,7]", "w4[0..10,0..16]", "[12,7]"), "w4[9,7]"],
    ["w4.12.7", range("w4.12.7", "w4[0..10,0..16]", "[12,7]"), "w4[9,7]"],
    ["w4[-1,2]", range("w4[-1,2]", "w4[0..10,0..16]", "[-1,2]"), "w4[0,2]"],
    ["w2[3,784]", range("w2[3,784]", "w2[0..16,0..784]", "[3,784]"), "w2[3,783]"],
    ["b4[3,7]", range("b4[3,7]", "b4[0..10]", "[3,7]"), "b4[3]"],
    ["w4[3]", range("w4[3]", "w4[0..10,0..16]", "[3]"), "w4[3,0]"],
    ["z4[10]", range("z4[10]", "z4[0..10]", "[10]"), "z4[9]"],
    ["a1[1000]", range("a1[1000]", "a1[0..784]", "[1000]"), "a1[783]"],
    // No such layer, or no such letter.
    ["w9[0,0]", "of one of w2, b2, w3, b3, w4, b4, z2, z3, z4, a1, a2, a3, a4 (this network has 4 layers), got w9[0,0].", "w4[0,0]"],
    ["w9[3,700]", "(this network has 4 layers), got w9[3,700].", "w4[3,15]"],
    ["w1[0,0]", "(this network has 4 layers), got w1[0,0].", "w2[0,0]"],
    ["z1[5]", "(this network has 4 layers), got z1[5].", "z2[5]"],
    ["a0[5]", "(this network has 4 layers), got a0[5].", "a1[5]"],
    ["W4[3,7]", "(this network has 4 layers), got W4[3,7].", "w4[3,7]"],
    ["w4(3,7)", "(this network has 4 layers), got w4(3,7).", "w4[3,7]"],
    ["a4", "(this network has 4 layers), got a4.", "a4[0]"],
    ["b3", "(this network has 4 layers), got b3.", "b3[0]"],
    ["weight", "(this network has 4 layers), got weight.", "w4[0,0]"],
  ])("%s", (text, expected, nearest) => {
    const error = errorOf(() => findQuantity(image, text));
    expect(error.code).toBe("E_USAGE");
    expect(error.message).toContain(expected);
    expect(error.message).toContain(`Did you mean "${nearest}"?`);
    expect(findQuantity(image, nearest).name).toBe(nearest);
  });

  it.each(["foo", "", "cost", "y[3]", "12", "[3,7]"])("%j, with every name that there is", (text) => {
    const error = errorOf(() => findQuantity(image, text));
    expect(error.code).toBe("E_USAGE");
    expect(error.message).toContain(
      `quantity: expected a name such as w2[0,0] of one of w2, b2, w3, b3, w4, b4, z2, z3, z4, a1, a2, a3, a4 (this network has 4 layers), got ${text}.`,
    );
  });

  it("foo, without a guess", () => {
    expect(errorOf(() => findQuantity(image, "foo")).message).not.toContain("Did you mean");
  });

  it.each(["w4[3,7", "w43,7]", "w4[3,7]x", "w4[3;7]", "w4[3,]", "w4[3.7]", "w4[1e0,2]", "w4..3.7", "w4[3,7][0]", "w4[0x1,2]", "w4[3,NaN]"])(
    "%s, which is no name",
    (text) => {
      expect(errorOf(() => findQuantity(image, text)).code).toBe("E_USAGE");
    },
  );
});
