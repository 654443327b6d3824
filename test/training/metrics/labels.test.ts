import { describe, expect, test } from "vitest";
import { labelReport } from "../../../src/training/metrics/labels.js";
import { caught, said } from "../caught.js";
import { casesOf, differences, golden } from "./golden.js";

describe("labels as in scikit-learn", () => {
  test.each(casesOf(golden.labels))("case %s", (_title, { labels, actual, predicted }, numbers, weights) => {
    const { weights: _weights, weighed: _weighed, labels: _labels, actual: _actual, predicted: _predicted, ...wanted } = numbers;
    const report = labelReport(actual, predicted, labels, weights);
    expect(Object.keys(report).sort()).toEqual(Object.keys(wanted).sort());
    expect(differences(report, wanted)).toEqual([]);
  });
});

describe("labels by hand", () => {
  test("one row of two right, one label of four wrong", () => {
    const report = labelReport([1, 0, 1, 1], [1, 0, 0, 1], 2);
    expect(report).toMatchObject({ subsetAccuracy: 0.5, hammingLoss: 0.25 });
    expect(report.perLabel).toEqual([
      { precision: 1, recall: 0.5, f1: 2 / 3, support: 2 },
      { precision: 1, recall: 1, f1: 1, support: 1 },
    ]);
    expect(report.micro.f1).toBe(4 / 5);
    expect(report.samples.f1).toBe((1 + 2 / 3) / 2);
  });

  test("a row without labels, rightly predicted, is right as a whole but has an F1 of 0", () => {
    expect(labelReport([0, 0], [0, 0], 2)).toMatchObject({ subsetAccuracy: 1, hammingLoss: 0, samples: { f1: 0 } });
  });

  test("a weight of n is n rows", () => {
    const weighted = labelReport([1, 0, 1, 1, 0, 1], [1, 0, 0, 1, 1, 1], 2, [2, 1, 0]);
    expect(differences(weighted, labelReport([1, 0, 1, 0, 1, 1], [1, 0, 1, 0, 0, 1], 2))).toEqual([]);
  });

  test("lengths that do not fit are refused", () => {
    expect(said(caught(() => labelReport([1, 0, 1], [1, 0, 1], 2)))).toMatchObject({ code: "E_USAGE", where: "actual", got: "3" });
    expect(said(caught(() => labelReport([1, 0], [1], 2)))).toMatchObject({ code: "E_USAGE", where: "predicted", got: "1" });
    expect(said(caught(() => labelReport([1, 0], [1, 0], 2, [1, 1])))).toMatchObject({ code: "E_USAGE", where: "weights", got: "2" });
  });
});
