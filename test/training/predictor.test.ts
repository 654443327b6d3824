import { beforeAll, describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Dataset } from "../../src/data/dataset.js";
import { inputRow } from "../../src/data/read-rows.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import type { Model } from "../../src/training/model.js";
import { predictAll } from "../../src/training/predict.js";
import { predictor } from "../../src/training/predictor.js";
import { train } from "../../src/training/train.js";

const houses = createDataset({
  inputs: Array.from({ length: 60 }, (_, i) => [i % 7, (i * i) % 11]),
  targets: Array.from({ length: 60 }, (_, i) => 1000 + 10 * (i % 7) - 3 * ((i * i) % 11)),
});
const pairs = createDataset({
  inputs: Array.from({ length: 40 }, (_, i) => [i % 5, i % 3]),
  labels: Array.from({ length: 40 }, (_, i) => (i % 5 > 2 ? "yes" : "no")),
});

const ONE_OUTPUT = {
  inputs: 2,
  layers: [
    { units: 5, activation: "tanh" },
    { units: 1, activation: "sigmoid" },
  ],
  cost: "cross-entropy",
} as const;

const marked = createDataset({
  inputs: Array.from({ length: 40 }, (_, i) => [i % 5, i % 3]),
  labelSets: Array.from({ length: 40 }, (_, i) => [...(i % 5 > 2 ? ["high"] : []), ...(i % 3 === 0 ? ["third"] : [])]),
});

describe.each([
  ["images", digits(), { hidden: [16, 16], epochs: 2 }],
  ["a standardised table", iris(), { hidden: [9, 5], activation: "tanh", epochs: 5 }],
  ["values in their units", houses, { hidden: [6], epochs: 5 }],
  ["rows with any number of labels", marked, { hidden: [8], epochs: 5 }],
  ["two classes on one output", pairs, { network: ONE_OUTPUT, epochs: 5 }],
] as const)("a predictor for %s", (_title, dataset, options) => {
  let model: Model;
  beforeAll(async () => {
    model = (await train(dataset as Dataset, options).result).model;
  });

  test("gives what predictAll gives, to the last bit", () => {
    const answer = predictor(model);
    predictAll(model, dataset).forEach((expected, row) => {
      const found = answer(inputRow(dataset, row));
      if (expected.kind === "regression") expect([found, ...answer.outputs]).toEqual([expected.value, ...expected.values]);
      else if (expected.kind === "multi-label") expect([found, ...answer.outputs]).toEqual([expected.labels, ...expected.outputs]);
      else expect([found, ...answer.outputs]).toEqual([expected.label, ...expected.outputs]);
    });
  });

  test("keeps its memory", () => {
    const answer = predictor(model);
    const { outputs } = answer;
    answer(inputRow(dataset, 0));
    const first = outputs.slice();
    answer(inputRow(dataset, 1));
    expect(answer.outputs).toBe(outputs);
    expect(outputs).not.toEqual(first);
  });

  test("says what is wrong with a row", () => {
    const answer = predictor(model);
    expect(() => answer([1])).toThrow(`input: expected ${model.columns.length} numbers, one a column of the model, got 1.`);
    expect(() => answer(model.columns.map(() => NaN))).toThrow("input 0: expected a finite number, got NaN.");
    expect(() => answer(model.columns.map(() => null) as unknown as number[])).toThrow("input 0: expected a finite number, got null.");
    expect(() => answer(null as unknown as number[])).toThrow("one a column of the model, got null.");
  });
});
