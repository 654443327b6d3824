import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { diagnose } from "../../src/diagnose.js";
import { chooseRows, comparedPart } from "../../src/diagnose/rows.js";
import { sameRows } from "../../src/diagnose/same-rows.js";
import { rememberedSplit } from "../../src/training/align.js";
import { type ClassificationEvaluation, evaluate } from "../../src/index.js";
import type { ClassificationModel, RegressionModel } from "../../src/training/model.js";
import type { TrainOptions } from "../../src/training/options.js";
import { circleTable, regressionTable } from "../training/tables.js";
import { trained, verdictsOf } from "./fixtures.js";

// What other parts of the library measure in their own way is the same here.

const closeTo = (actual: number, expected: number, bound: number): boolean => Math.abs(actual - expected) <= bound;

/** Mean probability of the predicted class, from the bins of the calibration. */
function meanConfidence({ calibration, rows }: ClassificationEvaluation): number {
  return calibration!.reduce((sum, bin) => sum + bin.rows * (bin.confidence ?? 0), 0) / rows;
}

describe("accuracy, gap and confidence are those of evaluate", () => {
  const single: TrainOptions["network"] = {
    inputs: 2,
    layers: [
      { units: 8, activation: "tanh" },
      { units: 1, activation: "sigmoid" },
    ],
    cost: "cross-entropy",
  };
  test.each([
    ["of many classes", digits(), { epochs: 5, hidden: [16] }],
    ["of two on one output", circleTable(500), { network: single, epochs: 30, validation: 0.2 }],
  ] as const)("%s", async (_name, dataset, options) => {
    const model = (await trained(dataset, options)) as ClassificationModel;
    const diagnosis = diagnose(model, dataset);
    const [test, validation, train] = (["test", "validation", "train"] as const).map((part) => evaluate(model, dataset, { part }));
    expect(diagnosis.fitOn).toBe("test");
    expect(closeTo(verdictsOf(diagnosis, "baseline")[0]!.value, test!.accuracy, 1e-12)).toBe(true);
    expect(closeTo(verdictsOf(diagnosis, "overfitting")[0]!.value, train!.accuracy - validation!.accuracy, 1e-12)).toBe(true);
    expect(closeTo(verdictsOf(diagnosis, "calibration")[0]!.value, meanConfidence(test!) - test!.accuracy, 1e-6)).toBe(true);
  });

  test("of numbers, R2", async () => {
    const dataset = regressionTable();
    const model = (await trained(dataset, { epochs: 20 })) as RegressionModel;
    const diagnosis = diagnose(model, dataset);
    const r2 = (part: "test" | "validation" | "train"): number => evaluate(model, dataset, { part }).r2!;
    expect(closeTo(verdictsOf(diagnosis, "baseline")[0]!.value, r2("test"), 1e-6)).toBe(true);
    expect(closeTo(verdictsOf(diagnosis, "overfitting")[0]!.value, r2("train") - r2("validation"), 1e-6)).toBe(true);
  });
});

test("rules of the training shorten its steps", async () => {
  const free = await trained(iris(), { epochs: 0 });
  const clipped = await trained(iris(), { epochs: 0, clipNorm: 1e-3 });
  expect(clipped.network.parameters).toEqual(free.network.parameters);
  const [long, short] = [free, clipped].map((model) => diagnose(model, iris()).layers[0]!.updateRatio!);
  expect(long! / short!).toBeGreaterThan(50);
});

describe("rows", () => {
  test("are drawn from the training part, and fewer on request", async () => {
    const model = await trained(digits(), { epochs: 0 });
    const train = new Set(rememberedSplit(model, digits())!.train);
    const { sample, fitOn, sampledFrom } = chooseRows(model, digits(), 1000, 1);
    expect([sample.length, fitOn, sampledFrom]).toEqual([1000, "test", "train"]);
    expect(sample.every((row) => train.has(row))).toBe(true);
    expect(new Set(sample).size).toBe(1000);
    expect(chooseRows(model, digits(), 10, 1).sample).toEqual(sample.subarray(0, 10));
    expect(chooseRows(model, digits(), 10, 2).sample).not.toEqual(sample.subarray(0, 10));
    expect(chooseRows(model, digits(), 1e6, 1).sample).toHaveLength(train.size);
  });

  test("to compare with are the validation part, unless it is small", () => {
    const part = (length: number): Uint32Array => new Uint32Array(length);
    const compared = (validation: number, test: number) => comparedPart({ train: part(9), validation: part(validation), test: part(test) });
    expect([compared(30, 99), compared(29, 99), compared(5, 0), compared(0, 5), compared(0, 0)]).toEqual([
      "validation",
      "test",
      "validation",
      "test",
      undefined,
    ]);
  });

  test("are the same only where every number is, whatever their hashes", () => {
    const random = createRandom(11, 405);
    // Of so many hashes of 32 bits some are the same.
    const rows = 200_000;
    const values = Uint8Array.from({ length: 5 * rows }, () => random.below(256));
    values.set(values.subarray(0, 5), 5 * 777);
    const byText = new Map<string, number[]>();
    for (let row = 0; row < rows; row++) {
      const text = values.subarray(5 * row, 5 * row + 5).join();
      byText.set(text, [...(byText.get(text) ?? []), row]);
    }
    const expected = [...byText.values()].filter((group) => group.length > 1);
    expect(expected).toContainEqual([0, 777]);
    const found = sameRows(createDataset({ inputs: { values, shape: [rows, 5] } }));
    expect(found.sort((p, q) => p[0]! - q[0]!)).toEqual(expected.sort((p, q) => p[0]! - q[0]!));
  });
});
