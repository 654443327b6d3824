import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { ClassTarget, Dataset } from "../../src/data/dataset.js";
import { encodeModel } from "../../src/formats/model-file.js";
import { encodeTable } from "../../src/table/prepare.js";
import { evaluate } from "../../src/training/evaluate.js";
import { examples, openExamples } from "../../src/training/examples.js";
import { checkGradients, gradients } from "../../src/training/gradients.js";
import type { Model, RegressionModel } from "../../src/training/model.js";
import type { TrainOptions } from "../../src/training/options.js";
import { predict, predictAll, type RawInput } from "../../src/training/predict.js";
import { predictAllInWorkers } from "../../src/training/predict-in-workers.js";
import { predictor } from "../../src/training/predictor.js";
import { train } from "../../src/training/train.js";
import { caught, rejected, said } from "../training/caught.js";

// scikit-learn's estimator checks of odd data. docs/decisions.md says which of them carry over.

/** What a program without types may hand over. */
const create = createDataset as unknown as (source: unknown, options?: unknown) => Dataset;

const labels = ["a", "b", "a", "b"];
const targets = [1, 2, 3, 4];
const good = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 9],
];
/** The good rows, but for one number. */
const spoilt = (value: unknown): unknown[][] => good.map((row, at) => (at === 2 ? [row[0], value] : row));

describe("inputs are refused, naming row and column", () => {
  test.each<[string, unknown, string, string]>([
    // check_estimators_nan_inf
    ["NaN", NaN, 'row 2, column "x1"', "NaN"],
    ["Infinity", Infinity, 'row 2, column "x1"', "Infinity"],
    ["-Infinity", -Infinity, 'row 2, column "x1"', "-Infinity"],
    ["a hole", undefined, 'row 2, column "x1"', "NaN"],
    // check_complex_data
    ["a complex number", { re: 1, im: 2 }, "inputs[2][1]", '{"re":1,"im":2}'],
    // check_dtype_object
    ["text", "6", "inputs[2][1]", '"6"'],
    ["truth", true, "inputs[2][1]", "true"],
    ["nothing", null, "inputs[2][1]", "null"],
    ["a bigint", 6n, "inputs[2][1]", "6n"],
    ["a day", new Date("2024-05-31"), "inputs[2][1]", '"2024-05-31T00:00:00.000Z"'],
    ["a list", [6], "inputs[2][1]", "[6]"],
    ["a function", () => 6, "inputs[2][1]", "a function"],
  ])("%s", (_title, value, where, got) => {
    for (const answer of [{ labels }, { targets }, { labelSets: [["a"], [], [], []] }, {}]) {
      expect(said(caught(() => create({ inputs: spoilt(value), ...answer })))).toMatchObject({ code: "E_DATA", where, got });
    }
    const values = spoilt(value).flat(1);
    const flat = said(caught(() => create({ inputs: { values, shape: [4, 2] }, labels })));
    expect(flat.code).toBe("E_DATA");
    const rows = spoilt(value).map(([far, near], row) => ({ far, near, y: targets[row] }));
    expect(said(caught(() => create(rows, { target: "y" })))).toMatchObject({ code: "E_DATA", where: 'row 2, column "near"' });
  });
});

// check_supervised_y_no_nan, check_supervised_y_2d, check_requires_y_none
describe("what is to be learned is refused, naming the row", () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ["a number that is NaN", { targets: [1, 2, NaN, 4] }, "targets[2]", "NaN"],
    ["a number that is infinite", { targets: [1, 2, -Infinity, 4] }, "targets[2]", "-Infinity"],
    ["one of several that is NaN", { targets: targets.map((y) => [y, y === 3 ? NaN : y]) }, "targets[2]", "[3,NaN]"],
    ["text among numbers", { targets: [1, 2, "3", 4] }, "targets[2]", '"3"'],
    ["nothing among numbers", { targets: [1, 2, null, 4] }, "targets[2]", "null"],
    ["no label", { labels: ["a", "b", undefined, "a"] }, "labels[2]", "undefined"],
    ["a label that is NaN", { labels: [1, 2, NaN, 1] }, "labels[2]", "NaN"],
    ["truth as a label", { labels: [true, false, true, true] }, "labels[0]", "true"],
    ["labels in a second dimension", { labels: labels.map((label) => [label]) }, "labels[0]", '["a"]'],
    ["too few labels", { labels: labels.slice(1) }, "labels", "3"],
    ["too few numbers", { targets: targets.slice(1) }, "targets", "3"],
    ["no list of labels", { labels: null }, "labels", "null"],
    ["no list of numbers", { targets: "1234" }, "targets", '"1234"'],
    ["no list of sets", { labelSets: null }, "labelSets", "null"],
  ])("%s", (_title, answer, where, got) => {
    expect(said(caught(() => create({ inputs: good, ...answer })))).toMatchObject({ code: "E_DATA", where, got });
  });

  test("nothing at all, where it is trained on", () => {
    expect(said(caught(() => train(create({ inputs: good }) as Dataset<ClassTarget>)))).toMatchObject({ code: "E_DATA", got: "none" });
  });
});

