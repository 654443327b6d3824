import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bytesOf, createSha256 } from "../../src/base/sha256.js";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import { createReferenceEngine } from "../../src/engine/reference.js";
import type { Engine, StepOptimizer, StepRules } from "../../src/kernels/contract.js";
import { type NetworkInput, readDescription, widthsOf } from "../../src/network/description.js";
import { layoutOf } from "../../src/network/layout.js";
import { compare } from "../reference/compare.js";
import { findEngine } from "./engines.js";
import { createNaiveEngine } from "./naive.js";
import { createProblem, type EngineProblem, inFloat64, type ProblemShape, shuffled, titleOf } from "./problems.js";
import { together } from "./together.js";

// The paths of float64 PyTorch, an independent program: test/golden/make_optimizers.py says what each field is.
interface GoldenPath {
  readonly network: NetworkInput;
  readonly optimizer: StepOptimizer;
  readonly rules: StepRules;
  readonly rates?: readonly number[];
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly batches: readonly (readonly number[])[];
  readonly path: readonly (readonly [step: number, parameters: readonly number[]])[];
  readonly average?: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/optimizers.json", import.meta.url), "utf8")) as {
  readonly cases: readonly GoldenPath[];
};
/** Sums in another order differ by a few units of float64's rounding; a wrong factor by far more. */
const TOLERANCE = 1e-11;

function engineOf({ network, optimizer, rules, x, y, batches }: GoldenPath): Engine {
  const { description, weights } = readDescription(network);
  const rows = { inputs: { kind: "numbers" as const, values: Float64Array.from(x.flat()) }, targets: Float64Array.from(y.flat()) };
  const layout = layoutOf(widthsOf(description));
  return createReferenceEngine(
    { description, layout, parameters: Float32Array.from(weights!), batchSize: batches[0]!.length, optimizer, rules },
    rows,
  );
}

/** The kept steps at which a path leaves PyTorch's; so written that a NaN does. */
function deviations(golden: GoldenPath, engine: Engine): (number | string)[] {
  const kept = new Map(golden.path);
  const far: (number | string)[] = golden.batches.flatMap((batch, at) => {
    engine.train(Uint32Array.from(batch), 0, batch.length, golden.rates === undefined ? {} : { rates: golden.rates.slice(at, at + 1) });
    const expected = kept.get(at + 1);
    return expected === undefined || compare(engine.state().parameters, expected, TOLERANCE).agrees ? [] : [at + 1];
  });
  if (golden.average === undefined) return far;
  engine.exchangeAverage();
  if (!compare(engine.state().parameters, golden.average, TOLERANCE).agrees) far.push("average");
  engine.exchangeAverage();
  if (!compare(engine.state().parameters, golden.path.at(-1)![1], TOLERANCE).agrees) far.push("exchange");
  return far;
}

describe("the reference goes PyTorch's way", () => {
  const titled = cases.map((golden) => [`${JSON.stringify(golden.optimizer)} ${JSON.stringify(golden.rules)}`, golden] as const);
  test.each(titled)("%s", (_title, golden) => {
    expect(golden.path.at(-1)![0]).toBe(20);
    expect(deviations(golden, engineOf(golden))).toEqual([]);
  });

  test("every optimizer and every rule has a path", () => {
    expect([...new Set(cases.map(({ optimizer }) => optimizer.kind))].sort()).toEqual(
      ["adagrad", "adam", "adamw", "lion", "nadam", "rmsprop", "sgd"].sort(),
    );
    expect([...new Set(cases.flatMap(({ rules }) => Object.keys(rules)))].sort()).toEqual(
      ["average", "clipNorm", "clipValue", "l1", "l2", "maxNorm", "weightDecay"].sort(),
    );
  });

  test.each(titled.filter(([, { rules }]) => Object.keys(rules).length > 0))("not without its rules: %s", (_title, golden) => {
    for (const rule of Object.keys(golden.rules) as (keyof StepRules)[]) {
      const { [rule]: _left, ...rules } = golden.rules;
      expect(deviations(golden, engineOf({ ...golden, rules })).length, rule).toBeGreaterThan(0);
    }
  });
});

