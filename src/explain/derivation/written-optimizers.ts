import type { AdamDescription, StepOptimizer, StepRules } from "../../kernels/contract.js";
import { expressionText } from "../render/expression-text.js";
import {
  beside,
  call,
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
  readonly [K in StepOptimizer["kind"]]: (
    optimizer: Extract<StepOptimizer, { kind: K }>,
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
  adam: (optimizer, w, before, slope) => adamSteps(optimizer, w, before, slope),
  // The decay of the weights stands beside the step: see the rules.
  adamw: (optimizer, w, before, slope) => adamSteps(optimizer, w, before, slope),
  // m and v as Adam; mu_t = beta1 (1 - 0.96^(0.004 t) / 2), M the product of mu_1 .. mu_t;
  // mHat = (1 - mu_t) g / (1 - M) + mu_(t+1) m / (1 - M mu_(t+1)), at t = 1
  nadam: ({ learningRate, beta1, beta2, epsilon }, w, before, slope) => {
    const [m, now, then, M] = [letter("m"), letter("mu_t"), letter("mu_(t+1)"), letter("M")];
    const [mu1, mu2] = [beta1 * (1 - 0.96 ** 0.004 / 2), beta1 * (1 - 0.96 ** 0.008 / 2)];
    const first = (1 - beta1) * slope;
    const second = (1 - beta2) * slope ** 2;
    const firstHat = slope + (mu2 * first) / (1 - mu1 * mu2);
    const secondHat = second / (1 - beta2);
    const ahead = (n: Expression, t: Expression, g1: Expression, m1: Expression, product1: Expression): Expression =>
      plus(fraction(beside(group(minus(one, n)), g1), minus(one, product1)), fraction(beside(t, m1), minus(one, beside(product1, t))));
    return [
      meanStep(m, "beta1", beta1, g, number(slope), first),
      meanStep(v, "beta2", beta2, square(g), square(number(slope)), second),
      step(mHat, ahead(now, then, g, m, M), ahead(number(mu1), number(mu2), number(slope), number(first), number(mu1)), firstHat),
      correctedStep(vHat, v, "beta2", beta2, second, secondHat),
      dividedStep(w, before, learningRate, firstHat, secondHat, epsilon),
    ];
  },
  // s = s + g^2; w = w - rate g / (sqrt(s) + epsilon)
  adagrad: ({ learningRate, epsilon, initial }, w, before, slope) => {
    const s = letter("s");
    const sum = initial + slope ** 2;
    return [
      step(s, plus(s, square(g)), plus(number(initial), square(number(slope))), sum),
      step(
        w,
        divided(w, rate, g, s, letter("epsilon")),
        divided(number(before), number(learningRate), number(slope), number(sum), number(epsilon)),
        before - (learningRate * slope) / (Math.sqrt(sum) + epsilon),
      ),
    ];
  },
  // v = rho v + (1 - rho) g^2; d = g / (sqrt(v) + epsilon), with momentum d = momentum d + that; w = w - rate d
  rmsprop: ({ learningRate, rho, epsilon, momentum }, w, before, slope) => {
    const d = letter("d");
    const second = (1 - rho) * slope ** 2;
    const length = slope / (Math.sqrt(second) + epsilon);
    const ratio = (first: Expression, of: Expression, small: Expression): Expression => fraction(first, plus(root(of), small));
    const [general, numbers] = [ratio(g, v, letter("epsilon")), ratio(number(slope), number(second), number(epsilon))];
    const kept = (by: Expression, of: Expression, next: Expression): Expression => (momentum > 0 ? plus(beside(by, of), next) : next);
    return [
      meanStep(v, "rho", rho, square(g), square(number(slope)), second),
      step(d, kept(letter("momentum"), d, general), kept(number(momentum), zero, numbers), length),
      step(
        w,
        minus(w, beside(rate, d)),
        minus(number(before), beside(number(learningRate), number(length))),
        before - learningRate * length,
      ),
    ];
  },
  // c = beta1 m + (1 - beta1) g; w = w - rate sign(c), at m = 0
  lion: ({ learningRate, beta1 }, w, before, slope) => {
    const c = letter("c");
    const direction = (1 - beta1) * slope;
    const sign = (of: Expression): Expression => call("sign", of);
    return [
      step(
        c,
        plus(beside(letter("beta1"), letter("m")), beside(group(minus(one, letter("beta1"))), g)),
        meanInNumbers(beta1, number(slope)),
        direction,
      ),
      step(
        w,
        minus(w, beside(rate, sign(c))),
        minus(number(before), beside(number(learningRate), sign(number(direction)))),
        before - learningRate * Math.sign(direction),
      ),
    ];
  },
};

const mHat = letter("mHat");
const vHat = letter("vHat");

// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; mHat = m / (1 - beta1^t); vHat = v / (1 - beta2^t);
// w = w - rate mHat / (sqrt(vHat) + epsilon), at t = 1
function adamSteps(
  { learningRate, beta1, beta2, epsilon }: Omit<AdamDescription, "kind">,
  w: ValueExpression,
  before: number,
  slope: number,
): readonly WrittenStep[] {
  const m = letter("m");
  const first = (1 - beta1) * slope;
  const second = (1 - beta2) * slope ** 2;
  const firstHat = first / (1 - beta1);
  const secondHat = second / (1 - beta2);
  return [
    meanStep(m, "beta1", beta1, g, number(slope), first),
    meanStep(v, "beta2", beta2, square(g), square(number(slope)), second),
    correctedStep(mHat, m, "beta1", beta1, first, firstHat),
    correctedStep(vHat, v, "beta2", beta2, second, secondHat),
    dividedStep(w, before, learningRate, firstHat, secondHat, epsilon),
  ];
}

/** beta * 0 + (1 - beta) * next: a running mean that begins at 0. */
function meanInNumbers(beta: number, next: Expression): Expression {
  return plus(beside(number(beta), zero), product(group(minus(one, number(beta))), next));
}

/** m = beta m + (1 - beta) g */
function meanStep(m: Expression, name: string, beta: number, g1: Expression, numbers: Expression, value: number): WrittenStep {
  const share = letter(name);
  return step(m, plus(beside(share, m), beside(group(minus(one, share)), g1)), meanInNumbers(beta, numbers), value);
}

/** mHat = m / (1 - beta^t), at t = 1 */
function correctedStep(hat: Expression, m: Expression, name: string, beta: number, from: number, value: number): WrittenStep {
  const corrected = (of: Expression, share: Expression, t: Expression): Expression => fraction(of, minus(one, power(share, t)));
  return step(hat, corrected(m, letter(name), letter("t")), corrected(number(from), number(beta), one), value);
}

/** from - size first / (sqrt(second) + small) */
function divided(from: Expression, size: Expression, first: Expression, second: Expression, small: Expression): Expression {
  return minus(from, fraction(beside(size, first), plus(root(second), small)));
}

/** w = w - rate mHat / (sqrt(vHat) + epsilon) */
function dividedStep(
  w: ValueExpression,
  before: number,
  learningRate: number,
  first: number,
  second: number,
  epsilon: number,
): WrittenStep {
  return step(
    w,
    divided(w, rate, mHat, vHat, letter("epsilon")),
    divided(number(before), number(learningRate), number(first), number(second), number(epsilon)),
    before - (learningRate * first) / (Math.sqrt(second) + epsilon),
  );
}

/**
 * What rules make of a derivative and of a weight before the optimizer's step: g = clip(g), g = g + l2 w + l1 sign(w) and
 * w = w (1 - rate weightDecay). Each line only where its rule changes something; biases are never decayed.
 */
export function writtenRules(
  { clipValue = Infinity, l1 = 0, l2 = 0, weightDecay = 0 }: StepRules,
  w: ValueExpression,
  before: number,
  slope: number,
  learningRate: number,
): { readonly steps: readonly WrittenStep[]; readonly before: number; readonly derivative: number } {
  const steps: WrittenStep[] = [];
  let derivative = slope;
  if (Math.abs(slope) > clipValue) {
    derivative = Math.sign(slope) * clipValue;
    steps.push(step(g, call("clip", g), call("clip", number(slope)), derivative));
  }
  if (w.of !== "w") return { steps, before, derivative };
  if (l1 !== 0 || l2 !== 0) {
    const [of, parts] = [number(derivative), number(before)];
    const sum = (first: Expression, square2: Expression, absolute: Expression, weight: Expression): Expression =>
      plus(first, ...(l2 === 0 ? [] : [beside(square2, weight)]), ...(l1 === 0 ? [] : [beside(absolute, call("sign", weight))]));
    derivative += l2 * before + l1 * Math.sign(before);
    steps.push(step(g, sum(g, letter("l2"), letter("l1"), w), sum(of, number(l2), number(l1), parts), derivative));
  }
  if (weightDecay === 0) return { steps, before, derivative };
  const kept = before * (1 - learningRate * weightDecay);
  const decayed = (weight: Expression, by: Expression, decay: Expression): Expression =>
    beside(weight, group(minus(one, beside(by, decay))));
  steps.push(step(w, decayed(w, rate, letter("weightDecay")), decayed(number(before), number(learningRate), number(weightDecay)), kept));
  return { steps, before: kept, derivative };
}

/** The lines of one optimizer, of whichever kind it is. */
export function writtenSteps(
  optimizer: StepOptimizer,
  parameter: ValueExpression,
  before: number,
  derivative: number,
): readonly WrittenStep[] {
  const written = writtenOptimizers[optimizer.kind] as (
    optimizer: StepOptimizer,
    parameter: ValueExpression,
    before: number,
    derivative: number,
  ) => readonly WrittenStep[];
  return written(optimizer, parameter, before, derivative);
}