// check_fit1d, check_estimators_empty_data_messages
describe("shapes are refused", () => {
  test.each<[string, unknown, string, string]>([
    ["one dimension", { inputs: [1, 2, 3, 4], targets }, "inputs[0]", "1"],
    ["one dimension in a typed array", { inputs: Float64Array.of(1, 2, 3, 4), targets }, "inputs[0]", "1"],
    ["rows of different lengths", { inputs: [[1, 2], [3]], labels: ["a", "b"] }, "inputs[1]", "1"],
    ["a row that is nothing", { inputs: [[1, 2], null], labels: ["a", "b"] }, "inputs[1]", "null"],
    ["no inputs", { labels }, "inputs", "undefined"],
    ["a shape that does not fit", { inputs: { values: [1, 2, 3], shape: [2, 2] }, labels }, "inputs.values", "3"],
    ["a shape that is none", { inputs: { values: [1, 2, 3], shape: 3 }, labels }, "inputs.shape", "3"],
    ["no values", { inputs: { shape: [2, 2] }, labels }, "inputs.values", "undefined"],
    ["nothing", undefined, "data", "undefined"],
    ["text", "1,2", "data", '"1,2"'],
    ["no rows of objects", [], "row 0", "no row"],
    ["a row of objects that is nothing", [{ a: 1, y: 2 }, null], "row 1", "null"],
    ["lists as rows of objects", [[1, 2]], "row 0", "[1,2]"],
  ])("%s", (_title, source, where, got) => {
    expect(said(caught(() => create(source, { target: "y" })))).toMatchObject({ code: "E_DATA", where, got });
  });

  test("of no rows and of no columns, where they are trained on", () => {
    expect(said(caught(() => train(createDataset({ inputs: [], targets: [] }))))).toMatchObject({
      code: "E_DATA",
      expected: "at least one row to train on",
    });
    const wide = create({ inputs: [[], [], []], targets: [1, 2, 3] });
    expect(said(caught(() => train(wide as Dataset<ClassTarget>)))).toMatchObject({ where: "inputs", got: "0" });
  });
});

// check_estimators_nan_inf, check_supervised_y_no_nan, of data sets that were put together by hand
describe("a data set that was made by hand is looked at", () => {
  const data = createDataset({ inputs: good, targets });
  const classes = createDataset({ inputs: good, labels });
  test.each<[string, unknown, string]>([
    ["NaN in it", { ...data, inputs: Float64Array.of(1, 2, 3, NaN, 5, 6, 7, 9) }, 'row 1, column "x1"'],
    ["a target that is NaN", { ...data, target: { ...data.target, values: Float64Array.of(1, 2, NaN, 4) } }, 'row 2, target "y"'],
    ["too few inputs", { ...data, inputs: data.inputs.slice(1) }, "data.inputs"],
    ["too few targets", { ...data, target: { ...data.target, values: Float64Array.of(1) } }, "target.values"],
    ["too few labels", { ...classes, target: { ...classes.target, indices: Int32Array.of(1) } }, "target.indices"],
    [
      "a class that is not there",
      { ...classes, target: { ...classes.target, indices: Int32Array.of(0, 1, 2, 0) } },
      'row 2, target "label"',
    ],
    ["a list of inputs", { ...data, inputs: [...data.inputs] }, "data"],
  ])("%s", (_title, made, where) => {
    const options = { test: 0, validation: 0 };
    expect(said(caught(() => train(made as typeof data, options)))).toMatchObject({ code: "E_DATA", where });
  });
});

