import { describe, expect, test } from "vitest";
import { probabilityReport } from "../../../src/training/metrics/probabilities.js";
import { caught, said } from "../caught.js";
import { casesOf, differences, golden } from "./golden.js";

const cases = casesOf(golden.scores).filter(([, , { probabilities }]) => probabilities !== undefined);

test("there are cases of one column, of two and of more", () => {
  expect([...new Set(cases.map(([, { width }]) => width))].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 10]);
});

describe("probabilities as in scikit-learn, calibration as in NumPy", () => {
  test.each(cases)("case %s", (_title, { actual, scores }, { probabilities }, weights) => {
    expect(differences(probabilityReport(actual, scores, weights), probabilities)).toEqual([]);
  });
});

describe("probabilities by hand", () => {
  test("log-loss is the mean of -ln p, Brier that of (p - y)^2", () => {
    const { logLoss, brier } = probabilityReport([0, 1], [0.25, 0.5]);
    expect(logLoss).toBeCloseTo((-Math.log(0.75) - Math.log(0.5)) / 2, 15);
    expect(brier).toBe((0.0625 + 0.25) / 2);
  });

  test("of several classes Brier sums the squares of a row", () => {
    expect(probabilityReport([2], [0.5, 0.25, 0.25]).brier).toBe(0.25 + 0.0625 + 0.5625);
  });

  test("a probability of 0 for the truth costs -ln 2^-52, not infinity", () => {
    expect(probabilityReport([1], [0]).logLoss).toBeCloseTo(52 * Math.LN2, 12);
    expect(probabilityReport([1], [1]).logLoss).toBeCloseTo(0, 15);
  });

  test("a row that does not sum to 1 is divided by its sum, for the log-loss only", () => {
    const { logLoss, brier } = probabilityReport([0], [0.5, 0.25, 0.5]);
    expect(logLoss).toBeCloseTo(-Math.log(0.4), 15);
    expect(brier).toBe(0.25 + 0.0625 + 0.25);
  });

  test("fifteen bins, closed on the right, the first one with 0", () => {
    const confidences = Array.from({ length: 16 }, (_, k) => k / 15);
    // The predicted class has the largest of three probabilities: k / 15, where the others are below.
    const { calibration } = probabilityReport(
      confidences.map(() => 0),
      confidences.flatMap((p) => [p, 0, 0]),
    );
    expect(calibration).toHaveLength(15);
    expect(calibration.map(({ rows }) => rows)).toEqual([2, ...new Array<number>(14).fill(1)]);
    calibration.forEach(({ from, to }, b) => expect([from, to]).toEqual([b / 15, (b + 1) / 15]));
    const above = probabilityReport([0], [1 / 15 + 1e-12, 0, 0]).calibration;
    expect(above.map(({ rows }) => rows).indexOf(1)).toBe(1);
  });

  test("calibration: eight rows said 0.75 and six were right, two said 0.5 and both were", () => {
    const actual = [1, 1, 1, 1, 1, 1, 0, 0, 1, 1];
    const { calibration, calibrationError } = probabilityReport(actual, [...new Array<number>(8).fill(0.75), 0.5, 0.5]);
    expect(calibrationError).toBeCloseTo((8 * 0 + 2 * 0.5) / 10, 15);
    expect(calibration[11]).toMatchObject({ rows: 8, confidence: 0.75, accuracy: 0.75 });
    expect(calibration[7]).toMatchObject({ rows: 2, confidence: 0.5, accuracy: 1 });
    expect(calibration[0]).toEqual({ from: 0, to: 1 / 15, rows: 0, confidence: null, accuracy: null });
  });

  test("a weight of n is n rows", () => {
    const weighted = probabilityReport([0, 2, 1], [0.5, 0.25, 0.25, 0.125, 0.25, 0.625, 0.5, 0.25, 0.25], [2, 0, 1]);
    const repeated = probabilityReport([0, 0, 1], [0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.25, 0.25]);
    expect(differences(weighted, repeated)).toEqual([]);
  });

  test("NaN stays NaN", () => {
    const { logLoss, brier, calibrationError } = probabilityReport([0, 1], [0.5, NaN]);
    expect([logLoss, brier, calibrationError]).toEqual([NaN, NaN, NaN]);
  });

  test("lengths that do not fit are refused", () => {
    expect(said(caught(() => probabilityReport([0, 1], [1, 0, 0])))).toMatchObject({ code: "E_USAGE", where: "probabilities", got: "3" });
  });
});
