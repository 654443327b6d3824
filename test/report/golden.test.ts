import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Dataset, ValueTarget } from "../../src/data/dataset.js";
import { rowNumbers, takeRows } from "../../src/data/rows.js";
import { createNetwork } from "../../src/network/network.js";
import { createReport } from "../../src/report/create-report.js";
import { constantOf, measureConstant } from "../../src/report/constant.js";
import { permutationImportance } from "../../src/report/importance.js";
import { measureLinear, trainLinear } from "../../src/report/linear.js";
import type { ClassSection, Importance, ValueSection } from "../../src/report/report.js";
import type { ClassTarget } from "../../src/data/dataset.js";
import { inputsOf, type Preparation } from "../../src/table/preparation.js";
import { prepareRow } from "../../src/table/prepare-row.js";
import { createModel, type Model } from "../../src/training/model.js";
import type { Task } from "../../src/training/task.js";
import { root } from "../support/shared.js";

interface Golden {
  readonly kinds: readonly string[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly kind: readonly number[];
  readonly permutations: readonly (readonly (readonly number[])[])[];
  readonly classification: Case & {
    readonly scores: Readonly<Record<string, number>>;
    readonly calibrationError: number;
    readonly bins: readonly object[];
    readonly thresholds: readonly object[];
  };
  readonly regression: Case & {
    readonly residuals: {
      readonly mean: number;
      readonly deviation: number;
      readonly quantiles: readonly number[];
      readonly bins: readonly number[];
    };
  };
}
interface Case {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly actual: readonly number[];
  readonly scores: Readonly<Record<string, number>>;
  readonly importance: { readonly baseline: number; readonly columns: readonly Readonly<Record<string, number | readonly number[]>>[] };
  readonly linear: Readonly<Record<string, number>>;
  readonly constant: Readonly<Record<string, number>>;
}

const golden = JSON.parse(readFileSync(join(root, "test", "golden", "report.json"), "utf8")) as Golden;
const number = (name: string) =>
  ({ name, kind: "numeric", curve: { kind: "linear", center: 0, spread: 1 }, fill: 0, indicator: false, twice: false }) as const;
const preparation: Preparation = {
  columns: [
    number("x"),
    number("y"),
    { name: "kind", kind: "categorical", categories: golden.kinds, others: false, missing: false, encode: "one-hot" },
  ],
  mark: ".",
};
const columns = inputsOf(preparation).map(({ name }) => name);
const rows = golden.x.map((x, i) => ({ x, y: golden.y[i], kind: golden.kinds[golden.kind[i]!] }));
const inputs = Float64Array.from(rows.flatMap((row) => Array.from(prepareRow(preparation, row, columns.length))));

function modelOf(task: Task, { weights, bias }: Case, activation: "softmax" | "identity", cost: "cross-entropy" | "squared-error"): Model {
  const layers = [{ units: bias.length, activation }];
  const network = createNetwork({ inputs: columns.length, layers, cost, w2: weights, b2: bias });
  return createModel({ network, task, columns, preparation, scaling: { kind: "none" } });
}

function close(got: number | null | undefined, expected: number, bound = 2e-6): string[] {
  return Math.abs(Number(got ?? NaN) - expected) <= bound ? [] : [`${got} for ${expected}`];
}

function compareImportance(got: Importance, { baseline, columns: expected }: Case["importance"]): void {
  expect(close(got.baseline, baseline)).toEqual([]);
  const inOrder = got.columns.toSorted((a, b) => a.index - b.index);
  expect(inOrder.map(({ column }) => column)).toEqual(["x", "y", "kind"]);
  const faults = inOrder.flatMap(({ mean, deviation, values }, k) => {
    const numbers = expected[k]!["values"] as readonly number[];
    return [
      ...close(mean, expected[k]!["mean"] as number),
      ...close(deviation, expected[k]!["deviation"] as number),
      ...values.flatMap((value, i) => close(value, numbers[i]!)),
    ];
  });
  expect(faults).toEqual([]);
  expect(got.columns.map(({ mean }) => mean)).toEqual(inOrder.map(({ mean }) => mean).sort((a, b) => b - a));
}

const permutation = (column: number, repeat: number): Uint32Array => Uint32Array.from(golden.permutations[column]![repeat]!);
const settings = { repeats: 3, seed: 1, permutation };
const half = golden.x.length / 2;
const [first, second] = [rowNumbers(0, half), rowNumbers(half, golden.x.length)];

describe("two classes as in scikit-learn", () => {
  const wanted = golden.classification;
  const task = { kind: "classification", target: "said", classes: ["no", "yes"] } as const;
  const target: ClassTarget = { kind: "classes", name: "said", classes: ["no", "yes"], indices: Int32Array.from(wanted.actual) };
  const dataset: Dataset = { name: "golden", rowCount: rows.length, columns, inputs, target };
  const model = modelOf(task, wanted, "softmax", "cross-entropy");

  test("scores, calibration and thresholds", async () => {
    const { sections } = await createReport(model, dataset, { table: rows });
    const section = sections[0] as ClassSection;
    const scores = Object.entries(wanted.scores);
    expect(scores.flatMap(([name, value]) => close(section.scores.find((score) => score.name === name)?.model, value))).toEqual([]);
    expect(close(section.calibration?.error, wanted.calibrationError)).toEqual([]);
    const filled = section.calibration!.bins.filter((bin) => bin.rows > 0);
    const numbers = (list: readonly object[], names: readonly string[]): number[] =>
      list.flatMap((one) => names.map((name) => Number((one as Record<string, unknown>)[name])));
    const ofBin = ["rows", "confidence", "accuracy"];
    const expected = numbers(wanted.bins, ofBin);
    expect(numbers(filled, ofBin).flatMap((got, i) => close(got, expected[i]!))).toEqual([]);
    expect(filled).toHaveLength(wanted.bins.length);
    const ofRow = Object.keys(wanted.thresholds[0]!);
    const rowsExpected = numbers(wanted.thresholds, ofRow);
    const got = numbers(section.thresholds!.rows, ofRow);
    expect(got.flatMap((value, i) => close(value, rowsExpected[i]!, 1e-12))).toEqual([]);
    expect(got).toHaveLength(rowsExpected.length);
  });

  test("importance, with the permutations of raw cells handed over", () => {
    compareImportance(permutationImportance(model, dataset, settings)[0]!, wanted.importance);
  });

  test("the linear model and the constant, from the first half of the rows", async () => {
    const linear = await trainLinear(model, dataset, first, 1);
    const measured = measureLinear(linear.model, model, dataset, second);
    const numbers = measured as unknown as Readonly<Record<string, number>>;
    expect([
      ...close(numbers["logLoss"], wanted.linear["logLoss"]!, 1e-3),
      ...close(numbers["accuracy"], wanted.linear["accuracy"]!),
    ]).toEqual([]);
    const constant = measureConstant(task, takeRows(dataset, second), constantOf(task, dataset, first, "the first half"));
    const ofConstant = constant as unknown as Readonly<Record<string, number>>;
    expect(Object.entries(wanted.constant).flatMap(([name, value]) => close(ofConstant[name], value, 1e-12))).toEqual([]);
  });
});

describe("a number as in scikit-learn", () => {
  const wanted = golden.regression;
  const task = { kind: "regression", targets: ["size"], mean: [0], deviation: [1] } as const;
  const target: ValueTarget = { kind: "values", names: ["size"], values: Float64Array.from(wanted.actual) };
  const dataset: Dataset = { name: "golden", rowCount: rows.length, columns, inputs, target };
  const model = modelOf(task, wanted, "identity", "squared-error");

  test("scores and residuals", async () => {
    const { sections } = await createReport(model, dataset, { table: rows });
    const { scores, residuals, points } = sections[0] as ValueSection;
    const named = Object.entries(wanted.scores);
    expect(named.flatMap(([name, value]) => close(scores.find((score) => score.name === name)?.model, value))).toEqual([]);
    expect(close(residuals.mean, wanted.residuals.mean)).toEqual([]);
    expect(close(residuals.deviation, wanted.residuals.deviation)).toEqual([]);
    expect(residuals.quantiles.flatMap((got, i) => close(got, wanted.residuals.quantiles[i]!))).toEqual([]);
    expect(residuals.bins.map((bin) => bin.rows)).toEqual(wanted.residuals.bins);
    expect(points).toHaveLength(rows.length);
  });

  test("importance, in the units of the target", () => {
    compareImportance(permutationImportance(model, dataset, settings)[0]!, wanted.importance);
  });

  test("the linear model and the mean, from the first half of the rows", async () => {
    const linear = await trainLinear(model, dataset, first, 1);
    const measured = measureLinear(linear.model, model, dataset, second) as unknown as Readonly<Record<string, number>>;
    expect(Object.entries(wanted.linear).flatMap(([name, value]) => close(measured[name], value, 1e-3))).toEqual([]);
    const constant = measureConstant(task, takeRows(dataset, second), constantOf(task, dataset, first, "the first half"));
    expect(close((constant as unknown as Readonly<Record<string, number>>)["rmse"], wanted.constant["rmse"]!, 1e-12)).toEqual([]);
  });
});
