import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import type { NetworkInput } from "../../src/network/description.js";
import { evaluate } from "../../src/training/evaluate.js";
import { examples } from "../../src/training/examples.js";
import type { MultiLabelEvaluation } from "../../src/training/measure.js";
import { createModel, type MultiLabelModel } from "../../src/training/model.js";
import { sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { type LabelPrediction, predict, predictAll } from "../../src/training/predict.js";
import { predictAllInWorkers } from "../../src/training/predict-in-workers.js";
import { predictor } from "../../src/training/predictor.js";
import { train } from "../../src/training/train.js";
import { root } from "../support/shared.js";
import { caught, said } from "./caught.js";
import { differences } from "./metrics/golden.js";
import { shapesTable } from "./tables.js";

const data = shapesTable();
const { model } = await train(data, { hidden: [16, 8], epochs: 60, seed: 2 }).result;

describe("rows with any number of labels", () => {
  test("are learned, by one sigmoid a label with cross-entropy", async () => {
    const { model, test: measured, history } = await train(data, { hidden: [16, 8], epochs: 60, seed: 2 }).result;
    expect(model.network.description).toMatchObject({ cost: "cross-entropy" });
    expect(model.network.description.layers.at(-1)).toMatchObject({ units: 2, activation: "sigmoid" });
    expect(model.task).toEqual({ kind: "multi-label", labels: ["inside", "right"], thresholds: [0.5, 0.5] });
    expectTypeOf(model).toEqualTypeOf<MultiLabelModel>();
    expectTypeOf(measured).toEqualTypeOf<MultiLabelEvaluation | undefined>();
    // Always saying the commonest set of labels is right for a third of the rows.
    expect(measured!.subsetAccuracy).toBeGreaterThan(0.9);
    expect(measured!.macro.f1).toBeGreaterThan(0.93);
    expect(measured!.rocAuc).toBeGreaterThan(0.98);
    expect(history.at(-1)!.accuracy).toBeGreaterThan(0.9);
    expect(history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.8);
  });

  test.each<[TrainOptions, number, number]>([
    [{ cost: "squared-error" }, 0.5, 0.85],
    [{ cost: "hinge" }, 0, 0.85],
    [{ cost: "hinge", outputActivation: "tanh" }, 0, 0.85],
    [{ cost: "squared-error", outputActivation: "identity" }, 0.5, 0.8],
  ])("and with %j, a label being there from %d on", async (options, threshold, least) => {
    const { model, test: measured } = await train(data, { hidden: [16, 8], epochs: 60, ...options }).result;
    expect(model.task.thresholds).toEqual([threshold, threshold]);
    expect(measured!.subsetAccuracy).toBeGreaterThan(least);
    expect(measured).toMatchObject({ logLoss: null, brier: null });
    expect(predict(model, [0, 0])).not.toHaveProperty("probabilities");
  });

  test("one label alone", async () => {
    const single = createDataset({ inputs: [[-1], [1], [-2], [2]], labelSets: [[], ["up"], [], ["up"]] });
    const { model, history } = await train(single, {
      hidden: [4],
      epochs: 60,
      test: 0,
      validation: 0,
      optimizer: sgd({ learningRate: 0.1 }),
    }).result;
    expect(history.at(-1)!.accuracy).toBe(1);
    expect(predictAll(model, single).map(({ labels }) => labels)).toEqual([[], ["up"], [], ["up"]]);
  });

  test("go on from a model, whatever the order of their names", async () => {
    const turned = createDataset({
      inputs: { values: data.inputs, shape: [400, 2] },
      labelNames: ["right", "inside", "never"],
      labelMatrix: Array.from({ length: 400 }, (_, row) => [data.target.values[2 * row + 1]!, data.target.values[2 * row]!, 0]),
    });
    const common = { epochs: 2, seed: 1, test: 0.2 };
    const [one, other] = [await train(data, { ...common, from: model }).result, await train(turned, { ...common, from: model }).result];
    expect(other.model.parametersHash).toBe(one.model.parametersHash);
    expect(evaluate(model, turned)).toEqual({ ...evaluate(model, data, { part: "all" }), trainedOn: false });
  });

  test("in the examples of the equations", () => {
    const [first] = examples(model, data, { rows: [3, 4] });
    expect(Array.from(first!.y)).toEqual(Array.from(data.target.values.subarray(6, 8)));
  });
});

interface GoldenCase {
  readonly network: NetworkInput & { readonly inputs: number };
  readonly smoothing: number;
  readonly rate: number;
  readonly x: readonly number[][];
  readonly labels: readonly number[][];
  readonly costs: readonly number[];
  readonly correct: readonly number[];
  readonly parameters: readonly number[];
  readonly measured: Readonly<Record<string, unknown>>;
}

const golden = JSON.parse(readFileSync(join(root, "test", "golden", "multilabel.json"), "utf8")) as readonly GoldenCase[];

describe.each(golden.map((value, index) => [index, value] as const))("case %d of PyTorch and scikit-learn", (_index, golden) => {
  const { network, smoothing, rate, x, labels } = golden;
  const rows = createDataset({ inputs: x, labelMatrix: labels, labelNames: labels[0]!.map((_, j) => `label ${j}`) });
  const options: TrainOptions = {
    network,
    labelSmoothing: smoothing,
    optimizer: { kind: "sgd", learningRate: rate, momentum: 0, nesterov: false },
    epochs: golden.costs.length,
    batchSize: x.length,
    test: 0,
    validation: 0,
    scale: "none",
  };

  test.each(ENGINE_NAMES)("trained by %s", async (engine) => {
    const { model, history } = await train(rows, { ...options, engine }).result;
    const largest = (list: readonly number[]): number => Math.max(...list.map((value) => Math.abs(value)));
    const off = (list: readonly number[], expected: readonly number[]): number => largest(list.map((value, i) => value - expected[i]!));
    expect(history.map(({ accuracy }) => Math.round(accuracy! * x.length))).toEqual(golden.correct);
    const costs = history.map(({ cost }) => cost);
    // 30 steps, each with some roundings of sums of 40 rows.
    expect(off(costs, golden.costs) <= 2e-6 * largest(golden.costs)).toBe(true);
    expect(off(Array.from(model.network.parameters), golden.parameters) <= 4e-6 * largest(golden.parameters)).toBe(true);
    const { part, trainedOn, kind, rows: count, cost, labels: _labels, perLabel: _perLabel, ...measured } = evaluate(model, rows);
    expect({ part, trainedOn, kind, count }).toEqual({ part: "all", trainedOn: true, kind: "multi-label", count: x.length });
    expect(cost).toBeGreaterThan(0);
    expect(Object.keys(measured).sort()).toEqual(Object.keys(golden.measured).sort());
    const { logLoss, brier, ...exact } = measured;
    const { logLoss: wantedLoss, brier: wantedBrier, ...wanted } = golden.measured;
    expect(differences(exact, wanted)).toEqual([]);
    if (wantedLoss === null) expect([logLoss, brier, wantedBrier]).toEqual([null, null, null]);
    else {
      expect(Math.abs(logLoss! - (wantedLoss as number)) <= 2e-6).toBe(true);
      expect(Math.abs(brier! - (wantedBrier as number)) <= 2e-6).toBe(true);
    }
  });
});

describe("predictions", () => {
  const all = predictAll(model, data);

  test("are the labels whose probability is at least 1/2", () => {
    expectTypeOf(all).toEqualTypeOf<LabelPrediction[]>();
    for (const { kind, labels, outputs, probabilities } of all) {
      expect(kind).toBe("multi-label");
      expect(probabilities).toEqual(outputs);
      expect(labels).toEqual(["inside", "right"].filter((_, j) => outputs[j]! >= 0.5));
    }
    expect(new Set(all.map(({ labels }) => labels.join())).size).toBe(4);
  });

  test("are the same for one row, in workers and by a predictor", async () => {
    const one = predictor(model);
    for (const row of [0, 7, 399]) {
      const input = data.inputs.subarray(2 * row, 2 * row + 2);
      expect(predict(model, input)).toEqual(all[row]);
      expect(one(input)).toEqual(all[row]!.labels);
      expect(Array.from(one.outputs)).toEqual(all[row]!.outputs);
    }
    expect(await predictAllInWorkers(model, data, { threads: 2 })).toEqual(all);
  });

  test("of an output that is its threshold have the label, and each label has its own threshold", () => {
    const parameters = new Float32Array(model.network.parameters.length);
    // Every output is 1/2.
    const halves = createModel({ ...model, network: { ...model.network, parameters } });
    for (const [thresholds, labels] of [
      [
        [0.5, 0.5],
        ["inside", "right"],
      ],
      [[0.5, 0.51], ["inside"]],
      [[0.51, 0.5], ["right"]],
      [[0.51, 0.51], []],
    ] as const) {
      const judged = { ...halves, task: { ...halves.task, thresholds } };
      expect(predict(judged, [0, 0]).labels).toEqual(labels);
      expect(predictor(judged)([0, 0])).toEqual(labels);
      const rows = createDataset({ inputs: [[0, 0]], labelSets: [labels], labelNames: ["inside", "right"] });
      expect(evaluate(judged, rows).subsetAccuracy).toBe(1);
    }
  });

  test("follow the thresholds of the task, and so do evaluations and what is counted while training", async () => {
    const strict = createModel({ ...model, task: { ...model.task, thresholds: [0.9, 0.7] } });
    const predicted = predictAll(strict, data);
    expect(predicted.map(({ labels }) => labels)).toEqual(
      all.map(({ outputs }) => ["inside", "right"].filter((_, j) => outputs[j]! >= Math.fround([0.9, 0.7][j]!))),
    );
    expect(predicted).not.toEqual(all);
    const measured = evaluate(strict, data, { part: "all" });
    expect(measured.perLabel.map(({ threshold }) => threshold)).toEqual([0.9, 0.7]);
    const right = predicted.filter(({ labels }, row) => {
      return labels.join() === ["inside", "right"].filter((_, j) => data.target.values[2 * row + j] === 1).join();
    });
    expect(measured.subsetAccuracy).toBe(right.length / 400);
    for (const engine of ENGINE_NAMES) {
      const still = { optimizer: { kind: "sgd", learningRate: 1e-30, momentum: 0 }, epochs: 1, test: 0, validation: 0 } as const;
      const { history } = await train(data, { from: strict, engine, ...still }).result;
      expect({ engine, accuracy: history[0]!.accuracy }).toEqual({ engine, accuracy: measured.subsetAccuracy });
    }
  });
});

describe("an evaluation", () => {
  test("has each label, and null where a number is not defined", () => {
    const rows = createDataset({
      inputs: [
        [0.9, 0.9],
        [0, 0],
      ],
      labelSets: [["right"], []],
      labelNames: ["inside", "right"],
    });
    const { perLabel, rocAuc, averagePrecision } = evaluate(model, rows);
    expect(perLabel.map(({ label, support, rocAuc }) => ({ label, support, rocAuc }))).toEqual([
      { label: "inside", support: 0, rocAuc: null },
      { label: "right", support: 1, rocAuc: 1 },
    ]);
    expect(rocAuc).toBeNull();
    expect(averagePrecision).toBe(0.5);
    expect(JSON.parse(JSON.stringify(evaluate(model, rows)))).toEqual(evaluate(model, rows));
  });
});

describe("a model file", () => {
  test("keeps labels and thresholds", () => {
    const strict = createModel({ ...model, task: { ...model.task, thresholds: [0.25, 0.75] } });
    expect(decodeModel(encodeModel(strict))).toEqual(strict);
    expect(encodeModel(decodeModel(encodeModel(strict)))).toEqual(encodeModel(strict));
  });

  test.each<[string, object]>([
    ["labels that are no text", { labels: [1, 2] }],
    ["a label twice", { labels: ["a", "a"] }],
    ["too few labels", { labels: ["a"], thresholds: [0.5] }],
    ["too few thresholds", { thresholds: [0.5] }],
    ["thresholds that are no numbers", { thresholds: ["0.5", 0.5] }],
    ["no thresholds", { thresholds: undefined }],
  ])("with %s is refused", (_title, change) => {
    const bytes = encodeModel({ ...model, task: { ...model.task, ...change } });
    expect(caught(() => decodeModel(bytes)).code).toBe("E_CORRUPT");
  });

  test("with softmax is refused", () => {
    const { description } = model.network;
    const layers = description.layers.map((layer, index) => (index === 2 ? { ...layer, activation: "softmax" as const } : layer));
    const bytes = encodeModel({ ...model, network: { ...model.network, description: { ...description, layers } } });
    expect(caught(() => decodeModel(bytes))).toMatchObject({ code: "E_CORRUPT" });
  });
});

describe("is refused", () => {
  const softmax = "outputs of softmax sum to 1, so that a row with two labels could not be sure of either";
  test.each<[TrainOptions, object]>([
    [{ outputActivation: "softmax" }, { where: "layers[2].activation", got: "softmax", hint: expect.stringContaining(softmax) as string }],
    [
      { outputActivation: "softmax", cost: "squared-error" },
      { where: "layers[2].activation", got: "softmax" },
    ],
    [{ classWeights: "balanced" }, { where: "classWeights", got: "labels, of which a row has any number" }],
    [{ network: { inputs: 2, layers: [{ units: 3 }] } }, { where: "layers[0].units", expected: "2, one output a label", got: "3" }],
    [{ metric: "rmse" }, { where: "metric", got: "rmse" }],
    [
      { metric: "logLoss", cost: "squared-error" },
      { where: "metric", got: "logLoss, of outputs that are none" },
    ],
  ])("%j", (options, problem) => {
    expect(said(caught(() => train(data, { ...(options.network === undefined ? { hidden: [4, 3] } : {}), ...options })))).toMatchObject({
      code: "E_USAGE",
      ...problem,
    });
  });

  test("data of another kind, or with another label", () => {
    const classes = createDataset({ inputs: [[1, 2]], labels: ["inside"] });
    expect(said(caught(() => evaluate(model, classes)))).toMatchObject({ code: "E_DATA", got: 'classes ["inside"]' });
    const other = createDataset({ inputs: [[1, 2]], labelSets: [["insid"]] });
    expect(said(caught(() => evaluate(model, other)))).toMatchObject({ code: "E_DATA", got: '"insid"', hint: 'Did you mean "inside"?' });
  });
});

test.each(["accuracy", "macroF1", "microF1", "weightedF1", "hammingLoss", "rocAuc", "averagePrecision", "logLoss", "brier"] as const)(
  "%s can be watched",
  async (metric) => {
    const { history, bestEpoch } = await train(data, { hidden: [8], epochs: 8, validation: 0.2, metric }).result;
    const values = history.map(({ metric: value, validation }) => value ?? validation!.accuracy!);
    const falls = ["hammingLoss", "logLoss", "brier"].includes(metric);
    const best = (falls ? Math.min : Math.max)(...values);
    expect(values.indexOf(best) + 1).toBe(bestEpoch);
  },
);
