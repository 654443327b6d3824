import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Dataset } from "../../src/data/dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { type PartName, split } from "../../src/data/split.js";
import { evaluate } from "../../src/training/evaluate.js";
import { probabilityReport } from "../../src/training/metrics/probabilities.js";
import { rankingReport } from "../../src/training/metrics/ranking.js";
import { examples } from "../../src/training/examples.js";
import { predictAll } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { batchCost } from "../../src/reference/batch.js";
import { caught, said } from "./caught.js";
import { circleTable, regressionTable } from "./tables.js";

const COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"] as const;
const trained = (await train(iris(), { epochs: 30, validation: 0.1, hidden: [8] }).result).model;
const regression = (await train(regressionTable(), { epochs: 20 }).result).model;

/** Some rows of iris as a data set of its own, with the columns in another order, and labels changed where asked. */
function irisTable(rows: readonly number[], columns: readonly string[], rename = (label: string): string => label): Dataset {
  const { inputs, target } = iris();
  return createDataset({
    name: "flowers",
    columns,
    inputs: rows.map((row) => columns.map((name) => inputs[row * 4 + COLUMNS.indexOf(name as (typeof COLUMNS)[number])] ?? 0)),
    labels: rows.map((row) => rename(target.classes[target.indices[row]!]!)),
  });
}

describe("on the data that the model was trained on", () => {
  test("the held-out part is used, and said", async () => {
    const { test: tested, model } = await train(iris(), { epochs: 5 }).result;
    const evaluation = evaluate(model, iris());
    expect(evaluation).toMatchObject({ part: "test", trainedOn: true, rows: 30, kind: "classification" });
    expect(evaluation).toEqual(tested);
  });

  test("every part can be asked for, and all of them are the data", () => {
    const parts = split(iris(), { test: 0.2, validation: 0.1 });
    const names = ["train", "validation", "test"] as const;
    const evaluations = names.map((part) => evaluate(trained, iris(), { part }));
    evaluations.forEach((evaluation, i) => {
      expect(evaluation).toMatchObject({ part: names[i], trainedOn: true, rows: parts[names[i]!].length });
    });
    const all = evaluate(trained, iris(), { part: "all" });
    expect(all).toMatchObject({ part: "all", trainedOn: true, rows: 150 });
    expect(evaluations.reduce((sum, { rows }) => sum + rows, 0)).toBe(150);
    const cost = evaluations.reduce((sum, evaluation) => sum + evaluation.cost * evaluation.rows, 0) / 150;
    expect(all.cost).toBeCloseTo(cost, 12);
    all.confusion.forEach((row, i) =>
      row.forEach((count, j) => expect(count).toBe(evaluations.reduce((sum, { confusion }) => sum + confusion[i]![j]!, 0))),
    );
  });

  test("a copy of the data with the same content is recognised", () => {
    const copy = { ...iris(), inputs: iris().inputs.slice(), name: "copy" };
    expect(evaluate(trained, copy)).toMatchObject({ part: "test", trainedOn: true });
  });

  test("one changed number makes it other data", () => {
    const inputs = iris().inputs.slice();
    inputs[0] = 5.2;
    expect(evaluate(trained, { ...iris(), inputs })).toMatchObject({ part: "all", trainedOn: false, rows: 150 });
  });

  test("without a held-out part every row is used", async () => {
    const { model } = await train(iris(), { epochs: 1, test: 0, validation: 0 }).result;
    expect(evaluate(model, iris())).toMatchObject({ part: "all", trainedOn: true, rows: 150 });
    expect(said(caught(() => evaluate(model, iris(), { part: "validation" })))).toMatchObject({ code: "E_USAGE", where: "part" });
    expect(said(caught(() => evaluate(model, iris(), { part: "test" }))).got).toContain("empty");
  });

  test("the source's own test part is the held-out one", async () => {
    const data = createDataset({
      inputs: Array.from({ length: 30 }, (_, i) => [i, i % 3]),
      labels: Array.from({ length: 30 }, (_, i) => i % 3),
      testFrom: 20,
    });
    const { model } = await train(data, { epochs: 2 }).result;
    expect(evaluate(model, data)).toMatchObject({ part: "test", trainedOn: true, rows: 10 });
    // Other data with a test part of its own may be asked for that part, but for no other.
    const other = { ...data, inputs: data.inputs.map((x) => x + 1) };
    expect(evaluate(model, other)).toMatchObject({ part: "all", trainedOn: false, rows: 30 });
    expect(evaluate(model, other, { part: "test" })).toMatchObject({ part: "test", trainedOn: false, rows: 10 });
    expect(caught(() => evaluate(model, other, { part: "train" })).code).toBe("E_USAGE");
  });
});

