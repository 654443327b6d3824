import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { defaultScaling, fitScaling, scaleRow, scaleValue, type Scaling, SCALING_NAMES } from "../../src/data/scaling.js";

const rowsOf = (...rows: number[]): Uint32Array => Uint32Array.from(rows);
const allRows = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);

// Columns of rows 0..3: 1 3 5 7, a constant 4, and -2 0 0 2; row 4 is held out.
const data = createDataset({
  inputs: [
    [1, 4, -2],
    [3, 4, 0],
    [5, 4, 0],
    [7, 4, 2],
    [101, 5, -50],
  ],
});
const training = rowsOf(0, 1, 2, 3);

describe("fitted on the given rows only, by hand", () => {
  test("standard: mean 4, 4, 0; deviation sqrt 5, 1 for the constant, sqrt 2", () => {
    const scaling = fitScaling(data, training, "standard");
    expect(scaling).toEqual({ kind: "standard", mean: [4, 4, 0], deviation: [Math.sqrt(5), 1, Math.sqrt(2)] });
    expect(scaleRow(scaling, [1, 4, -2])).toEqual(Float64Array.of(-3 / Math.sqrt(5), 0, -2 / Math.sqrt(2)));
    expect(scaleRow(scaling, [101, 5, -50])).toEqual(Float64Array.of(97 / Math.sqrt(5), 1, -50 / Math.sqrt(2)));
  });

  test("minmax: 1..7, a constant, -2..2", () => {
    const scaling = fitScaling(data, training, "minmax");
    expect(scaling).toEqual({ kind: "minmax", minimum: [1, 4, -2], range: [6, 1, 4] });
    expect(scaleRow(scaling, [4, 4, 2])).toEqual(Float64Array.of(0.5, 0, 1));
    expect(scaleRow(scaling, [13, 5, -4])).toEqual(Float64Array.of(2, 1, -0.5));
  });

  test("factor: the largest magnitude, which keeps zero zero", () => {
    const scaling = fitScaling(data, training, "factor");
    expect(scaling).toEqual({ kind: "factor", factor: 7 });
    expect(scaleRow(scaling, [7, 0, -3.5])).toEqual(Float64Array.of(1, 0, -0.5));
    expect(fitScaling(data, rowsOf(0), "factor")).toEqual({ kind: "factor", factor: 4 });
    expect(fitScaling(data, rowsOf(4), "factor")).toEqual({ kind: "factor", factor: 101 });
    expect(fitScaling(createDataset({ inputs: [[-8, 2]] }), rowsOf(0), "factor")).toEqual({ kind: "factor", factor: 8 });
  });

  test("none leaves numbers as they are", () => {
    const scaling = fitScaling(data, training, "none");
    expect(scaling).toEqual({ kind: "none" });
    expect(scaleRow(scaling, [101, 5, -50])).toEqual(Float64Array.of(101, 5, -50));
  });

  test.each(SCALING_NAMES)("%s: rows that are not given change nothing, nor does the order of the others", (kind) => {
    const fewer = createDataset({
      inputs: [
        [1, 4, -2],
        [3, 4, 0],
        [5, 4, 0],
        [7, 4, 2],
      ],
    });
    expect(fitScaling(data, training, kind)).toEqual(fitScaling(fewer, allRows(4), kind));
    expect(fitScaling(data, rowsOf(3, 1, 0, 2), kind)).toEqual(fitScaling(data, training, kind));
  });
});

describe("constant columns", () => {
  test("become 0 even where their mean is rounded: 0.1, 65 times", () => {
    const constant = createDataset({ inputs: Array.from({ length: 65 }, () => [0.1, -1e9 / 3, 0]) });
    const standard = fitScaling(constant, allRows(65), "standard");
    expect(standard).toMatchObject({ deviation: [1, 1, 1] });
    for (const value of scaleRow(standard, [0.1, -1e9 / 3, 0])) expect(Math.abs(value)).toBeLessThan(1e-6);
    expect(scaleRow(fitScaling(constant, allRows(65), "minmax"), [0.1, -1e9 / 3, 0])).toEqual(Float64Array.of(0, 0, 0));
  });

  test("a column that varies little around 0 is not one of them", () => {
    const small = createDataset({ inputs: [[1e-15], [-1e-15]] });
    expect(scaleRow(fitScaling(small, allRows(2), "standard"), [1e-15])[0]).toBeCloseTo(1, 12);
  });

  test("one row alone is constant", () => {
    expect(fitScaling(data, rowsOf(3), "standard")).toEqual({ kind: "standard", mean: [7, 4, 2], deviation: [1, 1, 1] });
  });
});

describe("images", () => {
  test("are divided by the value of a fully lit pixel, whatever the rows", () => {
    expect(fitScaling(digits(), rowsOf(0), "factor")).toEqual({ kind: "factor", factor: 16 });
    expect(scaleRow({ kind: "factor", factor: 16 }, Uint8Array.of(0, 8, 16))).toEqual(Float64Array.of(0, 0.5, 1));
    expect(defaultScaling(digits())).toBe("factor");
    expect(defaultScaling(iris())).toBe("standard");
  });

  test("may be scaled by column too: digits, all rows", () => {
    const scaling = fitScaling(digits(), allRows(1797), "standard") as Extract<Scaling, { kind: "standard" }>;
    // The corner pixel is 0 in every digit.
    expect([scaling.mean[0], scaling.deviation[0]]).toEqual([0, 1]);
    expect(scaling.mean[2]).toBeGreaterThan(5);
  });
});

describe("laws", () => {
  const rows = allRows(150);

  test("standard gives mean 0 and deviation 1", () => {
    const scaling = fitScaling(iris(), rows, "standard");
    for (let k = 0; k < 4; k++) {
      const column = Array.from(rows, (row) => scaleValue(scaling, iris().inputs[row * 4 + k]!, k));
      expect(Math.abs(column.reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-12 * 150);
      expect(Math.abs(column.reduce((sum, x) => sum + x * x, 0) / 150 - 1)).toBeLessThan(1e-12);
    }
  });

  test("minmax gives 0..1", () => {
    const scaling = fitScaling(iris(), rows, "minmax");
    for (let k = 0; k < 4; k++) {
      const column = Array.from(rows, (row) => scaleValue(scaling, iris().inputs[row * 4 + k]!, k));
      expect([Math.min(...column), Math.max(...column)]).toEqual([0, 1]);
    }
  });
});

test("a factor of nothing but zeros is refused", () => {
  expect(() => fitScaling(createDataset({ inputs: [[0, 0]] }), rowsOf(0), "factor")).toThrow(
    expect.objectContaining({ code: "E_USAGE", message: "scale: expected some input other than 0 to take the factor from, got factor." }),
  );
});
