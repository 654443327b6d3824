import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import { evaluate } from "../../src/training/evaluate.js";
import type { MultiLabelEvaluation } from "../../src/training/measure.js";
import type { Model } from "../../src/training/model.js";
import { type ClassPrediction, type LabelPrediction, predict, type Prediction, type ValuePrediction } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { requires, slow } from "../support/requires.js";
import { regressionTable, shapesTable } from "../training/tables.js";

const FOLDER = new URL("../fixtures/models/", import.meta.url);

interface Expected {
  readonly parametersHash: string;
  readonly inputs: readonly (readonly number[])[];
  readonly predictions: readonly (ClassPrediction | LabelPrediction | ValuePrediction)[];
}

interface Golden {
  readonly parametersHash: string;
  readonly outputs: readonly (readonly number[])[];
}

const expected = JSON.parse(readFileSync(new URL("expected.json", FOLDER), "utf8")) as Readonly<Record<string, Expected>>;
const golden = JSON.parse(readFileSync(new URL("../golden/models.json", import.meta.url), "utf8")) as Readonly<Record<string, Golden>>;
const names = Object.keys(expected);

function load(name: string): Model {
  return decodeModel(readFileSync(new URL(`${name}.safetensors`, FOLDER)), name);
}

function outputsOf(prediction: Prediction): readonly number[] {
  return prediction.kind === "regression" ? prediction.values : prediction.outputs;
}

describe("model files of format 1", () => {
  test("there are some, each with its expectations", () => {
    expect(names).toEqual(["digits", "heights", "shapes", "textbook"]);
    expect(Object.keys(golden)).toEqual(names);
  });

  describe.each(names)("%s", (name) => {
    const { parametersHash, inputs, predictions } = expected[name]!;

    test("opens with the parameters that it was written with", () => {
      const model = load(name);
      expect(model.parametersHash).toBe(parametersHash);
      expect(decodeModel(encodeModel(model))).toEqual(model);
    });

    test("predicts what it predicted when it was written, bit for bit", () => {
      const model = load(name);
      expect(inputs.map((input) => predict(model, input))).toEqual(predictions);
    });

    test("predicts what PyTorch does with its tensors", () => {
      const model = load(name);
      expect(golden[name]!.parametersHash).toBe(parametersHash);
      const largest = Math.max(...golden[name]!.outputs.flat().map(Math.abs));
      inputs.forEach((input, i) => {
        outputsOf(predict(model, input)).forEach((value, j) => {
          const error = Math.abs(value - golden[name]!.outputs[i]![j]!);
          expect({ i, j, error, agrees: error <= 1e-6 * largest }).toMatchObject({ agrees: true });
        });
      });
    });
  });

  test("digits: its split is recognised and its held-out accuracy is the one of the day", () => {
    const model = load("digits");
    expect(model).toMatchObject({ image: { height: 8, width: 8, maximum: 16 }, scaling: { kind: "factor", factor: 16 } });
    expect(evaluate(model, digits())).toMatchObject({ part: "test", trainedOn: true, rows: 359, accuracy: 346 / 359 });
  });

  test("heights: its split is recognised, and its errors are in metres", () => {
    const evaluation = evaluate(load("heights"), regressionTable());
    expect(evaluation).toMatchObject({ kind: "regression", part: "test", trainedOn: true, rows: 80 });
    if (evaluation.kind === "regression") expect(evaluation.r2).toBeGreaterThan(0.95);
  });

  test("shapes: its split is recognised, and each label has its own threshold", () => {
    const model = load("shapes");
    expect(model.task).toEqual({ kind: "multi-label", labels: ["inside", "right"], thresholds: [0.5, 0.3] });
    // Of 80 test rows two have a label too many, and none has one too few.
    const { perLabel, ...evaluation } = evaluate(model, shapesTable()) as MultiLabelEvaluation;
    expect(evaluation).toMatchObject({ part: "test", trainedOn: true, rows: 80, subsetAccuracy: 78 / 80, hammingLoss: 2 / 160 });
    expect(perLabel.map(({ precision, recall }) => [precision, recall])).toEqual([
      [35 / 36, 1],
      [32 / 33, 1],
    ]);
    // 0.47 is too little for the one, 0.44 enough for the other.
    expect(predict(model, [0.68, 0.2])).toMatchObject({ labels: ["right"] });
    expect(predict(model, [0.375, -0.2])).toMatchObject({ labels: ["inside", "right"] });
  });

  test("textbook: the weights of the book", () => {
    const model = load("textbook");
    const weights = [0.15, 0.2, 0.25, 0.3, 0.35, 0.35, 0.4, 0.45, 0.6];
    expect(Array.from(model.network.parameters)).toEqual(weights.map(Math.fround));
    // sigma(0.4 sigma(0.3775) + 0.45 sigma(0.3925) + 0.6), by hand, for inputs 0.05 and 0.1.
    const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
    const byHand = sigma(0.4 * sigma(0.3775) + 0.45 * sigma(0.3925) + 0.6);
    expect(outputsOf(predict(model, [0.05, 0.1]))[0]).toBeCloseTo(byHand, 6);
  });
});

const python = "/usr/bin/python3";

slow.suite("a file written today", () => {
  const works = existsSync(python) && spawnSync(python, ["-c", "import torch, numpy"]).status === 0;
  const torch = requires(works, "python3 with torch and numpy");

  torch.test("is read by the plain Python reader, and PyTorch agrees", async () => {
    const folder = mkdtempSync(join(tmpdir(), "chainrule-"));
    try {
      const { model } = await train(iris(), { epochs: 20 }).result;
      const inputs = [
        [5.1, 3.5, 1.4, 0.2],
        [6.5, 3, 5.5, 2],
      ];
      writeFileSync(join(folder, "iris.safetensors"), encodeModel(model));
      writeFileSync(join(folder, "inputs.json"), JSON.stringify(inputs));
      const script = fileURLToPath(new URL("../golden/check_model_with_torch.py", import.meta.url));
      const { stdout, stderr } = spawnSync(python, [script, join(folder, "iris.safetensors"), join(folder, "inputs.json")], {
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      const outputs = JSON.parse(stdout) as number[][];
      inputs.forEach((input, i) =>
        predict(model, input).outputs.forEach((a, j) => expect(Math.abs(a - outputs[i]![j]!)).toBeLessThan(1e-6)),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
