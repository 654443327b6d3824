import { describe, expect, test } from "vitest";
import { type Explanation, explain, explanationLatex, explanationMathml, explanationText, type Opening } from "../../src/explain.js";
import type { ActivationName } from "../../src/network/activations.js";
import type { CostDescription } from "../../src/network/costs.js";
import { createNetwork } from "../../src/network/network.js";
import { TEXTBOOK, TEXTBOOK_EXAMPLES } from "./networks.js";

// The files in golden/ were read by eye once; `npx vitest run test/explain/render.test.ts --update` writes them anew.

const [first] = TEXTBOOK_EXAMPLES as [(typeof TEXTBOOK_EXAMPLES)[number]];
const textbook = { network: createNetwork(TEXTBOOK) };

/** The textbook with another output, cost or hidden activation. */
function changed(output: ActivationName, cost: CostDescription, hidden: ActivationName = "sigmoid") {
  const layers = [2, 2, 2].map((units, at) => ({ units, activation: at < 2 ? hidden : output }));
  return { network: createNetwork({ ...TEXTBOOK, layers, cost }) };
}

/** Eight neurons in layer 3, so that sums are too long to be written out. */
const wide = {
  network: createNetwork({
    inputs: 2,
    layers: [
      { units: 2, activation: "tanh" },
      { units: 8, activation: "relu" },
      { units: 1, activation: "identity" },
    ],
    w2: [
      [0.5, -0.25],
      [-0.75, 1],
    ],
    b2: [0.125, -0.5],
    w3: [
      [1, -2],
      [-1, 0.5],
      [0.25, 0.25],
      [-0.5, -1],
      [2, 1],
      [0.75, -0.25],
      [-0.25, 2],
      [1.5, 1],
    ],
    b3: [0.5, 1, -0.25, 2, 0.5, 0.25, 1, -0.5],
    w4: [[1, -1, 0.5, -0.5, 0.25, 2, -2, 0.001]],
    b4: [0.5],
  }),
};

/** An output that has rounded to 1, so that two of its factors are beyond float64. */
const rounded = {
  network: createNetwork({ inputs: 1, layers: [{ units: 1 }], cost: "cross-entropy", w2: [[40]], b2: [0] }),
};

const pages: Readonly<Record<string, readonly [Explanation, Opening]>> = {
  w4: [explain(textbook, first, "w4[1,0]"), {}],
  "w4-closed": [explain(textbook, first, "w4[1,0]"), { open: 0 }],
  "w3-open-2": [explain(textbook, first, "w3[1,0]"), { open: 2, top: 3 }],
  "b2-open-3": [explain(textbook, first, "b2[1]"), { open: 3 }],
  "w2-open-9": [explain(textbook, first, "w2[0,2]"), { open: 9 }],
  a1: [explain(textbook, first, "a1[2]"), {}],
  a4: [explain(textbook, first, "a4[1]"), {}],
  z3: [explain(textbook, first, "z3[0]"), { open: 2 }],
  "mean-w3": [explain(textbook, TEXTBOOK_EXAMPLES, "w3[1,0]"), { open: 1 }],
  "mean-w3-open-2": [
    explain(
      textbook,
      TEXTBOOK_EXAMPLES.map((own, e) => ({ ...own, row: 12 + e })),
      "w3[1,0]",
    ),
    { open: 3, top: 1 },
  ],
  "softmax-w4": [explain(changed("softmax", "cross-entropy"), first, "w4[1,0]"), { open: 2 }],
  "softmax-squared-a3": [explain(changed("softmax", "squared-error"), first, "a3[1]"), { open: 2 }],
  "sigmoid-cross-entropy-w4": [explain(changed("sigmoid", "cross-entropy"), first, "w4[1,0]"), {}],
  "tanh-b3": [explain(changed("tanh", "squared-error", "tanh"), first, "b3[0]"), {}],
  "relu-w3": [explain(changed("sigmoid", "squared-error", "relu"), TEXTBOOK_EXAMPLES[1]!, "w3[1,0]"), {}],
  "gelu-b3": [explain(changed("sigmoid", "squared-error", "gelu"), first, "b3[0]"), {}],
  "selu-b3": [explain(changed("sigmoid", "squared-error", "selu"), first, "b3[0]"), {}],
  "mean-absolute-w4": [explain(changed("tanh", "mean-absolute-error"), first, "w4[1,0]"), {}],
  "huber-w4": [explain(changed("identity", { kind: "huber", delta: 0.25 }), first, "w4[1,0]"), {}],
  "poisson-w4": [explain(changed("exponential", "poisson"), first, "w4[1,0]"), {}],
  "hinge-a3": [explain(changed("identity", "hinge"), first, "a3[1]"), {}],
  "rounded-w2": [explain(rounded, { x: [1], y: [0] }, "w2[0,0]"), { open: 2 }],
  "wide-w2-top-3": [explain(wide, { x: [1, -0.5], y: [-1] }, "w2[1,0]"), { open: 2, top: 3 }],
};

describe("plain text", () => {
  test.each(Object.entries(pages))("%s", async (name, [explanation, opening]) => {
    await expect(explanationText(explanation, opening) + "\n").toMatchFileSnapshot(`golden/${name}.txt`);
  });
});

// A page of typeset mathematics is long; these say everything once.
describe("LaTeX", () => {
  test.each([
    "w4",
    "b2-open-3",
    "a1",
    "mean-w3-open-2",
    "softmax-w4",
    "sigmoid-cross-entropy-w4",
    "tanh-b3",
    "wide-w2-top-3",
    "gelu-b3",
    "selu-b3",
    "mean-absolute-w4",
    "huber-w4",
  ])("%s", async (name) => {
    await expect(explanationLatex(...pages[name]!) + "\n").toMatchFileSnapshot(`golden/${name}.tex`);
  });

  test("with the partial sign", async () => {
    const [explanation] = pages["w4"]!;
    await expect(explanationLatex(explanation, { derivative: "partial", digits: 2 }) + "\n").toMatchFileSnapshot("golden/w4-partial.tex");
  });
});

describe("MathML", () => {
  test.each(["w4", "mean-w3", "tanh-b3", "wide-w2-top-3", "gelu-b3", "mean-absolute-w4"])("%s", async (name) => {
    await expect(explanationMathml(...pages[name]!) + "\n").toMatchFileSnapshot(`golden/${name}.mathml`);
  });
});
