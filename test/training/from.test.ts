import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Dataset } from "../../src/data/dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { tensorValues } from "../../src/network/layout.js";
import type { NetworkInput } from "../../src/network/description.js";
import { evaluate } from "../../src/training/evaluate.js";
import type { Model } from "../../src/training/model.js";
import { adam, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "./caught.js";
import { regressionTable } from "./tables.js";

const flowers = (await train(iris(), { hidden: [5], epochs: 4, seed: 2 }).result).model;
const heights = (await train(regressionTable(60), { hidden: [4], epochs: 3, seed: 2 }).result).model;
const pictures = (await train(digits(), { hidden: [6], epochs: 1, seed: 2 }).result).model;

/** A model's network written out, weights and all, as a description that a run may begin with. */
function written({ network }: Model): NetworkInput {
  const { description, layout, parameters } = network;
  const tensors = layout.tensors.map((tensor) => {
    const values = Array.from(tensorValues(parameters, tensor));
    const rows = Array.from({ length: tensor.rows }, (_, j) => values.slice(j * tensor.columns, (j + 1) * tensor.columns));
    return [tensor.name, tensor.kind === "weight" ? rows : values];
  });
  return { ...description, ...Object.fromEntries(tensors) } as NetworkInput;
}

/** Some rows of a data set, as new data that were measured later. */
function later(data: Dataset, pick: (row: number) => boolean): Dataset {
  if (data.target.kind !== "classes") throw new Error("classes");
  const { classes, indices } = data.target;
  const width = data.columns.length;
  const rows = Array.from({ length: data.rowCount }, (_, row) => row).filter(pick);
  return createDataset({
    name: "later",
    columns: [...data.columns],
    inputs: rows.map((row) => Array.from(data.inputs.subarray(row * width, (row + 1) * width))),
    labels: rows.map((row) => classes[indices[row]!]!),
  });
}

/** The same table with its columns the other way round. */
function turned(data: Dataset): Dataset {
  const width = data.columns.length;
  const inputs = data.inputs.map((_, at) => data.inputs[at - (at % width) + (width - 1 - (at % width))]!);
  return { ...data, columns: data.columns.toReversed(), inputs };
}

describe("a model to go on with", () => {
  test.each([
    ["classes", flowers, iris()],
    ["numbers", heights, regressionTable(60)],
    ["images", pictures, digits()],
  ] as const)("is what it is until it is trained: %s", async (_title, model, data) => {
    const { model: same } = await train<never>(data as never, { from: model, epochs: 0 }).result;
    expect(same.parametersHash).toBe(model.parametersHash);
    expect(same).toMatchObject({ network: model.network, task: model.task, scaling: model.scaling, columns: model.columns });
  });

  test.each(["wasm", "portable", "reference"] as const)("gives the bits of its network written out: %s", async (engine) => {
    // Unscaled, so that the scaling is the same either way.
    const raw = (await train(iris(), { hidden: [5], epochs: 2, scale: "none" }).result).model;
    const options: TrainOptions = { engine, epochs: 3, seed: 9, optimizer: adam({ learningRate: 0.01 }) };
    const [on, described] = await Promise.all([
      train(iris(), { ...options, from: raw }).result,
      train(iris(), { ...options, network: written(raw), scale: "none" }).result,
    ]);
    expect(on.model.parametersHash).toBe(described.model.parametersHash);
    expect(on.history).toEqual(described.history);
    expect(on.model.parametersHash).not.toBe(raw.parametersHash);
  });

  test("has a fresh optimizer: two epochs, and one more, are not three", async () => {
    const options: TrainOptions = { epochs: 3, seed: 5, optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }) };
    const three = await train(iris(), { from: flowers, ...options }).result;
    const two = await train(iris(), { from: flowers, ...options, epochs: 2 }).result;
    const more = await train(iris(), { from: two.model, ...options, epochs: 1 }).result;
    expect(three.history.slice(0, 2)).toEqual(two.history);
    expect(more.model.parametersHash).not.toBe(three.model.parametersHash);
    // Without a state there is nothing to lose, but for the order of the rows, which is that of its own first epoch.
    const plain: TrainOptions = { ...options, optimizer: sgd({ momentum: 0 }), batchSize: 150, test: 0, validation: 0 };
    const once = await train(iris(), { from: flowers, ...plain, epochs: 1 }).result;
    const again = await train(iris(), { from: once.model, ...plain, epochs: 1 }).result;
    const both = await train(iris(), { from: flowers, ...plain, epochs: 2 }).result;
    expect(both.history[1]!.cost).toBeCloseTo(again.history[0]!.cost, 6);
  });

  test("stays as it was", async () => {
    const copy = structuredClone(flowers);
    await train(iris(), { from: flowers, epochs: 3 }).result;
    expect(flowers).toEqual(copy);
  });

  test("remembers its new training and its new rows", async () => {
    const data = later(iris(), (row) => row % 3 > 0);
    const { model, test: measured } = await train(data, { from: flowers, epochs: 2, seed: 7, optimizer: adam(), l2: 0.1 }).result;
    expect(model.training).toMatchObject({ optimizer: { kind: "adam" }, rules: { l2: 0.1 }, epochs: 2 });
    expect(model.split).toMatchObject({ rows: 100, seed: 7 });
    expect(evaluate(model, data)).toEqual(measured);
    expect(evaluate(model, iris())).toMatchObject({ part: "all", trainedOn: false });
  });

  test("goes on with everything else that a training may ask for", async () => {
    const options: TrainOptions = { epochs: 4, schedule: "cosine", clipNorm: 1, average: 0.5, patience: 3, batchSize: 50 };
    const { model, history } = await train(digits(), { from: pictures, ...options, augment: { shift: 1 } }).result;
    expect(history.length).toBeGreaterThan(1);
    expect(model.scaling).toEqual(pictures.scaling);
  });
});

