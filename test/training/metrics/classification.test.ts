import { describe, expect, test } from "vitest";
import { classificationReport, classReports, confusionMatrix } from "../../../src/training/metrics/classification.js";
import { caught, said } from "../caught.js";
import { casesOf, differences, golden } from "./golden.js";

describe("classes as in scikit-learn", () => {
  test.each(casesOf(golden.classification))("case %s", (_title, { classes, actual, predicted }, numbers, weights) => {
    const { confusion, precision, recall, f1, support, accuracy, balancedAccuracy, matthews, macro, micro, weighted } = numbers;
    const got = confusionMatrix(actual, predicted, classes, weights);
    expect(differences(got, confusion)).toEqual([]);
    const labels = Array.from({ length: classes }, (_, c) => `class ${c}`);
    const perClass = labels.map((_, c) => ({ precision: precision[c], recall: recall[c], f1: f1[c], support: support[c] }));
    expect(differences(classReports(got, labels), perClass)).toEqual([]);
    expect(classReports(got, labels).map(({ label }) => label)).toEqual(labels);
    expect(differences(classificationReport(got), { accuracy, balancedAccuracy, matthews, macro, micro, weighted })).toEqual([]);
  });
});

describe("classes by hand", () => {
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

  test("a class that never occurs and is never predicted has zeros, not NaN, and is not averaged", () => {
    const table = [
      [3, 0],
      [0, 0],
    ];
    expect(classReports(table, [0, 1])[1]).toEqual({ label: 1, precision: 0, recall: 0, f1: 0, support: 0 });
    expect(classificationReport(table)).toMatchObject({
      accuracy: 1,
      balancedAccuracy: 1,
      matthews: 0,
      macro: { precision: 1, recall: 1, f1: 1 },
    });
  });

  test("without a row every share is 0", () => {
    const none = { precision: 0, recall: 0, f1: 0 };
    expect(classificationReport([[0]])).toEqual({
      accuracy: 0,
      balancedAccuracy: 0,
      matthews: 0,
      macro: none,
      micro: none,
      weighted: none,
    });
  });

  test("Matthews is (8 * 9 - 2 * 1) / sqrt(10 * 10 * 9 * 11)", () => {
    const { accuracy, balancedAccuracy, matthews } = classificationReport([
      [8, 2],
      [1, 9],
    ]);
    expect(matthews).toBeCloseTo(70 / Math.sqrt(9900), 15);
    expect([accuracy, balancedAccuracy]).toEqual([17 / 20, (0.8 + 0.9) / 2]);
  });

  test.each([3, 7, 50, 500])("Matthews is exactly 0 where one side is always the same, whatever the weights of %i rows", (count) => {
    const weights = Array.from({ length: count }, (_, i) => 0.1 + (i % 7) / 3);
    const varied = weights.map((_, i) => i % 3);
    const same = weights.map(() => 1);
    expect(classificationReport(confusionMatrix(varied, same, 3, weights)).matthews).toBe(0);
    expect(classificationReport(confusionMatrix(same, varied, 3, weights)).matthews).toBe(0);
    expect(classificationReport(confusionMatrix(varied, varied, 3, weights)).matthews).toBeCloseTo(1, 12);
  });

  test("a weight of 3 is three rows, and a weight of 0 none", () => {
    const weighted = confusionMatrix([0, 1, 2], [0, 2, 1], 3, [3, 1, 0]);
    expect(weighted).toEqual(confusionMatrix([0, 0, 0, 1], [0, 0, 0, 2], 3));
  });

  test("lists of different lengths are refused", () => {
    expect(said(caught(() => confusionMatrix([0, 1], [0], 2)))).toMatchObject({ code: "E_USAGE", where: "predicted", got: "1" });
    expect(said(caught(() => confusionMatrix([0, 1], [0, 1], 2, [1])))).toMatchObject({ code: "E_USAGE", where: "weights", got: "1" });
  });
});
