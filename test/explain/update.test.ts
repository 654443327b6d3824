import { describe, expect, test } from "vitest";
import { createReferenceEngine } from "../../src/engine/reference.js";
import { explain, expressionLatex, expressionMathml, expressionText, update, updateText } from "../../src/explain.js";
import { evaluate } from "../../src/explain/derivation/expression.js";
import type { StepOptimizer, StepRules } from "../../src/kernels/contract.js";
import { iris } from "../../src/data/iris.js";
import { createNetwork } from "../../src/network/network.js";
import { findParameter } from "../../src/network/names.js";
import type { Example } from "../../src/reference/batch.js";
import { batchGradient } from "../../src/reference/batch.js";
import { openExamples } from "../../src/training/examples.js";
import { createModel, type Model } from "../../src/training/model.js";
import type { Task } from "../../src/training/task.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "../training/caught.js";
import { TEXTBOOK, TEXTBOOK_EXAMPLES } from "./networks.js";
import { quantitiesOf } from "./golden-cases.js";

const OPTIMIZERS: readonly (readonly [string, StepOptimizer])[] = [
  ["gradient descent", { kind: "sgd", learningRate: 0.75, momentum: 0, nesterov: false }],
  ["momentum", { kind: "sgd", learningRate: 0.5, momentum: 0.9, nesterov: false }],
  ["Nesterov's momentum", { kind: "sgd", learningRate: 0.5, momentum: 0.9, nesterov: true }],
  ["Adam", { kind: "adam", learningRate: 0.125, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
  ["Adam with a large epsilon", { kind: "adam", learningRate: 0.5, beta1: 0.75, beta2: 0.5, epsilon: 0.25 }],
  ["AdamW", { kind: "adamw", learningRate: 0.125, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 }],
  ["Nadam", { kind: "nadam", learningRate: 0.125, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
  ["Nadam with a large epsilon", { kind: "nadam", learningRate: 0.5, beta1: 0.75, beta2: 0.5, epsilon: 0.25 }],
  ["Adagrad", { kind: "adagrad", learningRate: 0.125, epsilon: 1e-10, initial: 0 }],
  ["Adagrad that begins above 0", { kind: "adagrad", learningRate: 0.5, epsilon: 0.125, initial: 0.25 }],
  ["RMSProp", { kind: "rmsprop", learningRate: 0.125, rho: 0.75, epsilon: 1e-8, momentum: 0 }],
  ["RMSProp with momentum", { kind: "rmsprop", learningRate: 0.125, rho: 0.9, epsilon: 0.25, momentum: 0.5 }],
  ["Lion", { kind: "lion", learningRate: 0.125, beta1: 0.9, beta2: 0.99 }],
];
/** By its name in the list. */
const named = (name: string): StepOptimizer => OPTIMIZERS.find(([title]) => title === name)![1];

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
const training = (optimizer: StepOptimizer): Model["training"] => ({ optimizer, batchSize: 4, epochs: 1 });

/** Every parameter after one batch, by the engine in float64 arithmetic; its own float32 copy is what it hands out. */
function stepOf(own: typeof network, examples: readonly Example[], optimizer: StepOptimizer, rules: StepRules = {}): Float32Array {
  const rows = {
    inputs: { kind: "numbers" as const, values: Float32Array.from(examples.flatMap(({ x }) => Array.from(x))) },
    targets: Float32Array.from(examples.flatMap(({ y }) => Array.from(y))),
  };
  const engine = createReferenceEngine({ ...own, batchSize: examples.length, optimizer, rules }, rows);
  engine.train(Uint32Array.from(examples.keys()), 0, examples.length);
  return engine.parameters();
}

/** The formulas of docs/math.md from a state of 0, written out for one parameter. */
function byHand(w: number, g: number, optimizer: StepOptimizer): number {
  const { learningRate: rate } = optimizer;
  switch (optimizer.kind) {
    case "sgd":
      return w - rate * (optimizer.nesterov ? g + optimizer.momentum * g : g);
    // At t = 1 the corrections take away what the start at 0 did: mHat is g, vHat its square.
    case "adam":
    case "adamw":
      return w - (rate * g) / (Math.abs(g) + optimizer.epsilon);
    case "nadam": {
      const { beta1 } = optimizer;
      const [now, then] = [1, 2].map((t) => beta1 * (1 - 0.5 * Math.exp(0.004 * t * Math.log(0.96)))) as [number, number];
      return w - (rate * g * (1 + (then * (1 - beta1)) / (1 - now * then))) / (Math.abs(g) + optimizer.epsilon);
    }
    case "adagrad":
      return w - (rate * g) / (Math.hypot(Math.sqrt(optimizer.initial), g) + optimizer.epsilon);
    case "rmsprop":
      return w - (rate * g) / (Math.sqrt(1 - optimizer.rho) * Math.abs(g) + optimizer.epsilon);
    case "lion":
      return w - (g > 0 ? rate : g < 0 ? -rate : 0);
  }
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
    const run = { hidden: [5], batchSize: 150, test: 0, validation: 0, seed: 4, optimizer, weightDecay: 0 };
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

const RULES: readonly (readonly [string, StepRules])[] = [
  ["clipped derivatives", { clipValue: 0.02 }],
  ["L2", { l2: 0.125 }],
  ["L1", { l1: 0.03125 }],
  ["weight decay", { weightDecay: 0.25 }],
  ["all of them", { clipValue: 0.02, l1: 0.03125, l2: 0.125, weightDecay: 0.25 }],
];

describe.each(RULES)("with %s", (_name, rules) => {
  test.each(OPTIMIZERS)("%s takes every parameter where one step of the engine takes it", (_title, optimizer) => {
    const after = stepOf(network, TEXTBOOK_EXAMPLES, optimizer, rules);
    const model = { network, training: { ...training(optimizer)!, rules } };
    let changed = 0;
    for (const quantity of quantitiesOf(network).filter((known) => /^[wb]/.test(known))) {
      const { index } = findParameter(network.layout, quantity);
      const explanation = explain(model, TEXTBOOK_EXAMPLES, quantity);
      const result = update(model, explanation);
      expect(result).toMatchObject({ quantity, optimizer, rules, before: network.parameters[index], derivative: explanation.value });
      expect(Math.fround(result.after), quantity).toBe(after[index]);
      expect(result.steps.at(-1)).toMatchObject({ name: quantity, value: result.after });
      // Handed over they are the same; none at all is the step of the optimizer alone.
      expect(update({ network }, explanation, optimizer, rules)).toEqual(result);
      const alone = update(model, explanation, optimizer, {});
      expect(alone.steps.length).toBeLessThanOrEqual(result.steps.length);
      if (result.after !== alone.after) changed += 1;
      // Biases are not decayed: only what is clipped changes them.
      if (quantity.startsWith("b") && rules.clipValue === undefined) expect(result).toEqual({ ...alone, rules });
      expectLines(result, rules);
    }
    // Lion hears of nothing but the sign, and Adam of almost nothing else, at the first step.
    expect(changed).toBeGreaterThan(
      rules.weightDecay === undefined && /^(lion|adam|adamw|nadam|rmsprop|adagrad)$/.test(optimizer.kind) ? -1 : 0,
    );
  });
});

/** Every line in numbers comes to its value, and starts from the value of the line before. */
function expectLines({ steps, before, derivative }: ReturnType<typeof update>, { clipValue = Infinity }: StepRules): void {
  const functions = { sign: Math.sign, clip: (at: number) => Math.max(-clipValue, Math.min(clipValue, at)) };
  const now: Record<string, number> = { g: derivative };
  for (const { name, general, numbers, value } of steps) {
    const written = evaluate(numbers, unnamed, functions);
    expect(Math.abs(written - value) <= 1e-14 * Math.max(1, Math.abs(value)), `${name}: ${written}, not ${value}`).toBe(true);
    // Where the line speaks of g alone, it is the g of the lines before.
    if (expressionText(general) === "clip(g)") expect(expressionText(numbers, "full")).toBe(`clip(${now["g"]!})`);
    if (/^g [+]/.test(expressionText(general))) expect(expressionText(numbers, "full").startsWith(`${now["g"]!} `)).toBe(true);
    now[name] = value;
  }
  const first = steps.find(({ name }) => /^[wb]/.test(name))!;
  expect(expressionText(first.numbers, "full").startsWith(`${before} `)).toBe(true);
}

const unnamed = (): never => {
  throw new TypeError("only numbers stand in it");
};

describe("rules that no line shows", () => {
  test("clipNorm, maxNorm and the mean of the parameters ask for others: the lines are those without", () => {
    const explanation = explain({ network }, TEXTBOOK_EXAMPLES, "w4[1,0]");
    const alone = update({ network }, explanation, named("momentum"), {});
    const rules = { clipNorm: 0.01, maxNorm: 0.1, average: 0.9 };
    const { notes, ...ruled } = update({ network }, explanation, named("momentum"), rules);
    expect(ruled).toEqual({ ...alone, rules });
    expect(notes?.map((note) => note.split(":")[0])).toEqual(["clipNorm 0.01", "maxNorm 0.1", "average 0.9"]);
  });

  test("a clip that does not bite has no line", () => {
    const explanation = explain({ network }, TEXTBOOK_EXAMPLES, "b4[0]");
    expect(update({ network }, explanation, named("gradient descent"), { clipValue: 9 }).steps).toHaveLength(1);
    expect(update({ network }, explanation, named("gradient descent"), { clipValue: 0.001 }).steps).toHaveLength(2);
  });
});

describe("in words", () => {
  const model = { network };
  const explanation = explain(model, TEXTBOOK_EXAMPLES[0]!, "w4[1,0]");
  const lines = (optimizer: StepOptimizer, rules: StepRules = {}): string[] =>
    updateText(update(model, explanation, optimizer, rules), "full").split("\n");
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

  test("AdamW's lines are Adam's, behind the decay of the weight", () => {
    const kept = w * (1 - 0.125 * 0.5);
    const adamw = { kind: "adamw", learningRate: 0.125, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 } as const;
    const [decay, ...rest] = lines(adamw, { weightDecay: 0.5 });
    expect(decay).toBe(`w4[1,0] = w4[1,0] (1 - rate weightDecay) = -0.5 (1 - 0.125 * 0.5) = ${kept}`);
    expect(rest.slice(0, 4)).toEqual(lines({ ...adamw, kind: "adam" }).slice(0, 4));
    expect(rest[4]).toMatch(
      new RegExp(`^w4\\[1,0\\] = w4\\[1,0\\] - rate mHat / \\(sqrt\\(vHat\\) \\+ epsilon\\) = ${kept} - 0\\.125 \\* `),
    );
  });

  test("Nadam looks ahead along m, with the warm-up of its momentum", () => {
    const optimizer: StepOptimizer = { kind: "nadam", learningRate: 0.5, beta1: 0.75, beta2: 0.5, epsilon: 0.25 };
    const [mu1, mu2] = [0.75 * (1 - 0.96 ** 0.004 / 2), 0.75 * (1 - 0.96 ** 0.008 / 2)];
    const m = (1 - 0.75) * g;
    const written = lines(optimizer);
    expect(written[0]).toBe(`m = beta1 m + (1 - beta1) g = 0.75 * 0 + (1 - 0.75) * ${g} = ${m}`);
    expect(written[2]).toContain(
      "mHat = (1 - mu_t) g / (1 - M) + mu_(t+1) m / (1 - M mu_(t+1)) = " +
        `(1 - ${mu1}) ${g} / (1 - ${mu1}) + ${mu2} * ${m} / (1 - ${mu1} * ${mu2}) = `,
    );
    expect(written).toHaveLength(5);
  });

  test("Adagrad's sum, from where it begins", () => {
    const s = 0.25 + g ** 2;
    expect(lines(named("Adagrad that begins above 0"))).toEqual([
      `s = s + g^2 = 0.25 + ${g}^2 = ${s}`,
      `w4[1,0] = w4[1,0] - rate g / (sqrt(s) + epsilon) = -0.5 - 0.5 * ${g} / (sqrt(${s}) + 0.125) = ${end(w - (0.5 * g) / (Math.sqrt(s) + 0.125))}`,
    ]);
  });

  test("RMSProp, without momentum and with it", () => {
    const v = (1 - 0.75) * g ** 2;
    const d = g / (Math.sqrt(v) + 1e-8);
    expect(lines(named("RMSProp"))).toEqual([
      `v = rho v + (1 - rho) g^2 = 0.75 * 0 + (1 - 0.75) * ${g}^2 = ${v}`,
      `d = g / (sqrt(v) + epsilon) = ${g} / (sqrt(${v}) + 1e-8) = ${d}`,
      `w4[1,0] = w4[1,0] - rate d = -0.5 - 0.125 * ${d} = ${end(w - 0.125 * d)}`,
    ]);
    expect(lines(named("RMSProp with momentum"))[1]).toContain("d = momentum d + g / (sqrt(v) + epsilon) = 0.5 * 0 + ");
  });

  test("Lion goes by the sign alone", () => {
    const c = (1 - 0.9) * g;
    expect(lines(named("Lion"))).toEqual([
      `c = beta1 m + (1 - beta1) g = 0.9 * 0 + (1 - 0.9) * ${g} = ${c}`,
      `w4[1,0] = w4[1,0] - rate sign(c) = -0.5 - 0.125 sign(${c}) = ${end(w - 0.125 * Math.sign(g))}`,
    ]);
  });

  test("rules come before the optimizer's lines", () => {
    const clipped = Math.sign(g) * 0.0625;
    const sum = clipped + 0.125 * w + 0.25 * Math.sign(w);
    expect(lines(named("gradient descent"), { clipValue: 0.0625, l1: 0.25, l2: 0.125, weightDecay: 0.5 })).toEqual([
      `g = clip(g) = clip(${g}) = ${clipped}`,
      `g = g + l2 w4[1,0] + l1 sign(w4[1,0]) = ${clipped} + 0.125 * -0.5 + 0.25 sign(-0.5) = ${sum}`,
      `w4[1,0] = w4[1,0] (1 - rate weightDecay) = -0.5 (1 - 0.75 * 0.5) = ${w * (1 - 0.75 * 0.5)}`,
      `w4[1,0] = w4[1,0] - rate g = ${w * (1 - 0.75 * 0.5)} - 0.75 * ${sum} = ${end(w * (1 - 0.75 * 0.5) - 0.75 * sum)}`,
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
    for (const { title, numbers, value } of all) {
      const written = evaluate(numbers, unnamed, { sign: Math.sign });
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

describe("the letters of the others", () => {
  const model = { network };
  const step = (name: string, at: number, rules: StepRules = {}) =>
    update(model, explain(model, TEXTBOOK_EXAMPLES[0]!, "w4[1,0]"), named(name), rules).steps[at]!.general;

  test("in LaTeX", () => {
    expect(expressionLatex(step("Nadam", 2))).toBe(
      "\\frac{\\left(1 - \\mu_{t}\\right) \\, g}{1 - M} + \\frac{\\mu_{t+1} \\, m}{1 - M \\, \\mu_{t+1}}",
    );
    expect(expressionLatex(step("RMSProp", 0))).toBe("\\rho \\, v + \\left(1 - \\rho\\right) \\, {g}^{2}");
    expect(expressionLatex(step("Lion", 1))).toBe("w_{1,0}^{(4)} - \\mathrm{rate} \\, \\mathrm{sign}\\left(c\\right)");
    expect(expressionLatex(step("Lion", 0, { weightDecay: 0.5 }))).toBe(
      "w_{1,0}^{(4)} \\, \\left(1 - \\mathrm{rate} \\, \\mathrm{weightDecay}\\right)",
    );
    expect(expressionLatex(step("Lion", 0, { l2: 0.5, l1: 0.5 }))).toBe(
      "g + l_{2} \\, w_{1,0}^{(4)} + l_{1} \\, \\mathrm{sign}\\left(w_{1,0}^{(4)}\\right)",
    );
  });

  test("in MathML", () => {
    expect(expressionMathml(step("Nadam", 2))).toContain("<msub><mi>μ</mi><mrow><mi>t</mi><mo>+</mo><mn>1</mn></mrow></msub>");
    expect(expressionMathml(step("RMSProp", 0))).toContain("<mi>ρ</mi>");
    expect(expressionMathml(step("Lion", 0, { weightDecay: 0.5 }))).toContain("<mi>weightDecay</mi>");
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
