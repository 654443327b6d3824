import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Scaling } from "../../src/data/scaling.js";
import { exportModule } from "../../src/export.js";
import { ACTIVATION_NAMES } from "../../src/network/activations.js";
import type { NetworkInput } from "../../src/network/description.js";
import { dense, type WrittenLayer } from "../../src/network/layers.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import { batchNorm, dropout, embedding, layerNorm, periodic, residual } from "../../src/network/parts.js";
import { createModel, type Model } from "../../src/training/model.js";
import { train } from "../../src/training/train.js";
import type { Task } from "../../src/training/task.js";
import { shapesTable } from "../training/tables.js";
import { compilerFaults, expectModel, inBareContext } from "./run.js";
import { predict } from "../../src/training/predict.js";

const random = createRandom(5, 700);

/** A network all of whose parameters are drawn, statistics above 0 as well. */
function drawn(input: NetworkInput): Network {
  const network = createNetwork(input, { seed: 3 });
  const parameters = network.parameters.map((value) => value + Math.fround(0.3 * random.normal()));
  for (const { kind, offset, rows } of network.layout.tensors) {
    if (kind === "var") for (let k = 0; k < rows; k++) parameters[offset + k] = 0.2 + Math.abs(parameters[offset + k]!);
  }
  return { ...network, parameters };
}

const regression = (outputs: number): Task => ({
  kind: "regression",
  targets: Array.from({ length: outputs }, (_, j) => `t${j}`),
  mean: Array.from({ length: outputs }, (_, j) => 100 * j - 7.25),
  deviation: Array.from({ length: outputs }, (_, j) => 3 + j),
});

function modelOf(network: NetworkInput, task: Task, scaling: Scaling = { kind: "none" }): Model {
  const own = drawn(network);
  const columns = Array.from({ length: own.description.inputs }, (_, k) => `x${k}`);
  return createModel({ network: own, task, columns, scaling });
}

/** Rows of ordinary numbers, zeros, and large and tiny ones. */
function rowsFor(width: number): number[][] {
  const awkward = [0, -0, 1e-30, -1e-8, 1, -1, 3.3, -12.5, 40];
  return [
    ...Array.from({ length: 12 }, () => Array.from({ length: width }, () => 2 * random.normal())),
    ...awkward.map((value) => Array.from({ length: width }, () => value)),
    Array.from({ length: width }, (_, k) => awkward[k % awkward.length]!),
  ];
}

const classes: Task = { kind: "classification", target: "kind", classes: ["a", "b", "c"] };
const hidden = (...layers: WrittenLayer[]): NetworkInput => ({ inputs: 5, layers: [...layers, dense(2, "identity")] });

