import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { iris } from "../../src/data/iris.js";
import { smoothLabels } from "../../src/training/row-weights.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";
import { caught } from "./caught.js";

const base: TrainOptions = { hidden: [6], epochs: 5, batchSize: 10, seed: 2, test: 0, validation: 0 };
const hashOf = async (options: TrainOptions): Promise<string> => (await train(iris(), { ...base, ...options }).result).model.parametersHash;

describe("weights of rows and classes", () => {
  test("ones change no bit; others do", async () => {
    const plain = await hashOf({});
    expect(await hashOf({ sampleWeights: new Array(150).fill(1) })).toBe(plain);
    expect(await hashOf({ classWeights: { virginica: 3 } })).not.toBe(plain);
  });

  test("iris is balanced, so that balanced weights change no bit", async () => {
    expect(await hashOf({ classWeights: "balanced" })).toBe(await hashOf({}));
  });

  test("balanced weights are rows / (classes * rows of the class)", async () => {
    const labels = ["a", "a", "a", "b"];
    const data = createDataset({ inputs: [[0], [1], [2], [3]], labels });
    const options: TrainOptions = { ...base, batchSize: 4, test: 0 };
    const balanced = await train(data, { ...options, classWeights: "balanced" }).result;
    const byHand = await train(data, { ...options, sampleWeights: [2 / 3, 2 / 3, 2 / 3, 2] }).result;
    expect(balanced.model.parametersHash).toBe(byHand.model.parametersHash);
  });

  test("rows of weight 0 teach nothing: a class that counts nothing is not predicted", async () => {
    const { model, history } = await train(iris(), { ...base, epochs: 60, classWeights: { setosa: 0 } }).result;
    expect(model.task).toMatchObject({ kind: "classification" });
    expect(history.every(({ cost }) => Number.isFinite(cost))).toBe(true);
  });

  test("the cost of an epoch is the weighted mean", async () => {
    const options: TrainOptions = {
      ...base,
      epochs: 1,
      batchSize: 150,
      optimizer: { kind: "sgd", learningRate: 1e-6, momentum: 0, nesterov: false },
    };
    const weights = Array.from({ length: 150 }, (_, row) => (row < 50 ? 1 : 0));
    const weighted = await train(iris(), { ...options, sampleWeights: weights }).result;
    const doubled = await train(iris(), { ...options, sampleWeights: weights.map((weight) => 7 * weight) }).result;
    expect(Math.abs(weighted.history[0]!.cost - doubled.history[0]!.cost)).toBeLessThan(1e-6);
  });

  test.each<[TrainOptions, string]>([
    [{ sampleWeights: [1, 2] }, "sampleWeights: expected 150 numbers, one a row, got 2"],
    [{ sampleWeights: new Array(150).fill(-1) }, "sampleWeights[0]: expected a finite number of at least 0, got -1"],
    [{ sampleWeights: new Array(150).fill(0) }, "a training row with a weight above 0"],
    [{ classWeights: { rose: 2 } }, "classWeights.rose"],
    [{ classWeights: { setosa: NaN } }, "classWeights.setosa"],
    [{ labelSmoothing: 1 }, "labelSmoothing: expected a number of at least 0 and below 1, got 1"],
  ])("%j is refused", (options, message) => {
    expect(caught(() => train(iris(), { ...base, ...options })).message).toContain(message);
  });

  test("a numeric target has no classes to weigh or smooth", () => {
    const data = createDataset({ inputs: [[0], [1], [2]], targets: [1, 2, 3] });
    expect(caught(() => train(data, { ...base, classWeights: "balanced" })).message).toContain("classes to weigh");
    expect(caught(() => train(data, { ...base, labelSmoothing: 0.1 })).message).toContain("classes or labels to smooth");
  });
});

describe("label smoothing", () => {
  test("moves targets of training rows towards the mean", () => {
    const targets = Float64Array.of(0, 1, 0, 1, 0, 0);
    smoothLabels(targets, Uint32Array.of(1), 3, 0.3);
    [0, 1, 0, 0.8, 0.1, 0.1].forEach((y, at) => expect(targets[at]).toBeCloseTo(y, 14));
    const single = Float64Array.of(0, 1);
    smoothLabels(single, Uint32Array.of(0, 1), 1, 0.2);
    expect([...single].map((y) => y.toFixed(12))).toEqual(["0.100000000000", "0.900000000000"]);
  });

  test("keeps answers from 0 and 1, and the accuracy what it was", async () => {
    const { model, history } = await train(iris(), { ...base, epochs: 200, hidden: [16], labelSmoothing: 0.2, validation: 0.2 }).result;
    expect(model.parametersHash).not.toBe(await hashOf({ epochs: 200, hidden: [16], validation: 0.2 }));
    expect(history.at(-1)!.accuracy).toBeGreaterThan(0.93);
    // The smallest cost that smoothed targets allow: their entropy.
    const [most, least] = [1 - 0.2 + 0.2 / 3, 0.2 / 3];
    expect(history.at(-1)!.cost).toBeGreaterThan(-(most * Math.log(most) + 2 * least * Math.log(least)) - 1e-6);
  });
});
