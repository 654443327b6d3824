import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { ClassTarget, Dataset } from "../../src/data/dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { split } from "../../src/data/split.js";
import { evaluate } from "../../src/training/evaluate.js";
import { adam, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";
import { circleTable, regressionTable } from "./tables.js";

describe("training learns", () => {
  test("digits by the equations: mean test accuracy over seeds 1..5 of at least 96.5 %", async () => {
    const accuracies: number[] = [];
    for (const seed of [1, 2, 3, 4, 5]) {
      const { test: tested } = await train(digits(), { recipe: "equations", hidden: [16, 16], test: 0.2, seed }).result;
      accuracies.push(tested!.accuracy);
    }
    const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
    expect({ accuracies, mean, enough: mean >= 0.965 }).toMatchObject({ enough: true });
  });

  test("iris by default", async () => {
    const { test: tested, history } = await train(iris()).result;
    expect(tested!.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(history.at(-1)!.cost).toBeLessThan(history[0]!.cost / 3);
  });

  test.each([
    ["digits", digits, adam(), 0.96],
    ["iris", iris, adam({ learningRate: 0.01 }), 0.9],
  ] as const)("%s by Adam", async (_name, data, optimizer, least) => {
    const { test: tested, history } = await train<ClassTarget>(data(), { optimizer }).result;
    expect(tested!.accuracy).toBeGreaterThanOrEqual(least);
    expect(history.at(-1)!.cost).toBeLessThan(history[0]!.cost / 10);
  });

  test("a regression table by default, in the units of its source", async () => {
    const { test: tested, history } = await train(regressionTable()).result;
    expect(tested!.kind).toBe("regression");
    // The heights spread over thousands; the noise that nothing can predict is 100.
    expect(tested!.r2).toBeGreaterThan(0.97);
    expect(tested!.rmse).toBeLessThan(600);
    expect(tested!.rmse).toBeGreaterThan(70);
    expect(history[0]!.accuracy).toBeUndefined();
    expect(history[0]!.validation!.accuracy).toBeUndefined();
  });

  test("two classes on one sigmoid output", async () => {
    const network = { inputs: 2, layers: [{ units: 12, activation: "tanh" }, { units: 1 }], cost: "cross-entropy" } as const;
    const { test: tested } = await train(circleTable(), { network, epochs: 120, optimizer: sgd({ learningRate: 0.05 }) }).result;
    expect(tested!.accuracy).toBeGreaterThan(0.9);
  });

  test("several targets at once, each in its own units", async () => {
    const table = regressionTable(300);
    const both = createDataset({
      inputs: { values: table.inputs, shape: [300, 2] },
      targets: Array.from(table.target.values, (y, row) => [y, -table.inputs[2 * row]! / 1e6]),
      targetNames: ["height", "back"],
    });
    const { test: tested } = await train(both, { epochs: 60 }).result;
    expect(tested!.targets.map(({ name }) => name)).toEqual(["height", "back"]);
    for (const { r2 } of tested!.targets) expect(r2).toBeGreaterThan(0.95);
    expect(tested!.targets[1]!.rmse).toBeLessThan(1e-3);
    expect(tested).toMatchObject({ rmse: tested!.targets[0]!.rmse, r2: tested!.targets[0]!.r2 });
  });

  test("a column that is always the same, and a target that is, do no harm", async () => {
    const inputs = Array.from({ length: 40 }, (_, i) => [0.1, i / 40]);
    const constant = createDataset({ inputs, targets: inputs.map(() => 0.1) });
    const { test: tested } = await train(constant, { epochs: 20 }).result;
    expect(tested!.rmse).toBeLessThan(0.3);
    expect(tested!.r2).toBe(0);
    expect(tested!.cost).toSatisfy(Number.isFinite);
  });

  test("a batch larger than the data is all of it", async () => {
    const options = { epochs: 4, hidden: [4], test: 0, validation: 0 } as const;
    const all = await train(iris(), { ...options, batchSize: 150 }).result;
    const more = await train(iris(), { ...options, batchSize: 2_000_000_000 }).result;
    expect(more.model.parametersHash).toBe(all.model.parametersHash);
    expect(more.history).toEqual(all.history);
  });
});

describe("the parts of the data", () => {
  test("validation rows are those of the split, measured by the model at the end of each epoch", async () => {
    const { model, history } = await train(iris(), { epochs: 6, validation: 0.2 }).result;
    const measured = evaluate(model, iris(), { part: "validation" });
    const last = history.at(-1)!.validation!;
    expect(measured.rows).toBe(split(iris(), { test: 0.2, validation: 0.2 }).validation.length);
    expect(last.accuracy).toBe(measured.accuracy);
    expect(last.cost).toBeCloseTo(measured.cost, 12);
    for (const { validation } of history) expect(validation).not.toBeNull();
  });

  test("there is no validation where no rows are for it", async () => {
    const { history } = await train(iris(), { epochs: 2, validation: 0 }).result;
    expect(history.map(({ validation }) => validation)).toEqual([null, null]);
  });

  const single = { inputs: 2, layers: [{ units: 5, activation: "tanh" }, { units: 1 }], cost: "cross-entropy" } as const;
  test.each<[string, Dataset<ClassTarget>, TrainOptions]>([
    ["three outputs", iris(), { hidden: [5] }],
    ["one output for two classes", circleTable(150), { network: single }],
  ])("the cost and accuracy of an epoch are means over it, each batch before its own update: %s", async (_title, data, own) => {
    const options = { ...own, validation: 0, test: 0, batchSize: 150 };
    const { history } = await train(data, { ...options, epochs: 3 }).result;
    for (const epoch of [1, 2, 3]) {
      const { model } = await train(data, { ...options, epochs: epoch - 1 }).result;
      const before = evaluate(model, data, { part: "train" });
      expect(history[epoch - 1]!.cost).toBeCloseTo(before.cost, 12);
      expect(history[epoch - 1]!.accuracy).toBe(before.accuracy);
      expect(before.accuracy).toBeLessThan(1);
    }
  });

  /** Digits whose last 300 rows are the source's own test part. */
  function withOwnTest(change: (label: number) => number): ReturnType<typeof createDataset<number>> {
    const data = digits();
    const labels = Array.from(data.target.indices, (label, row) => (row < 1497 ? label : change(label)));
    return createDataset({ inputs: { values: data.inputs, shape: [1797, 64] }, labels, image: data.image!, testFrom: 1497 });
  }

  test("test rows choose nothing: with their labels changed the model is the same, and only its test differs", async () => {
    const options = { epochs: 3, hidden: [12] } as const;
    const honest = await train(
      withOwnTest((label) => label),
      options,
    ).result;
    const lying = await train(
      withOwnTest((label) => (label + 1) % 10),
      options,
    ).result;
    expect(lying.model.parametersHash).toBe(honest.model.parametersHash);
    expect(lying.history).toEqual(honest.history);
    expect(lying.model.scaling).toEqual(honest.model.scaling);
    expect(lying.test!.accuracy).toBeLessThan(honest.test!.accuracy - 0.4);
    expect(honest.test!.rows).toBe(300);
  });

  test("test rows do not move the scaling, of inputs or of targets", async () => {
    const table = regressionTable(100);
    const scalings = [1, 1000].map(async (factor) => {
      const inputs = Float64Array.from(table.inputs, (x, i) => (i < 160 ? x : x * factor));
      const targets = Array.from(table.target.values, (y, row) => (row < 80 ? y : y * factor));
      const data = createDataset({ inputs: { values: inputs, shape: [100, 2] }, targets, testFrom: 80 });
      const { model } = await train(data, { epochs: 2, validation: 0 }).result;
      return { scaling: model.scaling, task: model.task, hash: model.parametersHash };
    });
    expect((await scalings[0])!).toEqual((await scalings[1])!);
  });

  test("neither do validation rows", async () => {
    const table = regressionTable(100);
    const { model } = await train(table, { epochs: 0, test: 0, validation: 0.5 }).result;
    const rows = split(table, { validation: 0.5 }).train;
    const mean = rows.reduce((sum, row) => sum + table.inputs[2 * row]!, 0) / rows.length;
    expect(model.scaling.kind === "standard" && model.scaling.mean[0]).toBeCloseTo(mean, 6);
  });
});
