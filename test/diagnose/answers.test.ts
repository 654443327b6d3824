import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import { answersOf } from "../../src/diagnose/answers.js";
import { exactCosts } from "../../src/diagnose/passes.js";
import { type CostName, outputRules } from "../../src/network/costs.js";
import type { ActivationName } from "../../src/network/activations.js";
import { createNetwork } from "../../src/network/network.js";
import { forward } from "../../src/reference/forward.js";
import { createModel, type Model } from "../../src/training/model.js";

const random = createRandom(9, 404);

/** A network 2-4-3 with drawn weights, of three classes or of three numbers. */
function modelOf(cost: CostName, activation: ActivationName, task: "classes" | "numbers"): Model {
  const network = createNetwork(
    {
      inputs: 2,
      layers: [
        { units: 4, activation: "tanh" },
        { units: 3, activation },
      ],
      cost,
    },
    { seed: 3 },
  );
  const names = ["a", "b", "c"];
  return createModel({
    network,
    task:
      task === "classes"
        ? { kind: "classification", target: "label", classes: names }
        : { kind: "regression", targets: names, mean: [0, 0, 0], deviation: [1, 1, 1] },
    columns: ["x0", "x1"],
    scaling: { kind: "none" },
  });
}

const inputs = Array.from({ length: 20 }, () => [random.normal(), random.normal()]);
const classes = createDataset({ inputs, labels: inputs.map((_, row) => ["a", "b", "c"][row % 3]!) });
const numbers = createDataset({ inputs, targets: inputs.map(() => [random.below(3), random.below(3), 1]), targetNames: ["a", "b", "c"] });

const pairs = Object.entries(outputRules).flatMap(([cost, outputs]) =>
  Object.keys(outputs).map((output) => [cost as CostName, output as ActivationName] as const),
);

describe("costs from outputs are those of the equations", () => {
  test.each(pairs)("%s of %s", (cost, output) => {
    const task = cost === "poisson" ? "numbers" : "classes";
    const dataset = task === "classes" ? classes : numbers;
    const model = modelOf(cost, output, task);
    const { costs, rows } = answersOf(model, dataset);
    const exact = exactCosts(
      model,
      dataset,
      Array.from({ length: rows }, (_, row) => row),
    );
    expect(exact.some((one) => one > 0)).toBe(true);
    exact.forEach((expected, row) => {
      expect([row, Math.abs(costs[row]! - expected) <= 1e-5 * Math.max(1, Math.abs(expected))]).toEqual([row, true]);
    });
  });
});

test("rows beyond the first pieces have their own outputs, costs and targets", () => {
  const many = Array.from({ length: 9000 }, () => [random.normal(), random.normal()]);
  const dataset = createDataset({ inputs: many, targets: many.map(([u = 0, v = 0]) => [u, v, u * v]), targetNames: ["a", "b", "c"] });
  const model = modelOf("squared-error", "identity", "numbers");
  const { outputs, targets, costs } = answersOf(model, dataset);
  for (const row of [0, 8191, 8192, 8999]) {
    const a = forward(model.network, many[row]!).a.at(-1)!;
    a.forEach((value, j) => expect(Math.abs(outputs[3 * row + j]! - value) <= 1e-5).toBe(true));
    const [u = 0, v = 0] = many[row]!;
    expect(Array.from(targets!.subarray(3 * row, 3 * row + 3))).toEqual([u, v, u * v]);
    expect(Math.abs(costs[row]! - exactCosts(model, dataset, [row])[0]!) <= 1e-4).toBe(true);
  }
});
