import { describe, expect, test } from "vitest";
import { regressionReport } from "../../../src/training/metrics/regression.js";
import { caught, said } from "../caught.js";
import { casesOf, differences, golden } from "./golden.js";

describe("numbers as in scikit-learn", () => {
  test.each(casesOf(golden.regression))("case %s", (_title, { actual, predicted }, numbers, weights) => {
    const { weights: _weights, weighed: _weighed, actual: _actual, predicted: _predicted, ...wanted } = numbers;
    const report = regressionReport(actual, predicted, weights);
    expect(Object.keys(report).sort()).toEqual(Object.keys(wanted).sort());
    expect(differences(report, wanted)).toEqual([]);
    // Errors are small where the values are: to 1e-12 of themselves.
    for (const name of ["rmse", "mae", "medianError"] as const) {
      const value = wanted[name] as number;
      expect({ name, got: report[name], value, agrees: Math.abs(report[name] - value) <= 1e-12 * value }).toMatchObject({ agrees: true });
    }
  });
});

describe("numbers by hand", () => {
  test("errors 0, 0 and 1: rmse sqrt(1/3), mean 1/3, R2 1 - 1/2", () => {
    const { rmse, mae, r2, medianError, mape, explainedVariance } = regressionReport([1, 2, 3], [1, 2, 4]);
    expect(rmse).toBeCloseTo(Math.sqrt(1 / 3), 15);
    expect(mae).toBeCloseTo(1 / 3, 15);
    expect(r2).toBeCloseTo(0.5, 15);
    expect(medianError).toBe(0);
    expect(mape).toBeCloseTo(1 / 9, 15);
    // The errors' variance is 1/3 - 1/9, that of y 2/3.
    expect(explainedVariance).toBeCloseTo(1 - 2 / 9 / (2 / 3), 15);
  });

  test("R2 is 1 for the truth and 0 for its mean", () => {
    expect(regressionReport([1, 5, 9], [1, 5, 9])).toEqual({ rmse: 0, mae: 0, r2: 1, medianError: 0, explainedVariance: 1, mape: 0 });
    expect(regressionReport([1, 5, 9], [5, 5, 5])).toMatchObject({ r2: 0, explainedVariance: 0 });
  });

  test("an error that is the same in every row is forgiven by the explained variance only", () => {
    const { r2, explainedVariance } = regressionReport([1, 5, 9], [2, 6, 10]);
    expect(r2).toBeCloseTo(1 - 3 / 32, 15);
    expect(explainedVariance).toBe(1);
  });

  test.each([3, 6, 7, 10, 49, 1000])("R2 is 0 where every y is the same, or 1 where there is no error, %i times", (count) => {
    for (const value of [0.1, 0.7, 1 / 3, 1e6 + 0.1, 0, -3]) {
      const actual = new Array<number>(count).fill(value);
      const predicted = actual.map((y, i) => y + (i % 3));
      const weights = actual.map((_, i) => 0.1 + (i % 5) / 3);
      for (const some of [undefined, weights]) {
        expect({ value, ...regressionReport(actual, predicted, some) }).toMatchObject({ value, r2: 0, explainedVariance: 0 });
        expect({ value, ...regressionReport(actual, actual, some) }).toMatchObject({ value, r2: 1, explainedVariance: 1 });
      }
    }
  });

  test("one row has no R2", () => {
    expect(regressionReport([2], [3]).r2).toBeNaN();
  });

  test("the median is the mean of the middle two, with weights the lower one of them", () => {
    const zeros = [0, 0, 0, 0];
    expect(regressionReport(zeros, [4, 1, -3, 2]).medianError).toBe(2.5);
    expect(regressionReport(zeros, [4, 1, -3, 2], [1, 1, 1, 1]).medianError).toBe(2);
    expect(regressionReport(zeros, [4, 1, -3, 2], [4, 1, 1, 1]).medianError).toBe(4);
  });

  test("a weight of n is n rows", () => {
    const weighted = regressionReport([1, 2, 4, 8], [1, 3, 3, 9], [2, 0, 1, 2]);
    const { medianError: _, ...repeated } = regressionReport([1, 1, 4, 8, 8], [1, 1, 3, 9, 9]);
    expect(differences(weighted, repeated)).toEqual([]);
  });

  test("NaN stays NaN", () => {
    const report = regressionReport([1, 2, 3], [1, NaN, 3]);
    expect(Object.values(report).filter((value) => !Number.isNaN(value))).toEqual([]);
  });

  test("lists of different lengths are refused", () => {
    expect(said(caught(() => regressionReport([1, 2], [1])))).toMatchObject({ code: "E_USAGE", where: "predicted", got: "1" });
  });
});
