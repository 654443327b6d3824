import type { CostExpression, DerivativeExpression, Expression, ValueExpression } from "../derivation/expression.js";
import { lastIndex } from "./expression-text.js";
import type { Opening } from "./json.js";
import type { Digits } from "./number-text.js";

export interface MathOptions extends Opening {
  /** Significant digits, 4 where left out, or "full". */
  readonly digits?: Digits;
  /** How derivatives are written: d (as the equations do) or the partial sign. */
  readonly derivative?: "d" | "partial";
}

/** The parts that typeset mathematics is put together from; LaTeX and MathML each have theirs. */
export interface MathWriter {
  readonly row: (parts: readonly string[]) => string;
  /** @param shown in place of the digits of the page */
  readonly number: (value: number, shown?: Digits) => string;
  /** True for a number that `number` writes with a power of ten. */
  readonly isScientific: (value: number) => boolean;
  /** A number that sums up several. */
  readonly labelled: (value: string, label: string) => string;
  /** n; i1 as i with the subscript 1 */
  readonly letter: (name: string) => string;
  readonly cost: (cost: CostExpression) => string;
  readonly value: (value: ValueExpression) => string;
  readonly derivative: (of: string, by: string) => string;
  /** `times` multiplies, `beside` multiplies without a sign. */
  readonly operator: (kind: "times" | "beside" | "plus" | "minus" | "negative" | "equals") => string;
  /** Words between symbols. */
  readonly text: (words: string) => string;
  readonly call: (name: string, at: string) => string;
  readonly group: (of: string) => string;
  readonly fraction: (over: string, under: string) => string;
  readonly power: (of: string, to: string) => string;
  readonly root: (of: string) => string;
  readonly sum: (index: string, last: string, body: string) => string;
  readonly cases: (then: string, when: string, otherwise: string) => string;
}

/** An expression in the writer's language. A sign behind a sign gets parentheses. */
export function writeMath(expression: Expression, writer: MathWriter): string {
  const write = (part: Expression): string => writeMath(part, writer);
  const inner = (part: Expression): string => (isSigned(part) ? writer.group(write(part)) : write(part));
  switch (expression.kind) {
    case "cost":
      return writer.cost(expression);
    case "letter":
      return writer.letter(expression.name);
    case "constant":
      return expression.name === undefined ? writer.number(expression.value, "full") : writer.letter(expression.name);
    case "value":
      return writer.value(expression);
    case "derivative":
      return derivativeIn(expression, writer);
    case "number": {
      const shown = writer.number(expression.value);
      return expression.label === undefined ? shown : writer.labelled(isSigned(expression) ? writer.group(shown) : shown, expression.label);
    }
    case "call":
      return writer.call(expression.name, write(expression.at));
    case "product":
      return joined(expression.factors, () => "times", writer, inner);
    case "beside":
      return joined(expression.factors, (factor) => (factor.kind === "number" ? "times" : "beside"), writer, inner);
    case "plus":
      return writer.row(
        expression.terms.flatMap((term, at) => {
          if (at === 0) return [write(term)];
          const subtracted = term.kind === "number" && term.label === undefined && term.value < 0;
          return subtracted
            ? [writer.operator("minus"), write({ ...term, value: -term.value })]
            : [writer.operator("plus"), term.kind === "number" && term.label !== undefined ? write(term) : inner(term)];
        }),
      );
    case "minus":
      return writer.row([write(expression.from), writer.operator("minus"), inner(expression.take)]);
    case "negative":
      return writer.row([writer.operator("negative"), inner(expression.of)]);
    case "power": {
      const { of, to } = expression;
      const scientific = of.kind === "number" && writer.isScientific(of.value);
      return writer.power(scientific ? writer.group(write(of)) : inner(of), write(to));
    }
    case "root":
      return writer.root(write(expression.of));
    case "group":
      return writer.group(write(expression.of));
    case "fraction":
      return writer.fraction(write(expression.over), write(expression.under));
    case "sum":
      return writer.sum(expression.index, lastIndex(expression), write(expression.body));
    case "cases":
      return writer.cases(write(expression.then), write(expression.when), write(expression.otherwise));
  }
}

function joined(
  factors: readonly Expression[],
  sign: (factor: Expression) => "times" | "beside",
  writer: MathWriter,
  inner: (part: Expression) => string,
): string {
  const first = writeMath(factors[0]!, writer);
  return writer.row([first, ...factors.slice(1).flatMap((factor) => [writer.operator(sign(factor)), inner(factor)])]);
}

function derivativeIn({ of, by }: DerivativeExpression, writer: MathWriter): string {
  return writer.derivative(of.kind === "cost" ? writer.cost(of) : writer.value(of), writer.value(by));
}

/** Begins with a sign. */
function isSigned(part: Expression): boolean {
  return part.kind === "negative" || (part.kind === "number" && (part.value < 0 || Object.is(part.value, -0)));
}
