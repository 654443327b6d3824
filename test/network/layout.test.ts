import { describe, expect, test } from "vitest";
import { layoutOf, parameterName, tensorValues } from "../../src/network/layout.js";

describe("layoutOf", () => {
  test("places w2, b2, w3, b3, w4, b4 one after another", () => {
    expect(layoutOf([4, 3, 5, 2])).toMatchObject({
      depth: 4,
      sizes: [0, 4, 3, 5, 2],
      tensors: [
        { name: "w2", kind: "weight", layer: 2, rows: 3, columns: 4, shape: [3, 4], offset: 0 },
        { name: "b2", kind: "bias", layer: 2, rows: 3, columns: 1, shape: [3], offset: 12 },
        { name: "w3", kind: "weight", layer: 3, rows: 5, columns: 3, shape: [5, 3], offset: 15 },
        { name: "b3", kind: "bias", layer: 3, rows: 5, columns: 1, shape: [5], offset: 30 },
        { name: "w4", kind: "weight", layer: 4, rows: 2, columns: 5, shape: [2, 5], offset: 35 },
        { name: "b4", kind: "bias", layer: 4, rows: 2, columns: 1, shape: [2], offset: 45 },
      ],
      length: 47,
    });
  });

  test.each([[[1, 1]], [[65, 1, 33]], [[2, 3, 4, 5, 7, 8, 9]], [[784, 16, 16, 10]]])("leaves no gap and no overlap: %j", (widths) => {
    const layout = layoutOf(widths);
    let next = 0;
    for (const { offset, rows, columns } of layout.tensors) {
      expect(offset).toBe(next);
      next += rows * columns;
    }
    expect(layout.length).toBe(next);
    expect(layout.length).toBe(widths.slice(1).reduce((sum, units, index) => sum + units * (widths[index]! + 1), 0));
  });
});

describe("parameterName", () => {
  test("names weights and biases as the equations do", () => {
    const layout = layoutOf([4, 3, 5, 2]);
    expect([0, 3, 4, 11, 12, 14, 15, 34, 35, 44, 46].map((index) => parameterName(layout, index))).toEqual([
      "w2[0,0]",
      "w2[0,3]",
      "w2[1,0]",
      "w2[2,3]",
      "b2[0]",
      "b2[2]",
      "w3[0,0]",
      "b3[4]",
      "w4[0,0]",
      "w4[1,4]",
      "b4[1]",
    ]);
  });

  test.each([[[1, 1]], [[3, 1, 2]], [[5, 9, 1, 4, 2, 7]], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]])(
    "leads back to the index: %j",
    (widths) => {
      const layout = layoutOf(widths);
      for (let index = 0; index < layout.length; index++) {
        const [, tensorName, row, column] = /^([wb]\d+)\[(\d+)(?:,(\d+))?\]$/.exec(parameterName(layout, index))!;
        const tensor = layout.tensors.find(({ name }) => name === tensorName)!;
        expect(column === undefined).toBe(tensor.kind === "bias");
        expect(Number(row)).toBeLessThan(tensor.rows);
        expect(Number(column ?? 0)).toBeLessThan(tensor.columns);
        expect(tensor.offset + Number(row) * tensor.columns + Number(column ?? 0)).toBe(index);
      }
    },
  );
});

test("tensorValues is a view of the vector", () => {
  const layout = layoutOf([2, 3, 1]);
  const vector = Float64Array.from({ length: layout.length }, (_, index) => index);
  const [w2, b2, w3, b3] = layout.tensors.map((tensor) => tensorValues(vector, tensor));
  expect([w2, b2, w3, b3].map((values) => Array.from(values!))).toEqual([[0, 1, 2, 3, 4, 5], [6, 7, 8], [9, 10, 11], [12]]);
  w3![1] = -1;
  expect(vector[10]).toBe(-1);
});
