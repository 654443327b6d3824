import { describe, expect, test } from "vitest";
import { createPortableEngine } from "../../src/engine/portable.js";
import { createReferenceEngine } from "../../src/engine/reference.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import type { CreateEngine, Engine } from "../../src/kernels/contract.js";
import type { ScalarActivationName } from "../../src/network/activations.js";
import { tensorValues } from "../../src/network/layout.js";
import { CLASSIC } from "../reference/networks.js";
import { awkwardProblems, wideProblems } from "./conformance.js";
import { createProblem, type EngineProblem, inFloat64, shuffled } from "./problems.js";
import { together } from "./together.js";

const observing: CreateEngine = (program, rows) => createWasmEngine(program, rows, { observed: true });
const problems = [
  ...awkwardProblems
    .filter((_, index) => index < CLASSIC.length || index % 4 === 0)
    .map(({ title, problems: made }, index) => [title, (): EngineProblem => made()[(5 * index) % made().length]!] as const),
  ...wideProblems.map(({ title, problem }) => [title, problem] as const),
];

/** All rows, a batch at a time, by `train` or by `observe`. */
function pass(engine: Engine, { program, rowCount }: EngineProblem, how: "train" | "observe"): unknown {
  const order = shuffled(rowCount, 3);
  for (let from = 0; from < rowCount; from += program.batchSize) engine[how](order, from, Math.min(rowCount, from + program.batchSize));
  return new Uint32Array(engine.parameters().map((value) => (value === 0 ? 0 : value)).buffer);
}

const rootMeanSquare = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

describe("a step that is observed", () => {
  test.each(problems)("leaves the bits of one that is not: %s", (_title, made) => {
    const problem = made();
    const { program, rows } = problem;
    const expected = pass(createPortableEngine(program, rows), problem, "train");
    expect(pass(createPortableEngine(program, rows), problem, "observe")).toEqual(expected);
    expect(pass(observing(program, rows), problem, "observe")).toEqual(expected);
  });

  test.each(problems)("is measured as its parameters and derivatives say: %s", (_title, made) => {
    const problem = made();
    const { program, rows } = problem;
    const order = shuffled(problem.rowCount, 3);
    const list = order.subarray(0, program.batchSize);
    for (const create of [createPortableEngine, observing]) {
      const gradient = create(program, rows).gradient(list);
      const engine = create(program, rows);
      const before = engine.parameters();
      const { layers } = engine.observe(order, 0, list.length);
      const after = engine.parameters();
      const expected = program.layout.tensors
        .filter(({ kind }) => kind === "weight")
        .map((tensor) => {
          const now = tensorValues(after, tensor);
          return {
            layer: tensor.layer,
            gradient: rootMeanSquare(tensorValues(gradient, tensor)),
            weight: rootMeanSquare(now),
            update: rootMeanSquare(tensorValues(before, tensor).map((value, i) => now[i]! - value)),
          };
        });
      expect(layers?.map(({ layer }) => layer)).toEqual(expected.map(({ layer }) => layer));
      layers!.forEach((measured, index) => {
        for (const what of ["gradient", "weight", "update"] as const) {
          const error = Math.abs(measured[what] - expected[index]![what]);
          expect({ what, error, fine: error <= 1e-12 + 1e-6 * expected[index]![what] }).toMatchObject({ fine: true });
        }
      });
    }
  });

  test("is measured alike by every engine, and by any number of threads to the last bit", async () => {
    const shape = { hidden: "tanh", output: "softmax", cost: "cross-entropy", widths: [9, 40, 33, 3], batch: 8 } as const;
    const problem = createProblem({ ...shape, optimizer: { kind: "adam" } }, 1);
    const order = shuffled(problem.rowCount, 3);
    const one = observing(problem.program, problem.rows).observe(order, 0, 8);
    for (const threads of [2, 3]) expect((await together(problem, threads, { observed: true })).observe(order, 0, 8)).toEqual(one);
    const { program, rows } = problem;
    for (const other of [createPortableEngine(program, rows), createReferenceEngine(program, inFloat64(rows))]) {
      other.observe(order, 0, 8).layers!.forEach(({ gradient, weight, update, ...units }, index) => {
        const { gradient: g, weight: w, update: u, ...same } = one.layers![index]!;
        expect(units).toEqual(same);
        for (const [mine, theirs] of [
          [g, gradient],
          [w, weight],
          [u, update],
        ] as const)
          expect(Math.abs(mine - theirs)).toBeLessThanOrEqual(1e-4 * theirs);
      });
    }
  });
});

