import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { iris } from "../../src/data/iris.js";
import { takeRows } from "../../src/data/rows.js";
import { evaluate } from "../../src/training/evaluate.js";
import { memoryCheckpoints } from "../../src/training/checkpoint/store.js";
import type { TrainOptions } from "../../src/training/options.js";
import { CLASS_METRICS, isBetter, VALUE_METRICS } from "../../src/training/stopping.js";
import { train } from "../../src/training/train.js";
import { caught } from "./caught.js";

const base: TrainOptions = { hidden: [6], epochs: 12, batchSize: 20, seed: 4, validation: 0.3 };
const numbers = createDataset({
  inputs: Array.from({ length: 80 }, (_, i) => [i / 40, Math.sin(i)]),
  targets: Array.from({ length: 80 }, (_, i) => 3 * Math.sin(i / 9) + i / 40),
});

describe("a run watches any metric of the validation rows", () => {
  test.each(CLASS_METRICS)("%s of classes: the best epoch's model has the value that was the best", async (metric) => {
    const { model, history, bestEpoch } = await train(iris(), { ...base, metric }).result;
    const values = history.map((record) => record.metric ?? record.validation!.accuracy!);
    const best = values.reduce((found, value) => (isBetter(metric, value, found) ? value : found));
    expect(values[bestEpoch! - 1]).toBe(best);
    const measured = evaluate(model, iris(), { part: "validation" });
    const own = metric === "macroF1" ? measured.macro.f1 : metric === "weightedF1" ? measured.weighted.f1 : measured[metric];
    expect(own).toBe(best);
  });

  test.each(VALUE_METRICS)("%s of numbers", async (metric) => {
    const { model, history, bestEpoch } = await train(numbers, { ...base, metric }).result;
    const best = history[bestEpoch! - 1]!.metric!;
    expect(history.every((record) => !isBetter(metric, record.metric!, best))).toBe(true);
    const measured = evaluate(model, numbers, { part: "validation" });
    expect(measured[metric]).toBe(best);
  });

  test("with patience it stops, and a resumed run knows the values", async () => {
    const store = memoryCheckpoints();
    const options: TrainOptions = { ...base, epochs: 300, metric: "macroF1", patience: 6 };
    const whole = await train(iris(), { ...options, checkpoint: { store } }).result;
    expect(whole.stopped).toBe("patience");
    const again = await train(iris(), { ...options, checkpoint: { store, resume: true } }).result;
    expect(again.history).toEqual(whole.history);
  });

  test("where it is not defined the record leaves it out, and it is no improvement; after a resume too", async () => {
    const store = memoryCheckpoints();
    // One row of 8 has no R2.
    const rows = takeRows(
      numbers,
      Uint32Array.from({ length: 8 }, (_, i) => 9 * i),
    );
    const options: TrainOptions = { ...base, batchSize: 2, test: 0, validation: 0.125, metric: "r2", patience: 3 };
    const { history, stopped, bestEpoch } = await train(rows, { ...options, checkpoint: { store } }).result;
    expect([stopped, history.length, bestEpoch]).toEqual(["patience", 3, undefined]);
    for (const record of history) {
      expect(record.validation!.cost).toBeGreaterThan(0);
      expect(record).not.toHaveProperty("metric");
    }
    expect((await train(rows, { ...options, checkpoint: { store, resume: true } }).result).history).toEqual(history);
  });

  test.each<[TrainOptions, string]>([
    [{ metric: "rmse" }, "metric: expected one of cost, accuracy"],
    [{ metric: "logLoss", cost: "squared-error", outputActivation: "sigmoid" }, "a metric that needs no probabilities"],
  ])("%j is refused for classes", (options, message) => {
    expect(caught(() => train(iris(), { ...base, ...options })).message).toContain(message);
  });

  test("accuracy is refused for numbers", () => {
    expect(caught(() => train(numbers, { ...base, metric: "accuracy" })).message).toContain("metric: expected one of cost, rmse");
  });
});
