import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { rowNumbers } from "../../src/data/rows.js";
import { measurePasses } from "../../src/diagnose/passes.js";
import { rehearse } from "../../src/diagnose/rehearsal.js";
import { suspiciousLabels } from "../../src/diagnose/suspicious-labels.js";
import type { OptimizerDescription } from "../../src/kernels/contract.js";
import type { ActivationName } from "../../src/network/activations.js";
import { layoutOf } from "../../src/network/layout.js";
import { createModel, type Model } from "../../src/training/model.js";
import { root } from "../support/shared.js";

interface Golden {
  readonly widths: readonly number[];
  readonly activations: readonly ActivationName[];
  readonly parameters: readonly number[];
  readonly x: readonly (readonly number[])[];
  readonly labels01: readonly number[];
  readonly passes: { readonly dCost_dw: readonly number[]; readonly dCost_da: readonly number[] };
  readonly steps: Readonly<Record<"sgd" | "adam", readonly number[]>>;
  readonly labels: {
    readonly classes: number;
    readonly given: readonly number[];
    readonly shares: readonly number[];
    readonly suspicious: readonly { readonly row: number; readonly looksLike: number; readonly margin: number }[];
  };
}

// By PyTorch and NumPy: test/golden/make_diagnosis.py.
const golden = JSON.parse(readFileSync(join(root, "test", "golden", "diagnosis.json"), "utf8")) as Golden;
const { widths, activations, x, labels01 } = golden;
const dataset = createDataset({ inputs: x, labels: labels01 });
const all = rowNumbers(0, dataset.rowCount);

function modelOf(optimizer: OptimizerDescription): Model {
  const layers = activations.map((activation, index) => ({ units: widths[index + 1]!, activation }));
  const description = { inputs: widths[0]!, layers, cost: "squared-error" } as const;
  return createModel({
    network: { description, layout: layoutOf(widths), parameters: Float32Array.from(golden.parameters) },
    task: { kind: "classification", target: "label", classes: [0, 1] },
    columns: dataset.columns,
    scaling: { kind: "none" },
    training: { optimizer, batchSize: all.length, epochs: 1 },
  });
}

const sgd = { kind: "sgd", learningRate: 0.05, momentum: 0.9, nesterov: true } as const;
const adam = { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
const closeTo = (actual: number, expected: number, bound: number): boolean => Math.abs(actual - expected) <= bound * Math.abs(expected);

test("root mean squares of derivatives are those of PyTorch", () => {
  const { layers } = measurePasses(modelOf(sgd), dataset, all);
  expect(layers).toHaveLength(3);
  layers.forEach(({ layer, dCost_dw, dCost_da }, index) => {
    expect(layer).toBe(index + 2);
    expect([dCost_dw, closeTo(dCost_dw, golden.passes.dCost_dw[index]!, 1e-12)]).toEqual([dCost_dw, true]);
    expect([dCost_da, closeTo(dCost_da, golden.passes.dCost_da[index]!, 1e-12)]).toEqual([dCost_da, true]);
  });
});

describe("steps change the weights as those of PyTorch do", () => {
  test.each([
    ["sgd", sgd],
    ["adam", adam],
  ] as const)("%s", (name, optimizer) => {
    const { ratios, steps } = rehearse(modelOf(optimizer), dataset, all)!;
    expect(steps).toBe(20);
    // In float32, where a change that is a hundredth of a weight keeps five digits.
    expect(ratios.map(({ ratio }, index) => closeTo(ratio!, golden.steps[name][index]!, 1e-4))).toEqual([true, true, true]);
  });
});

test("suspicious labels are the off-diagonal rows of the confident joint", () => {
  const { classes, given, shares, suspicious } = golden.labels;
  const found = suspiciousLabels(given, classes, (row, c) => shares[row * classes + c]!);
  expect(suspicious.length).toBeGreaterThan(5);
  expect(found.map(({ row, looksLike }) => [row, looksLike])).toEqual(suspicious.map(({ row, looksLike }) => [row, looksLike]));
  found.forEach(({ margin }, at) => expect([margin, closeTo(margin, suspicious[at]!.margin, 1e-12)]).toEqual([margin, true]));
});
