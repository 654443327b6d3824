import { describe, expect, test } from "vitest";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import { createPortableEngine } from "../../src/engine/portable.js";
import type { Engine, EngineInputs, EngineProgram, EngineRows } from "../../src/kernels/contract.js";
import { CLASSIC } from "../reference/networks.js";
import { findEngine } from "./engines.js";
import { awkwardProblems, type Candidate, conformance, disagreements, wideProblems } from "./conformance.js";
import type { EngineProblem } from "./problems.js";

// Every engine that the library has, and those that come, by their names.
for (const name of ENGINE_NAMES) conformance({ name, ...findEngine(name) });

/** The portable engine with something wrong. */
function broken(name: string, change: (engine: Engine, program: EngineProgram, rows: EngineRows) => Partial<Engine>): Candidate {
  return {
    name,
    precision: "float32",
    create: (program, rows) => {
      const engine = createPortableEngine(program, rows);
      return { ...engine, ...change(engine, program, rows) };
    },
  };
}

/** The position of the largest magnitude of the last weight tensor. */
function largestLastWeight(gradient: Float32Array, { layout }: EngineProgram): number {
  const { offset, rows, columns } = layout.tensors.at(-2)!;
  let best = offset;
  for (let i = offset; i < offset + rows * columns; i++) if (Math.abs(gradient[i]!) > Math.abs(gradient[best]!)) best = i;
  return best;
}

/** Rows whose last column is 0: what a kernel computes that forgets the tail of its inputs. */
function withoutLastColumn({ inputs, targets }: EngineRows, width: number): EngineRows {
  const values = inputs.values.slice();
  for (let at = width - 1; at < values.length; at += width) values[at] = 0;
  return { inputs: { ...inputs, values } as EngineInputs, targets };
}

const gradientChange = (name: string, change: (gradient: Float32Array, at: number) => void): Candidate =>
  broken(name, (engine, program) => ({
    gradient: (list) => {
      const gradient = engine.gradient(list);
      change(gradient, largestLastWeight(gradient, program));
      return gradient;
    },
  }));

const BROKEN: readonly Candidate[] = [
  gradientChange("a derivative 1 % too large", (gradient, at) => (gradient[at]! *= 1.01)),
  gradientChange("a derivative 1 % too small", (gradient, at) => (gradient[at]! *= 0.99)),
  gradientChange("a derivative of the other sign", (gradient, at) => (gradient[at]! *= -1)),
  gradientChange("a derivative left at 0", (gradient, at) => (gradient[at] = 0)),
  gradientChange("a derivative that is NaN", (gradient, at) => (gradient[at] = NaN)),
  broken("the tail of the inputs dropped", (_engine, program, rows) => ({
    gradient: (list) => createPortableEngine(program, withoutLastColumn(rows, program.layout.sizes[1]!)).gradient(list),
  })),
  broken("the last row of a batch dropped", (engine) => ({
    gradient: (list) => engine.gradient(list.length === 1 ? list : list.subarray(0, -1)),
  })),
  broken("the last output never written", (engine) => ({
    forward: (list, outputs) => {
      const report = engine.forward(list, outputs);
      if (outputs !== undefined) outputs[outputs.length - 1] = 0;
      return report;
    },
  })),
  broken("an output that is NaN", (engine) => ({
    forward: (list, outputs) => {
      const report = engine.forward(list, outputs);
      if (outputs !== undefined) outputs[0] = NaN;
      return report;
    },
  })),
  broken("a cost that is 1 % off", (engine) => ({
    forward: (list, outputs) => {
      const report = engine.forward(list, outputs);
      return { ...report, costSum: report.costSum * 1.01 + 0.01 * list.length };
    },
  })),
  broken("a cost that is NaN", (engine) => ({
    forward: (list, outputs) => ({ ...engine.forward(list, outputs), costSum: NaN }),
  })),
  broken("a correct row not counted", (engine) => ({
    train: (order, from, to) => {
      const report = engine.train(order, from, to);
      return { ...report, correct: report.correct - 1 };
    },
  })),
  broken("a ragged last batch left out", (engine, { batchSize }) => ({
    train: (order, from, to) => engine.train(order, from, Math.max(from, to - ((to - from) % batchSize))),
  })),
  broken("a step twice as long in one parameter", (engine, program) => ({
    parameters: () =>
      engine.parameters().map((value, i) => (i === program.layout.length - 1 ? value + (value - program.parameters[i]!) : value)),
  })),
  broken("a parameter that is NaN", (engine) => ({ parameters: () => engine.parameters().fill(NaN, 0, 1) })),
  broken("parameters in the engine's own order", (engine) => ({ parameters: () => engine.parameters().reverse() })),
];

describe("the suite turns red", () => {
  /** Combinations whose gradient is not zero by nature, and sizes above 1. */
  const telling = (problem: EngineProblem): boolean =>
    problem.program.layout.sizes.slice(1).every((size) => size > 1) && problem.program.batchSize > 2;

  test.each(BROKEN.map((candidate) => [candidate.name, candidate] as const))("%s", (_name, candidate) => {
    // The others have too few sizes.
    for (const { title, problems } of awkwardProblems.slice(0, CLASSIC.length)) {
      const chosen = problems().filter(telling);
      const red = chosen.filter((problem) => disagreements(candidate, problem).length > 0).length;
      // A fault may be without consequence in one network (a relu that is off, an input that is blank), but not in all.
      expect({ title, red, noticed: red > 0 }).toMatchObject({ noticed: true });
    }
    const wide = wideProblems.filter(({ problem }) => disagreements(candidate, problem()).length > 0);
    expect(wide.length).toBeGreaterThan(0);
  });

  test("rounding to three digits", () => {
    const coarse = broken("coarse", (engine) => ({
      gradient: (list) => engine.gradient(list).map((g) => Number(g.toPrecision(3))),
    }));
    const noticed = awkwardProblems
      .flatMap(({ problems }) => problems().filter(telling))
      .filter((problem) => disagreements(coarse, problem).length > 0);
    expect(noticed.length).toBeGreaterThan(100);
  });
});
