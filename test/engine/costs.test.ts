import { describe, expect, test } from "vitest";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import type { Engine, StepReport } from "../../src/kernels/contract.js";
import type { ActivationName } from "../../src/network/activations.js";
import type { CostDescription } from "../../src/network/costs.js";
import { layoutOf } from "../../src/network/layout.js";
import { findEngine } from "./engines.js";

const optimizer = { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false } as const;

/** One neuron with the weight 1 and no bias, so that z is the input: its rows are asked of every engine. */
function ask(activation: ActivationName, cost: CostDescription, z: readonly number[], y: readonly number[]): Record<string, StepReport> {
  const engines = ENGINE_NAMES.map((name): [string, Engine] => {
    const { create, precision } = findEngine(name);
    const array = precision === "float32" ? Float32Array : Float64Array;
    const program = {
      description: { inputs: 1, layers: [{ units: 1, activation }], cost },
      layout: layoutOf([1, 1]),
      parameters: Float32Array.of(1, 0),
      batchSize: z.length,
      optimizer,
    };
    return [name, create(program, { inputs: { kind: "numbers", values: array.from(z) }, targets: array.from(y) })];
  });
  const list = Uint32Array.from(z.keys());
  return Object.fromEntries(engines.map(([name, engine]) => [name, engine.forward(list)]));
}

describe("one output for two classes", () => {
  const z = [-0.75, -0.25, 0, 0.25, 0.5, 0.75];
  test.each([
    ["hinge", "identity", [0, 0, 1, 1, 1, 1], 6],
    ["hinge", "tanh", [1, 0, 1, 1, 1, 0], 4],
    ["squared-error", "identity", [0, 0, 0, 0, 1, 1], 6],
    ["mean-absolute-error", "identity", [0, 0, 1, 1, 1, 1], 4],
  ] as const)("%s of %s: on which side of halfway between the targets it lies", (cost, output, y, correct) => {
    for (const [engine, report] of Object.entries(ask(output, cost, z, y))) expect({ engine, ...report }).toMatchObject({ correct });
  });
});

describe("what the costs come to", () => {
  test.each([
    ["half-squared-error", 2, 0.5, 1.125],
    ["mean-squared-error", 2, 0.5, 2.25],
    ["mean-absolute-error", 2, 0.5, 1.5],
    ["huber", 2, 0.5, 1],
    ["huber", 1, 0.5, 0.125],
    [{ kind: "huber", delta: 0.25 }, 2, 0.5, 0.25 * (1.5 - 0.125)],
    ["quantile", 2, 0.5, 0.75],
    [{ kind: "quantile", quantile: 0.875 }, 2, 0.5, 0.125 * 1.5],
    [{ kind: "quantile", quantile: 0.875 }, -1, 0.5, 0.875 * 1.5],
    ["hinge", 0.25, 1, 0.75],
    ["hinge", 0.25, 0, 1.25],
    ["hinge", -2, 0, 0],
  ] as const)("%j of the output %d with the target %d is %d", (cost, a, y, expected) => {
    for (const [engine, { costSum }] of Object.entries(ask("identity", cost, [a], [y]))) {
      expect({ engine, costSum: Math.abs(costSum - expected) <= 1e-6 }).toEqual({ engine, costSum: true });
    }
  });

  test.each([
    // Rates that have rounded to 0: a count of 0 costs nothing, and of an exponential every other count is known from z.
    ["exponential", -200, 0, 0],
    ["exponential", -200, 2, 400],
    ["exponential", 0, 3, 1],
    ["softplus", -200, 0, 0],
    ["softplus", 40, 0, 40],
  ] as const)("Poisson's of %s at z = %d with a count of %d is %d", (output, z, y, expected) => {
    for (const [engine, { costSum, nonFinite }] of Object.entries(ask(output, "poisson", [z], [y]))) {
      expect({ engine, near: Math.abs(costSum - expected) <= 1e-6 * (1 + expected), nonFinite }).toEqual({
        engine,
        near: true,
        nonFinite: undefined,
      });
    }
  });
});