describe("on other data", () => {
  const rows = [0, 60, 120, 1, 61];

  test("every row is used", () => {
    expect(evaluate(trained, irisTable(rows, COLUMNS))).toMatchObject({ part: "all", trainedOn: false, rows: 5 });
    expect(evaluate(trained, irisTable(rows, COLUMNS), { part: "all" })).toMatchObject({ part: "all", trainedOn: false, rows: 5 });
  });

  test.each(["train", "validation", "test"] as const)("the part %s is refused", (part) => {
    const error = said(caught(() => evaluate(trained, irisTable(rows, COLUMNS), { part })));
    expect(error).toMatchObject({ code: "E_USAGE", where: "part", got: `"${part}"` });
    expect(error.expected).toContain("flowers");
  });

  test("a part that is no part is refused, also on the model's own data", () => {
    for (const data of [iris(), irisTable(rows, COLUMNS)]) {
      expect(said(caught(() => evaluate(trained, data, { part: "tests" as PartName })))).toMatchObject({ code: "E_USAGE", where: "part" });
    }
  });

  test("classes are matched by label, so that data of some classes, in another order, fits", () => {
    const all = evaluate(trained, irisTable(rows, COLUMNS));
    const late = evaluate(trained, irisTable([120, 121, 70], COLUMNS));
    expect(all.classes).toEqual(["setosa", "versicolor", "virginica"]);
    expect(late.classes).toEqual(all.classes);
    expect(late.confusion.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([0, 1, 2]);
  });

  test("numbers are matched by their text: a table read as text fits a model of numbers, and a column of numbers fits too", async () => {
    const few = { epochs: 3, hidden: [5] } as const;
    const { model } = await train(digits(), few).result;
    const start = 1700;
    const inputs = { values: digits().inputs.slice(start * 64), shape: [97, 64] as const };
    const labels = Array.from(digits().target.indices.subarray(start));
    const asNumbers = evaluate(model, createDataset({ inputs, labels }));
    const asText = evaluate(model, createDataset({ inputs, labels: labels.map(String) }));
    const asValues = evaluate(model, createDataset({ inputs, targets: labels }));
    expect(asText).toEqual(asNumbers);
    expect(asValues).toEqual(asNumbers);
  });

  test("a label that the model does not know is named, with the nearest one", () => {
    const data = irisTable(rows, COLUMNS, (label) => (label === "virginica" ? "virginia" : label));
    const error = said(caught(() => evaluate(trained, data)));
    expect(error).toMatchObject({ code: "E_DATA", got: '"virginia"', hint: 'Did you mean "virginica"?' });
    expect(error.where).toContain("flowers");
    expect(error.expected).toContain("3 classes");
  });

  test("a class that is listed and never occurs need not be known", () => {
    const table = irisTable(rows, COLUMNS);
    if (table.target.kind !== "classes") throw new Error("classes expected");
    const data: Dataset = { ...table, target: { ...table.target, classes: [...table.target.classes, "unheard-of"] } };
    expect(evaluate(trained, data).rows).toBe(5);
  });

  test("columns are found by name, in whatever order they come, with others among them", () => {
    const expected = evaluate(trained, irisTable(rows, COLUMNS));
    const reversed = [...COLUMNS].reverse();
    expect(evaluate(trained, irisTable(rows, reversed))).toEqual(expected);
    expect(evaluate(trained, irisTable(rows, ["colour", ...reversed, "scent"]))).toEqual(expected);
  });

  test("columns that are only numbered are taken in order", () => {
    const expected = evaluate(trained, irisTable(rows, COLUMNS));
    const table = irisTable(rows, COLUMNS);
    expect(evaluate(trained, { ...table, columns: ["x0", "x1", "x2", "x3"] })).toEqual(expected);
  });

  test("a missing column is named, and what may be meant for it", () => {
    const columns = ["sepal_length", "sepal_width", "petal_lenght", "petal_width"];
    const error = said(caught(() => evaluate(trained, irisTable(rows, columns))));
    expect(error).toMatchObject({ code: "E_DATA", expected: "the 4 inputs of the model", got: "4 columns" });
    expect(error.hint).toBe('Missing: ["petal_length"]. Is "petal_lenght" meant for "petal_length"?');
  });

  test("another width is refused, named columns or not", () => {
    const narrow = irisTable(rows, COLUMNS.slice(0, 3));
    expect(said(caught(() => evaluate(trained, narrow)))).toMatchObject({ code: "E_DATA", got: "3 columns" });
    const numbered = { ...narrow, columns: ["x0", "x1", "x2"] };
    expect(said(caught(() => evaluate(trained, numbered)))).toMatchObject({ code: "E_DATA", got: "3 columns" });
    expect(said(caught(() => evaluate(trained, digits()))).code).toBe("E_DATA");
  });

  test("data without a target, or of the wrong kind, is refused", () => {
    const { target: _target, ...rest } = irisTable(rows, COLUMNS);
    expect(said(caught(() => evaluate(trained, { ...rest, target: { kind: "none" } })))).toMatchObject({
      code: "E_DATA",
      got: "no target",
    });
    const columns = ["far", "near"];
    const classes = createDataset({ columns, inputs: [[5e4, 0]], labels: ["high"] });
    expect(said(caught(() => evaluate(regression, classes)))).toMatchObject({ code: "E_DATA", expected: "1 numbers a row" });
    const two = createDataset({ columns, inputs: [[5e4, 0]], targets: [[1, 2]] });
    expect(said(caught(() => evaluate(regression, two)))).toMatchObject({ code: "E_DATA", got: "2 numbers a row" });
  });
});

describe("the numbers of an evaluation", () => {
  test("accuracy, confusion and reports are those of the predictions", () => {
    const evaluation = evaluate(trained, iris(), { part: "all" });
    const predictions = predictAll(trained, iris());
    const { classes, indices } = iris().target;
    const confusion = classes.map((actual, i) =>
      classes.map(
        (wanted) => predictions.filter(({ label }, row) => indices[row] === i && label === wanted && actual === classes[i]).length,
      ),
    );
    expect(evaluation.confusion).toEqual(confusion);
    expect(evaluation.accuracy).toBe((confusion[0]![0]! + confusion[1]![1]! + confusion[2]![2]!) / 150);
    expect(evaluation.perClass.map(({ label, support }) => [label, support])).toEqual(classes.map((label) => [label, 50]));
  });

  test("the cost is the reference's, to float32's rounding", () => {
    for (const [model, data] of [
      [trained, iris()],
      [regression, regressionTable()],
    ] as const) {
      const cost = batchCost(model.network, examples(model, data));
      expect(Math.abs(evaluate(model, data, { part: "all" }).cost - cost)).toBeLessThan(1e-5 * Math.max(1, cost));
    }
  });

  test("a single output speaks for the second class from 1/2 on", async () => {
    const network = { inputs: 2, layers: [{ units: 1 }], w2: [[100, 0]], b2: [0] } as const;
    const { model } = await train(circleTable(40), { network, epochs: 0, scale: "none" }).result;
    const points = createDataset({
      inputs: [
        [-1, 0],
        [0, 0],
        [1, 0],
      ],
      labels: ["inside", "inside", "outside"],
      classes: ["inside", "outside"],
    });
    expect(evaluate(model, points)).toMatchObject({
      accuracy: 2 / 3,
      confusion: [
        [1, 1],
        [0, 1],
      ],
    });
  });

  test("regression: rmse, mean error and R2 in the units of the source", () => {
    const evaluation = evaluate(regression, regressionTable(), { part: "all" });
    const values = predictAll(regression, regressionTable()).map(({ value }) => value);
    const actual = Array.from(regressionTable().target.values);
    const squares = values.reduce((sum, value, i) => sum + (value - actual[i]!) ** 2, 0);
    expect(evaluation.rmse).toBeCloseTo(Math.sqrt(squares / 400), 6);
    expect(evaluation.mae).toBeCloseTo(values.reduce((sum, value, i) => sum + Math.abs(value - actual[i]!), 0) / 400, 6);
    expect(evaluation.targets).toMatchObject([{ name: "height", rmse: evaluation.rmse }]);
  });

  test("ranking and probabilities are those of the predictions", () => {
    const evaluation = evaluate(trained, iris(), { part: "all" });
    const outputs = predictAll(trained, iris()).flatMap(({ outputs }) => outputs);
    const { indices } = iris().target;
    expect(evaluation).toMatchObject({ ...rankingReport(indices, outputs), ...probabilityReport(indices, outputs) });
    // The cost of softmax and cross-entropy is the log-loss.
    expect(Math.abs(evaluation.logLoss! - evaluation.cost)).toBeLessThan(1e-6);
    expect(evaluation.calibration!.reduce((sum, { rows }) => sum + rows, 0)).toBe(150);
    expect(evaluation.micro.f1).toBe(evaluation.accuracy);
    expect(evaluation.topK).toHaveLength(3);
    expect(evaluation.topK[2]).toBe(1);
  });

  test.each(["relu", "sigmoid", "softmax"] as const)(
    "the first of the k best is the predicted class, also where all %s are equal",
    async (output) => {
      const network = { inputs: 64, layers: [{ units: 10, activation: output }], initialisation: "zeros", cost: "squared-error" } as const;
      const { model } = await train(digits(), { network, epochs: 0 }).result;
      const { accuracy, topK, confusion } = evaluate(model, digits(), { part: "all" });
      expect(confusion.every((row) => row.slice(1).every((count) => count === 0))).toBe(true);
      const { indices } = digits().target;
      const below = [1, 2, 3, 4, 5].map((k) => indices.filter((index) => index < k).length / 1797);
      topK.forEach((share, i) => expect(share).toBeCloseTo(below[i]!, 12));
      expect(topK).toHaveLength(5);
      expect(topK[0]).toBeCloseTo(accuracy, 15);
    },
  );

  test("outputs that are no probabilities have no log-loss, Brier score and calibration, but an order", async () => {
    const network = { inputs: 4, layers: [{ units: 3 }] } as const;
    const { model } = await train(iris(), { network, epochs: 20 }).result;
    const evaluation = evaluate(model, iris());
    expect(evaluation).toMatchObject({ logLoss: null, brier: null, calibrationError: null, calibration: null });
    expect(evaluation.rocAuc).toBeGreaterThan(0.9);
  });

  test("a single output is that of the second class", async () => {
    const layers = [{ units: 1, activation: "sigmoid" }] as const;
    const network = { inputs: 2, layers, cost: "cross-entropy", w2: [[1, 0]], b2: [0] } as const;
    const { model } = await train(circleTable(40), { network, epochs: 0, scale: "none" }).result;
    const inputs = [-1, 0, 0, 2].map((x) => [x, 0]);
    const points = createDataset({ inputs, labels: ["inside", "inside", "outside", "outside"], classes: ["inside", "outside"] });
    const evaluation = evaluate(model, points);
    const p = [-1, 0, 0, 2].map((x) => 1 / (1 + Math.exp(-x)));
    expect(evaluation).toMatchObject({ accuracy: 3 / 4, topK: [3 / 4, 1], rocAuc: 7 / 8, rocAucWeighted: 7 / 8 });
    expect(evaluation.brier).toBeCloseTo((p[0]! ** 2 + 0.25 + 0.25 + (1 - p[3]!) ** 2) / 4, 6);
    expect(evaluation.logLoss).toBeCloseTo(-(Math.log(1 - p[0]!) + 2 * Math.log(0.5) + Math.log(p[3]!)) / 4, 6);
    // 1/2 speaks for the second class: of two such rows one was right.
    expect(evaluation.calibration![7]).toMatchObject({ rows: 2, confidence: 0.5, accuracy: 0.5 });
  });

  test("what is not defined is null, so that JSON keeps it", () => {
    const some = evaluate(trained, irisTable([60, 61, 120], COLUMNS));
    expect(some.rocAuc).toBeNull();
    expect(some.rocAucWeighted).toBe(1);
    const one = evaluate(trained, irisTable([60], COLUMNS));
    expect(one).toMatchObject({ rocAuc: null, rocAucWeighted: null });
    const row = createDataset({ columns: ["far", "near"], inputs: [[5e4, 0]], targets: [2e4], targetNames: ["height"] });
    const number = evaluate(regression, row);
    expect(number).toMatchObject({ r2: null, targets: [{ name: "height", r2: null }] });
    for (const evaluation of [some, one, number]) expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });

  test("regression: median error, explained variance and percentage error", () => {
    const { medianError, explainedVariance, mape, mae, r2, targets } = evaluate(regression, regressionTable(), { part: "all" });
    const actual = regressionTable().target.values;
    const errors = predictAll(regression, regressionTable()).map(({ value }, i) => actual[i]! - value);
    const sorted = errors.map(Math.abs).sort((a, b) => a - b);
    expect(medianError).toBeCloseTo((sorted[199]! + sorted[200]!) / 2, 6);
    expect(mape).toBeCloseTo(errors.reduce((sum, error, i) => sum + Math.abs(error / actual[i]!), 0) / 400, 9);
    expect(medianError).toBeLessThan(mae * 2);
    expect(explainedVariance).toBeGreaterThanOrEqual(r2!);
    expect(targets).toMatchObject([{ medianError, explainedVariance, mape }]);
  });
});
