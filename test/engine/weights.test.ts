import { describe, expect, test } from "vitest";
import { bytesOf, createSha256 } from "../../src/base/sha256.js";
import { createRandom } from "../../src/base/random.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import type { Engine } from "../../src/kernels/contract.js";
import { compare } from "../reference/compare.js";
import { findEngine } from "./engines.js";
import { createProblem, type EngineProblem, inFloat64, type ProblemShape, shuffled, titleOf } from "./problems.js";
import { together } from "./together.js";

const SHAPES: readonly ProblemShape[] = [
  { hidden: "tanh", output: "softmax", cost: "cross-entropy", widths: [7, 5, 3], batch: 4 },
  { hidden: "relu", output: "sigmoid", cost: "squared-error", widths: [33, 40, 17, 20], batch: 7, inputs: "sparse" },
  { hidden: "sigmoid", output: "softmax", cost: "squared-error", widths: [9, 65, 2], batch: 5, inputs: "bytes" },
  { hidden: "tanh", output: "identity", cost: "huber", widths: [5, 16, 1], batch: 3, optimizer: { momentum: 0.9 } },
];
const titled = SHAPES.map((shape, index) => [titleOf(shape), shape, index] as const);

function hash(vector: Float32Array): string {
  return createSha256()
    .update(bytesOf(vector.map((value) => (value === 0 ? 0 : value))))
    .hex();
}

function weighted(shape: ProblemShape, index: number): EngineProblem {
  const problem = createProblem(shape, 400 + index);
  const random = createRandom(index, 90);
  // Some rows count nothing.
  const weights = Float32Array.from({ length: problem.rowCount }, (_, row) => (row % 5 === 0 ? 0 : 3 * random.uniform()));
  return { ...problem, rows: { ...problem.rows, weights } };
}

function work(engine: Engine, { rowCount, program }: EngineProblem): unknown {
  const order = shuffled(rowCount, 3);
  const gradient = hash(engine.gradient(order.subarray(0, program.batchSize)));
  const reports = [engine.train(order, 0, rowCount), engine.train(order, 0, rowCount), engine.forward(order)];
  return { gradient, reports, parameters: hash(engine.parameters()) };
}

describe("rows with weights", () => {
  test.each(titled)("the same bits in every float32 engine, for any number of threads: %s", async (_title, shape, index) => {
    const problem = weighted(shape, index);
    const expected = work(findEngine("portable").create(problem.program, problem.rows), problem);
    expect(work(createWasmEngine(problem.program, problem.rows), problem)).toEqual(expected);
    for (const threads of [2, 3]) expect(work(await together(problem, threads), problem), `${threads} threads`).toEqual(expected);
  });

  test.each(titled)("the reference agrees, costs too: %s", (_title, shape, index) => {
    const problem = weighted(shape, index);
    const order = shuffled(problem.rowCount, 3);
    const reference = findEngine("reference").create(problem.program, inFloat64(problem.rows));
    const wasm = createWasmEngine(problem.program, problem.rows);
    expect(compare(wasm.gradient(order.subarray(1, 4)), reference.gradient(order.subarray(1, 4)), 1e-4).agrees).toBe(true);
    const [a, b] = [wasm.train(order, 0, problem.rowCount).costSum, reference.train(order, 0, problem.rowCount).costSum];
    expect(Math.abs(a - b) <= 1e-4 * Math.abs(b)).toBe(true);
  });

  test.each(titled)("a weight of 2 is the row twice: %s", (_title, shape, index) => {
    const { program, rows, rowCount } = createProblem(shape, 400 + index);
    const twice = Float32Array.from({ length: rowCount }, (_, row) => (row === 1 ? 2 : 1));
    const [two, three] = [Uint32Array.of(0, 1), Uint32Array.of(0, 1, 1)];
    const room = { ...program, batchSize: 3 };
    for (const name of ["portable", "wasm", "reference"] as const) {
      const { create, precision } = findEngine(name);
      const own = precision === "float64" ? inFloat64(rows) : rows;
      const heavy = create(room, { ...own, weights: twice }).gradient(two);
      const double = create(room, own).gradient(three);
      expect(compare(heavy, double, precision === "float64" ? 1e-7 : 1e-5).agrees, name).toBe(true);
      const [costs, sum] = [create(room, { ...own, weights: twice }).train(two, 0, 2), create(room, own).train(three, 0, 3)];
      expect(Math.abs(costs.costSum - sum.costSum) <= 1e-5 * Math.abs(sum.costSum), name).toBe(true);
    }
  });

  test("where rows are streamed", () => {
    const { program, rows, rowCount } = weighted(SHAPES[2]!, 2);
    const many = 20_000;
    const repeat = (values: ArrayLike<number>, width: number): number[] =>
      Array.from({ length: many * width }, (_, i) => values[i % (rowCount * width)]!);
    const inputs = { ...rows.inputs, values: Uint8Array.from(repeat(rows.inputs.values, 9)) };
    const all = {
      inputs,
      targets: Float32Array.from(repeat(rows.targets, 2)),
      weights: Float32Array.from(repeat(rows.weights!, 1)),
    } as typeof rows;
    const whole = createWasmEngine(program, all, { dense: true });
    const streamed = createWasmEngine(program, all, { dense: true, memory: whole.plan.bytes - 1 });
    expect(streamed.plan.shape.streamed).toBe(true);
    const order = shuffled(many, 2);
    for (const engine of [whole, streamed]) engine.train(order, 0, many);
    expect(hash(streamed.parameters())).toBe(hash(whole.parameters()));
  });
});
