import type { OptimizerDescription } from "../../kernels/contract.js";
import { expressionText } from "../render/expression-text.js";
import {
  beside,
  type Expression,
  fraction,
  group,
  minus,
  number,
  plus,
  power,
  product,
  root,
  square,
  type ValueExpression,
} from "./expression.js";

/** One line of an update: name = general = numbers = value. */
export interface WrittenStep {
  /** `v`, `w4[3,7]` */
  readonly name: string;
  /** The name as an expression. */
  readonly left: Expression;
  readonly general: Expression;
  readonly numbers: Expression;
  readonly value: number;
}

const step = (left: Expression, general: Expression, numbers: Expression, value: number): WrittenStep => ({
  name: expressionText(left),
  left,
  general,
  numbers,
  value,
});

const letter = (name: string): Expression => ({ kind: "letter", name });
const one = number(1);
const zero = number(0);
const rate = letter("rate");
const g = letter("g");
const v = letter("v");

/**
 * How each optimizer turns a derivative into a new value of a parameter, line by line. Its state begins at 0, as at the first
 * step of a run. A new optimizer brings its entry here; a missing one is a type error.
 */
export const writtenOptimizers: {
  readonly [K in OptimizerDescription["kind"]]: (
    optimizer: Extract<OptimizerDescription, { kind: K }>,
    parameter: ValueExpression,
    before: number,
    derivative: number,
  ) => readonly WrittenStep[];
} = {
  // v = momentum v + g; w = w - rate v, or with Nesterov w = w - rate (g + momentum v)
  sgd: ({ learningRate, momentum, nesterov }, w, before, slope) => {
    const moved = (by: Expression, numbers: Expression, value: number): WrittenStep =>
      step(w, minus(w, beside(rate, by)), minus(number(before), beside(number(learningRate), numbers)), before - learningRate * value);
    if (momentum === 0) return [moved(g, number(slope), slope)];
    const kept = beside(letter("momentum"), v);
    const velocity = step(v, plus(kept, g), plus(beside(number(momentum), zero), number(slope)), slope);
    if (!nesterov) return [velocity, moved(v, number(slope), slope)];
    const ahead = group(plus(number(slope), beside(number(momentum), number(slope))));
    return [velocity, moved(group(plus(g, kept)), ahead, slope + momentum * slope)];
  },
  // m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; mHat = m / (1 - beta1^t); vHat = v / (1 - beta2^t);
  // w = w - rate mHat / (sqrt(vHat) + epsilon), at t = 1
  adam: ({ learningRate, beta1, beta2, epsilon }, w, before, slope) => {
    const [m, mHat, vHat] = [letter("m"), letter("mHat"), letter("vHat")];
    const mean = (of: Expression, beta: Expression, next: Expression): Expression =>
      plus(beside(beta, of), beside(group(minus(one, beta)), next));
    const meanInNumbers = (beta: number, next: Expression): Expression =>
      plus(beside(number(beta), zero), product(group(minus(one, number(beta))), next));
    const corrected = (of: Expression, beta: Expression, t: Expression): Expression => fraction(of, minus(one, power(beta, t)));
    const moved = (from: Expression, size: Expression, first: Expression, second: Expression, small: Expression): Expression =>
      minus(from, fraction(beside(size, first), plus(root(second), small)));

    const first = (1 - beta1) * slope;
    const second = (1 - beta2) * slope ** 2;
    const firstHat = first / (1 - beta1);
    const secondHat = second / (1 - beta2);
    return [
      step(m, mean(m, letter("beta1"), g), meanInNumbers(beta1, number(slope)), first),
      step(v, mean(v, letter("beta2"), square(g)), meanInNumbers(beta2, square(number(slope))), second),
      step(mHat, corrected(m, letter("beta1"), letter("t")), corrected(number(first), number(beta1), one), firstHat),
      step(vHat, corrected(v, letter("beta2"), letter("t")), corrected(number(second), number(beta2), one), secondHat),
      step(
        w,
        moved(w, rate, mHat, vHat, letter("epsilon")),
        moved(number(before), number(learningRate), number(firstHat), number(secondHat), number(epsilon)),
        before - (learningRate * firstHat) / (Math.sqrt(secondHat) + epsilon),
      ),
    ];
  },
};

/** The lines of one optimizer, of whichever kind it is. */
export function writtenSteps(
  optimizer: OptimizerDescription,
  parameter: ValueExpression,
  before: number,
  derivative: number,
): readonly WrittenStep[] {
  switch (optimizer.kind) {
    case "sgd":
      return writtenOptimizers.sgd(optimizer, parameter, before, derivative);
    case "adam":
      return writtenOptimizers.adam(optimizer, parameter, before, derivative);
  }
}
