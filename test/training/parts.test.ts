import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { createDataset } from "../../src/data/create-dataset.js";
import { iris } from "../../src/data/iris.js";
import type { Dataset } from "../../src/data/dataset.js";
import { createRandom } from "../../src/base/random.js";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import type { NetworkInput } from "../../src/network/description.js";
import { dense, type WrittenLayer } from "../../src/network/layers.js";
import { batchNorm, dropout, embedding, layerNorm, periodic, residual } from "../../src/network/parts.js";
import { diagnose } from "../../src/diagnose/diagnose.js";
import { evaluate } from "../../src/training/evaluate.js";
import { checkGradients } from "../../src/training/gradients.js";
import { adam, lbfgs } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { predictAll } from "../../src/training/predict.js";
import { predictAllInWorkers } from "../../src/training/predict-in-workers.js";
import { predictor } from "../../src/training/predictor.js";
import { train } from "../../src/training/train.js";
import { caught } from "./caught.js";

/** A wave over x, whose height goes by a category: nothing that one straight line or one number a category tells. */
function waves(rows: number): Dataset {
  const random = createRandom(11, 90);
  const heights = [3, -1, 0.5, 2];
  const inputs: number[][] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const category = random.below(4);
    const x = 4 * random.uniform() - 2;
    inputs.push([category, x]);
    values.push(heights[category]! * Math.sin(5 * x));
  }
  return createDataset({ name: "waves", columns: ["kind", "x"], inputs, targets: values, targetNames: ["height"] });
}

const encoded = [embedding({ column: 0, categories: 4, width: 3, name: "kind" }), periodic({ column: 1, frequencies: 6, name: "x" })];
const wavy: NetworkInput = { inputs: 2, layers: [...encoded, dense(24, "gelu"), layerNorm(), dense(1, "identity")] };

const picture = (...layers: WrittenLayer[]): NetworkInput => ({
  inputs: 64,
  layers: [...layers, dense(10, "softmax")],
  cost: "cross-entropy",
});
const block = residual([dense(40, "relu"), batchNorm(), dropout(0.1), dense(24, "identity")]);
const NETWORKS: readonly (readonly [string, Dataset, NetworkInput, TrainOptions])[] = [
  ["batch normalisation", digits(), picture(dense(32, "relu"), batchNorm()), {}],
  ["layer normalisation", digits(), picture(dense(40, "gelu"), layerNorm()), {}],
  ["residual block", digits(), picture(dense(24, "relu"), block), { average: 0.95, clipNorm: 1 }],
  ["connection from the input", digits(), picture(residual([dense(32, "tanh"), dense(64, "tanh")])), {}],
  ["encoded columns", waves(400), wavy, { clipNorm: 5, l2: 1e-4 }],
];

