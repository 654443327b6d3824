import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/formats/safetensors.js";
import { evaluate } from "../../src/training/evaluate.js";
import type { Model } from "../../src/training/model.js";
import { adam, adamw, OPTIMIZER_NAMES } from "../../src/training/optimizers.js";
import { predictAll } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "../training/caught.js";
import { circleTable, regressionTable } from "../training/tables.js";
import { withDescription, withHeader } from "./build.js";

const flowers = (await train(iris(), { epochs: 3, hidden: [5], initialisation: "lecun" }).result).model;
const heights = (await train(regressionTable(50), { epochs: 2, hidden: [3], scale: "minmax" }).result).model;
const pictures = (await train(digits(), { epochs: 1, hidden: [4] }).result).model;
const adaptive = (await train(iris(), { epochs: 1, hidden: [2], optimizer: adam({ learningRate: 0.0625, beta1: 0.75 }) }).result).model;
const ruled = (await train(iris(), { epochs: 1, hidden: [2], optimizer: adamw(), l1: 0.25, clipNorm: 2, average: 0.5 }).result).model;
const robust = (await train(regressionTable(50), { epochs: 1, hidden: [2], cost: { kind: "huber", delta: 2 } }).result).model;
const circle = (await train(circleTable(20), { network: { inputs: 2, layers: [{ units: 1 }] }, epochs: 1, scale: "none" }).result).model;

function refusal(file: Uint8Array): ReturnType<typeof said> & { readonly message: string } {
  const error = caught(() => decodeModel(file, "some.file"));
  expect(error.code).toBe("E_CORRUPT");
  expect(error.message).toContain("some.file");
  return { ...said(error), message: error.message };
}

describe("a model comes back as it was", () => {
  test.each([
    ["classification, standard scaling, a named initialisation", flowers, iris()],
    ["regression, min-max scaling", heights, regressionTable(50)],
    ["images", pictures, digits()],
    ["one output, no scaling", circle, circleTable(20)],
    ["trained with Adam", adaptive, iris()],
    ["trained with AdamW and rules", ruled, iris()],
    ["a cost with a setting", robust, regressionTable(50)],
  ] as const)("%s", (_title, model: Model, data) => {
    const bytes = encodeModel(model);
    const decoded = decodeModel(bytes);
    expect(decoded).toEqual(model);
    expect(encodeModel(decoded)).toEqual(bytes);
    expect(predictAll(decoded, data)).toEqual(predictAll(model, data));
    expect(evaluate(decoded, data)).toEqual(evaluate(model, data));
  });

  test("the same model gives the same bytes", () => {
    expect(encodeModel(flowers)).toEqual(encodeModel(structuredClone(flowers)));
  });

  test.each(OPTIMIZER_NAMES)("with the optimizer %s, whose settings stand in one order", async (kind) => {
    const { model } = await train(iris(), { epochs: 0, hidden: [2], optimizer: { learningRate: 0.25, kind } }).result;
    const bytes = encodeModel(model);
    expect(decodeModel(bytes).training).toEqual(model.training);
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
    expect(Object.keys(model.training!.optimizer).slice(0, 2)).toEqual(["kind", "learningRate"]);
  });

  test("with its rules, of which only those that do something", () => {
    expect(ruled.training?.rules).toEqual({ clipNorm: 2, l1: 0.25, weightDecay: 0.01, average: 0.5 });
    expect(adaptive.training).not.toHaveProperty("rules");
  });

  test("labels of all kinds, and names that need quoting", async () => {
    const data = createDataset({
      columns: ['"', "\\", "é漢", "__proto__", ""],
      inputs: [
        [1, 2, 3, 4, 5],
        [5, 4, 3, 2, 1],
        [0, 0, 0, 0, 1],
      ],
      labels: [-1.5, "b\n", "__proto__"],
      targetName: "constructor",
    });
    const { model } = await train(data, { epochs: 1, test: 0, validation: 0 }).result;
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  test("without a split, where it was not trained on data", () => {
    const { split: _split, ...fresh } = flowers;
    const decoded = decodeModel(encodeModel(fresh));
    expect(decoded).toEqual(fresh);
    expect(evaluate(decoded, iris())).toMatchObject({ part: "all", trainedOn: false });
  });

  test("with the optimizer that it was trained with, and without one where the file is older", async () => {
    const optimizer = { kind: "sgd", learningRate: 0.0625, momentum: 0.5, nesterov: true } as const;
    const { model } = await train(iris(), { epochs: 0, batchSize: 7, hidden: [2], optimizer }).result;
    const bytes = encodeModel(model);
    expect(decodeModel(bytes).training).toEqual({ optimizer, batchSize: 7, epochs: 0 });
    expect(JSON.parse(decodeSafetensors(bytes).metadata["chainrule"]!)).toMatchObject({ training: { optimizer, batchSize: 7, epochs: 0 } });
    const other = { kind: "adam", learningRate: 0.0625, beta1: 0.75, beta2: 0.999, epsilon: 1e-8 };
    expect(decodeModel(encodeModel(adaptive)).training?.optimizer).toEqual(other);
    const { training: _training, ...older } = model;
    const decoded = decodeModel(encodeModel(older));
    expect(decoded).toEqual(older);
    expect(decoded).not.toHaveProperty("training");
    // It is no part of what a prediction is made of.
    expect(decoded.parametersHash).toBe(model.parametersHash);
  });

  test("the tensors are those of PyTorch's Linear layers", () => {
    const { tensors, metadata } = decodeSafetensors(encodeModel(flowers));
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ["w2", [5, 4]],
      ["b2", [5]],
      ["w3", [3, 5]],
      ["b3", [3]],
    ]);
    expect(tensors.flatMap(({ values }) => Array.from(values))).toEqual(Array.from(flowers.network.parameters));
    expect(Object.keys(metadata)).toEqual(["chainrule"]);
    expect(JSON.parse(metadata["chainrule"]!)).toMatchObject({ format: 1, network: { inputs: 4 }, split: { seed: 1 } });
  });

  test.each([NaN, Infinity])("a parameter that is %d is not written", (value) => {
    const parameters = flowers.network.parameters.slice();
    parameters[7] = value;
    const model = { ...flowers, network: { ...flowers.network, parameters } };
    expect(caught(() => encodeModel(model)).code).toBe("E_NON_FINITE");
  });
});

