import { describe, expect, test } from "vitest";
import { ENGINE_NAMES, type EngineName } from "../../src/engine/engine-names.js";
import type { Engine, EngineRows, StepOptimizer } from "../../src/kernels/contract.js";
import { tensorValues } from "../../src/network/layout.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import { compare } from "../reference/compare.js";
import { apart, byTensor, type GoldenParts, goldenParts, titledParts } from "../reference/golden-parts.js";
import { findEngine } from "./engines.js";

// Normalisation, residual blocks and encoded columns in the engines, beside float64 PyTorch: test/golden/make_parts.py.

const SGD: StepOptimizer = { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false };
const ADAM: StepOptimizer = { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const STEPS = 20;

/**
 * Float64: sums in another order, which 1 / sqrt(variance) multiplies, and 20 steps hand on. Float32 has 2^29 times the rounding; Adam
 * divides a derivative by its own size, so that its rounding counts whole where it is small.
 */
const TOLERANCES: Readonly<Record<EngineName, { readonly answer: number; readonly sgd: number; readonly adam: number }>> = {
  reference: { answer: 1e-11, sgd: 1e-9, adam: 1e-9 },
  portable: { answer: 1e-5, sgd: 2e-5, adam: 2e-4 },
  wasm: { answer: 1e-5, sgd: 2e-5, adam: 2e-4 },
};

interface Made {
  readonly network: Network;
  readonly engine: Engine;
  readonly all: Uint32Array;
}

function rowsOf(x: readonly (readonly number[])[], y: readonly (readonly number[])[], precision: "float32" | "float64"): EngineRows {
  const array = precision === "float32" ? Float32Array : Float64Array;
  return { inputs: { kind: "numbers", values: array.from(x.flat()) }, targets: array.from(y.flat()) };
}

function make(name: EngineName, { network: input, x, y }: GoldenParts, optimizer = SGD, more: Partial<EngineRows> = {}): Made {
  const network = createNetwork(input);
  const { create, precision } = findEngine(name);
  const program = { ...network, batchSize: x.length, optimizer };
  const engine = create(program, { ...rowsOf(x, y, precision), ...more }, { observed: true });
  return { network, engine, all: Uint32Array.from(x, (_, row) => row) };
}

/** A single number as a tensor. */
function one(name: string, actual: number, expected: number): Parameters<typeof apart>[0][number] {
  return { name, actual: Float64Array.of(actual), expected: [expected] };
}

for (const name of ENGINE_NAMES) {
  const tolerances = TOLERANCES[name];

  describe(`the ${name} engine agrees with float64 PyTorch`, () => {
    test.each(titledParts)("cost and gradient of a batch: %s", (_title, golden) => {
      const { network, engine, all } = make(name, golden);
      const { report, gradient } = engine.differentiate(all);
      expect(
        apart(
          [...byTensor(network.layout, gradient, golden.training.gradient), one("cost", report.costSum / all.length, golden.training.cost)],
          tolerances.answer,
        ),
      ).toEqual([]);
      expect(compare(engine.gradient(all), gradient, 2 ** -24)).toMatchObject({ agrees: true });
    });

    test.each(titledParts)("outputs and cost of rows that are asked, one by one and together: %s", (_title, golden) => {
      const { network, engine, all } = make(name, golden);
      const n = network.layout.sizes.at(-1)!;
      const outputs = new Float32Array(all.length * n);
      const { costSum, nonFinite } = engine.forward(all, outputs);
      expect(nonFinite).toBeUndefined();
      const { prediction } = golden;
      const expected = prediction.outputs.flat();
      // Outputs are handed out in float32.
      const allowed = tolerances.answer + 2 ** -24;
      expect(apart([{ name: "outputs", actual: outputs, expected }], allowed)).toEqual([]);
      expect(apart([one("cost", costSum / all.length, prediction.cost)], tolerances.answer)).toEqual([]);
      for (const row of all) {
        const own = new Float32Array(n);
        engine.forward(Uint32Array.of(row), own);
        expect(Array.from(own)).toEqual(Array.from(outputs.subarray(row * n, (row + 1) * n)));
      }
      // Looking moves nothing.
      engine.differentiate(all);
      expect(engine.parameters()).toEqual(network.parameters);
    });

    test.each(titledParts.filter(([, { training }]) => Object.keys(training.running).length > 0))(
      "running statistics after a step: %s",
      (_title, golden) => {
        const { network, engine, all } = make(name, golden);
        const { costSum } = engine.train(all, 0, all.length);
        expect(apart([one("cost", costSum / all.length, golden.training.cost)], tolerances.answer)).toEqual([]);
        const running = byTensor(network.layout, engine.state().parameters, golden.training.running).filter(
          (tensor) => tensor.name in golden.training.running,
        );
        expect(running.length).toBeGreaterThan(0);
        expect(apart(running, tolerances.answer)).toEqual([]);
      },
    );

    test.each(titledParts)("the paths of gradient descent and Adam: %s", (_title, golden) => {
      for (const [kind, optimizer] of [
        ["sgd", SGD],
        ["adam", ADAM],
      ] as const) {
        const { network, engine, all } = make(name, golden, optimizer);
        for (let step = 1; step <= STEPS; step++) expect(engine.train(all, 0, all.length).nonFinite).toBeUndefined();
        expect(apart(byTensor(network.layout, engine.state().parameters, golden[kind]), tolerances[kind]), kind).toEqual([]);
      }
    });
  });

  describe(`the ${name} engine`, () => {
    // z of the only row is 2 * 3 + 1 = 7: mean 7 and variance 0 of the batch, u = beta.
    const oneRow = {
      inputs: 1,
      layers: [
        { units: 1, activation: "identity" },
        { kind: "batch-norm", momentum: 0.25 },
        { units: 1, activation: "identity" },
      ],
      ...{ w2: [[2]], b2: [1], gamma2: [3], beta2: [0.5], w3: [[4]], b3: [-1] },
    } as const;

    test("normalises a batch of one row to beta; its running variance gets nothing", () => {
      const { network, engine, all } = make(name, { network: oneRow, x: [[3]], y: [[1]] } as unknown as GoldenParts);
      expect(network.layout.tensors.map((tensor) => tensor.name)).toEqual(["w2", "b2", "gamma2", "beta2", "w3", "b3", "mean2", "var2"]);
      const { report, gradient } = engine.differentiate(all);
      // a3 = 4 * 0.5 - 1 = 1 is the target: no cost, no derivative. Beside a target of 0 they are 1 and 2.
      expect(report.costSum).toBe(0);
      expect(Array.from(gradient, (g) => g + 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
      const beside = make(name, { network: oneRow, x: [[3]], y: [[0]] } as unknown as GoldenParts).engine;
      // d/dbeta = 2 * 4, d/dw3 = 2 * 0.5, d/db3 = 2; gamma is multiplied by zhat = 0.
      expect(Array.from(beside.differentiate(all).gradient, (g) => g + 0)).toEqual([0, 0, 0, 8, 1, 2, 0, 0]);
      engine.train(all, 0, 1);
      expect(Array.from(engine.parameters())).toEqual([2, 1, 3, 0.5, 4, -1, 0.25 * 7, 0.75]);
    });

    test("a batch that is not applied moves no running statistics", () => {
      const golden = goldenParts.find(({ title }) => title === "everything together")!;
      const x = golden.x.map((row, i) => (i === 3 ? [row[0]!, NaN, row[2]!] : row));
      const { network, engine, all } = make(name, { ...golden, x });
      expect(engine.train(all, 0, all.length).nonFinite).toMatchObject({ position: 0, layer: 1 });
      expect(engine.parameters()).toEqual(network.parameters);
    });

    test.each(titledParts)("observes a step without changing a bit of it: %s", (_title, golden) => {
      const [watched, alone] = [make(name, golden, ADAM), make(name, golden, ADAM)];
      for (let step = 0; step < 3; step++) {
        const report = watched.engine.observe(watched.all, 0, watched.all.length);
        alone.engine.train(alone.all, 0, alone.all.length);
        expect(report.layers!.map(({ layer }) => layer)).toEqual(watched.network.description.layers.map((_, index) => index + 2));
      }
      expect(watched.engine.state()).toEqual(alone.engine.state());
    });

    test.each(titledParts)("goes on from a state as if nothing had been: %s", (_title, golden) => {
      const { engine: whole, all } = make(name, golden, ADAM);
      const { engine: first } = make(name, golden, ADAM);
      for (let step = 0; step < 4; step++) whole.train(all, 0, all.length);
      for (let step = 0; step < 2; step++) first.train(all, 0, all.length);
      const { create, precision } = findEngine(name);
      const program = { ...createNetwork(golden.network), batchSize: all.length, optimizer: ADAM, state: first.state() };
      const second = create(program, rowsOf(golden.x, golden.y, precision));
      for (let step = 0; step < 2; step++) second.train(all, 0, all.length);
      expect(second.state()).toEqual(whole.state());
    });

    test.each(titledParts.filter(([, { x }]) => x.length > 1))(
      "weights of rows stay out of the statistics of a batch: %s",
      (_title, golden) => {
        const gradientOf = (weights: readonly number[]): number[] => {
          const sum = weights.reduce((a, b) => a + b, 0);
          const { engine, all } = make(name, golden, SGD, { weights: Float32Array.from(weights) });
          return Array.from(engine.differentiate(all).gradient, (g) => g * sum);
        };
        // By rows the derivative of the weighted sum is a sum, as long as no weight moves the statistics.
        const weights = golden.x.map((_, row) => 0.5 + (row % 4));
        const single = golden.x.map((_, row) => gradientOf(golden.x.map((_x, other) => (other === row ? 1 : 0))));
        const together = single[0]!.map((_, i) => single.reduce((total, own, row) => total + weights[row]! * own[i]!, 0));
        expect(compare(gradientOf(weights), together, name === "reference" ? 1e-12 : 1e-5)).toMatchObject({ agrees: true });
        const statistics = (own: Partial<EngineRows>): unknown => {
          const { network, engine, all } = make(name, golden, SGD, own);
          engine.train(all, 0, all.length);
          const { layout } = network;
          return layout.tensors
            .filter(({ kind }) => kind === "mean" || kind === "var")
            .map((tensor) => tensorValues(engine.parameters(), tensor));
        };
        expect(statistics({ weights: Float32Array.from(weights) })).toEqual(statistics({}));
      },
    );
  });
}
