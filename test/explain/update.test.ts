import { describe, expect, test } from "vitest";
import { createReferenceEngine } from "../../src/engine/reference.js";
import { explain, expressionLatex, expressionMathml, expressionText, update, updateText } from "../../src/explain.js";
import { evaluate } from "../../src/explain/derivation/expression.js";
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
  ["Adam", { kind: "adam", learningRate: 0.125, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
  ["Adam with a large epsilon", { kind: "adam", learningRate: 0.5, beta1: 0.75, beta2: 0.5, epsilon: 0.25 }],
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

/** The formulas of docs/math.md from a state of 0, written out for one parameter. */
function byHand(w: number, g: number, optimizer: OptimizerDescription): number {
  if (optimizer.kind === "adam") {
    // At t = 1 the corrections take away what the start at 0 did: mHat is g, vHat its square.
    return w - (optimizer.learningRate * g) / (Math.abs(g) + optimizer.epsilon);
  }
  const { learningRate, momentum, nesterov } = optimizer;
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

  test("Adam says how both means come about, from 0, and how they are corrected at t = 1", () => {
    const [m, v] = [(1 - 0.75) * g, (1 - 0.5) * g ** 2];
    const [mHat, vHat] = [m / (1 - 0.75), v / (1 - 0.5)];
    const after = w - (0.5 * mHat) / (Math.sqrt(vHat) + 0.25);
    expect(lines(OPTIMIZERS[4]![1])).toEqual([
      `m = beta1 m + (1 - beta1) g = 0.75 * 0 + (1 - 0.75) * ${g} = ${m}`,
      `v = beta2 v + (1 - beta2) g^2 = 0.5 * 0 + (1 - 0.5) * ${g}^2 = ${v}`,
      `mHat = m / (1 - beta1^t) = ${m} / (1 - 0.75^1) = ${mHat}`,
      `vHat = v / (1 - beta2^t) = ${v} / (1 - 0.5^1) = ${vHat}`,
      `w4[1,0] = w4[1,0] - rate mHat / (sqrt(vHat) + epsilon) = -0.5 - 0.5 * ${mHat} / (sqrt(${vHat}) + 0.25) = ${end(after)}`,
    ]);
  });

  test("a square of a negative number, or of one with a power of ten, has parentheses", () => {
    const [, adam] = OPTIMIZERS[3]!;
    const second = (derivative: number): string => updateText(update(model, { ...explanation, value: derivative }, adam)).split("\n")[1]!;
    expect(second(-0.25)).toContain("(1 - 0.999) * (-0.25)^2 = ");
    expect(second(1.23456e-5)).toContain("(1 - 0.999) * (1.235e-5)^2 = ");
    expect(second(0.25)).toContain("(1 - 0.999) * 0.25^2 = ");
  });

  test("with four digits where nothing is said", () => {
    expect(updateText(update(model, explanation, OPTIMIZERS[0]![1]))).toMatch(
      /^w4\[1,0\] = w4\[1,0\] - rate g = -0\.5 - 0\.75 \* 0\.\d{4} = -0\.\d{4} \(a change of -0\.\d+\)$/,
    );
  });
});

describe("as expressions", () => {
  const model = { network };
  const all = OPTIMIZERS.flatMap(([name, optimizer]) =>
    ["w4[1,0]", "b3[0]", "w2[0,2]"].flatMap((quantity) =>
      update(model, explain(model, TEXTBOOK_EXAMPLES, quantity), optimizer).steps.map((step) => ({
        ...step,
        title: `${name}, ${step.name}`,
      })),
    ),
  );

  test("every line in numbers comes to its value", () => {
    const unnamed = (): never => {
      throw new TypeError("only numbers stand in it");
    };
    for (const { title, numbers, value } of all) {
      const written = evaluate(numbers, unnamed);
      expect(Math.abs(written - value) <= 1e-14 * Math.max(1, Math.abs(value)), `${title}: ${written}, not ${value}`).toBe(true);
    }
  });

  test("the left side is the name", () => {
    for (const { name, left } of all) expect(expressionText(left)).toBe(name);
  });

  test("LaTeX has roots, fractions, hats and Greek letters", () => {
    const { steps } = update(model, explain(model, TEXTBOOK_EXAMPLES[0]!, "w4[1,0]"), OPTIMIZERS[3]![1]);
    expect(steps.map(({ left, general }) => `${expressionLatex(left)} = ${expressionLatex(general)}`)).toEqual([
      "m = \\beta_{1} \\, m + \\left(1 - \\beta_{1}\\right) \\, g",
      "v = \\beta_{2} \\, v + \\left(1 - \\beta_{2}\\right) \\, {g}^{2}",
      "\\hat{m} = \\frac{m}{1 - {\\beta_{1}}^{t}}",
      "\\hat{v} = \\frac{v}{1 - {\\beta_{2}}^{t}}",
      "w_{1,0}^{(4)} = w_{1,0}^{(4)} - \\frac{\\mathrm{rate} \\, \\hat{m}}{\\sqrt{\\hat{v}} + \\varepsilon}",
    ]);
    const tiny = update(model, { ...explain(model, TEXTBOOK_EXAMPLES[0]!, "w4[1,0]"), value: -1.23456e-5 }, OPTIMIZERS[3]![1]).steps[1]!;
    expect(expressionLatex(tiny.numbers)).toContain(" \\cdot {\\left(-1.235 \\cdot 10^{-5}\\right)}^{2}");
  });

  test("MathML has them too", () => {
    const { steps } = update(model, explain(model, TEXTBOOK_EXAMPLES[0]!, "w4[1,0]"), OPTIMIZERS[3]![1]);
    const mathml = steps.map(({ general }) => expressionMathml(general));
    expect(mathml[1]).toContain("<msup><mi>g</mi><mn>2</mn></msup>");
    expect(mathml[2]).toBe(
      "<mfrac><mi>m</mi><mrow><mn>1</mn><mo>−</mo><msup><msub><mi>β</mi><mn>1</mn></msub><mi>t</mi></msup></mrow></mfrac>",
    );
    const hat = (name: string): string => `<mover accent="true"><mi>${name}</mi><mo>^</mo></mover>`;
    expect(mathml[4]).toContain(
      `<mfrac><mrow><mi>rate</mi><mspace width="0.2em"/>${hat("m")}</mrow><mrow><msqrt>${hat("v")}</msqrt><mo>+</mo><mi>ε</mi></mrow></mfrac>`,
    );
    const tiny = update(model, { ...explain(model, TEXTBOOK_EXAMPLES[0]!, "w4[1,0]"), value: 1.23456e-5 }, OPTIMIZERS[3]![1]).steps[1]!;
    expect(expressionMathml(tiny.numbers)).toMatch(
      /<msup><mrow><mo stretchy="false">\(<\/mo><mrow><mn>1\.235<\/mn><mo>·<\/mo>.*<mn>2<\/mn><\/msup>/,
    );
  });

  test("momentum and rate are words, no letters with an index", () => {
    const { steps } = update(model, explain(model, TEXTBOOK_EXAMPLES[0]!, "b4[1]"), OPTIMIZERS[2]![1]);
    expect(steps.map(({ general }) => expressionLatex(general))).toEqual([
      "\\mathrm{momentum} \\, v + g",
      "b_{1}^{(4)} - \\mathrm{rate} \\, \\left(g + \\mathrm{momentum} \\, v\\right)",
    ]);
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