describe("a model file that is none", () => {
  const file = encodeModel(flowers);

  test("a safetensors file of another program", () => {
    const other = encodeSafetensors({ tensors: [{ name: "w2", shape: [1], values: Float32Array.of(1) }], metadata: { format: "pt" } });
    expect(refusal(other).expected).toBe("a chainrule model");
  });

  test.each(["", "{", "{'a':1}", '{"format":1,"format":1}'])("with a description that is no strict JSON: %s", (text) => {
    refusal(withDescription(file, () => text || " "));
  });

  test.each(["null", "1", '"text"', "[]", "{}", "true"])("with the description %s", (text) => {
    expect(refusal(withDescription(file, () => text)).expected).toBe("model format 1");
  });

  test.each([0, 2, 1.5, "1", null, -1, [1]])("of the format %j", (format) => {
    const error = refusal(withDescription(file, (description) => ({ ...description, format })));
    expect(error).toMatchObject({ expected: "model format 1", got: JSON.stringify(format) });
    expect(error.hint).toContain("newer version");
  });

  test("without a tensor, or with one too many", () => {
    const { tensors, metadata } = decodeSafetensors(file);
    for (const { name } of tensors) {
      const left = tensors.filter((tensor) => tensor.name !== name);
      expect(refusal(encodeSafetensors({ tensors: left, metadata })).expected).toBe(`a tensor "${name}"`);
    }
    const extra = { name: "w9", shape: [1], values: Float32Array.of(1) };
    expect(refusal(encodeSafetensors({ tensors: [...tensors, extra], metadata })).got).toBe('"w9"');
  });

  test("with a tensor of another shape or width", () => {
    const { tensors, metadata } = decodeSafetensors(file);
    const change = (name: string, shape: readonly number[]): Uint8Array =>
      encodeSafetensors({ metadata, tensors: tensors.map((tensor) => (tensor.name === name ? { ...tensor, shape } : tensor)) });
    expect(refusal(change("w2", [4, 5]))).toMatchObject({ expected: '"w2" of shape [5,4]', got: "[4,5]" });
    expect(refusal(change("w2", [20])).got).toBe("[20]");
    expect(refusal(change("b2", [5, 1])).got).toBe("[5,1]");
    const wide = tensors.map((tensor) => (tensor.name === "b3" ? { ...tensor, values: Float64Array.from(tensor.values) } : tensor));
    expect(refusal(encodeSafetensors({ metadata, tensors: wide }))).toMatchObject({ expected: '"b3" in F32', got: "F64" });
  });

  test("with a description that claims to be huge is refused before memory is taken", () => {
    const layers = Array.from({ length: 50 }, () => ({ units: 1_000_000, activation: "relu" }));
    refusal(withDescription(file, (description) => ({ ...description, network: { inputs: 1_000_000, layers, cost: "squared-error" } })));
  });

  test("with a field that it does not know", () => {
    expect(refusal(withDescription(file, (description) => ({ ...description, splitt: 1 }))).got).toBe('"splitt"');
    expect(refusal(withHeader(file, (header) => ({ ...header, w3: undefined }))).expected).toBeDefined();
  });
});

