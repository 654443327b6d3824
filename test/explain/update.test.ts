import { describe, expect, test } from "vitest";
import { createReferenceEngine } from "../../src/engine/reference.js";
import { explain, update, updateText } from "../../src/explain.js";
import type { OptimizerDescription } from "../../src/kernels/contract.js";
import { iris } from "../../src/data/iris.js";
import { createNetwork } from "../../src/network/network.js";
import { findParameter } from "../../src/network/names.js";
import type { Example } from "../../src/reference/batch.js";
import { batchGradient } from "../../src/reference/batch.js";
import { openExamples } from "../../src/training/gradients.js";
import { createModel, type Model } from "../../src/training/model.js";
import type { Task } from "../../src/training/task.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "../training/caught.js";
import { TEXTBOOK, TEXTBOOK_EXAMPLES } from "./networks.js";
import { quantitiesOf } from "./golden-cases.js";

const OPTIMIZERS: readonly (readonly [string, OptimizerDescription])[] = [
  ["gradient descent", { kind: "sgd", learningRate: 0.75, momentum: 0, nesterov: false }],
  ["momentum", { kind: "sgd", learningRate: 0.5, momentum: 0.9, nesterov: false }],
  ["Nesterov's momentum", { kind: "sgd", learningRate: 0.5, momentum: 0.9, nesterov: true }],
];

const network = createNetwork(TEXTBOOK);
/** Of the textbook network and of a small softmax network. */
const softmax = createNetwork(
  {
    inputs: 3,
    layers: [
      { units: 4, activation: "tanh" },
      { units: 2, activation: "softmax" },
    ],
    cost: "cross-entropy",
  },
  { seed: 3 },
);
const training = (optimizer: OptimizerDescription): Model["training"] => ({ optimizer, batchSize: 4, epochs: 1 });

/** Every parameter after one batch, by the engine in float64 arithmetic; its own float32 copy is what it hands out. */
function stepOf(own: typeof network, examples: readonly Example[], optimizer: OptimizerDescription): Float32Array {
  const rows = {
    inputs: { kind: "numbers" as const, values: Float32Array.from(examples.flatMap(({ x }) => Array.from(x))) },
    targets: Float32Array.from(examples.flatMap(({ y }) => Array.from(y))),
  };
  const engine = createReferenceEngine({ ...own, batchSize: examples.length, optimizer }, rows);
  engine.train(Uint32Array.from(examples.keys()), 0, examples.length);
  return engine.parameters();
}

/** The formulas of src/engine/reference.ts from a velocity of 0, written out for one parameter. */
function byHand(w: number, g: number, { learningRate, momentum, nesterov }: OptimizerDescription): number {
  const v = momentum * 0 + g;
  return w - learningRate * (nesterov ? g + momentum * v : v);
}

describe.each(OPTIMIZERS)("%s", (_name, optimizer) => {
  test.each([
    ["the textbook", network],
    ["a softmax network", softmax],
  ])("takes %s where one step of the engine takes it, parameter by parameter", (_title, own) => {
    const after = stepOf(own, TEXTBOOK_EXAMPLES, optimizer);
    const { gradient } = batchGradient(own, TEXTBOOK_EXAMPLES);
    const model = { network: own, training: training(optimizer)! };
    for (const quantity of quantitiesOf(own).filter((known) => /^[wb]/.test(known))) {
      const { index } = findParameter(own.layout, quantity);
      const result = update(model, explain(model, TEXTBOOK_EXAMPLES, quantity));
      expect(result).toMatchObject({ quantity, optimizer, before: own.parameters[index] });
      expect(result.steps.at(-1)).toMatchObject({ name: quantity, value: result.after });
      const expected = byHand(result.before, gradient[index]!, optimizer);
      expect(Math.abs(result.after - expected) <= 1e-12 * Math.max(1, Math.abs(expected)), quantity).toBe(true);
      expect(Math.abs(result.derivative - gradient[index]!) <= 1e-12, quantity).toBe(true);
      // What the engine hands out is its float64 rounded once.
      expect(Math.fround(result.after), quantity).toBe(after[index]);
    }
  });

  test("of one example is a step along its own derivative", () => {
    const [first] = TEXTBOOK_EXAMPLES;
    const after = stepOf(network, [first!], optimizer);
    const model = { network };
    for (const quantity of ["w2[1,2]", "b2[0]", "w3[0,1]", "w4[1,0]", "b4[1]"]) {
      const result = update(model, explain(model, first!, quantity), optimizer);
      expect(Math.fround(result.after)).toBe(after[findParameter(network.layout, quantity).index]);
    }
  });

  test("is a step of train", async () => {
    const run = { hidden: [5], batchSize: 150, test: 0, validation: 0, seed: 4, optimizer };
    const [{ model: before }, { model: after }] = await Promise.all([
      train(iris(), { ...run, epochs: 0 }).result,
      train(iris(), { ...run, epochs: 1 }).result,
    ]);
    expect(after.training).toEqual({ optimizer, batchSize: 150, epochs: 1 });
    const { layout, parameters } = before.network;
    for (const quantity of ["w2[0,0]", "w2[4,3]", "b2[2]", "w3[1,2]", "b3[0]"]) {
      const { index } = findParameter(layout, quantity);
      // The optimizer is the one that the model remembers.
      const step = update(before, explain(before, openExamples(before, iris()), quantity));
      expect(step).toMatchObject({ before: parameters[index], optimizer });
      const trained = after.network.parameters[index]!;
      // The engine's inputs and sums are float32.
      const bound = 1e-5 * Math.abs(step.after - step.before) + 2 ** -24 * Math.abs(trained);
      expect(Math.abs(trained - step.after) <= bound, `${quantity}: ${trained}, not ${step.after}`).toBe(true);
      expect(trained).not.toBe(step.before);
    }
  });
});

