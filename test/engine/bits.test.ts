import { describe, expect, test } from "vitest";
import { bytesOf } from "../../src/base/sha256.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import type { Dataset } from "../../src/data/dataset.js";
import { dense } from "../../src/network/layers.js";
import { batchNorm, dropout, layerNorm, periodic, residual } from "../../src/network/parts.js";
import { adam, type OptimizerSettings, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";
import { CLASSIC, FURTHER } from "../reference/networks.js";
import { findEngine } from "./engines.js";
import { createNaiveEngine, type Flush } from "./naive.js";
import { AWKWARD, createProblem, type EngineProblem, type ProblemOptimizer, type ProblemShape, shuffled, titleOf } from "./problems.js";

/** Engines that promise the same bits: all that compute in float32. */
const FLOAT32 = ENGINE_NAMES.filter((name) => findEngine(name).precision === "float32");

interface GoldenRun {
  readonly title: string;
  readonly data: () => Dataset;
  readonly options: TrainOptions;
  /** SHA-256 of the trained parameters. */
  readonly hash: string;
}

const plain = (learningRate: number): OptimizerSettings => sgd({ learningRate, momentum: 0, nesterov: false });
const nesterov = (learningRate: number, momentum: number): OptimizerSettings => sgd({ learningRate, momentum, nesterov: true });
const parts = { test: 0.2, validation: 0.1 };

// Written down from the portable engine when its order of sums was fixed; every option stands here, so that a change of
// defaults changes nothing. A hash that changes is a change of bits for every user: a new order of sums, generator, shuffle,
// split, scaling or initialisation. It belongs into the CHANGELOG.
const GOLDEN: readonly GoldenRun[] = [
  {
    title: "digits, the network of the equations",
    data: digits,
    options: {
      hidden: [16, 16],
      activation: "sigmoid",
      outputActivation: "sigmoid",
      cost: "squared-error",
      optimizer: plain(3),
      epochs: 8,
      batchSize: 32,
      test: 0.2,
      validation: 0,
      seed: 1,
    },
    hash: "9492ed9ed80222dbc0f5015395fe309554a2547a2d98fc9c025686f70266a5e1",
  },
  {
    title: "digits, relu and softmax with Nesterov's momentum",
    data: digits,
    options: {
      hidden: [33, 17],
      activation: "relu",
      outputActivation: "softmax",
      cost: "cross-entropy",
      optimizer: nesterov(0.05, 0.9),
      epochs: 5,
      batchSize: 17,
      seed: 2,
      ...parts,
    },
    hash: "5abc6dfd5e359a72e947913eb486d507957cd3813918ce9df4aa2c793dd38bf7",
  },
  {
    title: "digits, tanh, five layers, momentum, cross-entropy of sigmoids",
    data: digits,
    options: {
      hidden: [20, 15, 12],
      activation: "tanh",
      outputActivation: "sigmoid",
      cost: "cross-entropy",
      optimizer: sgd({ learningRate: 0.02, momentum: 0.9, nesterov: false }),
      epochs: 5,
      batchSize: 10,
      seed: 3,
      ...parts,
    },
    hash: "59443058aa0f2ca2f210d2cf85e5f9b17b1ce7e92942e7958f0390a3c8844156",
  },
  {
    title: "digits, no hidden layer, squared error of softmax, one row a step",
    data: digits,
    options: {
      hidden: [],
      outputActivation: "softmax",
      cost: "squared-error",
      optimizer: nesterov(0.1, 0.9),
      batchSize: 1,
      epochs: 1,
      seed: 4,
      ...parts,
    },
    hash: "a8763e488b30a6d0150d7695664f3e79d8085442aae6484ae2641bb0cccad52c",
  },
  {
    title: "digits, wider than a block of 256 outputs",
    data: digits,
    options: {
      hidden: [20, 300],
      activation: "sigmoid",
      outputActivation: "softmax",
      cost: "cross-entropy",
      optimizer: nesterov(0.05, 0.9),
      epochs: 2,
      batchSize: 8,
      seed: 5,
      initialisation: "lecun",
      ...parts,
    },
    hash: "495cc5a40b6ca19a4c591a35c1692802b45e42d474fe43a1f1bd7b9992a29b3f",
  },
  {
    title: "iris, standard scaling, relu and softmax",
    data: iris,
    options: {
      hidden: [32, 16],
      activation: "relu",
      outputActivation: "softmax",
      cost: "cross-entropy",
      optimizer: nesterov(0.02, 0.9),
      scale: "standard",
      epochs: 60,
      batchSize: 32,
      seed: 1,
      ...parts,
    },
    hash: "9c3408d0e388792c10670bcade2a2df06f27226b05a00cca98710920bef09739",
  },
  {
    title: "iris, tanh with squared error of tanh, plain descent, all rows a step",
    data: iris,
    options: {
      hidden: [7],
      activation: "tanh",
      outputActivation: "tanh",
      cost: "squared-error",
      optimizer: plain(0.3),
      batchSize: 150,
      epochs: 300,
      scale: "minmax",
      seed: 6,
      test: 0,
      validation: 0.1,
    },
    hash: "544ceb85fb1494f2b961232c48ccf4554590e45c2eee895b0316dac8d0aca2b4",
  },
  {
    title: "iris, identity everywhere, normal start, raw inputs, a seed above 2^32",
    data: iris,
    options: {
      hidden: [5, 4],
      activation: "identity",
      outputActivation: "identity",
      cost: "squared-error",
      initialisation: "normal",
      optimizer: nesterov(1e-4, 0.5),
      batchSize: 32,
      scale: "none",
      epochs: 60,
      seed: 2 ** 40 + 7,
      ...parts,
    },
    hash: "d78462f794f9ac32aff982687e3bdb86dc50e8d6a6741486daa4ee95c9a8b4b7",
  },
  {
    title: "digits, relu and softmax with Adam",
    data: digits,
    options: {
      hidden: [33, 17],
      activation: "relu",
      outputActivation: "softmax",
      cost: "cross-entropy",
      optimizer: adam({ learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
      epochs: 5,
      batchSize: 17,
      seed: 7,
      ...parts,
    },
    hash: "58d59636efd4f668ae121b5bac430b8835bf8488a0313aab71965e78f76690b3",
  },
  {
    title: "iris, tanh with Adam of other betas, all rows a step",
    data: iris,
    options: {
      hidden: [7, 5],
      activation: "tanh",
      outputActivation: "tanh",
      cost: "squared-error",
      optimizer: adam({ learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }),
      batchSize: 150,
      epochs: 300,
      scale: "minmax",
      seed: 8,
      test: 0,
      validation: 0.1,
    },
    hash: "276c99b4d7cc330f514c543ba1258bb96e9c2c340126e2700410c6ae6c5974bd",
  },
  {
    title: "digits, both normalisations, dropout and a connection, with Adam, clipped, and the mean of the parameters",
    data: digits,
    options: {
      network: {
        inputs: 64,
        layers: [
          dense(40, "relu"),
          batchNorm(),
          dropout(0.2),
          residual([dense(33, "gelu"), layerNorm(), dense(40, "tanh"), batchNorm({ momentum: 0.2 })]),
          dense(10, "softmax"),
        ],
        cost: "cross-entropy",
      },
      optimizer: adam({ learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
      ...{ clipNorm: 1, average: 0.9, epochs: 3, batchSize: 33, seed: 9, ...parts },
    },
    hash: "d03aa13f9a25cba991859e5b345697ce4cf80d4cc23778889486ae56eb9c7cd8",
  },
  {
    title: "iris, periodic columns, and a connection around what they become",
    data: iris,
    options: {
      network: {
        inputs: 4,
        layers: [
          periodic({ column: 0, frequencies: 3, sigma: 0.5 }),
          periodic({ column: 3, frequencies: 5, sigma: 0.3 }),
          residual([dense(12, "silu"), layerNorm(), dense(18, "identity")]),
          dense(3, "softmax"),
        ],
        cost: "cross-entropy",
      },
      optimizer: nesterov(0.05, 0.9),
      ...{ scale: "standard", epochs: 30, batchSize: 16, seed: 10, ...parts },
    },
    hash: "fb623bb028db211f757d6598ea1f7e4337211661ca960af462e2d4f5be04fff8",
  },
];

async function hashOf({ data, options }: Pick<GoldenRun, "data" | "options">): Promise<string> {
  return (await train(data(), options).result).model.parametersHash;
}

describe("the bits of trained parameters", () => {
  test.each(GOLDEN.map((run) => [run.title, run] as const))("%s", async (_title, run) => {
    for (const engine of FLOAT32) expect(await hashOf({ ...run, options: { ...run.options, engine } })).toBe(run.hash);
  });

  test("the same seed gives the same bits, another seed others", async () => {
    const run = (seed: number): Promise<string> => hashOf({ data: iris, options: { epochs: 3, seed } });
    expect(await run(11)).toBe(await run(11));
    const seeds = [0, 1, 2, 11, 2 ** 32 + 11, Number.MAX_SAFE_INTEGER];
    expect(new Set(await Promise.all(seeds.map(run))).size).toBe(seeds.length);
  });

  test("runs side by side do not disturb each other", async () => {
    const alone = await hashOf({ data: digits, options: { epochs: 2 } });
    const together = await Promise.all([1, 2, 1].map((seed) => hashOf({ data: digits, options: { epochs: 2, seed } })));
    expect(together[0]).toBe(alone);
    expect(together[2]).toBe(alone);
    expect(together[1]).not.toBe(alone);
  });
});

/** The bits of a vector as whole numbers. A zero may have either sign, since a product with 0 may be left out of a sum. */
function bitsOf(vector: Float32Array): Uint32Array {
  return new Uint32Array(bytesOf(vector.map((value) => (value === 0 ? 0 : value))).buffer);
}

/** As it is used; epsilon is small, so that no step is like that of gradient descent. */
const ADAM: ProblemOptimizer = { kind: "adam", learningRate: 0.01, epsilon: 1e-8 };
const OPTIMIZERS: readonly ProblemOptimizer[] = [{ momentum: 0 }, { momentum: 0.9 }, { momentum: 0.8, nesterov: true }, ADAM];

describe("the order of sums is the one that the contract states", () => {
  const shapes: ProblemShape[] = [...CLASSIC, ...FURTHER.filter((_, at) => at % 2 === 0)].flatMap(({ hidden, output, cost }, at) => {
    const turn = at < CLASSIC.length ? Math.floor(at / 4) + (at % 4) : at;
    const size = (i: number): number => AWKWARD[(at + i) % AWKWARD.length]!;
    const inputs = (["numbers", "sparse", "bytes"] as const)[turn % 3]!;
    const optimizer = OPTIMIZERS[turn % OPTIMIZERS.length]!;
    const deep = { hidden, output, cost, widths: [size(0), size(4), size(9), size(6)], batch: size(2), inputs, optimizer };
    const flat = { hidden, output, cost, widths: [size(11), size(1), size(3)], batch: size(8), inputs, optimizer };
    return at < CLASSIC.length ? [deep, flat] : [at % 2 === 0 ? deep : flat];
  });
  const wide: ProblemShape[] = [
    { hidden: "sigmoid", output: "softmax", cost: "cross-entropy", widths: [3, 5, 256, 2], batch: 2 },
    { hidden: "tanh", output: "sigmoid", cost: "squared-error", widths: [2, 4, 257], batch: 3, inputs: "sparse" },
    { hidden: "relu", output: "identity", cost: "squared-error", widths: [300, 3, 259, 2], batch: 2, inputs: "bytes" },
    { hidden: "identity", output: "softmax", cost: "squared-error", widths: [2, 3, 515], batch: 2, optimizer: { momentum: 0.5 } },
    { hidden: "sigmoid", output: "softmax", cost: "cross-entropy", widths: [5, 257, 3], batch: 4, optimizer: ADAM },
  ];
  const titled = [...shapes, ...wide].map((shape, index) => [titleOf(shape), shape, index] as const);

  function batches({ rowCount, program: { batchSize } }: EngineProblem): Uint32Array[] {
    const order = shuffled(rowCount, 5);
    const list: Uint32Array[] = [];
    for (let from = 0; from < rowCount; from += batchSize) list.push(order.subarray(from, Math.min(from + batchSize, rowCount)));
    return list;
  }

  describe.each(FLOAT32)("%s", (name) => {
    test.each(titled)("%s", (_title, shape, index) => {
      const problem = createProblem(shape, 500 + index);
      const { program, rows, rowCount } = problem;
      const engine = findEngine(name).create(program, rows);
      const naive = createNaiveEngine(program);
      for (const list of batches(problem)) expect(bitsOf(engine.gradient(list))).toEqual(bitsOf(naive.gradient(rows, list)));

      engine.train(shuffled(rowCount, 5), 0, rowCount);
      for (const list of batches(problem)) naive.step(rows, list);
      expect(bitsOf(engine.parameters())).toEqual(bitsOf(naive.parameters()));

      const nL = program.layout.sizes.at(-1)!;
      const outputs = new Float32Array(rowCount * nL);
      engine.forward(
        Uint32Array.from({ length: rowCount }, (_, row) => row),
        outputs,
      );
      const expected = Array.from({ length: rowCount }, (_, row) => naive.outputs(rows, row)).flat();
      expect(bitsOf(outputs)).toEqual(bitsOf(Float32Array.from(expected)));
    });
  });

  describe("a state that falls below the smallest normal float32 becomes 0", () => {
    const shape = { hidden: "tanh", output: "sigmoid", cost: "squared-error", widths: [7, 5, 3], batch: 2 } as const;

    /** [optimizer, size of the inputs]: v of momentum and m of Adam are about as large as the inputs, v of Adam as their square. */
    const cases: readonly (readonly [ProblemOptimizer, number])[] = [
      [{ momentum: 0.5 }, 2 ** -121],
      [{ momentum: 0.5, nesterov: true }, 2 ** -121],
      [{ ...ADAM, beta1: 0.5 }, 2 ** -121],
      [{ ...ADAM, beta2: 0.5, epsilon: 1e-25 }, 2 ** -61],
    ];

    /** The weights of layer 2 are 0 at first, so that the smallest steps show. */
    function tinyProblem(optimizer: ProblemOptimizer, size: number): EngineProblem {
      const problem = createProblem({ ...shape, optimizer: { ...optimizer, learningRate: 0.5 } }, 90);
      const values = Float32Array.from(problem.rows.inputs.values, (value) => value * size);
      const parameters = problem.program.parameters.map((value, i) => (i < 7 * 5 ? 0 : value));
      return { ...problem, program: { ...problem.program, parameters }, rows: { ...problem.rows, inputs: { kind: "numbers", values } } };
    }

    function naively(problem: EngineProblem, flush?: Flush): Uint32Array {
      const naive = createNaiveEngine(problem.program, flush);
      for (const list of [...batches(problem), ...batches(problem)]) naive.step(problem.rows, list);
      return bitsOf(naive.parameters());
    }

    test.each(cases.map((own) => [JSON.stringify(own[0]), ...own] as const))("%s", (_title, optimizer, size) => {
      const problem = tinyProblem(optimizer, size);
      const { program, rows, rowCount } = problem;
      const expected = naively(problem);
      for (const name of FLOAT32) {
        const engine = findEngine(name).create(program, rows);
        for (let pass = 0; pass < 2; pass++) engine.train(shuffled(rowCount, 5), 0, rowCount);
        expect(bitsOf(engine.parameters())).toEqual(expected);
      }
      // Kept as it is, or already 0 from twice that magnitude down, it gives other bits.
      expect(naively(problem, (value) => value)).not.toEqual(expected);
      expect(naively(problem, (value) => (Math.abs(value) < 2 ** -125 ? 0 : value))).not.toEqual(expected);
    });
  });

  test("another order gives other bits, so that equality says something", () => {
    const problem = createProblem({ hidden: "sigmoid", output: "softmax", cost: "cross-entropy", widths: [65, 33, 10], batch: 17 }, 1);
    const naive = createNaiveEngine(problem.program);
    const list = shuffled(problem.rowCount, 5).subarray(0, 17);
    expect(bitsOf(naive.gradient(problem.rows, list))).not.toEqual(bitsOf(naive.gradient(problem.rows, list.slice().reverse())));
  });
});
