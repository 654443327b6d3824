import { describe, expect, test } from "vitest";
import type { ValueTarget } from "../../src/data/dataset.js";
import { iris } from "../../src/data/iris.js";
import { createFoldsReport } from "../../src/report/folds-report.js";
import { reportHtml } from "../../src/report/render/html.js";
import { reportText } from "../../src/report/render/text.js";
import type { ClassSection, ValueSection } from "../../src/report/report.js";
import { crossValidate } from "../../src/training/cross-validate.js";
import { evaluate } from "../../src/training/evaluate.js";
import { rawPredictions } from "./raw-predictions.js";
import { HOSTILE, hostileRows } from "./reports.js";
import { rejected, said } from "../training/caught.js";

const flats = Array.from({ length: 150 }, (_, i) => ({
  size: i % 9 === 0 ? null : 40 + ((i * 37) % 83),
  town: ["Bern", "Genf", "Zug"][i % 3]!,
  rent: i % 29 === 0 ? null : 500 + 12 * ((i * 37) % 83) + 200 * (i % 3),
}));

describe("the report of a cross-validation", () => {
  test("of classes measures every row once, by the model that did not see it", async () => {
    const rows = hostileRows();
    const validation = await crossValidate(rows, { target: HOSTILE.target, folds: 4, epochs: 3, seed: 2 });
    const report = await createFoldsReport(validation, { table: rows, repeats: 2, mistakes: 5, recipe: "tabular" });
    const { headline, baselines, history, columns } = report;
    expect(headline).toMatchObject({ folds: 4, rows: 240, part: "test", parts: null, recipe: "tabular", seed: 2, epochs: 3 });
    expect(headline.divided).toMatch(/^4 folds, drawn at random by seed 2: /);
    expect(history).toBeNull();
    expect(baselines.linear).toMatch(/in each fold$/);
    expect(columns!.map(({ name }) => name)).toEqual([HOSTILE.column, "kind", "day", "big"]);
    const { predicted, sure } = rawPredictions(validation, rows);
    const section = report.sections[0] as ClassSection;
    const score = (name: string) => section.scores.find((one) => one.name === name)!;
    const right = rows.map((row, at) => String(row[HOSTILE.target]) === String(predicted[at]));
    expect(score("accuracy").model).toBeCloseTo(right.filter(Boolean).length / 240, 12);
    expect(score("accuracy").folds).toEqual(validation.scores["accuracy"]);
    expect(score("rocAuc").folds!.mean).toBeCloseTo(validation.scores["rocAuc"]!.mean, 12);
    expect(section.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(240);
    expect(section.calibration!.bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(240);
    expect(section.thresholds!.rows[0]!.truePositives + section.thresholds!.rows[0]!.falseNegatives).toBe(section.perClass[1]!.support);
    // What is most frequent is so in every fold.
    expect(score("accuracy").constant).toBeCloseTo(Math.max(...section.perClass.map(({ support }) => support)) / 240, 12);
    expect(report.mistakes.wrong).toBe(right.filter((one) => !one).length);
    for (const { row, cells, predicted: answer, confidence, reasons } of report.mistakes.rows) {
      expect(cells).toEqual(rows[row]);
      expect(answer).toBe(predicted[row]);
      expect(confidence).toBeCloseTo(sure[row]!, 6);
      expect(reasons!.columns.length).toBeGreaterThan(0);
    }
    expect(section.importance.columns.every(({ values }) => values.length === 4)).toBe(true);
    for (const { mean, values } of section.importance.columns) expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / 4, 12);
    // Every fold has fewer rows than are measured at most.
    expect(section.importance).toMatchObject({ metric: "accuracy", rows: 240 });
    expect(section.importance.baseline).toBeCloseTo(validation.scores["accuracy"]!.mean, 12);
    expect(reportText(report)).toContain("each answered by the one of 4 models that was not trained on it");
    expect(reportHtml(report)).toContain("\u00b1");
    expect(await createFoldsReport(validation, { table: rows, repeats: 2, mistakes: 5, recipe: "tabular" })).toEqual(report);
  });

  test("of numbers puts answers of differently scaled models together", async () => {
    const validation = await crossValidate(flats, { target: "rent", folds: 3, epochs: 20, seed: 1 });
    const report = await createFoldsReport(validation, { table: flats, mistakes: 3, repeats: 1 });
    const { predicted } = rawPredictions(validation, flats);
    const known = flats.flatMap(({ rent }, at) => (rent === null ? [] : [{ rent, at }]));
    expect(report.headline.rows).toBe(known.length);
    const errors = known.map(({ rent, at }) => rent - (predicted[at] as number));
    const section = report.sections[0] as ValueSection;
    const [rmse] = section.scores;
    expect(rmse!.model! / Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / known.length)).toBeCloseTo(1, 5);
    expect(rmse!.folds).toEqual(validation.scores["rmse"]);
    expect(rmse!.linear).toBeLessThan(rmse!.constant!);
    // The constant is each fold's own.
    const means = validation.folds.map(({ rows, data, model }) => {
      const { target, testFrom } = data();
      const values = (target as ValueTarget).values.subarray(0, testFrom);
      return { rows, values, mean: model.split!.validation === 0 ? values.reduce((a, b) => a + b) / values.length : NaN };
    });
    const constant = means.flatMap(({ rows, mean }) => Array.from(rows, (row) => known[row]!.rent - mean));
    expect(rmse!.constant).toBeCloseTo(Math.sqrt(constant.reduce((sum, error) => sum + error * error, 0) / known.length), 6);
    for (const { row, cells, actual } of report.mistakes.rows) {
      expect(cells).toEqual(flats[row]);
      expect(actual).toBe(flats[row]!.rent);
    }
    expect(section.residuals.bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(known.length);
  });

  test("of labels, of groups, and of data that are no table", async () => {
    const rows = Array.from({ length: 120 }, (_, i) => ({
      u: (i * 17) % 59,
      house: `h${i % 11}`,
      hot: Number((i * 17) % 59 > 30),
      wet: i % 2,
    }));
    const labels = await crossValidate(rows, { target: ["hot", "wet"], group: "house", folds: 3, epochs: 2 });
    const report = await createFoldsReport(labels, { repeats: 1, linear: false });
    expect(report.headline.divided).toMatch(/^3 folds, whole groups of "house" together, drawn by seed 1: /);
    expect(report.baselines).toMatchObject({ linear: null, withoutLinear: "it was not asked for" });
    expect(report.sections[0]).toMatchObject({ kind: "multi-label", target: "hot, wet" });
    const network = { inputs: 2, layers: [{ units: 1, activation: "sigmoid" as const }], cost: "cross-entropy" as const };
    const sides = rows.map(({ u, wet, hot }) => ({ u, wet, side: hot === 1 ? "up" : "down" }));
    const one = await createFoldsReport(await crossValidate(sides, { target: "side", folds: 2, epochs: 2, network }), { repeats: 1 });
    expect(one.sections[0]).toMatchObject({ kind: "classification", classes: ["down", "up"] });
    for (const { model, constant, linear } of one.sections[0]!.scores.slice(0, 1)) {
      for (const value of [model, constant, linear]) expect(value).toBeGreaterThan(0);
    }
    const flowers = await crossValidate(iris(), { folds: 3, hidden: [4], epochs: 5 });
    const { mistakes, headline, sections, columns } = await createFoldsReport(flowers, { repeats: 1 });
    expect(headline).toMatchObject({ folds: 3, rows: 150, network: "4-4-3" });
    expect(columns).toBeNull();
    const accuracies = flowers.folds.map(({ model, data }) => (evaluate(model, data(), { part: "test" }) as { accuracy: number }).accuracy);
    expect(sections[0]!.scores[0]!.folds!.folds).toEqual(accuracies);
    expect(sections[0]!.scores[0]!.model).toBeCloseTo(accuracies.reduce((a, b) => a + b) / 3, 12);
    for (const { row, cells } of mistakes.rows)
      expect(Object.values(cells!)).toEqual(Array.from(iris().inputs.subarray(4 * row, 4 * row + 4)));
  });

  test("needs a cross-validation", async () => {
    expect(said(await rejected(createFoldsReport({} as never)))).toMatchObject({ code: "E_USAGE", where: "validation" });
    const validation = await crossValidate(iris(), { folds: 2, hidden: [2], epochs: 1 });
    expect(said(await rejected(createFoldsReport(validation, { repeats: 0 })))).toMatchObject({ code: "E_USAGE", where: "repeats" });
  });
});
