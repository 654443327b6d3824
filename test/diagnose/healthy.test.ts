import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { diagnose, DIAGNOSIS_THRESHOLDS, SEVERITIES, VERDICT_KINDS } from "../../src/diagnose.js";
import { adam } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { regressionTable } from "../training/tables.js";
import { badOnes, diagnoseTrained, trained, verdictsOf } from "./fixtures.js";

describe("a healthy model has nothing that is bad", () => {
  test.each<[string, TrainOptions]>([
    ["the recipe of the equations", { recipe: "equations", epochs: 30 }],
    ["the defaults", { epochs: 20 }],
    ["Adam", { optimizer: adam(), epochs: 20 }],
    ["gelu", { activation: "gelu", epochs: 20 }],
    ["tanh", { activation: "tanh", epochs: 20 }],
    ["elu", { activation: "elu", epochs: 20 }],
    ["no hidden layer", { hidden: [], epochs: 20 }],
    ["weight decay and a mean of the parameters", { weightDecay: 1e-4, average: 0.99, epochs: 20 }],
  ])("on digits: %s", async (_name, options) => {
    const diagnosis = await diagnoseTrained(digits(), options);
    expect(badOnes(diagnosis)).toEqual([]);
    const kinds = diagnosis.verdicts.filter(({ severity }) => severity === "good").map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["update-ratio", "inputs", "class-imbalance", "baseline", "overfitting"]));
    if (options.hidden === undefined) expect(kinds).toContain("gradient-flow");
  });

  test("on iris", async () => {
    expect(badOnes(await diagnoseTrained(iris(), { epochs: 60 }))).toEqual([]);
  });

  test("of numbers", async () => {
    const diagnosis = await diagnoseTrained(regressionTable(), { epochs: 60 });
    expect(badOnes(diagnosis)).toEqual([]);
    expect(verdictsOf(diagnosis, "baseline")[0]).toMatchObject({ severity: "good" });
    expect(verdictsOf(diagnosis, "overfitting")[0]).toMatchObject({ severity: "good" });
  });
});

describe("a diagnosis", () => {
  test("has every field that JSON can keep, and is the same again for the same seed", async () => {
    const model = await trained(digits(), { epochs: 3 });
    const diagnosis = diagnose(model, digits(), { rows: 200, top: 4 });
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
    expect(diagnosis).toMatchObject({ rows: 1797, trainedOn: true, sampled: 200, sampledFrom: "train", fitOn: "test" });
    expect(diagnosis.layers.map(({ layer, activation, units }) => [layer, activation, units])).toEqual([
      [2, "relu", 64],
      [3, "relu", 32],
      [4, "softmax", 10],
    ]);
    for (const { kind, severity, value, threshold, message, advice, findings = [], where } of diagnosis.verdicts) {
      expect(VERDICT_KINDS).toContain(kind);
      expect(SEVERITIES).toContain(severity);
      expect(Number.isFinite(value) && Number.isFinite(threshold)).toBe(true);
      // One sentence each.
      for (const text of [message, advice]) expect(text).toMatch(/^[A-Z0-9].*\.$/);
      expect(findings.length).toBeLessThanOrEqual(4);
      expect(where.rows?.length ?? 0).toBeLessThanOrEqual(4);
    }
    const ranks = diagnosis.verdicts.map(({ severity }) => SEVERITIES.indexOf(severity));
    expect(ranks).toEqual([...ranks].sort((p, q) => p - q));
    expect(diagnose(model, digits(), { rows: 200, top: 4 })).toEqual(diagnosis);
    expect(diagnose(model, digits(), { rows: 200, top: 4, seed: 2 }).layers).not.toEqual(diagnosis.layers);
  });

  test("leaves the model as it is", async () => {
    const model = await trained(iris(), { epochs: 3 });
    const before = model.network.parameters.slice();
    diagnose(model, iris());
    expect(model.network.parameters).toEqual(before);
  });

  test("of other data has no parts", async () => {
    const model = await trained(iris(), { epochs: 30 });
    const diagnosis = diagnose(model, { ...iris(), name: "other", inputs: iris().inputs.map((value) => value + 0.01) });
    expect(diagnosis).toMatchObject({ trainedOn: false, sampled: 150, sampledFrom: "all", fitOn: "all" });
    expect(verdictsOf(diagnosis, "overfitting")).toEqual([]);
    for (const { findings = [] } of diagnosis.verdicts) expect(findings.every(({ part }) => part === null)).toBe(true);
  });

  test.each([
    [{ rows: 0 }, "rows: expected a whole number of at least 1, got 0"],
    [{ rows: 1.5 }, "rows: expected a whole number of at least 1"],
    [{ seed: -1 }, "seed: expected a whole number of at least 0"],
    [{ top: NaN }, "top: expected a whole number of at least 0"],
  ])("refuses %j", async (options, message) => {
    const model = await trained(iris(), { epochs: 0 });
    expect(() => diagnose(model, iris(), options)).toThrow(message);
  });

  test("refuses data without a target, and without rows", async () => {
    const model = await trained(iris(), { epochs: 0 });
    expect(() => diagnose(model, { ...iris(), target: { kind: "none" } })).toThrow('the target of "iris": expected a class for each row');
    const none = { ...iris(), rowCount: 0, inputs: new Float64Array(0), target: { ...iris().target, indices: new Int32Array(0) } };
    expect(() => diagnose(model, none)).toThrow("at least one row");
  });

  test("thresholds are in order", () => {
    for (const limits of Object.values(DIAGNOSIS_THRESHOLDS)) {
      for (const limit of typeof limits === "number" ? [limits] : Object.values(limits)) expect(limit).toBeGreaterThan(0);
    }
  });
});
