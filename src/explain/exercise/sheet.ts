import { type CostDescription, costKind, type CostName, costSetting } from "../../network/costs.js";
import { type Derivation } from "../derivation/derivation.js";
import { explain } from "../explain.js";
import { bind } from "../derivation/expression.js";
import { expressionText } from "../render/expression-text.js";
import { headingOf, termLetter } from "../render/layout.js";
import { backwardEquations, forwardEquations } from "./equations-of.js";
import { BLANK, code, fenced, page, plain, table } from "./markdown.js";
import { diagram, givenList, weightTables } from "./network-text.js";
import { givenText } from "./numbers.js";
import type { Problem } from "./problem.js";

/** What the exercises are called, on the sheet and in its answers. */
export const HEADINGS = {
  forward: "The forward pass",
  output: "Two derivatives of the output layer",
  hidden: (layer: number) => `The way back into layer ${layer}`,
  step: "One step of gradient descent",
  why: "Why?",
} as const;

const COST_TITLES: Readonly<Record<CostName, string>> = {
  "squared-error": "squared error",
  "cross-entropy": "cross-entropy",
  "half-squared-error": "half squared error",
  "mean-squared-error": "mean squared error",
  "mean-absolute-error": "mean absolute error",
  huber: "Huber cost with delta =",
  hinge: "hinge cost",
  poisson: "Poisson cost",
  quantile: "quantile cost with q =",
};

function costTitle(cost: CostDescription): string {
  const setting = costSetting(cost);
  return COST_TITLES[costKind(cost)] + (setting === 0 ? "" : ` ${setting},`);
}

/** The sheet in Markdown: the network, the equations, the exercises. It holds no number that is asked for. */
export function sheetOf(problem: Problem, seed: string): string {
  const { network, example, hidden } = problem;
  const { description, layout } = network;
  const exercises = [forward(problem), output(problem), ...hidden.map((_, at) => back(problem, at)), step(problem), why(problem)];
  return page([
    `# Backpropagation by hand: ${plain(seed)}`,
    "Write every number with four significant digits, and keep more of them on your calculator. " +
      "Write every product in the order dCost/da * da/dz * dz/dw, from the cost back.",
    "## The network",
    `A ${layout.sizes.slice(1).join("-")} network; the cost is the ${costTitle(description.cost)} of one example. ` +
      "Each arrow leads from every neuron to every neuron of the next layer. Neurons are counted from 0.",
    fenced(diagram(network)),
    weightExample(layout.depth),
    ...weightTables(network),
    `The input is ${givenList("a1", example.x)}. The target is ${givenList("y", example.y)}.`,
    "## The equations",
    fenced([...forwardEquations(network, example), "", ...backwardEquations(problem)]),
    ...exercises.flatMap((parts, at) => (parts.length === 0 ? [] : [`## ${at + 1}. ${parts[0]!}`, ...parts.slice(1)])),
  ]);
}

function weightExample(depth: number): string {
  return `${code(`w${depth}[0,1]`)} is a weight **to** neuron 0 of layer ${depth} **from** neuron 1 of layer ${depth - 1}.`;
}

function forward({ network }: Problem): string[] {
  const { depth, sizes } = network.layout;
  const rows = Array.from({ length: depth - 1 }, (_, at) => at + 2).flatMap((layer) =>
    Array.from({ length: sizes[layer]! }, (_, j) => [code(`z${layer}[${j}]`), BLANK, code(`a${layer}[${j}]`), BLANK]),
  );
  return [
    HEADINGS.forward,
    "Work out every weighted sum z, every activation a, and the cost.",
    table([["z", "", "a", ""], ...rows]),
    `Cost = ${BLANK}`,
  ];
}

function output({ network, example, output: { weight, bias } }: Problem): string[] {
  return [
    HEADINGS.output,
    "How does the cost change with this weight, and with this bias?",
    ...[weight, bias].map((name) => blanks(explain({ network }, example, name))),
  ];
}

function back({ network, example, hidden }: Problem, at: number): string[] {
  const { activation, weight, bias } = hidden[at]!;
  const layer = network.layout.depth - 1 - at;
  const sum = explain({ network }, example, activation);
  const others =
    at === 0
      ? ""
      : ` You need ${code(`dCost/da${layer + 1}`)} of every neuron of layer ${layer + 1}; work out what is missing in the same way.`;
  return [
    HEADINGS.hidden(layer),
    `The activation ${code(activation)} reaches the cost by every neuron of layer ${layer + 1}: one term each.${others}`,
    blankTerms(sum),
    `${code(sum.name)} = ${BLANK}`,
    "The weight and the bias behind it:",
    ...[weight, bias].map((name) => blanks(explain({ network }, example, name))),
  ];
}

function step({ output: { weight }, learningRate }: Problem): string[] {
  return [
    HEADINGS.step,
    `The learning rate is ${givenText(learningRate)}. Change ${code(weight)} by one step, and leave everything else as it is.`,
    fenced([`${weight} = ${weight} - rate * dCost/d${weight} = ${BLANK} - ${BLANK} * ${BLANK} = ${BLANK}`]),
    `By how much should the cost change? Multiply the derivative by the change of the weight: ${BLANK}`,
    `Does the cost fall? Work out what changes in the forward pass, and the new cost: ${BLANK}`,
    "Why are the two changes not quite the same?",
  ];
}

function why({ why: question, network, example }: Problem): string[] {
  if (question === undefined) return [];
  const { quantity, changed, from, to } = question;
  const chain = explain({ network }, example, quantity).written.indices[0]!;
  return [
    HEADINGS.why,
    `Suppose that ${code(changed)} were ${givenText(to)} in place of ${givenText(from)}, and everything else as it is given above. ` +
      `Is the derivative by ${code(quantity)} then nearer to 0 than before? Which factor of`,
    fenced([`dCost/d${quantity} = ${expressionText(chain)}`]),
    "makes it so, and why? One sentence is enough; you need not work out every number.",
  ];
}

/** The product with its own names, then with blanks for its factors. */
function blanks(derivation: Derivation): string {
  const { name, written } = derivation;
  const factors = derivation.kind === "product" ? derivation.factors : [];
  const indent = " ".repeat(name.length);
  return fenced([
    `${name} = ${expressionText(written.indices[0]!)}`,
    `${indent} = ${factors.map(() => BLANK).join(" * ")}`,
    `${indent} = ${BLANK}`,
  ]);
}

/** The table of a sum: one row a term, a blank for each factor and for their product. */
function blankTerms(sum: Derivation): string {
  if (sum.kind !== "sum") return "";
  const terms = Array.from({ length: sum.terms.length }, (_, at) => sum.terms.at(at));
  const letter = termLetter(sum, terms);
  const factors = terms[0]!.kind === "product" ? terms[0]!.factors : [];
  return table([
    ["term", ...factors.map((factor) => code(expressionText(bind(headingOf(factor), sum.indices)))), "product"],
    ...terms.map(({ indices }) => [`${letter} = ${indices[letter]!}`, ...factors.map(() => BLANK), BLANK]),
  ]);
}
