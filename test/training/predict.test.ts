import { describe, expect, expectTypeOf, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { InputValues } from "../../src/data/dataset.js";
import { inputRow } from "../../src/data/read-rows.js";
import { type Digit, digits } from "../../src/data/digits.js";
import { iris, type Species } from "../../src/data/iris.js";
import { scaleRow } from "../../src/data/scaling.js";
import { forward } from "../../src/reference/forward.js";
import { evaluate } from "../../src/training/evaluate.js";
import type { ClassificationEvaluation, RegressionEvaluation } from "../../src/training/measure.js";
import type { ClassificationModel, Model, RegressionModel } from "../../src/training/model.js";
import {
  type ClassPrediction,
  type LabelPrediction,
  predict,
  predictAll,
  type RawInput,
  type ValuePrediction,
} from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import type { TrainingRun } from "../../src/training/train-dataset.js";
import { caught, said } from "./caught.js";
import { circleTable, regressionTable } from "./tables.js";

const flowers = (await train(iris(), { epochs: 30, hidden: [8] }).result).model;
const pictures = (await train(digits(), { recipe: "equations", epochs: 4 }).result).model;
const heights = (await train(regressionTable(), { epochs: 20 }).result).model;
const circle = (
  await train(circleTable(), {
    network: { inputs: 2, layers: [{ units: 6, activation: "tanh" }, { units: 1 }], cost: "cross-entropy" },
    epochs: 20,
  }).result
).model;

describe("one row", () => {
  test("as an array, as a typed array and as an object give the same", () => {
    const expected = predict(flowers, [5.1, 3.5, 1.4, 0.2]);
    expect(expected.label).toBe("setosa");
    expect(predict(flowers, Float64Array.of(5.1, 3.5, 1.4, 0.2))).toEqual(expected);
    expect(predict(flowers, { petal_width: 0.2, petal_length: 1.4, sepal_width: 3.5, sepal_length: 5.1 })).toEqual(expected);
    const bytes = digits().inputs.subarray(0, 64);
    expect(predict(pictures, bytes)).toEqual(predict(pictures, Array.from(bytes)));
    expect(predict(pictures, Float32Array.from(bytes))).toEqual(predict(pictures, bytes));
  });

  test("agrees with the reference to float32's rounding", () => {
    const agree = (model: ClassificationModel, row: readonly number[] | InputValues): void => {
      const expected = forward(model.network, scaleRow(model.scaling, row)).a.at(-1)!;
      predict(model, row).outputs.forEach((a, j) => expect(Math.abs(a - expected[j]!)).toBeLessThan(1e-5));
    };
    agree(flowers, [6.1, 2.9, 4.7, 1.4]);
    agree(pictures, inputRow(digits(), 7));
  });

  test("inputs too large for float32 are refused, not answered with NaN", () => {
    const error = said(caught(() => predict(flowers, [1e39, 1e300, -1e39, 0])));
    expect(error).toMatchObject({ code: "E_NON_FINITE", where: "the prediction of row 0" });
  });

  test("other names beside those of the columns do no harm", () => {
    const row = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2, id: 17 };
    expect(predict(flowers, row).label).toBe("setosa");
  });

  test.each<[string, unknown, string, string]>([
    ["too few numbers", [1, 2, 3], "input", "3"],
    ["too many numbers", [1, 2, 3, 4, 5], "input", "5"],
    ["a NaN", [1, NaN, 3, 4], 'input "sepal_width"', "NaN"],
    ["an infinity", [1, 2, 3, -Infinity], 'input "petal_width"', "-Infinity"],
    ["text", [1, 2, "3", 4], 'input "petal_length"', '"3"'],
    ["a hole", [1, undefined, 3, 4], 'input "sepal_width"', "undefined"],
    ["a missing name", { sepal_length: 1, sepal_width: 2, petal_length: 3 }, 'input "petal_width"', "undefined"],
    ["text under a name", { sepal_length: "1", sepal_width: 2, petal_length: 3, petal_width: 4 }, 'input "sepal_length"', '"1"'],
    ["nothing", {}, 'input "sepal_length"', "undefined"],
  ])("%s is refused", (_title, input, where, got) => {
    expect(said(caught(() => predict(flowers, input as RawInput)))).toMatchObject({ code: "E_DATA", where, got });
  });

  test("a misspelt name is pointed at", () => {
    const input = { sepal_length: 1, sepal_width: 2, petal_lenght: 3, petal_width: 4 };
    expect(said(caught(() => predict(flowers, input))).hint).toBe('Is "petal_lenght" meant?');
  });
});

