import { describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import { createPortableEngine } from "../../src/engine/portable.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import type { Engine } from "../../src/kernels/contract.js";
import { PAGE } from "../../src/kernels/wasm/module.js";
import { adam } from "../../src/training/optimizers.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "../training/caught.js";
import { createProblem, type EngineProblem, shuffled } from "./problems.js";
import { together } from "./together.js";

const shape = { hidden: "tanh", output: "softmax", cost: "cross-entropy", widths: [37, 20, 18, 3], batch: 6 } as const;
const kinds = ["numbers", "sparse", "bytes"] as const;

function answers(engine: Engine, { program, rowCount }: EngineProblem): unknown {
  const order = shuffled(rowCount, 3);
  const outputs = new Float32Array(rowCount * 3);
  const bits = (values: Float32Array): Uint32Array => new Uint32Array(values.map((value) => (value === 0 ? 0 : value)).buffer);
  const reports = [engine.train(order, 0, rowCount), engine.observe(order, 3, 7).costSum, engine.forward(order, outputs)];
  return {
    reports,
    gradient: bits(engine.gradient(order.subarray(0, program.batchSize))),
    outputs: bits(outputs),
    parameters: bits(engine.parameters()),
  };
}

describe("rows that do not fit into the memory", () => {
  test.each(kinds)("are streamed, with the same bits: %s", async (inputs) => {
    const problem = createProblem({ ...shape, inputs, optimizer: { kind: "adam" } }, 2);
    const { program, rows } = problem;
    const expected = answers(createPortableEngine(program, rows), problem);
    const whole = createWasmEngine(program, rows, { observed: true });
    expect(whole.plan.shape.streamed).toBe(false);
    // What is streamed has room for as many rows as a call has, which is more than these.
    const large = manyRows(problem, 30_000);
    const plan = createWasmEngine(large.program, large.rows).plan;
    for (const threads of [1, 3]) {
      const streamed = await together(large, threads, { observed: true, memory: plan.bytes - 1 });
      expect(streamed.plan.shape).toMatchObject({ streamed: true });
      expect(streamed.plan.bytes).toBeLessThan(plan.bytes);
      expect(answers(streamed, large)).toEqual(answers(createPortableEngine(large.program, large.rows), large));
    }
    expect(answers(whole, problem)).toEqual(expected);
  });

  /** The same rows again and again. */
  function manyRows(problem: EngineProblem, rowCount: number): EngineProblem {
    const { inputs, targets } = problem.rows;
    const repeat = <A extends Float32Array | Float64Array | Uint8Array>(values: A, width: number): A => {
      const all = new (values.constructor as new (length: number) => A)(rowCount * width);
      return all.map((_, i) => values[i % values.length]!) as A;
    };
    const width = problem.program.layout.sizes[1]!;
    return {
      ...problem,
      rowCount,
      rows: {
        inputs:
          inputs.kind === "bytes"
            ? { ...inputs, values: repeat(inputs.values, width) }
            : { ...inputs, values: repeat(inputs.values, width) },
        targets: repeat(targets, 3),
      },
    };
  }
});

describe("the memory of a run", () => {
  test("is what the plan says, and stays so", () => {
    const problem = createProblem({ ...shape, optimizer: { kind: "adam" } }, 2);
    const engine = createWasmEngine(problem.program, problem.rows);
    const { buffer } = engine.memory;
    expect(buffer.byteLength).toBe(Math.ceil(engine.plan.bytes / PAGE) * PAGE);
    const order = shuffled(problem.rowCount, 1);
    for (let epoch = 0; epoch < 1000; epoch++) engine.train(order, 0, problem.rowCount);
    expect(engine.memory.buffer).toBe(buffer);
    expect(buffer.byteLength).toBe(Math.ceil(engine.plan.bytes / PAGE) * PAGE);
  });

  test("holds every place of the plan, none of which overlap", () => {
    const problem = createProblem({ ...shape, inputs: "bytes", optimizer: { kind: "adam" } }, 2);
    const { plan } = createWasmEngine(problem.program, problem.rows, { observed: true, dense: true });
    const places = [
      ...plan.layers.flatMap(({ weights, biases, activations, derivatives }) => [weights, biases, activations, derivatives]),
      ...["layerTable", "operations", "order", "costs", "correct", "scratch", "outputs", "targets", "rows"].map(
        (name) => plan[name as "rows"],
      ),
    ].sort((a, b) => a - b);
    expect(new Set(places).size).toBe(places.length);
    expect(places.at(-1)).toBeLessThan(plan.bytes);
    expect(new Set([0, plan.state1, plan.state2, plan.gradient, plan.before]).size).toBe(5);
  });

  test("of a network that cannot fit is said before anything of its size is made", () => {
    const options = { hidden: [16_700, 16_700], optimizer: adam() };
    const error = said(caught(() => train(iris(), options)));
    expect(error).toMatchObject({
      code: "E_MEMORY",
      where: "the network and its batches",
      got: expect.stringMatching(/^[\d,]+ bytes$/) as string,
    });
    // Weights, derivatives and the two states of Adam.
    const bytes = Number(error.got!.replace(/\D/g, "")) / (4 * 4 * (16_700 * (4 + 16_700 + 3) + 33_403));
    expect(bytes).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(1.02);
    expect(said(caught(() => train(iris(), { hidden: [30_000, 30_000] })))).toMatchObject({
      hint: "Its parameters alone need 3,601,080,012 bytes.",
    });
  });
});
