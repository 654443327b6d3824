import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Dataset, Label } from "../../src/data/dataset.js";
import { takeRows } from "../../src/data/rows.js";
import { prepareTable } from "../../src/table/prepare.js";
import type { ClassificationModel, Model } from "../../src/training/model.js";
import { adam, lbfgs, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { predict, predictAll } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "../training/caught.js";
import { fit, flats, TITLED } from "./estimators.js";
import { frozen, untouched } from "./frozen.js";

// scikit-learn's estimator checks of fitting. docs/decisions.md says which of them carry over.

describe.each(TITLED)("%s", (_title, estimator) => {
  const { data, options } = estimator;

  // check_fit_idempotent, check_estimators_fit_returns_self
  test("gives the same bits each time, and others by another seed", async () => {
    const [first, second] = [await fit(estimator), await fit(estimator)];
    expect(second).toStrictEqual(first);
    // A table that was prepared has its seed.
    if (estimator.raw !== undefined) return;
    const other = await fit(estimator, { seed: 6 });
    expect(other.model.parametersHash).not.toBe(first.model.parametersHash);
  });

  // check_dict_unchanged, check_readonly_memmap_input, check_get_params_invariance, check_set_params, check_dont_overwrite_attributes,
  // check_no_attributes_set_in_init, check_estimators_overwrite_params
  test("changes neither data nor options", async () => {
    const { model } = await fit(estimator);
    const again = await untouched([data, options], () => fit(estimator));
    expect(again.model.parametersHash).toBe(model.parametersHash);
  });

  // check_n_iter
  test("says how long it learned", async () => {
    const { history } = await train(data, { ...options, epochs: 2, batchSize: 16 } as TrainOptions).result;
    expect(history.map(({ epoch }) => epoch)).toStrictEqual([1, 2]);
  });

  // check_sample_weights_list, check_sample_weights_not_an_array, check_sample_weights_pandas_series: a list, a typed array, array-likes
  test("takes weights of rows in any list, and none are ones, bit for bit", async () => {
    const [none, list, typed, like] = await Promise.all([
      fit(estimator),
      fit(estimator, { sampleWeights: new Array<number>(data.rowCount).fill(1) }),
      fit(estimator, { sampleWeights: new Uint8Array(data.rowCount).fill(1) }),
      fit(estimator, { sampleWeights: Object.assign({ length: data.rowCount }, new Array<number>(data.rowCount).fill(1)) }),
    ]);
    for (const { model } of [list, typed, like]) expect(model.parametersHash).toBe(none.model.parametersHash);
  });

  // check_sample_weights_not_overwritten, check_sample_weights_shape
  test("leaves weights as they are, and refuses others than one a row", async () => {
    const sampleWeights = Float64Array.from({ length: data.rowCount }, (_, row) => row % 3);
    await untouched([sampleWeights], () => fit(estimator, { sampleWeights }));
    const columns = Array.from(sampleWeights, (weight) => [weight, weight]) as unknown as number[];
    const refused = async (weights: unknown): Promise<unknown> =>
      fit(estimator, { sampleWeights: weights as number[] }).catch((error: unknown) => (error as { message: string }).message);
    expect(await refused(columns)).toContain("sampleWeights[0]: expected a finite number of at least 0, got [0,0]");
    expect(await refused(sampleWeights.subarray(1))).toContain(`sampleWeights: expected ${data.rowCount} numbers, one a row`);
    expect(await refused(sampleWeights.map((weight) => weight - 1))).toContain(
      "sampleWeights[0]: expected a finite number of at least 0, got -1",
    );
  });

  // check_estimators_partial_fit_n_features
  test("goes on with rows of the same columns only", async () => {
    const { model } = await fit(estimator);
    const narrow: Dataset = {
      ...data,
      columns: data.columns.slice(1),
      inputs: data.inputs.slice(0, data.rowCount * (data.columns.length - 1)),
    };
    const { image: _, ...table } = narrow;
    const error = said(caught(() => train(table as Dataset, { from: model, epochs: 1 } as TrainOptions)));
    expect(error).toMatchObject({ code: "E_DATA", expected: `the ${data.columns.length} inputs of the model` });
  });
});

// check_sample_weight_equivalence_on_dense_data. It holds where nothing else is drawn or fitted by the rows: no scaling (which is fitted on all
// training rows, weighted or not), all rows in one batch, and up to float32's rounding, since the rows are summed in another order.
describe.each([
  ["sgd", sgd({ learningRate: 0.1 })],
  ["adam", adam({ learningRate: 0.01 })],
  ["lbfgs", lbfgs()],
] as const)("a row of weight 0 is left out, and one of weight 2 is there twice: %s", (_title, optimizer) => {
  const random = createRandom(1, 503);
  const inputs = Array.from({ length: 40 }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
  const weights = inputs.map((_, row) => row % 3);
  const kept = Uint32Array.from(weights.flatMap((weight, row) => new Array<number>(weight).fill(row)));
  const both = (data: Dataset, more: TrainOptions): Promise<Model[]> => {
    const options: TrainOptions = { hidden: [5], activation: "tanh", optimizer, scale: "none", test: 0, validation: 0, seed: 3, ...more };
    return Promise.all(
      [[data, { sampleWeights: weights }] as const, [takeRows(data, kept), {}] as const].map(
        async ([rows, how]) => (await train(rows, { ...options, epochs: 10, batchSize: 64, ...how } as TrainOptions).result).model as Model,
      ),
    );
  };

  test.each<[string, Dataset, TrainOptions]>([
    ["classes", createDataset({ inputs, labels: inputs.map(([x = 0], row) => (x > 0 === row % 4 > 0 ? "right" : "left")) }), {}],
    ["numbers", createDataset({ inputs, targets: inputs.map(([x = 0, y = 0]) => x * y) }), {}],
    [
      "labels",
      createDataset({ inputs, labelSets: inputs.map(([x = 0], row) => (x > 0 === row % 4 > 0 ? ["right"] : [])), labelNames: ["right"] }),
      {},
    ],
  ])("%s", async (_name, data, more) => {
    const [weighted, repeated] = await both(data, more);
    const [a, b] = [weighted!, repeated!].map(({ network }) => network.parameters);
    expect(Math.max(...a!.map((value, k) => Math.abs(value - b![k]!))) < 2e-4).toBe(true);
    const [plain] = await both(data, { seed: 4, ...more });
    expect(Math.max(...a!.map((value, k) => Math.abs(value - plain!.network.parameters[k]!))) > 0.1).toBe(true);
  });
});

describe("classes", () => {
  const inputs = Array.from({ length: 30 }, (_, row) => [row % 3, row / 30]);

  // check_classifiers_classes: text, numbers and mixtures, in whatever order they come
  test.each<[string, readonly Label[]]>([
    ["text", ["b", "ä", "C"]],
    ["numbers", [10, -1, 2.5]],
    ["numbers as text", ["10", "9", "-1"]],
    ["names of JavaScript's own", ["__proto__", "constructor", "toString"]],
  ])("are answered as they were given, and any names give the same bits: %s", async (_title, labels) => {
    const trained = async (names: readonly Label[]): Promise<ClassificationModel> => {
      const data = createDataset({ inputs, labels: inputs.map(([k = 0]) => names[k]!) });
      return (await train(data, { hidden: [8], epochs: 40, seed: 1 }).result).model;
    };
    const model = await trained(labels);
    expect([...model.task.classes].sort()).toStrictEqual([...labels].sort());
    // The class with the least name is the first one.
    const places = labels.map((label) => model.task.classes.indexOf(label));
    const plain = await trained(places);
    expect(model.parametersHash).toBe(plain.parametersHash);
    inputs.forEach((row) => {
      const { label } = predict(model, row);
      expect(label).toBe(labels[row[0]!]);
    });
  });

  // check_classifiers_one_label
  test("of which all rows have one are no task, but where the others are known", async () => {
    const one = createDataset({ inputs, labels: inputs.map(() => "only") });
    expect(said(caught(() => train(one)))).toMatchObject({ code: "E_DATA", expected: "at least two classes", got: '["only"]' });
    const known = createDataset({ inputs, labels: inputs.map(() => "only" as const), classes: ["only", "other"] });
    const { model } = await train(known as Dataset, { hidden: [4], epochs: 40, seed: 1 } as TrainOptions).result;
    expect(predictAll(model as ClassificationModel, known).every(({ label }) => label === "only")).toBe(true);
  });

  // check_classifiers_one_label_sample_weights
  test("of which one alone has weights are answered by it", async () => {
    const data = createDataset({ inputs, labels: inputs.map(([k = 0]) => (k === 0 ? "counts" : "not")) });
    const sampleWeights = inputs.map(([k]) => Number(k === 0));
    const { model } = await train(data, { hidden: [4], epochs: 100, seed: 1, sampleWeights, test: 0, validation: 0 }).result;
    expect(predictAll(model, data).every(({ label }) => label === "counts")).toBe(true);
  });

  // check_classifiers_regression_target
  test("are no numbers that go on and on", async () => {
    const numbers = createDataset({ inputs, targets: inputs.map(([, y = 0]) => y + 0.123) });
    expect(said(caught(() => train(numbers, { cost: "cross-entropy" })))).toMatchObject({ code: "E_USAGE", where: "cost" });
    const rows = inputs.map(([x, y]) => ({ x, y: y! + 0.123 }));
    await expect(prepareTable(rows, { target: "y", task: "classification" })).rejects.toMatchObject({
      code: "E_DATA",
      problems: [{ where: 'rows, column "y"', expected: "classes that come again", got: "30 different values in 30 rows" }],
    });
  });
});

describe("numbers", () => {
  const inputs = Array.from({ length: 30 }, (_, row) => [row, (row * 7) % 11]);
  const hash = async (data: Dataset): Promise<string> =>
    ((await train(data, { hidden: [4], epochs: 3, seed: 1 } as TrainOptions).result).model as Model).parametersHash;

  // check_regressors_int, check_supervised_y_2d
  test("are the same as a list, as lists of one, and in typed arrays", async () => {
    const targets = inputs.map(([x = 0, y = 0]) => x + 10 * y);
    const hashes = await Promise.all(
      [targets, targets.map((value) => [value]), Float64Array.from(targets), Float32Array.from(targets)].map((form) =>
        hash(createDataset({ inputs, targets: form })),
      ),
    );
    expect(new Set(hashes).size).toBe(1);
  });

  // check_estimators_dtypes
  test("of inputs are the same in whatever array", async () => {
    const flat = inputs.flat();
    const shape = [30, 2] as const;
    const targets = inputs.map(([x = 0]) => x);
    const forms = [
      inputs,
      inputs.map((row) => Float32Array.from(row)),
      ...[Float64Array, Float32Array, Uint8Array].map((Form) => ({ values: Form.from(flat), shape })),
    ];
    const others = [Int8Array, Int16Array, Int32Array, Uint16Array, Uint32Array, Uint8ClampedArray].map((Form) => ({
      values: Form.from(flat),
      shape,
    }));
    const hashes = await Promise.all(
      [...forms, ...others, { values: flat, shape }].map((form) => hash(createDataset({ inputs: form, targets }))),
    );
    expect(new Set(hashes).size).toBe(1);
  });

  // check_positive_only_tag_during_fit: a cost that only some numbers have
  test("below 0 are no counts", () => {
    const data = createDataset({ inputs, targets: inputs.map((_, row) => row - 1) });
    const error = said(caught(() => train(data, { cost: "poisson", outputActivation: "exponential" })));
    expect(error).toMatchObject({ code: "E_USAGE", got: "-1" });
  });
});

// check_parameters_default_constructible
test.each([
  ["classes", createDataset({ inputs: [[1], [2], [3], [4], [5]], labels: ["a", "b", "a", "b", "a"] })],
  ["numbers", createDataset({ inputs: [[1], [2], [3], [4], [5]], targets: [1, 2, 3, 4, 5] })],
  ["labels", createDataset({ inputs: [[1], [2], [3], [4], [5]], labelSets: [["a"], [], ["a"], [], []] })],
])("nothing has to be said but the data: %s", async (_title, data: Dataset) => {
  const { model } = await train(data).result;
  expect(predictAll(model as Model, data)).toHaveLength(5);
});

// check_dict_unchanged, of raw rows that a table is trained on
test("training on raw rows changes none of them", async () => {
  const rows = flats();
  const options = frozen({ target: "rent", ignore: ["dear"], types: { size: "numeric" }, epochs: 2, seed: 1 } as const);
  const { model } = await untouched([rows], () => train(rows, options).result);
  expect(model.parametersHash).toBe((await train(flats(), options).result).model.parametersHash);
});
