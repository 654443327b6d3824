import type { OptimizerDescription } from "../../kernels/contract.js";
import { beside, type Expression, group, minus, number, plus } from "./expression.js";

/** One line of an update: name = general = numbers = value. */
export interface WrittenStep {
  /** `v`, `w4[3,7]` */
  readonly name: string;
  readonly general: Expression;
  readonly numbers: Expression;
  readonly value: number;
}

const letter = (name: string): Expression => ({ kind: "letter", name });

/**
 * How each optimizer turns a derivative g into a new value of the parameter w, line by line. Its state begins at 0, as at
 * the first step of a run. A new optimizer brings its entry here; a missing one is a type error.
 */
export const writtenOptimizers: {
  readonly [K in OptimizerDescription["kind"]]: (
    optimizer: Extract<OptimizerDescription, { kind: K }>,
    parameter: string,
    w: number,
    g: number,
  ) => readonly WrittenStep[];
} = {
  // v = momentum v + g; w = w - rate v, or with Nesterov w = w - rate (g + momentum v)
  sgd: ({ learningRate, momentum, nesterov }, parameter, w, g) => {
    const [W, G, V, m, rate] = [letter(parameter), letter("g"), letter("v"), letter("momentum"), letter("rate")];
    const moved = (step: Expression, numbers: Expression, by: number): WrittenStep => ({
      name: parameter,
      general: minus(W, beside(rate, step)),
      numbers: minus(number(w), beside(number(learningRate), numbers)),
      value: w - learningRate * by,
    });
    if (momentum === 0) return [moved(G, number(g), g)];
    const kept: WrittenStep = {
      name: "v",
      general: plus(beside(m, V), G),
      numbers: plus(beside(number(momentum), number(0)), number(g)),
      value: g,
    };
    if (!nesterov) return [kept, moved(V, number(g), g)];
    return [kept, moved(group(plus(G, beside(m, V))), group(plus(number(g), beside(number(momentum), number(g)))), g + momentum * g)];
  },
};
