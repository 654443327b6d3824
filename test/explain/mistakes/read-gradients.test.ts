import { describe, expect, test } from "vitest";
import { ChainruleError } from "../../../src/base/errors.js";
import { readGradients } from "../../../src/explain/mistakes/read-gradients.js";

function problems(value: unknown): string[] {
  try {
    readGradients(value);
  } catch (error) {
    expect(error).toBeInstanceOf(ChainruleError);
    expect((error as ChainruleError).code).toBe("E_DATA");
    return (error as ChainruleError).message.split("\n");
  }
  return [];
}

const plain = { w2: { shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) }, b2: { shape: [2], values: Float64Array.of(7, 8) } };
const w2 = [
  [1, 2, 3],
  [4, 5, 6],
];
const b2 = [7, 8];

describe("what is accepted", () => {
  test.each<[string, unknown]>([
    ["nested lists", { w2, b2 }],
    ["other spellings", { dW2: w2, dB2: b2 }],
    ["with Cost", { dCost_dw2: w2, "dCost/db2": b2 }],
    ["with an underscore", { W_2: w2, dCost_db_2: b2 }],
    ["an object around them", { cost: 0.5, rows: [0, 8], gradients: { w2, b2 } }],
    ["typed arrays", { w2: w2.map((row) => Float32Array.from(row)), b2: Float64Array.from(b2) }],
    ["tensors", { w2: { shape: [2, 3], values: w2.flat() }, b2: { shape: [2], values: Float32Array.from(b2) } }],
  ])("%s", (_title, value) => {
    expect(readGradients(value)).toEqual(plain);
  });

  test("one number alone", () => {
    expect(readGradients({ b3: 0.5 })).toEqual({ b3: { shape: [], values: Float64Array.of(0.5) } });
  });

  test("names that are no spelling of a tensor stay, to be judged with the network", () => {
    expect(Object.keys(readGradients({ weights: [1], w02x: [1], c3: [1] }))).toEqual(["weights", "w02x", "c3"]);
  });
});

describe("what is refused", () => {
  const example = 'gradients: expected an object such as { "w2": [[0.1, 0.2]], "b2": [0.3] }, got ';
  test.each<[string, unknown, string[]]>([
    ["a list", [1, 2], [`${example}[1,2].`]],
    ["nothing", undefined, [`${example}undefined.`]],
    ["an empty object", {}, [`${example}{}.`]],
    [
      "ragged rows",
      { w2: [[1, 2], [3], [4, 5]] },
      ["w2[1]: expected 2 numbers, as in w2[0], got 1. All rows of a matrix are equally long."],
    ],
    ["a number among rows", { w2: [[1, 2], 3] }, ["w2[1]: expected 2 numbers, as in w2[0], got 3. All rows of a matrix are equally long."]],
    ["a row among numbers", { b2: [1, [2]] }, ["b2[1]: expected a finite number, got [2]. A tensor has two dimensions at most."]],
    ["no number", { w2: [[1, null]] }, ["w2[0,1]: expected a finite number, got null. NaN and infinities are often written as null."]],
    ["NaN", { b2: [NaN, 1] }, ["b2[0]: expected a finite number, got NaN."]],
    ["text", { b2: [1, "0.5"] }, ['b2[1]: expected a finite number, got "0.5". Did the JSON quote it?']],
    ["an empty list", { w2: [[]] }, ["w2: expected nested lists of numbers, such as [[0.1, 0.2]], got [[]]."]],
    ["null", { w2: null }, ["w2: expected nested lists of numbers, such as [[0.1, 0.2]], got null."]],
    ["three dimensions", { w2: [[[1]]] }, ["w2[0,0]: expected a finite number, got [1]. A tensor has two dimensions at most."]],
    [
      "a shape of other values",
      { w2: { shape: [2, 2], values: [1] } },
      ["w2: expected a shape and as many values, got [2,2] and 1 values."],
    ],
    ["two spellings of one tensor", { w2: [[1]], dW2: [[2]] }, ['dW2: expected one tensor w2, got another one, "w2".']],
  ])("%s", (_title, value, expected) => {
    expect(problems(value)).toEqual(expected);
  });

  test("everything that is wrong is listed, a long list of it counted", () => {
    const list = problems({ w2: [Array.from({ length: 10 }, () => null)], b2: ["x"], w3: [[1], []] });
    expect(list).toHaveLength(6);
    expect(list[3]).toBe("w2: expected numbers, got 7 more such problems.");
    expect(list.slice(4).map((line) => line.split(":")[0])).toEqual(["b2[0]", "w3[1]"]);
  });
});