describe("new rows", () => {
  test("are found by the names of their columns, in whatever order", async () => {
    const options: TrainOptions = { from: flowers, epochs: 3, seed: 4 };
    const [straight, reversed] = await Promise.all([iris(), turned(iris())].map((data) => train(data, options).result));
    expect(reversed!.model.parametersHash).toBe(straight!.model.parametersHash);
    expect(reversed!.model.columns).toEqual(flowers.columns);
    // They are known again as they were given.
    expect(evaluate(reversed!.model, turned(iris()))).toMatchObject({ part: "test", trainedOn: true });
  });

  test("are scaled as the model's first ones, not by their own spread", async () => {
    const data = iris();
    const wide = { ...data, inputs: data.inputs.map((value) => 3 * value) };
    const { model } = await train(wide, { from: flowers, epochs: 1 }).result;
    expect(model.scaling).toEqual(flowers.scaling);
    const values = regressionTable(60);
    const higher = { ...values, target: { ...values.target, values: values.target.values.map((y) => y + 1e4) } };
    const { model: taller } = await train(higher, { from: heights, epochs: 1 }).result;
    expect(taller.task).toEqual(heights.task);
  });

  test("may have some of the classes alone", async () => {
    const data = later(iris(), (row) => row >= 50);
    expect(data.target.kind === "classes" && data.target.classes).toEqual(["versicolor", "virginica"]);
    const { model } = await train(data, { from: flowers, epochs: 2 }).result;
    expect(model.task).toEqual(flowers.task);
  });

  test("with a class that the model does not know are refused, naming it", () => {
    const data = createDataset({
      columns: [...iris().columns],
      inputs: [
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ],
      labels: ["setosa", "setossa"],
    });
    const error = said(caught(() => train(data, { from: flowers, test: 0, validation: 0 })));
    expect(error).toMatchObject({ code: "E_DATA", got: '"setossa"', hint: 'Did you mean "setosa"?' });
  });

  test("without a column of the model's are refused, naming it", () => {
    const data = iris();
    const renamed = { ...data, columns: ["sepal_lenght", ...data.columns.slice(1)] };
    const error = said(caught(() => train(renamed, { from: flowers })));
    expect(error.code).toBe("E_DATA");
    expect(error.hint).toContain(`Missing: ["${flowers.columns[0]!}"]`);
  });

  test("of another kind of target are refused", () => {
    expect(said(caught(() => train(regressionTable(20), { from: flowers }))).code).toBe("E_DATA");
    const columns = [...heights.columns];
    const classes = createDataset({
      columns,
      inputs: [
        [1, 2],
        [3, 4],
      ],
      labels: ["a", "b"],
    });
    expect(said(caught(() => train(classes, { from: heights, test: 0, validation: 0 })))).toMatchObject({
      code: "E_DATA",
      got: 'classes ["a","b"]',
    });
    const none = createDataset({
      columns,
      inputs: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(said(caught(() => train(none as never, { from: heights, test: 0, validation: 0 }))).code).toBe("E_DATA");
  });
});

describe("beside a model", () => {
  test.each<[keyof TrainOptions, unknown]>([
    ["recipe", "equations"],
    ["network", { inputs: 4, layers: [{ units: 3 }] }],
    ["hidden", [5]],
    ["activation", "relu"],
    ["outputActivation", "softmax"],
    ["cost", "cross-entropy"],
    ["initialisation", "he"],
    ["scale", "standard"],
  ])("%s is a contradiction", (name, value) => {
    const error = said(caught(() => train(iris(), { from: flowers, [name]: value })));
    expect(error).toMatchObject({
      code: "E_USAGE",
      where: name,
      expected: "nothing beside a model to go on with",
      hint: "The model has its own.",
    });
  });

  test.each([null, 5, "model.safetensors", {}, []])("%j is no model", (from) => {
    const options = { from } as unknown as TrainOptions;
    expect(said(caught(() => train(iris(), options)))).toMatchObject({ code: "E_USAGE", where: "from" });
    expect(said(caught(() => train(digits(), { ...options, augment: { shift: 1 } })))).toMatchObject({ code: "E_USAGE", where: "from" });
  });

  test("images that are changed have to be scaled by a factor, as the model says", async () => {
    const { model } = await train(digits(), { hidden: [3], epochs: 0, scale: "standard" }).result;
    const error = said(caught(() => train(digits(), { from: model, augment: { shift: 1 } })));
    expect(error).toMatchObject({ code: "E_USAGE", where: "scale", got: "standard" });
  });
});
