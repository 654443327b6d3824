import { ChainruleError } from "../../base/errors.js";
import { describedLayout, type NetworkInput, readDescription } from "../../network/description.js";
import type { Network } from "../../network/network.js";
import { refuseParts } from "../refuse.js";
import { answersOf } from "./answers.js";
import { drawProblem } from "./draw.js";
import { askedOf } from "./problem.js";
import { exerciseSeed } from "./seed.js";
import { sheetOf } from "./sheet.js";

export interface ExerciseOptions {
  /** Layers, activations, cost; with weights, or friendly ones are drawn. Four sigmoid layers of two neurons where left out. */
  readonly network?: NetworkInput;
  /** A whole number, or any text: a student's name. The same seed makes the same sheet and the same answers again. */
  readonly seed: number | string;
}

/** A sheet to be solved by hand, and its answers. */
export interface Exercise {
  /** As it stands on the sheet. */
  readonly seed: string;
  /** Markdown. No number that is asked for stands in it. */
  readonly sheet: string;
  /** Markdown: every step with its numbers. */
  readonly answers: string;
  /** With the weights of the sheet. */
  readonly network: Network;
  /** The input and the target of the one example. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** What the derivatives are taken by, in the order of the sheet: `w4[1,0]`, `b4[0]`, `a3[1]`, ... */
  readonly asked: readonly string[];
  /** Of the one step, which changes the first weight that is asked. */
  readonly learningRate: number;
}

/** As many parameters as fit on paper. */
const MOST_PARAMETERS = 40;

/** Two neurons a layer are enough for every sum, and four layers for all eight equations. */
const TEXTBOOK: NetworkInput = {
  inputs: 2,
  layers: [
    { units: 2, activation: "sigmoid" },
    { units: 2, activation: "sigmoid" },
    { units: 2, activation: "sigmoid" },
  ],
  cost: "squared-error",
};

/**
 * Makes an exercise sheet on a small network with friendly numbers: the forward pass, derivatives of the output layer, the
 * sums of the hidden layers, one step of gradient descent, and a question why. Every student has another one by another seed.
 *
 * @throws ChainruleError `E_DESCRIPTION` for a network that is none, `E_USAGE` for one that is too large for paper or whose
 * derivatives are all 0, and for an empty seed
 * @example
 * ```ts
 * import { makeExercise } from "chainrule/explain";
 *
 * const { sheet, answers, asked } = makeExercise({ seed: "Ada" });
 * console.log(sheet.includes("Ada"), answers.length, asked); // the derivatives that it asks for, w4[...] first
 * const own = makeExercise({ seed: 7, network: { inputs: 2, layers: [{ units: 3, activation: "tanh" }, { units: 1 }] } });
 * console.log(own.network.layout.sizes, own.x, own.y);
 * ```
 */
export function makeExercise({ network: input = TEXTBOOK, seed }: ExerciseOptions): Exercise {
  const { text, number } = exerciseSeed(seed);
  const { description, weights } = readDescription(input);
  refuseParts(description, "an exercise sheet", undefined, "Take dense layers.");
  const parameters = describedLayout(description).length;
  if (parameters > MOST_PARAMETERS) {
    throw new ChainruleError("E_USAGE", {
      where: "network",
      expected: `at most ${MOST_PARAMETERS} weights and biases, so that the sheet fits on paper`,
      got: String(parameters),
      hint: "Take fewer units: a 2-3-3-2 network has 29.",
    });
  }
  const output = description.layers.at(-1)!;
  if (output.activation === "softmax" && output.units === 1) {
    throw new ChainruleError("E_USAGE", {
      where: `layers[${description.layers.length - 1}].units`,
      expected: "at least 2 under a softmax: the share of a single output is always 1, and every derivative is 0",
      got: "1",
    });
  }
  const problem = drawProblem(description, weights, number);
  const { network, example, learningRate } = problem;
  return {
    seed: text,
    sheet: sheetOf(problem, text),
    answers: answersOf(problem, text),
    network,
    x: example.x,
    y: example.y,
    asked: askedOf(problem),
    learningRate,
  };
}
