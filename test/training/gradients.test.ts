import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { inputRow } from "../../src/data/read-rows.js";
import { scaleRow } from "../../src/data/scaling.js";
import { batchGradient } from "../../src/reference/batch.js";
import { examples, openExamples } from "../../src/training/examples.js";
import { checkGradients, gradients } from "../../src/training/gradients.js";
import type { RowRange } from "../../src/training/align.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "./caught.js";
import { regressionTable } from "./tables.js";

const { model } = await train(iris(), { hidden: [6, 5], activation: "tanh", epochs: 5 }).result;
const { model: heights } = await train(regressionTable(60), { hidden: [4], epochs: 3 }).result;

describe("gradients", () => {
  test("are the reference's, of the mean over the rows", () => {
    const rows = [10, 11, 12, 13, 14];
    const list = rows.map((row) => ({
      x: scaleRow(model.scaling, inputRow(iris(), row)),
      y: [0, 1, 2].map((c) => Number(c === iris().target.indices[row])),
    }));
    const expected = batchGradient(model.network, list);
    const { cost, tensors } = gradients(model, iris(), { rows: [10, 15] });
    expect(cost).toBe(expected.cost);
    expect(Object.keys(tensors)).toEqual(["w2", "b2", "w3", "b3", "w4", "b4"]);
    expect(Object.values(tensors).map(({ shape }) => shape)).toEqual([[6, 4], [6], [5, 6], [5], [3, 5], [3]]);
    expect(Object.values(tensors).flatMap(({ values }) => Array.from(values))).toEqual(Array.from(expected.gradient));
  });

  test("of all rows are the mean of two halves", () => {
    const all = gradients(model, iris());
    const halves = [
      [0, 75],
      [75, 150],
    ].map((rows) => gradients(model, iris(), { rows: rows as [number, number] }));
    expect(all.cost).toBeCloseTo((halves[0]!.cost + halves[1]!.cost) / 2, 12);
    for (const [name, { values }] of Object.entries(all.tensors)) {
      values.forEach((g, i) =>
        expect(g).toBeCloseTo((halves[0]!.tensors[name]!.values[i]! + halves[1]!.tensors[name]!.values[i]!) / 2, 12),
      );
    }
  });

  test("of regression are by the scaled target", () => {
    const [first] = examples(heights, regressionTable(60), { rows: [0, 1] });
    const { mean, deviation } = heights.task;
    expect(first!.y[0]).toBe((regressionTable(60).target.values[0]! - mean[0]!) / deviation[0]!);
    expect(gradients(heights, regressionTable(60), { rows: [0, 1] }).tensors["b3"]!.values).toHaveLength(1);
  });

  test("find columns by name", () => {
    const columns = [...iris().columns].reverse();
    const inputs = Array.from({ length: 150 }, (_, row) => Array.from(inputRow(iris(), row)).reverse());
    const labels = Array.from(iris().target.indices, (index) => iris().target.classes[index]!);
    expect(gradients(model, createDataset({ columns, inputs, labels }))).toEqual(gradients(model, iris()));
  });

  test.each<[RowRange]>([[[0, 0]], [[5, 4]], [[-1, 3]], [[0, 151]], [[0.5, 2]], [[NaN, 2]]])("of rows %j are refused", (rows) => {
    const error = said(caught(() => gradients(model, iris(), { rows })));
    expect(error).toMatchObject({ code: "E_USAGE", where: "rows", expected: "a half-open range within 0..150" });
    expect(error.got).toBe(`${rows[0]}..${rows[1]}`);
  });
});

describe("openExamples", () => {
  test.each([
    ["iris", model, iris()],
    ["a regression", heights, regressionTable(60)],
  ] as const)("of %s has what examples has, each with the number of its row", (_title, trained, data) => {
    const open = openExamples(trained, data, { rows: [10, 25] });
    expect(open).toHaveLength(15);
    const list = examples(trained, data, { rows: [10, 25] });
    expect(Array.from({ length: open.length }, (_, index) => open.at(index))).toEqual(list);
    expect(list.map(({ row }) => row)).toEqual(Array.from({ length: 15 }, (_, index) => index + 10));
    const all = openExamples(trained, data);
    expect(all).toHaveLength(data.rowCount);
    expect(all.at(12)).toEqual(list[2]);
  });

  test("has the scaled inputs and the target of the row", () => {
    const { x, y, row } = openExamples(model, iris(), { rows: [60, 70] }).at(3)!;
    expect(row).toBe(63);
    expect(x).toEqual(scaleRow(model.scaling, inputRow(iris(), 63)));
    expect(Array.from(y)).toEqual([0, 1, 0]);
  });

  test("has nothing outside", () => {
    const open = openExamples(model, iris(), { rows: [0, 5] });
    for (const index of [5, -1, 0.5, NaN, Infinity]) expect(open.at(index)).toBeUndefined();
  });

  test("does not change where what it gave is changed", () => {
    const open = openExamples(model, iris(), { rows: [0, 2] });
    const { x } = open.at(0)!;
    const before = Array.from(x);
    (x as Float64Array).fill(9);
    expect(Array.from(open.at(0)!.x)).toEqual(before);
  });

  test.each<[RowRange]>([[[0, 0]], [[5, 4]], [[-1, 3]], [[0, 151]], [[0.5, 2]]])("of rows %j is refused at once", (rows) => {
    expect(said(caught(() => openExamples(model, iris(), { rows })))).toMatchObject({ code: "E_USAGE", where: "rows" });
  });

  test("refuses data of other columns at once", () => {
    expect(caught(() => openExamples(model, digits())).code).toBe("E_DATA");
  });
});

describe("checkGradients", () => {
  test("passes on every parameter", () => {
    for (const [trained, data] of [
      [model, iris()],
      [heights, regressionTable(60)],
    ] as const) {
      const check = checkGradients(trained, data, { rows: [0, 32] });
      expect(check).toMatchObject({ passed: true, parameters: trained.network.layout.length });
      expect(check.checked + check.atKink).toBe(check.parameters);
      expect(check.maxRelativeError).toBe(check.worst!.relativeError);
    }
  });

  test("passes on a seeded sample of a larger network", async () => {
    const { model: pictures } = await train(digits(), { recipe: "equations", epochs: 2 }).result;
    const options = { rows: [0, 8], sample: 40, seed: 3 } as const;
    const check = checkGradients(pictures, digits(), options);
    expect(check).toMatchObject({ passed: true, checked: 40, parameters: 64 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10 });
    expect(checkGradients(pictures, digits(), options)).toEqual(check);
  });

  test("refuses ranges and samples that are none", () => {
    expect(caught(() => checkGradients(model, iris(), { rows: [3, 3] })).code).toBe("E_USAGE");
    expect(caught(() => checkGradients(model, iris(), { sample: 0 })).code).toBe("E_USAGE");
  });
});