const MODELS: readonly (readonly [string, Model])[] = [
  ...ACTIVATION_NAMES.filter((name) => name !== "softmax" && name !== "exponential").map(
    (name) => [`hidden ${name}`, modelOf(hidden(dense(9, name), dense(7, name)), regression(2))] as const,
  ),
  ["exponential output", modelOf({ inputs: 2, layers: [dense(3, "tanh"), dense(1, "exponential")], cost: "poisson" }, regression(1))],
  ["softmax", modelOf({ inputs: 4, layers: [dense(6, "tanh"), dense(3, "softmax")], cost: "cross-entropy" }, classes)],
  ["softmax without probabilities", modelOf({ inputs: 4, layers: [dense(3, "softmax")] }, classes)],
  ["sigmoids of squared error", modelOf({ inputs: 4, layers: [dense(5), dense(3)] }, classes)],
  ["batch normalisation", modelOf(hidden(dense(9, "relu"), batchNorm({ epsilon: 0.01 }), dense(6, "silu"), batchNorm()), regression(2))],
  ["layer normalisation", modelOf(hidden(dense(9, "gelu"), layerNorm(), dropout(0.4)), regression(2))],
  [
    "a block around normalised layers",
    modelOf(hidden(dense(6, "tanh"), residual([dense(8, "elu"), batchNorm(), dense(6, "identity")])), regression(2)),
  ],
  ["a block from the input", modelOf(hidden(residual([dense(8, "mish"), dense(5, "tanh")])), regression(2))],
  [
    "encoded columns and a block around them",
    modelOf(
      hidden(
        embedding({ column: 1, categories: 4, width: 3, name: "kind" }),
        periodic({ column: 3, frequencies: 4, sigma: 2 }),
        residual([dense(14, "tanh"), dense(14, "identity")]),
      ),
      regression(2),
    ),
  ],
  ["factor", modelOf(hidden(dense(4, "tanh")), regression(2), { kind: "factor", factor: 16 })],
  [
    "standard scaling",
    modelOf(hidden(dense(4, "tanh")), regression(2), { kind: "standard", mean: [1, -2, 0.1, 1e-7, 3], deviation: [2, 3, 0.3, 1, 1] }),
  ],
  [
    "minimum and range",
    modelOf(hidden(dense(4, "tanh")), regression(2), { kind: "minmax", minimum: [1, -2, 0.1, 0, -3], range: [2, 3, 0.3, 1, 1] }),
  ],
  [
    "two classes on one output",
    modelOf({ inputs: 3, layers: [dense(4, "tanh"), dense(1)], cost: "cross-entropy" }, { ...classes, classes: [false, true].map(Number) }),
  ],
  [
    "two classes of the hinge cost",
    modelOf({ inputs: 3, layers: [dense(1, "identity")], cost: "hinge" }, { ...classes, classes: ["no", "yes"] }),
  ],
  [
    "labels with thresholds of their own",
    modelOf(
      { inputs: 3, layers: [dense(4, "tanh"), dense(3)], cost: "cross-entropy" },
      { kind: "multi-label", labels: ["u", "v", "w"], thresholds: [0.3, 0.7, 0.1] },
    ),
  ],
  [
    "labels of the hinge cost",
    modelOf({ inputs: 3, layers: [dense(2, "identity")], cost: "hinge" }, { kind: "multi-label", labels: ["u", "v"], thresholds: [0, 0] }),
  ],
  [
    "more parameters than are written in decimals",
    modelOf({ inputs: 40, layers: [dense(101, "relu"), dense(3, "softmax")], cost: "cross-entropy" }, classes),
  ],
];

const categories = (model: Model, row: readonly number[]): number[] =>
  row.map((value, k) => {
    const encoding = model.network.description.encodings?.find(({ column }) => column === k);
    return encoding?.kind === "embedding" ? Math.abs(Math.trunc(value)) % encoding.categories : value;
  });

describe("a module says what predict says", () => {
  test.each(MODELS)("%s", async (_title, model) => {
    const rows = rowsFor(model.columns.length).map((row) => categories(model, row));
    const byName = rows.map((row) => Object.fromEntries(model.columns.map((name, k) => [name, row[k]!])));
    await expectModel(model, [...rows, ...byName, Float64Array.from(rows[0]!)]);
  });

  test("of a model that was trained, in a context that has ECMAScript alone", async () => {
    const { model } = await train(shapesTable(), { epochs: 30, hidden: [6] }).result;
    const rows = rowsFor(2);
    const said = inBareContext(exportModule(model, { language: "javascript" }))(rows);
    expect(said.map((prediction) => prediction.kind === "multi-label" && prediction.labels)).toEqual(
      rows.map((row) => (predict(model, row) as { labels?: unknown }).labels),
    );
    await expectModel(model, rows);
  });

  test("and large ones need no decoder of the platform's", () => {
    const model = MODELS.at(-1)![1];
    const [said] = inBareContext(exportModule(model, { language: "javascript" }))([rowsFor(40)[0]!]);
    expect(said?.kind).toBe("classification");
  });
});

test("as TypeScript they compile strictly, with ECMAScript's own types", () => {
  const sources = MODELS.map(([, model], at) => [`/${at}.ts`, exportModule(model, { language: "typescript" })] as const);
  expect(compilerFaults(Object.fromEntries(sources))).toEqual([]);
});

test("the compiler that judges them finds faults", () => {
  const source = exportModule(MODELS[0]![1], { language: "typescript" });
  expect(compilerFaults({ "/a.ts": `${source}\nconst other: string = predict([1]);` })).not.toEqual([]);
});

test("a wide row is a record of numbers", async () => {
  const inputs = Array.from({ length: 12 }, () => Array.from({ length: 200 }, () => random.uniform()));
  const data = createDataset({ inputs, labels: inputs.map(([x = 0]) => (x > 0.5 ? 1 : 0)) });
  const { model } = await train(data, { epochs: 1, hidden: [3], test: 0, validation: 0 }).result;
  const source = exportModule(model, { language: "typescript" });
  expect(source).toContain("export type Row = Readonly<Record<string, number>>;");
  expect(compilerFaults({ "/wide.ts": source })).toEqual([]);
  await expectModel(model, inputs);
});
