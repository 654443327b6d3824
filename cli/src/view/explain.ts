import { type Dataset, type Example, type ExampleList, type Model, openExamples, type RowRange } from "chainrule";
import {
  allPaths,
  type ConditionOptions,
  type Digits,
  explain,
  type Explanation,
  explanationDocument,
  explanationLatex,
  explanationMathml,
  explanationText,
  expressionText,
  type Mode,
  numberText,
  type Proof,
  prove,
  update,
  type Update,
  why,
} from "chainrule/explain";
import type { Terminal } from "../terminal.js";
import { bySign, describePaths, describeProof, describeRows, describeUpdate, describeWhy } from "./explanation.js";

export const MODES = ["inference", "training"] as const satisfies readonly Mode[];
export const FORMATS = ["text", "json", "latex", "mathml"] as const;
export type Format = (typeof FORMATS)[number];

/** Terms of a sum that are shown in text, LaTeX and MathML; JSON has all of them. */
export const DEFAULT_TOP = 10;

export interface ExplainFlags {
  readonly rows?: RowRange;
  readonly of?: string;
  readonly mode?: Mode;
  readonly seed?: number;
  readonly epoch?: number;
  readonly output?: string;
  readonly open?: number;
  readonly top?: number;
  readonly allPaths?: boolean;
  readonly why?: boolean;
  readonly prove?: boolean;
  readonly nudge?: number;
  readonly learningRate?: number;
  readonly digits?: Digits;
  readonly partial?: boolean;
  readonly picture?: string;
  readonly format?: Format;
  readonly json?: boolean;
}

/** What is explained: a model, and one example or the mean of several. */
export interface Subject {
  readonly model: Model;
  readonly rows: RowRange;
  /** One example by itself, or the list of several. */
  readonly example: Example | ExampleList;
  readonly first: Example;
  readonly title: string;
}

export function subjectOf(model: Model, dataset: Dataset, rows: RowRange, data: string): Subject {
  const list = openExamples(model, dataset, { rows });
  const first = list.at(0)!;
  return { model, rows, example: list.length === 1 ? first : list, first, title: describeRows(data, rows, model, first.y) };
}

export function showExplanation(subject: Subject, flags: ExplainFlags, quantity: string, format: Format, terminal: Terminal): void {
  const { model, example, title } = subject;
  const explanation = explain(model, example, quantity, conditionsOf(flags));
  const { digits } = flags;
  const top = flags.top ?? DEFAULT_TOP;
  const shape = { ...(flags.open === undefined ? {} : { open: flags.open }), ...(digits === undefined ? {} : { digits }) };
  switch (format) {
    case "json":
      terminal.print(JSON.stringify(explanationJson(subject, explanation, flags), null, 2));
      return;
    case "latex":
    case "mathml": {
      const options = { ...shape, top, ...(flags.partial === true ? { derivative: "partial" as const } : {}) };
      terminal.write(`${format === "latex" ? explanationLatex(explanation, options) : explanationMathml(explanation, options)}\n`);
      return;
    }
    case "text": {
      const { colors, print, write } = terminal;
      // What cannot be made is refused before anything is shown.
      const paths = flags.allPaths === true ? allPaths(model, example, quantity, topOf(flags)) : undefined;
      const reasons = flags.why === true ? why(model, example, quantity) : undefined;
      const proof = wantsProof(flags) ? prove(model, example, quantity, { ...nudgeOf(flags), ...conditionsOf(flags) }) : undefined;
      print(
        `${colors.bold(`${explanation.name} = ${numberText(explanation.value, digits)}`)} for ${title}; cost ${numberText(explanation.cost, digits)}\n`,
      );
      write(`${explanationText(explanation, { ...shape, top, paint: bySign(terminal) })}\n`);
      const step = updateOf(model, explanation, flags);
      if (step !== undefined) print(`\n${describeUpdate(step, digits, colors)}`);
      if (paths !== undefined) print(`\n${describePaths(paths, digits, terminal)}`);
      if (reasons !== undefined) print(`\n${describeWhy(reasons, digits, terminal)}`);
      if (proof !== undefined) print(`\n${describeProof(proof, digits, terminal)}`);
    }
  }
}

function explanationJson({ model, example, rows }: Subject, explanation: Explanation, flags: ExplainFlags): unknown {
  const { quantity } = explanation;
  return {
    ...explanationDocument(explanation, { ...(flags.open === undefined ? {} : { open: flags.open }), ...topOf(flags) }),
    rows,
    update: updateJson(updateOf(model, explanation, flags)),
    ...(flags.allPaths === true ? { paths: allPaths(model, example, quantity, topOf(flags)) } : {}),
    ...(flags.why === true ? { why: why(model, example, quantity) } : {}),
    ...(wantsProof(flags) ? { proof: proofJson(prove(model, example, quantity, { ...nudgeOf(flags), ...conditionsOf(flags) })) } : {}),
  };
}

/** JSON writes no undefined: null says that there is none. */
function proofJson(proof: Proof): unknown {
  return { ...proof, numeric: proof.numeric ?? null, h: proof.h ?? null, digits: proof.digits ?? null };
}

function updateJson(made: Update | undefined): unknown {
  if (made === undefined) return null;
  const steps = made.steps.map(({ name, general, numbers, value }) => ({
    name,
    general: expressionText(general),
    numbers: expressionText(numbers, "full"),
    value,
  }));
  return { ...made, steps };
}

/** The step of the optimizer that the model was trained with, or of plain descent at the given rate, for what training changes. */
function updateOf(model: Model, explanation: Explanation, { learningRate }: ExplainFlags): Update | undefined {
  const { quantity } = explanation;
  const changes = /^(?:w|b|gamma|beta|[ef]1\.)/.test(quantity);
  const optimizer =
    learningRate === undefined ? model.training?.optimizer : ({ kind: "sgd", learningRate, momentum: 0, nesterov: false } as const);
  const rules = learningRate === undefined ? model.training?.rules : {};
  return optimizer === undefined || !changes ? undefined : update(model, explanation, optimizer, rules);
}

function topOf({ top }: ExplainFlags): { top?: number } {
  return top === undefined ? {} : { top };
}

function conditionsOf({ mode, seed, epoch }: ExplainFlags): ConditionOptions {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(seed === undefined ? {} : { seed }),
    ...(epoch === undefined ? {} : { epoch }),
  };
}

function nudgeOf({ nudge }: ExplainFlags): { nudge?: number } {
  return nudge === undefined ? {} : { nudge };
}

function wantsProof({ prove: asked, nudge }: ExplainFlags): boolean {
  return asked === true || nudge !== undefined;
}
