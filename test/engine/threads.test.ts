import { describe, expect, test } from "vitest";
import { createPortableEngine } from "../../src/engine/portable.js";
import { createWasmEngine, type WasmEngine } from "../../src/engine/wasm.js";
import { MAX_THREADS } from "../../src/kernels/wasm/generated/addresses.js";
import { CLASSIC } from "../reference/networks.js";
import { awkwardProblems, wideProblems } from "./conformance.js";
import { createProblem, type EngineProblem, shuffled } from "./problems.js";
import { helpers, together } from "./together.js";

/** Everything that an engine answers, as bits. */
function answers(engine: Pick<WasmEngine, "gradient" | "train" | "forward" | "parameters">, { program, rowCount }: EngineProblem): unknown {
  const order = shuffled(rowCount, 3);
  const outputs = new Float32Array(rowCount * program.layout.sizes.at(-1)!);
  const gradient = engine.gradient(order.subarray(0, program.batchSize));
  const reports = [engine.train(order, 0, rowCount), engine.train(order, 0, rowCount), engine.forward(order, outputs)];
  return { gradient: bits(gradient), parameters: bits(engine.parameters()), outputs: bits(outputs), reports };
}

/** A zero may have either sign: a product with 0 may be left out of a sum. */
function bits(vector: Float32Array): Uint32Array {
  return new Uint32Array(vector.map((value) => (value === 0 ? 0 : value)).buffer);
}

// Each problem on a number of threads of its own, so that every kind of layer meets 2, 3, 4 and 7 of them.
const problems = awkwardProblems.flatMap(({ title, problems: made }, index) =>
  (index < CLASSIC.length ? [0, 4, 8] : index % 6 === 0 ? [0] : []).map((offset) => {
    const at = index + offset;
    return {
      title: `${title}, ${at % 13}`,
      problem: (): EngineProblem => made()[at % made().length]!,
      threads: [2, 3, 4, 7][(index + offset / 4) % 4]!,
    };
  }),
);

describe("any number of threads gives the same bits", () => {
  test.each(problems.map((value) => [value.title, value.threads, value.problem] as const))(
    "%s on %d threads",
    async (_title, threads, made) => {
      const problem = made();
      const expected = answers(createPortableEngine(problem.program, problem.rows), problem);
      expect(answers(await together(problem, threads), problem)).toEqual(expected);
    },
  );

  test.each(wideProblems.map(({ title, problem }, index) => [title, 2 + (index % 3), problem] as const))(
    "%s on %d threads",
    async (_title, threads, made) => {
      const problem = made();
      const expected = answers(createPortableEngine(problem.program, problem.rows), problem);
      expect(answers(await together(problem, threads), problem)).toEqual(expected);
      expect(answers(await together(problem, threads, { dense: true }), problem)).toEqual(expected);
    },
  );
});

describe("a thread that does not come", () => {
  const problem = createProblem({ hidden: "tanh", output: "softmax", cost: "cross-entropy", widths: [9, 40, 33, 3], batch: 8 }, 1);

  test("ends the call with its number", () => {
    const engine = createWasmEngine(problem.program, problem.rows, { threads: 2 });
    expect(() => engine.train(shuffled(problem.rowCount, 1), 0, problem.rowCount)).toThrow(/^thread 1: expected .*, got no sign of work/);
    expect(() => engine.train(shuffled(problem.rowCount, 1), 0, problem.rowCount)).toThrow("thread 1");
  });

  test("and one that dies between two calls too", async () => {
    const engine = await together(problem, 3);
    const order = shuffled(problem.rowCount, 1);
    expect(engine.train(order, 0, problem.rowCount).nonFinite).toBeUndefined();
    await helpers[1]!.terminate();
    expect(() => engine.train(order, 0, problem.rowCount)).toThrow(/^thread 2: /);
  });
});

test("as many threads as a memory has lines for", async () => {
  const problem = createProblem({ hidden: "relu", output: "identity", cost: "squared-error", widths: [5, 70, 2], batch: 65 }, 2);
  const expected = answers(createPortableEngine(problem.program, problem.rows), problem);
  expect(answers(await together(problem, MAX_THREADS), problem)).toEqual(expected);
});
