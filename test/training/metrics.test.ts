import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accuracyOf, classReports, confusionMatrix, regressionReport } from "../../src/training/metrics.js";

// Metrics by scikit-learn, an independent program: test/golden/make_metrics.py says what each field is.
interface GoldenClassification {
  readonly classes: number;
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: number;
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  readonly support: readonly number[];
}

interface GoldenRegression {
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
  readonly rmse: number;
  readonly mae: number;
  readonly r2: number;
}

const golden = JSON.parse(readFileSync(new URL("../golden/metrics.json", import.meta.url), "utf8")) as {
  readonly classification: readonly GoldenClassification[];
  readonly regression: readonly GoldenRegression[];
};

/** Whether two numbers agree to 1e-12 of the larger; a NaN never does. */
function agree(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
}

describe("metrics agree with scikit-learn", () => {
  test.each(golden.classification.map((value, index) => [index, value.classes, value] as const))(
    "classification %i, of %i classes",
    (_index, classes, value) => {
      const confusion = confusionMatrix(value.actual, value.predicted, classes);
      expect(confusion).toEqual(value.confusion);
      expect(agree(accuracyOf(confusion), value.accuracy)).toBe(true);
      const labels = Array.from({ length: classes }, (_, c) => `class ${c}`);
      const reports = classReports(confusion, labels);
      expect(reports.map(({ label }) => label)).toEqual(labels);
      reports.forEach((report, c) => {
        expect({ ...report, agrees: agree(report.precision, value.precision[c]!) }).toMatchObject({ agrees: true });
        expect({ ...report, agrees: agree(report.recall, value.recall[c]!) }).toMatchObject({ agrees: true });
        expect({ ...report, agrees: agree(report.f1, value.f1[c]!) }).toMatchObject({ agrees: true });
        expect(report.support).toBe(value.support[c]);
      });
    },
  );

  test.each(golden.regression.map((value, index) => [index, value] as const))("regression %i", (_index, value) => {
    const report = regressionReport(value.actual, value.predicted);
    for (const name of ["rmse", "mae", "r2"] as const) {
      const agrees = Math.abs(report[name] - value[name]) <= 1e-12 * Math.max(Math.abs(value[name]), name === "r2" ? 1 : 0);
      expect({ name, got: report[name], wanted: value[name], agrees }).toMatchObject({ agrees: true });
    }
  });
});

describe("metrics by hand", () => {
  test("a confusion matrix has the truth by row", () => {
    expect(confusionMatrix([0, 0, 1, 2], [1, 0, 1, 0], 3)).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  test("precision 9/11, recall 9/10, F1 of both", () => {
    const [no, yes] = classReports(
      [
        [8, 2],
        [1, 9],
      ],
      ["no", "yes"] as const,
    );
    expect(yes).toEqual({ label: "yes", precision: 9 / 11, recall: 9 / 10, f1: 18 / 21, support: 10 });
    expect(no).toEqual({ label: "no", precision: 8 / 9, recall: 8 / 10, f1: 16 / 19, support: 10 });
  });

  test("a class that never occurs and is never predicted has zeros, not NaN", () => {
    const [, absent] = classReports(
      [
        [3, 0],
        [0, 0],
      ],
      [0, 1],
    );
    expect(absent).toEqual({ label: 1, precision: 0, recall: 0, f1: 0, support: 0 });
    expect(accuracyOf([[0]])).toBe(0);
  });

  test("errors 0, 0 and 1: rmse sqrt(1/3), mean 1/3, R2 1 - 1/2", () => {
    const { rmse, mae, r2 } = regressionReport([1, 2, 3], [1, 2, 4]);
    expect(rmse).toBeCloseTo(Math.sqrt(1 / 3), 15);
    expect(mae).toBeCloseTo(1 / 3, 15);
    expect(r2).toBeCloseTo(0.5, 15);
  });

  test("R2 is 1 for the truth and 0 for its mean", () => {
    expect(regressionReport([1, 5, 9], [1, 5, 9])).toEqual({ rmse: 0, mae: 0, r2: 1 });
    expect(regressionReport([1, 5, 9], [5, 5, 5]).r2).toBe(0);
  });

  test.each([3, 6, 7, 10, 49, 1000])("R2 is 0 where every y is the same, %i times", (count) => {
    for (const value of [0.1, 0.7, 1 / 3, 1e6 + 0.1, 0, -3]) {
      const actual = new Array<number>(count).fill(value);
      const predicted = actual.map((y, i) => y + (i % 3));
      expect({ value, r2: regressionReport(actual, predicted).r2 }).toEqual({ value, r2: 0 });
      expect({ value, r2: regressionReport(actual, actual).r2 }).toEqual({ value, r2: 0 });
    }
  });
});
