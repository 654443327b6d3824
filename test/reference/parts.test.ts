import { describe, expect, test } from "vitest";
import { batchNorm, dense, dropout, embedding, layerNorm, periodic, residual } from "../../src/index.js";
import { ACTIVATION_NAMES } from "../../src/network/activations.js";
import { COST_NAMES, findOutputRule } from "../../src/network/costs.js";
import type { NetworkInput } from "../../src/network/description.js";
import { createNetwork } from "../../src/network/network.js";
import { createRandom } from "../../src/base/random.js";
import type { Example } from "../../src/reference/batch.js";
import { gradientCheck } from "../../src/reference/gradient-check.js";
import type { ReferenceNetwork } from "../../src/reference/forward.js";

// Derivatives of networks with normalisation, connections and encoded columns, against differences of the cost.

const COLUMNS = 4;

/** Seeded parameters away from their starts, and rows: a number, a category of 3, two numbers. */
function problem(input: NetworkInput, rows: number, drops = false): { network: ReferenceNetwork; examples: Example[] } {
  const { description, layout, parameters } = createNetwork(input, { seed: 3 });
  const random = createRandom(5, 90);
  const moved = Float64Array.from(parameters, (value) => value + 0.2 * random.normal());
  for (const { kind, offset, rows: n } of layout.tensors) {
    if (kind === "var") for (let i = offset; i < offset + n; i++) moved[i] = 0.5 + random.uniform();
  }
  const outputs = layout.sizes.at(-1)!;
  const examples = Array.from({ length: rows }, (_, row): Example => {
    const y = new Float64Array(outputs);
    y[row % outputs] = 1;
    const masks = layout.sizes.map((n, l) =>
      drops && l === 2 ? Float64Array.from({ length: n }, () => (random.uniform() < 0.3 ? 0 : 1 / 0.7)) : undefined,
    );
    const x = [random.normal(), row % 3, random.normal(), random.normal()];
    return { x, y, weight: drops ? 1 + (row % 2) : 1, ...(drops ? { masks } : {}) };
  });
  return { network: { description, layout, parameters: moved }, examples };
}

const inputs = [embedding({ column: 1, categories: 3, width: 2 }), periodic({ column: 2, frequencies: 2, name: "age" })];

const pairs = COST_NAMES.flatMap((cost) =>
  ACTIVATION_NAMES.filter((output) => findOutputRule(cost, output) !== undefined).map((output) => [cost, output] as const),
);

describe("derivatives agree with differences of the cost", () => {
  test.each(
    pairs.flatMap(([cost, output]) => [1, 2, 5].flatMap((n) => (n === 1 && output === "softmax" ? [] : [[cost, output, n] as const]))),
  )("every part at once, %s, %s, %i outputs", (cost, output, n) => {
    const block = residual([dense(5, "tanh"), layerNorm(), dense(4, "softplus")]);
    const layers = [...inputs, dense(4, "gelu"), batchNorm(), dropout(0.3), block, dense(n, output)];
    const { network, examples } = problem({ inputs: COLUMNS, layers, cost }, 5, true);
    const { passed, checked, worst } = gradientCheck(network, examples);
    expect(checked).toBeGreaterThan(0);
    expect(passed, JSON.stringify(worst)).toBe(true);
  });

  test.each(
    ACTIVATION_NAMES.filter((name) => name !== "softmax").flatMap((activation) =>
      [batchNorm(), layerNorm(), batchNorm({ epsilon: 0.1 })].map((part) => [activation, part] as const),
    ),
  )("behind %s, %j", (activation, part) => {
    const { network, examples } = problem({ inputs: COLUMNS, layers: [dense(5, activation), part, dense(2, "identity")] }, 4);
    const { passed, checked, worst } = gradientCheck(network, examples);
    expect(checked).toBeGreaterThan(0);
    expect(passed, JSON.stringify(worst)).toBe(true);
  });

  test("connections that cross, and one from the input", () => {
    const layers = [
      { units: 4, activation: "tanh", skip: 1 },
      { units: 4, activation: "sigmoid" },
      { units: 4, activation: "identity", skip: 2 },
      { units: 4, activation: "tanh", skip: 2, dropout: 0.3 },
      { units: 2, activation: "identity" },
    ] as const;
    const { network, examples } = problem({ inputs: COLUMNS, layers }, 5, true);
    expect(gradientCheck(network, examples)).toMatchObject({ passed: true, atKink: 0 });
  });
});
