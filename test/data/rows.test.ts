import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { inputRow } from "../../src/data/read-rows.js";
import { digits } from "../../src/data/digits.js";
import { rowNumbers, takeRows } from "../../src/data/rows.js";

test("rowNumbers counts a half-open range", () => {
  expect([...rowNumbers(3, 6)]).toEqual([3, 4, 5]);
  expect([...rowNumbers(2, 2)]).toEqual([]);
});

describe("takeRows", () => {
  test("gives the rows in the order of the list, numbered from 0, bytes as bytes", () => {
    const taken = takeRows(digits(), Uint32Array.of(5, 0, 1796, 5));
    expect(taken.rowCount).toBe(4);
    expect(taken.inputs).toBeInstanceOf(Uint8Array);
    [5, 0, 1796, 5].forEach((row, i) => expect(inputRow(taken, i)).toEqual(inputRow(digits(), row)));
    expect(taken.target).toMatchObject({ kind: "classes", classes: digits().target.classes, indices: Int32Array.of(5, 0, 8, 5) });
    expect(taken.image).toEqual(digits().image);
  });

  test("takes every number of a target, and leaves none where there is none", () => {
    const inputs = [[1], [2], [3]];
    const pairs = [
      [1, 10],
      [2, 20],
      [3, 30],
    ];
    const values = takeRows(createDataset({ inputs, targets: pairs }), Uint32Array.of(2, 1));
    expect(values.target).toMatchObject({ kind: "values", values: Float64Array.of(3, 30, 2, 20) });
    expect(takeRows(createDataset({ inputs }), Uint32Array.of(1)).target).toEqual({ kind: "none" });
  });

  test("of all rows in order costs nothing: it is the data set itself", () => {
    expect(takeRows(digits(), rowNumbers(0, 1797))).toBe(digits());
    expect(takeRows(digits(), rowNumbers(0, 1797).reverse())).not.toBe(digits());
    expect(takeRows(digits(), rowNumbers(1, 1797))).not.toBe(digits());
  });

  test("a source's test part is not that of some of its rows", () => {
    const data = createDataset({ inputs: [[1], [2], [3]], labels: ["a", "b", "a"], testFrom: 2 });
    expect(takeRows(data, Uint32Array.of(0, 2))).not.toHaveProperty("testFrom");
  });
});
