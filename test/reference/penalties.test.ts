import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createReferenceEngine } from "../../src/engine/reference.js";
import type { StepRules } from "../../src/kernels/contract.js";
import { parameterName } from "../../src/network/layout.js";
import { dense, type WrittenLayer } from "../../src/network/layers.js";
import { createNetwork } from "../../src/network/network.js";
import { batchNorm, dropout, layerNorm, residual } from "../../src/network/parts.js";
import { batchCost } from "../../src/reference/batch.js";

// What a step of plain descent moves along, with penalties on the weights, against differences of the cost with those penalties.

const RATE = 2 ** -10;
const H = 1e-5;
const NETWORKS: readonly (readonly [string, readonly WrittenLayer[]])[] = [
  ["dense", [dense(5, "tanh"), dense(4, "gelu")]],
  ["batch normalisation", [dense(5, "tanh"), batchNorm()]],
  ["layer normalisation", [dense(5, "silu"), layerNorm()]],
  [
    "both in a block, with dropout of nothing",
    [dense(4, "tanh"), residual([dense(5, "softplus"), batchNorm(), dropout(0), dense(4, "tanh"), layerNorm()])],
  ],
];
const RULES: readonly StepRules[] = [{ l2: 0.3 }, { l1: 0.2 }, { l1: 0.05, l2: 0.1 }];

describe.each(NETWORKS)("%s", (_title, hidden) => {
  test.each(RULES)("%j", (rules) => {
    const { description, layout, parameters } = createNetwork({ inputs: 3, layers: [...hidden, dense(2, "sigmoid")] }, { seed: 4 });
    const random = createRandom(6, 90);
    // Away from 0, where l1 has its kink.
    const start = Float64Array.from(parameters, (value) => value + (random.uniform() < 0.5 ? -0.1 : 0.1) * (1 + random.uniform()));
    for (const { kind, offset, rows } of layout.tensors) if (kind === "var") start.fill(0.8, offset, offset + rows);
    const rowCount = 5;
    const values = Float64Array.from({ length: 3 * rowCount }, () => random.normal());
    const targets = Float64Array.from({ length: 2 * rowCount }, () => random.uniform());
    const examples = Array.from({ length: rowCount }, (_, row) => ({
      x: values.slice(3 * row, 3 * row + 3),
      y: targets.slice(2 * row, 2 * row + 2),
    }));

    const optimizer = { kind: "sgd", learningRate: RATE, momentum: 0, nesterov: false } as const;
    const state = { parameters: start, slots: [], counters: [0] };
    const engine = createReferenceEngine(
      { description, layout, parameters, batchSize: rowCount, optimizer, rules, state },
      { inputs: { kind: "numbers", values }, targets },
    );
    engine.train(
      Uint32Array.from({ length: rowCount }, (_, row) => row),
      0,
      rowCount,
    );
    const after = engine.state().parameters;

    const { l1 = 0, l2 = 0 } = rules;
    const penalised = (w: Float64Array): number => {
      let penalty = 0;
      for (const { kind, offset, rows, columns } of layout.tensors) {
        if (kind !== "weight") continue;
        for (let i = offset; i < offset + rows * columns; i++) penalty += (l2 / 2) * w[i]! ** 2 + l1 * Math.abs(w[i]!);
      }
      return batchCost({ description, layout, parameters: w }, examples) + penalty;
    };
    for (let i = 0; i < layout.trained; i++) {
      const at = (h: number): number => penalised(start.with(i, start[i]! + h));
      const numeric = (at(H) - at(-H)) / (2 * H);
      const moved = (start[i]! - after[i]!) / RATE;
      expect(Math.abs(moved - numeric) <= 1e-6 * Math.abs(numeric) + 1e-8, `${parameterName(layout, i)}: ${moved}, ${numeric}`).toBe(true);
    }
  });
});