// check_fit2d_1sample, check_fit2d_1feature
describe("small data", () => {
  const all: TrainOptions = { test: 0, validation: 0, epochs: 5, seed: 1 };

  test("of one row teach a number, and no class", async () => {
    const { model } = await train(createDataset({ inputs: [[3, 4]], targets: [7] }), all).result;
    expect(Math.abs(predict(model, [3, 4]).value - 7)).toBeLessThan(1);
    const one = createDataset({ inputs: [[3, 4]], labels: ["a"] });
    expect(said(caught(() => train(one, all)))).toMatchObject({ code: "E_DATA", expected: "at least two classes" });
  });

  test.each([
    ["one column", [[1], [2], [3], [4]]],
    ["a column that is always the same", [[5], [5], [5], [5]]],
    ["columns of zeros", good.map(() => [0, 0])],
    ["numbers as large as float64 goes, scaled", [[1e307], [-1e307], [5e306], [0]]],
    ["numbers as small as float64 goes", [[5e-324], [0], [5e-324], [0]]],
  ])("of %s teach something finite", async (_title, inputs) => {
    for (const answer of [{ labels }, { targets }, { labelSets: [["a"], [], [], []] }]) {
      const data = create({ inputs, ...answer });
      const { model } = await train(data as Dataset<ClassTarget>, all).result;
      for (const prediction of predictAll(model as Model, data)) {
        const numbers = prediction.kind === "regression" ? prediction.values : prediction.outputs;
        expect(numbers.every(Number.isFinite)).toBe(true);
      }
    }
  });
});

// check_estimators_unfitted: there is no model before it was trained, but a program without types may hand over what is none
describe("what is no model is refused", async () => {
  const data = createDataset({ inputs: good, targets });
  const run = train(data, { epochs: 0 });
  const result = await run.result;
  test.each<[string, unknown, string, string?]>([
    ["nothing", undefined, "undefined"],
    ["null", null, "null"],
    ["an object", {}, "{}"],
    ["a run", run, "a run that is under way", "Its model is (await run.result).model."],
    ["a promise of a result", run.result, "a promise", "Await it first."],
    ["a result", result, "the result of a run", "Its model is result.model."],
    ["parts of one", { network: 1, task: 2 }, '{"network":1,"task":2}'],
  ])("%s", async (_title, thing, got, hint) => {
    const model = thing as RegressionModel;
    const expected = { code: "E_USAGE", where: "model", got, ...(hint === undefined ? {} : { hint }) };
    const calls = [
      () => predict(model, [1, 2]),
      () => predictAll(model, data),
      () => predictor(model),
      () => evaluate(model, data),
      () => encodeModel(model),
      () => gradients(model, data),
      () => checkGradients(model, data),
      () => examples(model, data),
      () => openExamples(model, data),
    ];
    for (const call of calls) expect(said(caught(call))).toMatchObject(expected);
    expect(said(await rejected(predictAllInWorkers(model, data)))).toMatchObject(expected);
    if (thing !== undefined) expect(said(caught(() => train(data, { from: model })))).toMatchObject({ ...expected, where: "from" });
  });

  // check_fit2d_predict1d
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a list", [1, 2]],
    ["rows", good],
    ["a table", [{ x0: 1, x1: 2 }]],
  ])("and data that are no data set: %s", async (_title, thing) => {
    const { model } = result;
    const rows = thing as Dataset;
    const expected = { code: "E_DATA", where: "data", expected: "a data set" };
    for (const call of [() => predictAll(model, rows), () => evaluate(model, rows), () => gradients(model, rows)]) {
      expect(said(caught(call))).toMatchObject(expected);
    }
    expect(said(await rejected(predictAllInWorkers(model, rows)))).toMatchObject(expected);
  });

  // check_fit2d_predict1d, check_complex_data, check_dtype_object, of a row that is predicted
  test.each<[string, unknown, string]>([
    ["nothing", null, "null"],
    ["a number", 5, "5"],
    ["text", "12", '"12"'],
    ["rows", [[1, 2]], "1"],
    ["text in a list", [1, "2"], '"2"'],
    ["nothing in a list", [1, null], "null"],
    ["a bigint in a list", [1, 2n], "2n"],
    ["a complex number in a list", [1, { re: 2, im: 0 }], '{"re":2,"im":0}'],
    ["a name that every object has", { x0: 1, toString: 2 }, "undefined"],
  ])("and a row that is none: %s", (_title, row, got) => {
    expect(said(caught(() => predict(result.model, row as RawInput)))).toMatchObject({ code: "E_DATA", got });
    if (Array.isArray(row)) expect(caught(() => predictor(result.model)(row as number[])).code).toBe("E_DATA");
  });
});

test("a table is encoded by a preparation, which a model of other data has not", async () => {
  const { model } = await train(createDataset({ inputs: good, targets }), { epochs: 0 }).result;
  const error = said(await rejected(encodeTable(model.preparation!, [{ x0: 1, x1: 2 }])));
  expect(error).toMatchObject({ code: "E_USAGE", where: "preparation", got: "undefined" });
});