const OPTIMIZERS: readonly StepOptimizer[] = [
  { kind: "sgd", learningRate: 0.02, momentum: 0, nesterov: false },
  { kind: "sgd", learningRate: 0.02, momentum: 0.9, nesterov: false },
  { kind: "sgd", learningRate: 0.02, momentum: 0.8, nesterov: true },
  { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { kind: "adamw", learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
  { kind: "nadam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { kind: "adagrad", learningRate: 0.05, epsilon: 1e-10, initial: 0.1 },
  { kind: "rmsprop", learningRate: 0.01, rho: 0.9, epsilon: 1e-8, momentum: 0 },
  { kind: "rmsprop", learningRate: 0.01, rho: 0.95, epsilon: 1e-6, momentum: 0.5 },
  { kind: "lion", learningRate: 0.005, beta1: 0.9, beta2: 0.99 },
];
const RULES: readonly (StepRules | undefined)[] = [
  undefined,
  { clipNorm: 0.05 },
  { l2: 0.01, average: 0.9 },
  { l1: 0.01, weightDecay: 0.1 },
  { clipValue: 0.01 },
  { maxNorm: 0.8 },
  { clipValue: 0.02, clipNorm: 0.05, l1: 0.001, l2: 0.01, weightDecay: 0.1, maxNorm: 0.9, average: 0.5 },
];

/** Every optimizer with every rule, each on another size and kind of rows. */
const SHAPES: readonly ProblemShape[] = OPTIMIZERS.flatMap((optimizer, o) =>
  RULES.map((rules, r): ProblemShape => {
    const widths = [
      [7, 5, 3],
      [33, 40, 17, 4],
      [9, 65, 2],
      [16, 1, 2],
    ][(o + r) % 4]!;
    const inputs = (["numbers", "sparse", "bytes"] as const)[(2 * o + r) % 3]!;
    return {
      hidden: "tanh",
      output: "softmax",
      cost: "cross-entropy",
      widths,
      batch: [4, 7][r % 2]!,
      inputs,
      optimizer,
      ...(rules && { rules }),
    };
  }),
);
const titled = SHAPES.map((shape, index) => [titleOf(shape), shape, index] as const);
const FLOAT32 = ENGINE_NAMES.filter((name) => findEngine(name).precision === "float32");

function bitsOf(vector: Float32Array | Float64Array): string {
  return createSha256()
    .update(bytesOf(vector.map((value) => (value === 0 ? 0 : value))))
    .hex();
}

/** Everything that the engine would go on from. */
function stateOf(engine: Engine): string {
  const { parameters, slots, average, counters } = engine.state();
  return [...[parameters, ...slots, ...(average === undefined ? [] : [average])].map(bitsOf), ...counters].join();
}

function create(name: (typeof ENGINE_NAMES)[number], problem: EngineProblem): Engine {
  const { create: make, precision } = findEngine(name);
  return make(problem.program, precision === "float64" ? inFloat64(problem.rows) : problem.rows, { observed: true });
}

describe("the steps of float32 engines are those of the contract, in every bit", () => {
  test.each(titled)("%s", (_title, shape, index) => {
    const problem = createProblem(shape, 900 + index);
    const { rows, rowCount, program } = problem;
    const order = shuffled(rowCount, 5);
    const naive = createNaiveEngine(program);
    for (let from = 0; from < rowCount; from += program.batchSize) naive.step(rows, order.subarray(from, from + program.batchSize));
    for (const name of FLOAT32) {
      const engine = create(name, problem);
      engine.train(order, 0, rowCount);
      expect(bitsOf(engine.parameters()), name).toBe(bitsOf(naive.parameters()));
      engine.exchangeAverage();
      expect(bitsOf(engine.parameters()), name).toBe(bitsOf(naive.average() ?? naive.parameters()));
    }
  });
});

describe("any number of threads gives the same bits", () => {
  test.each(titled.filter((_, index) => index % 2 === 0))("%s", async (_title, shape, index) => {
    const problem = createProblem(shape, 900 + index);
    const order = shuffled(problem.rowCount, 5);
    const alone = create("portable", problem);
    alone.train(order, 0, problem.rowCount);
    for (const threads of [2, 3]) {
      const engine = await together(problem, threads);
      engine.train(order, 0, problem.rowCount);
      expect(stateOf(engine), `${threads} threads`).toBe(stateOf(alone));
    }
  });
});

describe("a state", () => {
  test.each(titled)("taken between two steps and handed to a new engine changes no bit: %s", (_title, shape, index) => {
    const problem = createProblem(shape, 900 + index);
    const { rowCount, program } = problem;
    const order = shuffled(rowCount, 5);
    const rates = Array.from({ length: Math.ceil(rowCount / program.batchSize) }, (_, step) => 0.01 / (1 + step));
    for (const name of ENGINE_NAMES) {
      const whole = create(name, problem);
      whole.train(order, 0, rowCount, { rates });
      const first = create(name, problem);
      first.train(order, 0, 2 * program.batchSize, { rates });
      const second = create(name, { ...problem, program: { ...program, state: first.state() } });
      second.train(order, 2 * program.batchSize, rowCount, { rates: rates.slice(2) });
      expect(stateOf(second), name).toBe(stateOf(whole));
    }
  });
});

describe("observing a step", () => {
  test.each(titled.filter((_, index) => index % 3 === 0))("changes no bit, and engines see the same: %s", (_title, shape, index) => {
    const problem = createProblem(shape, 900 + index);
    const { program } = problem;
    const order = shuffled(problem.rowCount, 5);
    const seen = FLOAT32.map((name) => {
      const [watched, alone] = [create(name, problem), create(name, problem)];
      for (let step = 0; step < 3; step++) {
        const [from, to] = [step * program.batchSize, (step + 1) * program.batchSize];
        const report = watched.observe(order, from, to);
        alone.train(order, from, to);
        expect(stateOf(watched), name).toBe(stateOf(alone));
        if (step === 2) return report.layers!;
      }
      throw new Error("no step");
    });
    for (const layers of seen) {
      layers.forEach((layer, at) => {
        for (const key of ["gradient", "weight", "update"] as const) {
          expect(
            Math.abs(layer[key] - seen[0]![at]![key]) <= 1e-6 * seen[0]![at]![key],
            `${key} of ${layer.layer}: ${layer[key]} ${seen[0]![at]![key]}`,
          ).toBe(true);
        }
      });
    }
  });
});
