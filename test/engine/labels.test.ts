import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import type { Engine, EngineProgram, EngineRows } from "../../src/kernels/contract.js";
import type { ActivationName } from "../../src/network/activations.js";
import type { CostDescription } from "../../src/network/costs.js";
import { layoutOf } from "../../src/network/layout.js";
import { findEngine } from "./engines.js";
import { AWKWARD } from "./problems.js";
import { together } from "./together.js";

// Rows with any number of labels: a row is right where each of its outputs is on its target's side.

interface Case {
  readonly program: EngineProgram;
  readonly rows: EngineRows;
  readonly rowCount: number;
}

/** A layer of 4 inputs and n outputs, whose targets are mostly what the outputs say, so that some rows are right and some are not. */
function drawCase(
  n: number,
  output: ActivationName,
  cost: CostDescription,
  thresholds: readonly number[],
  seed: number,
  rowCount = 50,
): Case {
  const random = createRandom(seed, 211);
  const layout = layoutOf([4, n]);
  const program: EngineProgram = {
    description: { inputs: 4, layers: [{ units: n, activation: output }], cost },
    layout,
    parameters: Float32Array.from({ length: layout.length }, () => random.normal()),
    batchSize: 8,
    optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false },
  };
  const inputs = { kind: "numbers", values: Float32Array.from({ length: 4 * rowCount }, () => random.normal()) } as const;
  const rows = { inputs, targets: new Float32Array(rowCount * n), thresholds: Float32Array.from(thresholds) };
  const said = outputsOf({ program, rows, rowCount });
  const wrong = 0.5 / n;
  const targets = said.map((a, at) => Number(a >= rows.thresholds[at % n]! !== random.uniform() < wrong));
  return { program, rows: { ...rows, targets }, rowCount };
}

function everyRow({ rowCount }: Pick<Case, "rowCount">): Uint32Array {
  return Uint32Array.from({ length: rowCount }, (_, row) => row);
}

function outputsOf(problem: Case): Float32Array {
  const outputs = new Float32Array(problem.rows.targets.length);
  findEngine("portable").create(problem.program, problem.rows).forward(everyRow(problem), outputs);
  return outputs;
}

/** Rows that are right, counted label by label. */
function countByHand(problem: Case): number {
  const { targets, thresholds } = problem.rows;
  const n = thresholds!.length;
  const outputs = outputsOf(problem);
  let correct = 0;
  for (let row = 0; row < problem.rowCount; row++) {
    let wrong = 0;
    for (let j = 0; j < n; j++) {
      const there = outputs[row * n + j]! >= thresholds![j]!;
      if (there !== targets[row * n + j]! > 0.5) wrong += 1;
    }
    if (wrong === 0) correct += 1;
  }
  return correct;
}

function createAll({ program, rows }: Case): Record<string, Engine> {
  const numbers = rows.inputs.values;
  const exact: EngineRows = {
    ...rows,
    inputs: { kind: "numbers", values: Float64Array.from(numbers) },
    targets: Float64Array.from(rows.targets),
  };
  return Object.fromEntries(
    ENGINE_NAMES.map((name) => {
      const { create, precision } = findEngine(name);
      return [name, create(program, precision === "float32" ? rows : exact)];
    }),
  );
}

const KINDS = [
  ["sigmoid", "cross-entropy", () => 0.5],
  ["sigmoid", "squared-error", (j: number) => 0.2 + 0.6 * ((j * 7) % 11) * 0.1],
  ["tanh", "hinge", () => 0],
  ["identity", "hinge", (j: number) => (j % 3) - 1],
] as const;

describe.each(KINDS)("%s with %s", (output, cost, thresholdOf) => {
  test.each(AWKWARD)("%d labels: every engine counts the rows whose every label is right", (n) => {
    const thresholds = Array.from({ length: n }, (_, j) => thresholdOf(j));
    const problem = drawCase(n, output, cost, thresholds, n);
    const correct = countByHand(problem);
    expect(correct).toBeGreaterThan(0);
    expect(correct).toBeLessThan(problem.rowCount);
    const list = everyRow(problem);
    for (const [name, engine] of Object.entries(createAll(problem))) {
      expect({ name, correct: engine.forward(list).correct }).toEqual({ name, correct });
      expect({ name, correct: engine.differentiate(list.subarray(0, 8)).report.correct }).toEqual({
        name,
        correct: findEngine("portable").create(problem.program, problem.rows).forward(list.subarray(0, 8)).correct,
      });
    }
  });
});

test.each([2, 5])("of %d labels, an output that is its threshold says that the label is there", (n) => {
  const problem = drawCase(n, "identity", "hinge", new Array<number>(n).fill(0.25), 1);
  const parameters = problem.program.parameters.map((_, at) => (at < 4 * n ? 0 : 0.25));
  for (const target of [0, 1]) {
    const targets = problem.rows.targets.map(() => target);
    const exact = { ...problem, program: { ...problem.program, parameters }, rows: { ...problem.rows, targets } };
    for (const [name, engine] of Object.entries(createAll(exact))) {
      expect({ name, correct: engine.forward(everyRow(exact)).correct }).toEqual({ name, correct: target === 1 ? 50 : 0 });
    }
  }
});

test("rows that are streamed through a small memory are counted alike", () => {
  const problem = drawCase(5, "sigmoid", "cross-entropy", [0.5, 0.3, 0.5, 0.7, 0.5], 2, 20_000);
  const whole = createWasmEngine(problem.program, problem.rows);
  const streamed = createWasmEngine(problem.program, problem.rows, { memory: whole.plan.bytes - 64 });
  expect([whole, streamed].map(({ plan }) => plan.shape.streamed)).toEqual([false, true]);
  const correct = countByHand(problem);
  for (const engine of [whole, streamed]) expect(engine.forward(everyRow(problem)).correct).toBe(correct);
});

test.each([2, 3])("%d threads count the same rows", async (threads) => {
  const problem = drawCase(33, "sigmoid", "cross-entropy", new Array<number>(33).fill(0.5), 5);
  const engine = await together({ ...problem, title: "labels" }, threads);
  expect(engine.forward(everyRow(problem)).correct).toBe(countByHand(problem));
});

test("training has the same bits whether rows are counted by class or by label", () => {
  const problem = drawCase(5, "sigmoid", "cross-entropy", new Array<number>(5).fill(0.5), 3);
  const { thresholds: _thresholds, ...byClass } = problem.rows;
  const order = everyRow(problem);
  for (const name of ["portable", "wasm"] as const) {
    const { create } = findEngine(name);
    const [one, other] = [create(problem.program, byClass), create(problem.program, problem.rows)];
    expect(one.train(order, 0, order.length).costSum).toBe(other.train(order, 0, order.length).costSum);
    expect(one.parameters()).toEqual(other.parameters());
  }
});

test("an output that is NaN is on no side that its target could be on but below", () => {
  const problem = drawCase(6, "identity", "squared-error", new Array<number>(6).fill(0.5), 4);
  const inputs = { kind: "numbers", values: new Float32Array(200).fill(NaN) } as const;
  for (const target of [0, 1]) {
    const rows = { ...problem.rows, inputs, targets: new Float32Array(300).fill(target) };
    for (const name of ["portable", "wasm"] as const) {
      expect(findEngine(name).create(problem.program, rows).forward(everyRow(problem)).correct).toBe(target === 0 ? 50 : 0);
    }
  }
});
