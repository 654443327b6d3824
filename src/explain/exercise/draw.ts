import { ChainruleError } from "../../base/errors.js";
import { createRandom, type Random } from "../../base/random.js";
import { describedLayout, type NetworkDescription } from "../../network/description.js";
import type { Network } from "../../network/network.js";
import { prove } from "../proof.js";
import { numberText } from "../render/number-text.js";
import { isFit, type Limits } from "./fit.js";
import { type DrawnExample, type Problem } from "./problem.js";
import { whyQuestion } from "./why-question.js";

/** The generator's stream of exercises: "exer". */
const STREAM = 0x65786572;

// Halves times quarters are eighths, and those below 10 have four digits at most: the first weighted sums are exact.
const WEIGHTS = [-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2];
const BIASES = [-1, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1];
const INPUTS = [0.25, 0.5, 0.75, 1];
/** The shorter ones for costs that curve too much for the others. */
const RATES = [0.5, 1, 2];
const SHORT_RATES = [0.25, 0.125, 0.0625];

/** What a draw has to keep to: first what makes a good sheet, then what makes one at all. */
const LIMITS: readonly Limits[] = [
  { least: 2e-3, most: 10, choosy: true },
  { least: 1e-4, most: 1e4, choosy: false },
  { least: 1e-8, most: 1e6, choosy: false },
];
const ATTEMPTS = 200;

/**
 * Draws until the exercises are worth solving; each attempt has a section of the generator, so that one that is thrown away
 * shifts nothing.
 *
 * @param weights in the order of the layout; drawn where undefined
 * @throws ChainruleError `E_USAGE` where no draw will do
 */
export function drawProblem(description: NetworkDescription, weights: Float64Array | undefined, seed: number): Problem {
  let section = 0;
  for (const limits of LIMITS) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const random = createRandom(seed, STREAM, section++);
      const problem = draw(description, weights, random);
      if (problem !== undefined && isFit(problem, limits)) return problem;
    }
  }
  throw new ChainruleError("E_USAGE", {
    where: "network",
    expected: "a network with derivatives to ask for",
    got: `${section} draws in which one of them was 0, too large to write down, or at a relu's kink`,
    hint: weights === undefined ? "Take other layers." : "Leave the weights out, and friendly ones are drawn.",
  });
}

function draw(description: NetworkDescription, weights: Float64Array | undefined, random: Random): Problem | undefined {
  const one = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const layout = describedLayout(description);
  const parameters = new Float32Array(layout.length);
  for (const { kind, offset, rows, columns } of layout.tensors) {
    for (let at = offset; at < offset + rows * columns; at++) parameters[at] = weights?.[at] ?? one(kind === "weight" ? WEIGHTS : BIASES);
  }
  const network: Network = { description, layout, parameters };
  const { depth: L, sizes } = layout;
  const outputs = sizes[L]!;
  const x = Array.from({ length: sizes[1]! }, () => one(INPUTS));
  // One output is a question with yes or no; of several, one is the right class.
  const right = random.below(Math.max(outputs, 2));
  const y = outputs === 1 ? [right] : Array.from({ length: outputs }, (_, j) => (j === right ? 1 : 0));
  const example: DrawnExample = { x, y };

  const below = (layer: number): number => random.below(sizes[layer]!);
  const j = below(L);
  const output = { weight: `w${L}[${j},${below(L - 1)}]`, bias: `b${L}[${(j + 1) % outputs}]` };
  const hidden = [L - 1, L - 2]
    .filter((layer) => layer >= 2)
    .map((layer) => {
      const neuron = below(layer);
      return {
        activation: `a${layer}[${neuron}]`,
        weight: `w${layer}[${neuron},${below(layer - 1)}]`,
        bias: `b${layer}[${neuron}]`,
      };
    });
  const learningRate = rateFor(network, example, output.weight, random);
  if (learningRate === undefined) return undefined;
  const asked = hidden.length === 0 ? [output.weight] : hidden.map(({ weight }) => weight);
  return { network, example, output, hidden, learningRate, why: whyQuestion(network, example, asked, random) };
}

/** A rate with which the cost falls, and by so much that it shows. */
function rateFor(network: Network, example: DrawnExample, weight: string, random: Random): number | undefined {
  const from = random.below(RATES.length);
  const rates = [...RATES.slice(from), ...RATES.slice(0, from), ...SHORT_RATES];
  return rates.find((rate) => {
    const by = -rate * prove({ network }, example, weight).analytic;
    if (!(Number.isFinite(by) && by !== 0)) return false;
    const { before, after } = prove({ network }, example, weight, { nudge: by }).nudge;
    return after < before && numberText(after) !== numberText(before);
  });
}
