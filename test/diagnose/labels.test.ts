import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { split } from "../../src/data/split.js";
import { diagnose } from "../../src/diagnose.js";
import type { RowFinding } from "../../src/diagnose/verdict.js";
import { sameRows } from "../../src/diagnose/same-rows.js";
import { examples } from "../../src/training/examples.js";
import { backward } from "../../src/reference/backward.js";
import { forward } from "../../src/reference/forward.js";
import type { TrainOptions } from "../../src/training/options.js";
import { circleTable, regressionTable } from "../training/tables.js";
import { flipped, half, trained, verdictsOf } from "./fixtures.js";

describe("of 20 wrong labels in digits at least 15 are among the 30 most suspicious", () => {
  test.each([1, 2, 3])("where the model was trained on other rows (seed %i)", async (seed) => {
    const model = await trained(half(digits(), 0), { seed });
    const { dataset, rows } = flipped(half(digits(), 1), 20, seed);
    const [verdict] = verdictsOf(diagnose(model, dataset), "suspicious-labels");
    expect(verdict!.findings!.length).toBeLessThanOrEqual(30);
    expect(verdict!.findings!.filter(({ row }) => rows.has(row)).length).toBeGreaterThanOrEqual(15);
    expect(verdict!.message).not.toContain("learned by heart");
  });

  test("fewer where a network has learned them", async () => {
    const { dataset, rows } = flipped(digits(), 20, 1);
    const model = await trained(dataset, { recipe: "equations", epochs: 20, seed: 2 });
    const [verdict] = verdictsOf(diagnose(model, dataset), "suspicious-labels");
    expect(verdict!.findings!.filter(({ row }) => rows.has(row)).length).toBeGreaterThanOrEqual(10);
    expect(verdict!.message).toContain("1,438 of these rows were trained on, where wrong labels are learned by heart");
  });
});

describe("suspicious labels", () => {
  test("name the row, its part, its label and what it looks like", async () => {
    const target = iris().target;
    const dataset = { ...iris(), target: { ...target, indices: target.indices.map((c, row) => (row < 10 ? 2 : c)) } };
    const model = await trained(iris(), { epochs: 40 });
    const [other] = verdictsOf(diagnose(model, dataset), "suspicious-labels");
    expect(other!.findings!.length).toBeGreaterThanOrEqual(5);
    expect(other!.findings![0]).toMatchObject({ part: null, given: "virginica", predicted: "setosa" });
    for (const { row, given } of other!.findings!) expect(row < 10).toBe(given === "virginica");
    expect(other!.where.rows).toEqual(other!.findings!.map(({ row }) => row));
    // The same rows where the model was trained on them.
    const learned = await trained(dataset, { epochs: 40, test: 0.3 });
    const parts = split(dataset, { test: 0.3, validation: 0.1 });
    for (const { findings = [] } of diagnose(learned, dataset).verdicts) {
      for (const { row, part } of findings) expect(parts[part!].includes(row)).toBe(true);
    }
  });

  test("of two classes on one output", async () => {
    const { dataset, rows } = flipped(circleTable(400), 8, 1);
    const model = await trained(circleTable(400), {
      network: {
        inputs: 2,
        layers: [
          { units: 16, activation: "tanh" },
          { units: 1, activation: "sigmoid" },
        ],
        cost: "cross-entropy",
      },
      epochs: 150,
    });
    const [verdict] = verdictsOf(diagnose(model, dataset), "suspicious-labels");
    const hits = verdict!.findings!.filter(({ row }) => rows.has(row)).length;
    expect(hits).toBeGreaterThanOrEqual(3);
    expect(hits / verdict!.findings!.length).toBeGreaterThan(0.7);
  });

  test("are not looked for where outputs are no shares of the classes", async () => {
    const { dataset } = flipped(digits(), 20, 1);
    const options: TrainOptions = { cost: "hinge", outputActivation: "identity", epochs: 10 };
    expect(verdictsOf(diagnose(await trained(digits(), options), dataset), "suspicious-labels")).toEqual([]);
  });
});