describe.each(NETWORKS)("%s", (_title, data, network, more) => {
  const options: TrainOptions = { network, epochs: 4, batchSize: 32, optimizer: adam({ learningRate: 0.01 }), seed: 3, ...more };

  test("every engine and number of threads trains it to the same bits, and the reference to nearly the same", async () => {
    const hashes = new Set<string>();
    for (const how of [
      { engine: "wasm", threads: 1 },
      { engine: "wasm", threads: 2 },
      { engine: "wasm", threads: 3 },
      { engine: "portable" },
    ] as const) {
      const { model } = await train(data, { ...options, ...how }).result;
      hashes.add(model.parametersHash);
    }
    expect(hashes.size).toBe(1);
    const short = { ...options, epochs: 1 };
    const fast = await train(data, short).result;
    const exact = await train(data, { ...short, engine: "reference" }).result;
    expect(Math.abs(fast.history[0]!.cost / exact.history[0]!.cost - 1)).toBeLessThan(1e-3);
  });

  test("its file gives the same predictions, and so do workers and a compiled predictor", async () => {
    const { model } = await train(data, options).result;
    const again = decodeModel(encodeModel(model));
    expect(again.parametersHash).toBe(model.parametersHash);
    expect(again.network.description).toEqual(model.network.description);
    const predictions = predictAll(model, data);
    expect(predictAll(again, data)).toEqual(predictions);
    expect(await predictAllInWorkers(again, data, { threads: 2 })).toEqual(predictions);
    const one = predictor(again);
    const width = data.columns.length;
    for (let row = 0; row < 50; row++) {
      const answer = one(data.inputs.subarray(row * width, (row + 1) * width));
      const expected = predictions[row]!;
      expect(answer).toBe(
        expected.kind === "regression" ? expected.value : expected.kind === "classification" ? expected.label : undefined,
      );
    }
    expect(checkGradients(model, data, { rows: [0, 20], sample: 60 })).toMatchObject({ passed: true });
    expect(diagnose(model, data).verdicts.length).toBeGreaterThan(0);
  });

  test("it learns, and going on with its model begins where that is", async () => {
    const { model, test: measured } = await train(data, { ...options, epochs: 15 }).result;
    if (measured?.kind === "classification") expect(measured.accuracy).toBeGreaterThan(0.93);
    else expect(measured).toMatchObject({ kind: "regression", r2: expect.toSatisfy((r2: number) => r2 > 0.9) as unknown });
    const still = await train(data, { from: model, epochs: 1, optimizer: { kind: "sgd", learningRate: 1e-30 }, validation: 0, test: 0 })
      .result;
    const before = evaluate(model, data);
    // Running statistics follow the batches; what is trained has not moved.
    const { trained } = model.network.layout;
    expect(still.model.network.parameters.subarray(0, trained)).toEqual(model.network.parameters.subarray(0, trained));
    expect(evaluate(still.model, data).cost / before.cost).toBeLessThan(1.5);
  });
});

test("a network of 30 hidden layers learns with normalised blocks, and not without", async () => {
  const deep = (wrap: (layers: WrittenLayer[]) => WrittenLayer[]): TrainOptions => ({
    network: picture(dense(24, "sigmoid"), ...Array.from({ length: 15 }, () => wrap([dense(24, "sigmoid"), dense(24, "sigmoid")])).flat()),
    epochs: 12,
    optimizer: adam({ learningRate: 0.003 }),
  });
  const plain = await train(
    digits(),
    deep((layers) => layers),
  ).result;
  const wrapped = await train(
    digits(),
    deep(([first, second]) => [residual([first!, layerNorm(), second!, layerNorm()])]),
  ).result;
  expect(plain.test).toMatchObject({ accuracy: expect.toSatisfy((share: number) => share < 0.3) as unknown });
  expect(wrapped.test).toMatchObject({ accuracy: expect.toSatisfy((share: number) => share > 0.85) as unknown });
});

describe("what cannot be is refused", () => {
  const small = (...layers: WrittenLayer[]): TrainOptions => ({
    network: { inputs: 4, layers: [...layers, dense(3, "softmax")], cost: "cross-entropy" },
  });

  test("L-BFGS beside batch normalisation", async () => {
    const error = caught(() => train(iris(), { ...small(dense(4, "relu"), batchNorm()), optimizer: lbfgs() }));
    expect(error).toMatchObject({ code: "E_USAGE" });
    expect(error.message).toContain("batch normalisation");
    await expect(train(iris(), { ...small(dense(4, "relu"), layerNorm()), epochs: 2, optimizer: lbfgs() }).result).resolves.toBeDefined();
  });

  test("a value that is no category, by its row and column, while training and in prediction", async () => {
    const table = waves(60);
    const wrong = { ...table, inputs: Float64Array.from(table.inputs, (value, i) => (i === 2 * 17 ? 4 : value)) };
    const error = caught(() => train(wrong, { network: wavy }));
    expect(error).toMatchObject({ code: "E_DATA" });
    expect(error.message).toContain('column "kind" of "waves", row 17');
    const { model } = await train(table, { network: wavy, epochs: 1 }).result;
    for (const ask of [() => predictAll(model, wrong), () => evaluate(model, wrong)]) expect(ask).toThrow("row 17");
  });

  test("one factor for columns of categories", () => {
    const error = caught(() => train(waves(60), { network: wavy, scale: "factor" }));
    expect(error.message).toContain("categories and answers of yes or no, which are not scaled");
  });
});