/** A field of the description by its path, and what may not stand there; undefined leaves it out. */
const WRONG: readonly (readonly [model: Model, path: string, values: readonly unknown[]])[] = [
  [flowers, "network", [undefined, null, 5, "x", [], {}]],
  [flowers, "network.inputs", [undefined, null, 0, -4, 4.5, "4", 3, 5, 2e6]],
  [flowers, "network.layers", [undefined, null, [], {}, [null], [{ units: 5, activation: "relu" }]]],
  [flowers, "network.layers.0", [null, 5, {}, { units: 4, activation: "relu" }]],
  [flowers, "network.layers.0.units", [undefined, null, 0, -5, 4, "5", 1.5]],
  [flowers, "network.layers.0.activation", [undefined, null, "reul", "softmax", 1, "__proto__", "toString"]],
  [flowers, "network.layers.0.bias", [true]],
  [flowers, "network.layers.1.activation", ["identity", "relu"]],
  [flowers, "network.cost", [undefined, null, "cross", 1, "__proto__", "constructor"]],
  // A cost stands in one way: with its setting only where that is another than the usual one, its kind first.
  [
    robust,
    "network.cost",
    [
      undefined,
      null,
      { kind: "huber" },
      { kind: "huber", delta: 1 },
      { delta: 2, kind: "huber" },
      { kind: "huber", delta: -2 },
      { kind: "huber", delta: "2" },
      { kind: "huber", delta: 2, quantile: 0.5 },
      { kind: "hinge" },
    ],
  ],
  [flowers, "network.initialisation", [null, "x", 1]],
  [flowers, "network.w2", [[[1]], 5]],
  [flowers, "network.dropout", [0.5]],
  [flowers, "task", [undefined, null, 1, "classification", [], {}]],
  [flowers, "task.kind", [undefined, null, "regression", "other", 1]],
  [flowers, "task.target", [undefined, null, 5]],
  [
    flowers,
    "task.classes",
    [undefined, null, 5, [], ["a"], ["a", "b"], ["a", "b", "b"], ["a", "b", null], ["a", "b", ["c"]], ["a", "b", "c", "d"]],
  ],
  [heights, "task.kind", [undefined, "classification"]],
  [heights, "task.targets", [undefined, null, "y", [], [5], ["a", "b"]]],
  [heights, "task.mean", [undefined, null, 0, [], ["0"], [null], [0, 0]]],
  [heights, "task.deviation", [undefined, null, 1, [], ["1"], [0], [-1], [null], [1, 1]]],
  [flowers, "columns", [undefined, null, "abcd", [], ["a", "b", "c"], ["a", "b", "c", 4], ["a", "b", "c", "d", "e"]]],
  [flowers, "scaling", [undefined, null, 5, "standard", [], {}]],
  [flowers, "scaling.kind", [undefined, null, "minmax", "factor", "other", "__proto__"]],
  [flowers, "scaling.mean", [undefined, null, [], [1, 2, 3], [1, 2, 3, "4"], [1, 2, 3, null], 5]],
  [flowers, "scaling.deviation", [undefined, null, [], [1, 1, 1], [1, 1, 1, 0], [1, 1, 1, -1], [1, 1, 1, "1"]]],
  [heights, "scaling.minimum", [undefined, null, [], [1], ["1", "2"]]],
  [heights, "scaling.range", [undefined, null, [], [1], [1, 0], [1, -2], [1, "2"]]],
  [pictures, "scaling.factor", [undefined, null, 0, -16, "16", []]],
  [pictures, "image", [null, 5, "8x8", [], {}]],
  [pictures, "image.height", [undefined, null, 0, -8, 7, "8", 6.4]],
  [pictures, "image.width", [undefined, null, 0, -8, 9, "8"]],
  [pictures, "image.maximum", [undefined, null, 0, -16, "16", []]],
  [flowers, "split", [null, 5, "x", [], {}]],
  [flowers, "split.seed", [undefined, null, -1, 0.5, "1", 2 ** 53]],
  [flowers, "split.by", [null, 5, "x", [], {}, { kind: "group", column: "a", type: "date", test: 0.2, validation: 0 }]],
  [flowers, "split.test", [undefined, null, -0.1, 1, "0.2"]],
  [flowers, "split.validation", [undefined, null, -0.1, 1, "0.1", [0.1]]],
  [flowers, "split.rows", [undefined, null, -150, 0.5, "150"]],
  [flowers, "split.fingerprint", [undefined, null, "", "abc", "g".repeat(64), "A".repeat(64), ["a".repeat(64)], "a".repeat(65)]],
  [flowers, "training", [null, 5, "sgd", [], {}]],
  [flowers, "training.optimizer", [undefined, null, 5, "sgd", [], {}]],
  [flowers, "training.optimizer.kind", [undefined, null, "adam", "adamw", "SGD", 1, "__proto__"]],
  [flowers, "training.optimizer.learningRate", [undefined, null, 0, -0.1, "0.1", [0.1]]],
  [flowers, "training.optimizer.momentum", [undefined, null, -0.1, 1, "0.9"]],
  [flowers, "training.optimizer.nesterov", [undefined, null, 0, 1, "true"]],
  [adaptive, "training.optimizer.kind", [undefined, null, "sgd", "Adam"]],
  [adaptive, "training.optimizer.learningRate", [undefined, null, 0, -0.1, "0.1"]],
  [adaptive, "training.optimizer.beta1", [undefined, null, -0.1, 1, "0.9"]],
  [adaptive, "training.optimizer.beta2", [undefined, null, -0.1, 1, "0.999"]],
  [adaptive, "training.optimizer.epsilon", [undefined, null, 0, -1e-8, "1e-8"]],
  [adaptive, "training.rules", [null, 5, "l2", [], true]],
  [ruled, "training.rules.l1", [null, -0.1, "0.25"]],
  [ruled, "training.rules.l2", [null, -0.1, "0.25"]],
  [ruled, "training.rules.clipNorm", [null, 0, -1, "2"]],
  [ruled, "training.rules.average", [null, 1, -0.5]],
  [ruled, "training.rules.weightdecay", [0.1]],
  [flowers, "training.batchSize", [undefined, null, -1, 0.5, "32"]],
  [flowers, "training.epochs", [undefined, null, -1, 2.5, "3"]],
];

/** Sets what stands at a path of objects and lists, or takes it away. */
function setAt(object: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop()!;
  let place = object;
  for (const name of names) place = place[name] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
}

describe("every field of the description is checked", () => {
  test.each(WRONG.flatMap(([model, path, values]) => values.map((value) => [path, JSON.stringify(value), model, value] as const)))(
    "%s: %s",
    (path, _text, model, value) => {
      refusal(withDescription(encodeModel(model), (description) => setAt(description, path, value)));
    },
  );

  test.each(["task.mean", "task.deviation"])("%s: an infinity", (path) => {
    refusal(
      withDescription(encodeModel(heights), (description) => {
        setAt(description, path, ["INFINITY"]);
        return JSON.stringify(description).replace('"INFINITY"', "1e999");
      }),
    );
  });

  test.each(["image.maximum", "scaling.factor", "image.height", "training.optimizer.learningRate", "training.epochs"])(
    "%s: an infinity",
    (path) => {
      refusal(
        withDescription(encodeModel(pictures), (description) => {
          setAt(description, path, "INFINITY");
          return JSON.stringify(description).replace('"INFINITY"', "1e999");
        }),
      );
    },
  );
});