describe("in words", () => {
  const model = { network };
  const explanation = explain(model, TEXTBOOK_EXAMPLES[0]!, "w4[1,0]");
  const lines = (optimizer: OptimizerDescription): string[] => updateText(update(model, explanation, optimizer), "full").split("\n");
  const w = -0.5;
  const g = explanation.value;
  /** The new value, and by how much it differs from the old one. */
  const end = (after: number): string => `${after} (a change of ${after - w})`;

  test("gradient descent is one line with every number", () => {
    expect(lines(OPTIMIZERS[0]![1])).toEqual([`w4[1,0] = w4[1,0] - rate g = -0.5 - 0.75 * ${g} = ${end(w - 0.75 * g)}`]);
  });

  test("momentum says how the velocity comes about, from 0", () => {
    expect(lines(OPTIMIZERS[1]![1])).toEqual([
      `v = momentum v + g = 0.9 * 0 + ${g} = ${g}`,
      `w4[1,0] = w4[1,0] - rate v = -0.5 - 0.5 * ${g} = ${end(w - 0.5 * g)}`,
    ]);
  });

  test("Nesterov's momentum looks ahead", () => {
    expect(lines(OPTIMIZERS[2]![1])).toEqual([
      `v = momentum v + g = 0.9 * 0 + ${g} = ${g}`,
      `w4[1,0] = w4[1,0] - rate (g + momentum v) = -0.5 - 0.5 (${g} + 0.9 * ${g}) = ${end(w - 0.5 * (g + 0.9 * g))}`,
    ]);
  });

  test("with four digits where nothing is said", () => {
    expect(updateText(update(model, explanation, OPTIMIZERS[0]![1]))).toMatch(
      /^w4\[1,0\] = w4\[1,0\] - rate g = -0\.5 - 0\.75 \* 0\.\d{4} = -0\.\d{4} \(a change of -0\.\d+\)$/,
    );
  });
});

describe("refused are", () => {
  const [, optimizer] = OPTIMIZERS[0]!;
  test.each(["a4[0]", "z3[1]", "a1[2]"])("%s, which training does not change", (quantity) => {
    const error = said(caught(() => update({ network }, explain({ network }, TEXTBOOK_EXAMPLES[0]!, quantity), optimizer)));
    expect(error).toMatchObject({ code: "E_USAGE", where: quantity, expected: "a weight or a bias, which training changes" });
  });

  test("a step without an optimizer: a network that was not trained has none", () => {
    const task: Task = { kind: "regression", targets: ["p", "q"], mean: [0, 0], deviation: [1, 1] };
    const model = createModel({ network, task, columns: ["a", "b", "c"], scaling: { kind: "none" } });
    const error = said(caught(() => update(model, explain(model, TEXTBOOK_EXAMPLES[0]!, "b4[0]"))));
    expect(error).toMatchObject({ code: "E_USAGE", where: "optimizer", expected: "the optimizer to step with" });
    expect(error.hint).toContain('kind: "sgd"');
  });
});