describe("units that do nothing", () => {
  /** Layer 2 of 6 units, whose biases are given; weights are small. */
  function unitsOf(hidden: ScalarActivationName, biases: readonly number[]): EngineProblem {
    const problem = createProblem({ hidden, output: "sigmoid", cost: "squared-error", widths: [3, 6, 2], batch: 5 }, 4);
    const parameters = problem.program.parameters.slice();
    const { tensors } = problem.program.layout;
    parameters.fill(0.01, tensors[0]!.offset, tensors[1]!.offset);
    parameters.set(biases, tensors[1]!.offset);
    return { ...problem, program: { ...problem.program, parameters } };
  }

  test.each([
    ["a relu that is off", "relu", [-9, -9, 1, 1, 1, 1], { dead: 2 / 6, saturated: 0 }],
    ["a sigmoid at its ends, and one beyond them", "sigmoid", [-9, 9, 5, 0, 0, 200], { dead: 1 / 6, saturated: 3 / 6 }],
    ["a leaky-relu below 0", "leaky-relu", [-9, -1, 1, 1, 1, 9], { dead: 0, saturated: 2 / 6 }],
    ["an elu far below 0, and where a has rounded to -1", "elu", [-4, -2, 0, 1, 9, -200], { dead: 1 / 6, saturated: 1 / 6 }],
    ["a selu, whose slope is steepest just below 0", "selu", [-4, -2, 0, 1, 9, 9], { dead: 0, saturated: 1 / 6 }],
    ["a gelu off and nearly off, and where it falls", "gelu", [-60, -4, -1.5, 0, 1, 9], { dead: 1 / 6, saturated: 1 / 6 }],
    ["a gelu-tanh", "gelu-tanh", [-200, -4, -1.5, 0, 1, 9], { dead: 1 / 6, saturated: 1 / 6 }],
    ["a silu", "silu", [-1000, -6, -2, 0, 1, 9], { dead: 1 / 6, saturated: 1 / 6 }],
    ["a mish", "mish", [-1000, -7, -2, 0, 1, 9], { dead: 1 / 6, saturated: 1 / 6 }],
    ["a hard-swish off, and at its lowest", "hard-swish", [-9, -3.5, -1.5, 0, 1, 9], { dead: 2 / 6, saturated: 1 / 6 }],
    ["a softplus far below 0", "softplus", [-1000, -4, -2, 0, 1, 9], { dead: 1 / 6, saturated: 1 / 6 }],
    ["an exponential, whose slopes have no bound", "exponential", [-1000, -9, -2, 0, 1, 2], { dead: 1 / 6, saturated: 0 }],
    ["an identity", "identity", [-9, -1, 0, 0, 1, 9], { dead: 0, saturated: 0 }],
    ["a tanh at its ends", "tanh", [4, -4, 0, 1, 0.5, 50], { dead: 1 / 6, saturated: 2 / 6 }],
  ] as const)("%s", (_what, hidden, biases, expected) => {
    const { program, rows, rowCount } = unitsOf(hidden, biases);
    const order = shuffled(rowCount, 1);
    for (const engine of [observing(program, rows), createPortableEngine(program, rows), createReferenceEngine(program, inFloat64(rows))]) {
      const { dead, saturated } = engine.observe(order, 0, 5).layers![0]!;
      expect({ dead, saturated }).toEqual(expected);
    }
  });
});
