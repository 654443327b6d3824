import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Dataset, ValueTarget } from "../../src/data/dataset.js";
import { inputRow } from "../../src/data/read-rows.js";
import { iris } from "../../src/data/iris.js";
import { activations, type ScalarActivationName } from "../../src/network/activations.js";
import { evaluate } from "../../src/training/evaluate.js";
import { adam } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { predictAll } from "../../src/training/predict.js";
import { predictor } from "../../src/training/predictor.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "./caught.js";
import { circleTable, regressionTable } from "./tables.js";

const small: TrainOptions = { hidden: [4], epochs: 0, test: 0 };

/** y around 3 x, with noise that is drawn by `noise` from numbers in 0..1. */
function table(noise: (x: number, uniform: () => number) => number, rows = 400): Dataset<ValueTarget> {
  const random = createRandom(5, 311);
  const inputs = Array.from({ length: rows }, () => [2 * random.uniform() - 1]);
  return createDataset({ inputs, targets: inputs.map(([x = 0]) => noise(x, () => random.uniform())), targetNames: ["y"] });
}

/** Knuth's draw of a count with this mean. */
function counted(mean: number, uniform: () => number): number {
  let count = 0;
  for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) count += 1;
  return count;
}

describe("what a cost brings with it", () => {
  test.each([
    ["hinge", "identity"],
    ["cross-entropy", "softmax"],
    ["huber", "sigmoid"],
  ] as const)("classes under %s have %s outputs where none are named", async (cost, output) => {
    const { model } = await train(iris(), { ...small, cost }).result;
    expect(model.network.description.layers.at(-1)).toEqual({ units: 3, activation: output });
  });

  test.each([
    ["poisson", "exponential", false],
    ["huber", "identity", true],
    [{ kind: "quantile", quantile: 0.9 }, "identity", true],
    ["mean-absolute-error", "identity", true],
  ] as const)("values under %j have %s outputs, standardised: %j", async (cost, output, standardised) => {
    const { model } = await train(regressionTable(20), { ...small, cost }).result;
    expect(model.network.description).toMatchObject({ cost, layers: [{}, { activation: output }] });
    expect(model.task.deviation[0] !== 1).toBe(standardised);
  });

  test("a setting that is the usual one is left out, and one that will not do is refused", async () => {
    const { model } = await train(regressionTable(20), { ...small, cost: { kind: "huber", delta: 1 } }).result;
    expect(model.network.description.cost).toBe("huber");
    const error = said(caught(() => train(iris(), { cost: { kind: "huber", delta: -1 } })));
    expect(error).toMatchObject({ code: "E_USAGE", where: "cost.delta", expected: "a number above 0", got: "-1" });
    const beside = said(caught(() => train(iris(), { network: { inputs: 4, layers: [{ units: 3 }] }, cost: { kind: "huber", delta: 2 } })));
    expect(beside).toMatchObject({ where: "cost", got: '{"kind":"huber","delta":2}' });
  });

  test("hinge needs classes, and Poisson's counts are never below 0", () => {
    expect(said(caught(() => train(regressionTable(20), { cost: "hinge" })))).toMatchObject({
      code: "E_USAGE",
      where: "cost",
      hint: expect.stringMatching(/^Hinge needs classes/) as string,
    });
    const negative = createDataset({ inputs: [[0], [1], [2]], targets: [0, -1, 3], targetNames: ["y"] });
    expect(said(caught(() => train(negative, { cost: "poisson", test: 0 })))).toMatchObject({
      code: "E_USAGE",
      expected: "numbers of at least 0, which exponential can give",
      hint: "Poisson counts; its targets are never below 0.",
    });
  });
});

describe("what a network learns", () => {
  const quick: TrainOptions = { hidden: [12], epochs: 60, test: 0, validation: 0, optimizer: adam({ learningRate: 0.01 }) };

  test.each(Object.keys(activations) as ScalarActivationName[])("iris, with %s", async (activation) => {
    const { model } = await train(iris(), { ...quick, activation, seed: 2 }).result;
    expect(evaluate(model, iris(), { part: "train" }).accuracy).toBeGreaterThan(0.93);
  });

  test("iris under hinge: the largest output is the class", async () => {
    const { model } = await train(iris(), { ...quick, activation: "elu", cost: "hinge" }).result;
    expect(evaluate(model, iris(), { part: "train" }).accuracy).toBeGreaterThan(0.93);
  });

  test("two classes on one output under hinge: from 0 on it is the second, wherever that is asked", async () => {
    const data = circleTable();
    const network = {
      inputs: 2,
      layers: [
        { units: 12, activation: "tanh" },
        { units: 1, activation: "identity" },
      ],
      cost: "hinge",
    } as const;
    const { optimizer } = quick;
    const { model } = await train(data, { network, epochs: 150, test: 0, validation: 0, optimizer: optimizer! }).result;
    const evaluation = evaluate(model, data, { part: "train" });
    expect(evaluation.accuracy).toBeGreaterThan(0.95);
    expect(evaluation.topK[0]).toBe(evaluation.accuracy);
    expect(evaluation).toMatchObject({ logLoss: null, calibration: null });
    const ask = predictor(model);
    const predictions = predictAll(model, data);
    let between = 0;
    predictions.forEach(({ label, outputs: [output = NaN], ...others }, row) => {
      expect(label).toBe(model.task.classes[Number(output >= 0)]);
      expect(ask(inputRow(data, row))).toBe(label);
      expect(others).not.toHaveProperty("probabilities");
      if (output >= 0 && output < 0.5) between += 1;
    });
    // Rows on which a threshold of 1/2 would decide otherwise.
    expect(between).toBeGreaterThan(0);
  });

  test("counts under Poisson: the rates behind them", async () => {
    const data = table((x, uniform) => counted(Math.exp(1 + x), uniform), 1500);
    const { model } = await train(data, { ...quick, activation: "gelu", cost: "poisson" }).result;
    for (const x of [-0.75, 0, 0.75]) {
      const rate = predictor(model)([x]);
      expect(Math.abs(rate / Math.exp(1 + x) - 1)).toBeLessThan(0.15);
    }
  });

  test.each([0.1, 0.9])("a quantile of %d: that share of the targets lies below", async (quantile) => {
    const data = table((x, uniform) => 3 * x + uniform(), 1500);
    const { model } = await train(data, { ...quick, activation: "silu", cost: { kind: "quantile", quantile } }).result;
    const below = predictAll(model, data).filter(({ value }, row) => data.target.values[row]! < value).length / data.rowCount;
    expect(Math.abs(below - quantile)).toBeLessThan(0.05);
  });

  test("outliers pull at a squared error, and little at an absolute one or huber", async () => {
    const data = table((x, uniform) => 3 * x + (uniform() < 0.1 ? 40 : 0));
    const errorAt = async (cost: NonNullable<TrainOptions["cost"]>): Promise<number> => {
      const { model } = await train(data, { ...quick, activation: "softplus", cost }).result;
      return Math.abs(predictor(model)([0]));
    };
    const squared = await errorAt("half-squared-error");
    for (const cost of ["mean-absolute-error", { kind: "huber", delta: 0.05 }] as const) {
      expect(await errorAt(cost)).toBeLessThan(squared / 4);
    }
  });
});
