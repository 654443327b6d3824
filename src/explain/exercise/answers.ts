import { tensorValues } from "../../network/layout.js";
import type { Network } from "../../network/network.js";
import { batchGradient } from "../../reference/batch.js";
import type { Derivation } from "../derivation/derivation.js";
import { explain } from "../explain.js";
import { number, plus, product } from "../derivation/expression.js";
import { prove } from "../proof.js";
import { expressionText } from "../render/expression-text.js";
import { distinctLines } from "../render/layout.js";
import { numberText } from "../render/number-text.js";
import { derivationText } from "../render/text.js";
import { tape } from "../tape.js";
import { updateText } from "../update.js";
import { why } from "../why.js";
import { code, fenced, page, plain, table } from "./markdown.js";
import { dataCsv, networkJson } from "./network-text.js";
import { differenceText, givenText } from "./numbers.js";
import { askedOf, type DrawnExample, type Problem } from "./problem.js";
import { HEADINGS } from "./sheet.js";
import { stepOf } from "./step.js";

/** The answers in Markdown, step by step; every number comes from the derivations themselves. */
export function answersOf(problem: Problem, seed: string): string {
  const { network, example, output, hidden } = problem;
  const of = (name: string, open = 1): string => fenced(derivationText(explain({ network }, example, name), { open }).split("\n"));
  const exercises = [
    [HEADINGS.forward, fenced(forwardLines(network, example))],
    [HEADINGS.output, of(output.weight), of(output.bias)],
    // The sums inside a sum are needed for it: they are opened as well.
    ...hidden.map(({ activation, weight, bias }, at) => [
      HEADINGS.hidden(network.layout.depth - 1 - at),
      of(activation, at + 1),
      of(weight),
      of(bias),
    ]),
    stepAnswer(problem),
    whyAnswer(problem),
  ];
  return page([
    `# Answers: ${plain(seed)}`,
    `The seed "${plain(seed)}" makes this sheet and these answers again. ` +
      "Numbers have four significant digits. Where a student rounded on the way, the last digit may be another one.",
    ...exercises.flatMap((parts, at) => (parts.length === 0 ? [] : [`## ${at + 1}. ${parts[0]!}`, ...parts.slice(1)])),
    ...check(problem),
    ...forAClass(problem),
  ]);
}

/** z2[0] = 0.5 * 1 + -1 * 0.5 + 0.25 = 0.25, one line a value. */
function forwardLines(network: Network, example: DrawnExample, from = 2): string[] {
  const walk = tape({ network }, example);
  return Array.from({ length: walk.length }, (_, index) => walk.at(index))
    .filter(({ phase, layer }) => phase !== "backward" && layer >= from)
    .map(({ derivation }) => workedLine(derivation));
}

function workedLine(derivation: Derivation): string {
  const { name, written, value } = derivation;
  const shown = numberText(value);
  const worked = derivation.kind === "sum" ? [sumOf(derivation.terms), ...written.numbers] : written.numbers;
  return [
    name,
    ...distinctLines(
      worked.map((line) => expressionText(line)),
      shown,
    ),
    shown,
  ].join(" = ");
}

/** The terms with their factors. */
function sumOf({ length, at }: Extract<Derivation, { kind: "sum" }>["terms"]) {
  return plus(
    ...Array.from({ length }, (_, index) => {
      const term = at(index);
      return term.kind === "product" ? product(...term.factors.map(({ value }) => number(value))) : number(term.value);
    }),
  );
}

function stepAnswer(problem: Problem): string[] {
  const { example, network } = problem;
  const { next, moved, proof } = stepOf(problem);
  const { by, before, after, predicted, real } = proof.nudge;
  return [
    HEADINGS.step,
    fenced([`g = dCost/d${next.quantity} = ${numberText(next.derivative)}, rate = ${givenText(problem.learningRate)}`, updateText(next)]),
    "What the derivative says, and the forward pass of the last layer with the new weight:",
    fenced([
      `predicted change = ${numberText(proof.analytic)} * ${numberText(by)} = ${numberText(predicted)}`,
      "",
      ...forwardLines(moved, example, network.layout.depth),
      "",
      `real change      = ${numberText(after)} - ${numberText(before)} = ${numberText(real)}`,
    ]),
    `The cost ${real < 0 ? "falls" : "rises"}. The derivative holds for a very small change; over a step of this size the slope itself changes, so that the two are not quite the same.`,
  ];
}

function whyAnswer({ why: question, network, example }: Problem): string[] {
  if (question === undefined) return [];
  const { quantity, changed, to } = question;
  const before = explain({ network }, example, quantity);
  const changedOne = explain({ network: question.network }, question.example, quantity);
  const { causes } = why({ network: question.network }, question.example, quantity);
  return [
    HEADINGS.why,
    `Yes: with ${code(changed)} = ${givenText(to)} it is ${numberText(changedOne.value)}, and it was ${numberText(before.value)}. ` +
      `The verdict of the tool: ${causes[0]!.sentence}.`,
    fenced(derivationText(changedOne).split("\n")),
  ];
}

function check(problem: Problem): string[] {
  const { network, example } = problem;
  const proofs = askedOf(problem).map((name) => prove({ network }, example, name));
  return [
    "## Check",
    "The central difference (Cost(v + h) - Cost(v - h)) / 2h of every answer: the cost is computed twice, and no equation of the way back is used.",
    table([
      ["derivative", "by the equations", "central difference", "h"],
      ...proofs.map(({ quantity, analytic, numeric = NaN, h = NaN }) => [
        code(`dCost/d${quantity}`),
        numberText(analytic),
        differenceText(numeric),
        String(h),
      ]),
    ]),
  ];
}

/** The same problem for students who write a program: its files, the commands, and all derivatives. */
function forAClass({ network, example }: Problem): string[] {
  const { gradient } = batchGradient(network, [example]);
  const all = network.layout.tensors.map((tensor) => {
    const shown = Array.from(tensorValues(gradient, tensor), (value) => numberText(value));
    const rows = Array.from({ length: tensor.rows }, (_, j) => shown.slice(j * tensor.columns, (j + 1) * tensor.columns).join(", "));
    return `dCost/d${tensor.name}: ${tensor.kind === "bias" ? `[${shown.join(", ")}]` : `[${rows.map((row) => `[${row}]`).join(", ")}]`}`;
  });
  const shape = network.layout.tensors.map(({ name, kind }) => `"${name}": ${kind === "bias" ? "[...]" : "[[...]]"}`).join(", ");
  return [
    "## For a whole class",
    "All derivatives of this network, for a program's output at a glance:",
    fenced(all),
    "A program's derivatives can be checked by command, and classic mistakes are named. This is `network.json`:",
    fenced(networkJson(network), "json"),
    "This is `data.csv`; row 0 is the example, and the others only name the other classes:",
    fenced(dataCsv(example), "csv"),
    "The commands; the second one is run for each student:",
    fenced(
      [
        "chainrule train data.csv --target y --task classification --network network.json --scale none --test 0 --validation 0 --epochs 0 --out exercise.safetensors",
        "chainrule check-gradients exercise.safetensors data.csv --rows 0 --against student.json",
      ],
      "sh",
    ),
    `A student's file is \`{ ${shape} }\`, each weight matrix with one row a receiving neuron. Its numbers should have six digits or more.`,
  ];
}
