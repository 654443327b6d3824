import { ChainruleError } from "../base/errors.js";
import type { OptimizerDescription, StepRules } from "../kernels/contract.js";
import type { Layout } from "../network/layout.js";
import { findParameter, findQuantity, isParameter, type Quantity } from "../network/names.js";
import type { Model } from "../training/model.js";
import type { Explanation } from "./explain.js";
import { expressionText } from "./render/expression-text.js";
import { type Digits, numberText } from "./render/number-text.js";
import { valueOf } from "./derivation/expression.js";
import { type WrittenStep, writtenRules, writtenSteps } from "./derivation/written-optimizers.js";

/** What one step of the optimizer makes of a derivative. */
export interface Update {
  /** `w4[3,7]` */
  readonly quantity: string;
  readonly optimizer: OptimizerDescription;
  readonly rules: StepRules;
  readonly before: number;
  /** g: the derivative */
  readonly derivative: number;
  /** The lines of the update, the last one gives the new value. */
  readonly steps: readonly WrittenStep[];
  readonly after: number;
  /** What else the rules do, which needs the derivatives or weights of others and has no line; left out where there is nothing. */
  readonly notes?: readonly string[];
}

/**
 * From derivative to learning: the new value of a weight or a bias after one step along its derivative, with every number. The
 * optimizer's state (v of momentum; m and v of Adam) begins at 0, as at the first step of a run: a model keeps parameters, not state.
 * Of the rules, those that need no other derivative are shown: `clipValue`, `l1`, `l2` and `weightDecay`; the others are said in `notes`.
 *
 * @param explanation of a weight, a bias or another parameter that is trained; of several examples, as in a batch, the mean
 * @param optimizer the one that the model was trained with, where left out
 * @param rules what is done around its step; as in the training, where left out
 * @throws ChainruleError `E_USAGE` for a quantity that training does not change, or where no optimizer is known
 * @example
 * ```ts
 * import { openExamples, train } from "chainrule";
 * import { explain, update, updateText } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const batch = openExamples(model, iris(), { rows: [0, 32] });
 * const { before, after, steps } = update(model, explain(model, batch, "w3[1,2]"));
 * console.log(before, after, steps.length, updateText(update(model, explain(model, batch, "b3[1]"))));
 * ```
 */
export function update(
  model: Pick<Model, "network" | "training">,
  explanation: Explanation,
  optimizer = model.training?.optimizer,
  rules = model.training?.rules ?? {},
): Update {
  const { quantity, value: g } = explanation;
  const { layout, parameters } = model.network;
  const found = findQuantity(layout, quantity, model.network.description);
  const { kind, layer, indices, part } = found;
  if (!isTrained(found)) {
    const expected = isDense(layout) ? "a weight or a bias, which training changes" : "a parameter that training changes by its derivative";
    throw new ChainruleError("E_USAGE", { where: quantity, expected, got: `"${quantity}"` });
  }
  if (optimizer === undefined) {
    throw new ChainruleError("E_USAGE", {
      where: "optimizer",
      expected: "the optimizer to step with",
      got: "none, and the model was not trained with one",
      hint: 'Hand over { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false }, for example.',
    });
  }
  if (optimizer.kind === "lbfgs") {
    throw new ChainruleError("E_USAGE", {
      where: "optimizer",
      expected: "an optimizer that moves each parameter along its own derivative",
      got: "lbfgs, whose direction comes from all derivatives of all rows and from the steps before",
      hint: 'Hand over { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false } to see a step of gradient descent.',
    });
  }
  const before = parameters[findParameter(layout, quantity).index]!;
  const written = { ...valueOf(kind, layer, ...indices), ...(part === undefined ? {} : { part }), bound: true };
  const ruled = writtenRules(rules, written, before, g, optimizer.learningRate);
  const steps = [...ruled.steps, ...writtenSteps(optimizer, written, ruled.before, ruled.derivative)];
  const notes = notesOf(rules, kind);
  const said = notes.length === 0 ? {} : { notes };
  return { quantity, optimizer, rules, before, derivative: g, steps, after: steps.at(-1)!.value, ...said };
}

/** True of the parameters that follow their derivatives; running statistics follow their batches. */
function isTrained(quantity: Quantity): boolean {
  return isParameter(quantity) && quantity.kind !== "mean" && quantity.kind !== "var";
}

function isDense({ tensors }: Layout): boolean {
  return tensors.every(({ kind }) => kind === "weight" || kind === "bias");
}

/** What rules do that cannot be worked out from one derivative. */
function notesOf({ clipNorm, maxNorm, average }: StepRules, kind: Quantity["kind"]): readonly string[] {
  return [
    ...(clipNorm === undefined
      ? []
      : [`clipNorm ${clipNorm}: where the derivatives of all parameters together are longer than that, g is shortened with them`]),
    ...(maxNorm === undefined || kind !== "w"
      ? []
      : [`maxNorm ${maxNorm}: where the weights that lead to the unit are longer than that after the step, they are shortened`]),
    ...(average === undefined
      ? []
      : [`average ${average}: predictions use a running mean of the parameters, of which ${average} stays at each step, less at first`]),
  ];
}

/**
 * An update in plain text, one line a step: `w4[3,7] = w4[3,7] - rate g = 0.25 - 3 * 0.001 = 0.247 (a change of -0.003)`.
 *
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { explain, update, updateText } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const [example] = examples(model, iris(), { rows: [12, 13] });
 * if (example !== undefined) console.log(updateText(update(model, explain(model, example, "w3[1,2]"))));
 * ```
 */
export function updateText({ steps, before, after }: Update, digits?: Digits): string {
  const lines = steps.map(
    ({ name, general, numbers, value }) =>
      `${name} = ${expressionText(general)} = ${expressionText(numbers, digits)} = ${numberText(value, digits)}`,
  );
  // Small steps do not show in the first digits.
  return `${lines.join("\n")} (a change of ${numberText(after - before, digits)})`;
}
