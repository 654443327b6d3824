import { describe, expect, test } from "vitest";
import { nearest, suggestion } from "../../src/base/spelling.js";

const NAMES = ["identity", "sigmoid", "tanh", "relu", "softmax"];

describe("nearest", () => {
  test.each([
    ["sigmod", "sigmoid"],
    ["sigmiod", "sigmoid"],
    ["Sigmoid", "sigmoid"],
    ["RELU", "relu"],
    ["rleu", "relu"],
    ["tahn", "tanh"],
    ["soft-max", "softmax"],
    ["identiy", "identity"],
  ])("%s is a slip for %s", (word, name) => {
    expect(nearest(word, NAMES)).toBe(name);
  });

  test.each(["swish", "x", "", "leaky-rectifier", "42"])("%s resembles none", (word) => {
    expect(nearest(word, NAMES)).toBeUndefined();
  });

  test("the first wins among equally near", () => {
    expect(nearest("w4", ["w2", "w3"])).toBe("w2");
  });
});

describe("suggestion", () => {
  test("is a sentence, or nothing", () => {
    expect(suggestion("sigmod", NAMES)).toEqual({ hint: 'Did you mean "sigmoid"?' });
    expect(suggestion("swish", NAMES)).toEqual({});
    expect(suggestion(5, NAMES)).toEqual({});
    expect(suggestion(undefined, NAMES)).toEqual({});
  });
});