describe("what a prediction holds", () => {
  test("probabilities of softmax sum to 1, and the label is the likeliest", () => {
    const { label, outputs, probabilities } = predict(flowers, [6.5, 3, 5.5, 2]);
    expect(probabilities).toEqual(outputs);
    expect(probabilities!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    expect(label).toBe(iris().target.classes[probabilities!.indexOf(Math.max(...probabilities!))]);
  });

  test("no probabilities where the cost gives none: squared error of sigmoids", () => {
    const prediction = predict(pictures, inputRow(digits(), 3));
    expect(prediction.outputs).toHaveLength(10);
    expect("probabilities" in prediction).toBe(false);
  });

  test("probabilities of softmax with squared error, and of sigmoids with cross-entropy", async () => {
    const softmax = (await train(iris(), { outputActivation: "softmax", cost: "squared-error", epochs: 1 }).result).model;
    const sigmoid = (await train(iris(), { outputActivation: "sigmoid", cost: "cross-entropy", epochs: 1 }).result).model;
    const tanh = (await train(iris(), { outputActivation: "tanh", epochs: 1 }).result).model;
    expect(predict(softmax, [5, 3, 2, 1]).probabilities).toHaveLength(3);
    expect(predict(sigmoid, [5, 3, 2, 1]).probabilities).toHaveLength(3);
    expect(predict(tanh, [5, 3, 2, 1]).probabilities).toBeUndefined();
  });

  test("a single sigmoid output gives both probabilities of two classes", () => {
    const inside = predict(circle, [0, 0]);
    const outside = predict(circle, { x0: 0.99, x1: 0.99 });
    expect(inside.label).toBe("inside");
    expect(outside.label).toBe("outside");
    for (const { outputs, probabilities } of [inside, outside]) {
      expect(outputs).toHaveLength(1);
      expect(probabilities).toEqual([1 - outputs[0]!, outputs[0]!]);
    }
  });

  test("a value in the units of the source, at the edge of 20 thousand", () => {
    const { value, values } = predict(heights, [5e4, 0]);
    expect(values).toEqual([value]);
    expect(value).toBeGreaterThan(19_000);
    expect(value).toBeLessThan(21_000);
  });
});

describe("all rows", () => {
  test.each([
    ["iris", flowers, iris()],
    ["digits", pictures, digits()],
    ["a regression table", heights, regressionTable()],
    ["a circle", circle, circleTable()],
  ] as const)("of %s are row by row, bit for bit, what predict says", (_title, model: Model, data) => {
    const all = predictAll(model, data);
    expect(all).toHaveLength(data.rowCount);
    const step = Math.ceil(data.rowCount / 150);
    for (let row = 0; row < data.rowCount; row += step) expect(predict(model, inputRow(data, row))).toEqual(all[row]);
  });

  test("need no target, find columns by name, and may be none", () => {
    const expected = predictAll(flowers, iris())[20];
    const [a, b, c, d] = inputRow(iris(), 20) as unknown as [number, number, number, number];
    const data = createDataset({ columns: ["petal_width", "petal_length", "sepal_width", "sepal_length"], inputs: [[d, c, b, a]] });
    expect(predictAll(flowers, data)).toEqual([expected]);
    expect(predictAll(flowers, createDataset({ inputs: { values: new Float64Array(0), shape: [0, 4] } }))).toEqual([]);
    const narrow = createDataset({ inputs: [[1, 2, 3]] });
    expect(said(caught(() => predictAll(flowers, narrow)))).toMatchObject({ code: "E_DATA" });
  });
});

describe("a model is plain data", () => {
  test("a structured clone predicts and evaluates the same", () => {
    for (const [model, data] of [
      [flowers, iris()],
      [pictures, digits()],
      [heights, regressionTable()],
    ] as const) {
      const clone = structuredClone<Model>(model);
      expect(clone).toEqual(model);
      expect(predictAll(clone, data)).toEqual(predictAll<string | number>(model as ClassificationModel, data));
      expect(evaluate(clone, data)).toEqual(evaluate(model as Model, data));
    }
  });

  test("predicting leaves the model as it was", () => {
    const before = structuredClone(flowers);
    predictAll(flowers, iris());
    predict(flowers, [1, 2, 3, 4]);
    expect(flowers).toEqual(before);
  });
});

describe("types", () => {
  test("labels are those of the data, without a cast", () => {
    expectTypeOf(flowers).toEqualTypeOf<ClassificationModel<Species>>();
    expectTypeOf(predict(flowers, [1, 2, 3, 4]).label).toEqualTypeOf<Species>();
    expectTypeOf(predictAll(flowers, iris())).toEqualTypeOf<ClassPrediction<Species>[]>();
    expectTypeOf(evaluate(flowers, iris())).toEqualTypeOf<ClassificationEvaluation<Species>>();
    expectTypeOf(evaluate(flowers, iris()).perClass[0]!.label).toEqualTypeOf<Species>();
    expectTypeOf(predict(pictures, inputRow(digits(), 0)).label).toEqualTypeOf<Digit>();
    expectTypeOf(predict(circle, [0, 0]).label).toEqualTypeOf<"inside" | "outside">();
  });

  test("labels of arrays and records are literal", async () => {
    const xor = createDataset({ inputs: [[0], [1]], labels: ["same", "different"] });
    const run = train(xor, { epochs: 0, test: 0 });
    expectTypeOf(run).toEqualTypeOf<TrainingRun<typeof xor.target>>();
    const { model, test: tested } = await run.result;
    expectTypeOf(model).toEqualTypeOf<ClassificationModel<"same" | "different">>();
    expectTypeOf(tested).toEqualTypeOf<ClassificationEvaluation<"same" | "different"> | undefined>();
    const rows: { x: number; kind: "a" | "b" }[] = [
      { x: 1, kind: "a" },
      { x: 2, kind: "b" },
    ];
    const records = createDataset(rows, { target: "kind" });
    expectTypeOf(train(records, { epochs: 0, test: 0 }).result)
      .resolves.toHaveProperty("model")
      .toEqualTypeOf<ClassificationModel<"a" | "b">>();
    expect(predict(model, [0]).label).toMatch(/same|different/);
  });

  test("regression gives values, and a model of unknown task either", () => {
    expectTypeOf(heights).toEqualTypeOf<RegressionModel>();
    expectTypeOf(predict(heights, [1, 2])).toEqualTypeOf<ValuePrediction>();
    expectTypeOf(predict(heights, [1, 2]).value).toEqualTypeOf<number>();
    expectTypeOf(evaluate(heights, regressionTable())).toEqualTypeOf<RegressionEvaluation>();
    const unknown = heights as Model;
    const either = predict(unknown, [5e4, 0]);
    expectTypeOf(either).toEqualTypeOf<ClassPrediction | ValuePrediction | LabelPrediction>();
    expect(either.kind === "regression" ? either.value : either).toBe(predict(heights, [5e4, 0]).value);
  });
});