describe("the worst mistakes", () => {
  const costOf = (model: Parameters<typeof examples>[0], dataset: Parameters<typeof examples>[1], row: number): number => {
    const [example] = examples(model, dataset, { rows: [row, row + 1] });
    return backward(model.network, forward(model.network, example!.x), example!.y).cost;
  };
  const largestOf = (a: Float64Array): number => a.indexOf(Math.max(...a));
  const costs = (findings: readonly RowFinding[]): number[] => findings.map(({ value }) => value);

  test.each<[string, TrainOptions]>([
    ["softmax and cross-entropy", {}],
    ["sigmoids and squared error", { recipe: "equations" }],
    ["sigmoids and cross-entropy", { outputActivation: "sigmoid", cost: "cross-entropy" }],
    ["hinge", { outputActivation: "identity", cost: "hinge" }],
  ])("are those with the largest costs: %s", async (_name, options) => {
    const model = await trained(digits(), { ...options, epochs: 15 });
    const { dataset } = flipped(digits(), 20, 2);
    const [verdict] = verdictsOf(diagnose(model, dataset), "worst-mistakes");
    const findings = verdict!.findings!;
    expect(findings.length).toBeGreaterThan(5);
    for (const { row, value, given, predicted } of findings) {
      expect(value).toBe(costOf(model, dataset, row));
      expect(given).not.toBe(predicted);
    }
    expect(costs(findings)).toEqual(costs(findings).sort((p, q) => q - p));
    // No wrong row that is left out costs more.
    const listed = new Set(findings.map(({ row }) => row));
    const least = findings.at(-1)!.value;
    const others = examples(model, dataset)
      .filter(({ x, y, row }) => !listed.has(row!) && y[largestOf(forward(model.network, x).a.at(-1)!)] !== 1)
      .map(({ row }) => costOf(model, dataset, row!));
    if (findings.length === 30) expect(Math.max(...others)).toBeLessThanOrEqual(least * (1 + 1e-5));
    else expect(Math.max(...others)).toBeLessThanOrEqual(verdict!.threshold * (1 + 1e-5));
  });

  test("of numbers are in the units of the source", async () => {
    const table = regressionTable();
    const values = table.target.values.slice();
    values[7] = 1e6;
    const broken = { ...table, target: { ...table.target, values } };
    const [verdict] = verdictsOf(diagnose(await trained(table, { epochs: 40 }), broken), "worst-mistakes");
    expect(verdict!.findings![0]).toMatchObject({ row: 7, given: 1e6, part: null });
    expect(Math.abs(verdict!.findings![0]!.predicted as number)).toBeLessThan(1e5);
  });
});

describe("rows that are the same", () => {
  test.each([
    ["numbers", Float64Array],
    ["float32", Float32Array],
    ["bytes", Uint8Array],
  ] as const)("are found among %s", (_name, type) => {
    const inputs = { values: type.from([1, 2, 3, 4, 1, 2, 2, 1, 3, 4, 1, 2]), shape: [6, 2] as const };
    expect(sameRows(createDataset({ inputs })).sort((p, q) => p[0]! - q[0]!)).toEqual([
      [0, 2, 5],
      [1, 4],
    ]);
  });

  test("0 and -0 are one number", () => {
    expect(
      sameRows(
        createDataset({
          inputs: [
            [0, 1],
            [-0, 1],
            [0, -1],
          ],
        }),
      ),
    ).toEqual([[0, 1]]);
  });

  test("and of other classes contradict each other", async () => {
    const inputs = Array.from({ length: 100 }, (_, i) => [i % 50, (i % 50) ** 2 / 100]);
    const labels = inputs.map(([x = 0], i) => (x > 24 !== [60, 70].includes(i) ? "high" : "low"));
    const table = createDataset({ inputs, labels });
    const [verdict] = verdictsOf(diagnose(await trained(table, { epochs: 5 }), table), "conflicting-labels");
    expect(verdict).toMatchObject({ severity: "warn", value: 0.04, where: { rows: [10, 20, 60, 70] } });
    expect(verdict!.message).toContain("no model can be right about more than 98 %; the first: 10, 60.");
  });

  test("and of one class do not", async () => {
    expect(verdictsOf(diagnose(await trained(digits(), { epochs: 1 }), digits()), "conflicting-labels")).toEqual([]);
  });
});

describe("classes", () => {
  test("of very different size", async () => {
    const inputs = Array.from({ length: 303 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
    const table = createDataset({ inputs, labels: inputs.map((_, i) => (i < 300 ? "many" : "few")) });
    const diagnosis = diagnose(await trained(table, { epochs: 5, test: 0, validation: 0 }), table);
    expect(verdictsOf(diagnosis, "class-imbalance")[0]).toMatchObject({
      severity: "warn",
      value: 100,
      where: { classes: ["many", "few"] },
    });
    expect(verdictsOf(diagnosis, "constant-output")[0]).toMatchObject({ severity: "warn", where: { classes: ["many"] } });
  });

  test("that other data do not have", async () => {
    const model = await trained(digits(), { epochs: 5 });
    const { target, rowCount } = digits();
    const rows = Array.from({ length: rowCount }, (_, row) => row).filter((row) => target.indices[row]! < 8);
    const inputs = rows.map((row) => Array.from(digits().inputs.subarray(64 * row, 64 * row + 64)));
    const some = createDataset({ inputs, labels: rows.map((row) => target.indices[row]!) });
    expect(verdictsOf(diagnose(model, some), "absent-classes")[0]).toMatchObject({
      severity: "info",
      where: { classes: [8, 9] },
      value: 2,
    });
  });
});
