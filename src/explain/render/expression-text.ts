import {
  bind,
  type Bindings,
  type CostExpression,
  type DerivativeExpression,
  type Expression,
  type Index,
  type ValueExpression,
} from "../derivation/expression.js";
import { type Digits, numberText } from "./number-text.js";

/**
 * An expression in plain text, as the equations are written: letters give `a_j^(4)`, neurons give `a4[3]`. `*` multiplies,
 * `^(4)` is the layer.
 *
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { explain, expressionText } from "chainrule/explain";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const { written } = explain({ network }, { x: [3, 1], y: [1] }, "w2[0,1]");
 * for (const line of written.numbers) console.log(expressionText(line, "full"));
 * ```
 */
export function expressionText(expression: Expression, digits?: Digits): string {
  const text = (part: Expression): string => expressionText(part, digits);
  switch (expression.kind) {
    case "cost":
      return costText(expression);
    case "letter":
      return expression.name;
    case "constant":
      return expression.name ?? String(expression.value);
    case "value":
      return valueText(expression);
    case "derivative":
      return derivativeText(expression);
    case "number": {
      const shown = numberText(expression.value, digits);
      return expression.label === undefined ? shown : `(${expression.label}: ${shown})`;
    }
    case "call":
      return expression.name === "abs" ? `|${text(expression.at)}|` : `${expression.name}(${text(expression.at)})`;
    case "product":
      return expression.factors.map(text).join(" * ");
    case "beside":
      return besideText(expression.factors, text);
    case "plus":
      return expression.terms.map((term, at) => (at === 0 ? text(term) : signed(term, text))).join("");
    case "minus":
      return `${text(expression.from)} - ${behind(expression.take, text)}`;
    case "negative":
      // exp(-(-0.8629)): a sign behind a sign
      return expression.of.kind === "number" && expression.of.value < 0 ? `-(${text(expression.of)})` : `-${text(expression.of)}`;
    case "power": {
      const base = text(expression.of);
      // (-0.9414)^2, since -0.9414^2 is a negative number; (1.5e-7)^2, since there the power is of ten
      const inside = expression.of.kind === "number" && /^-|e/.test(base) ? `(${base})` : base;
      return `${inside}^${text(expression.to)}`;
    }
    case "root":
      return `sqrt(${text(expression.of)})`;
    case "group":
      // Cases have parentheses of their own.
      return expression.of.kind === "cases" ? text(expression.of) : `(${text(expression.of)})`;
    case "fraction":
      return `${inFraction(expression.over, text)} / ${inFraction(expression.under, text)}`;
    case "sum":
      return `sum_{${expression.index}=0}^{${lastIndex(expression)}} ( ${text(expression.body)} )`;
    case "cases":
      return `(${text(expression.then)} for ${text(expression.when)} > 0, otherwise ${text(expression.otherwise)})`;
  }
}

/**
 * The name of a bound expression: as `expressionText(bind(expression, bindings))`, without the expression in between, since
 * every row of an opened sum has some.
 */
export function boundText(expression: Expression, bindings: Bindings): string {
  switch (expression.kind) {
    case "value":
      return boundValueText(expression, bindings);
    case "derivative": {
      const { of, by } = expression;
      return `d${of.kind === "value" ? boundValueText(of, bindings) : boundCostText(of, bindings)}/d${boundValueText(by, bindings)}`;
    }
    case "product":
      return expression.factors.map((factor) => boundText(factor, bindings)).join(" * ");
    default:
      return expressionText(bind(expression, bindings));
  }
}

function boundCostText({ example, whole = false }: CostExpression, bindings: Partial<Record<string, Index>>): string {
  const e = whole ? undefined : (bindings["e"] ?? example);
  return e === undefined ? "Cost" : `Cost_${e}`;
}

function boundValueText(value: ValueExpression, bindings: Bindings): string {
  let at = "";
  for (const index of value.indices) at += `${at === "" ? "" : ","}${boundIndex(index, bindings)}`;
  const { row } = value;
  return `${nameText(value)}${at === "" ? "" : `[${at}]`}${row === undefined ? "" : `_${boundIndex(row, bindings)}`}`;
}

const boundIndex = (index: Index, bindings: Bindings): Index => (typeof index === "string" ? (bindings[index] ?? index) : index);

/** Without its indices: w3, y, e1.weekday; p4 is a4. */
function nameText({ of, layer, part }: ValueExpression): string {
  return `${of === "p" ? "a" : of}${of === "y" || of === "x" ? "" : layer}${part === undefined ? "" : `.${part}`}`;
}

/** A further term of a sum, behind its sign: ` - 0.25` rather than ` + -0.25`. */
function signed(term: Expression, text: (part: Expression) => string): string {
  const subtracted = term.kind === "number" && term.label === undefined && term.value < 0;
  return subtracted ? ` - ${text({ ...term, value: -term.value })}` : ` + ${text(term)}`;
}

/** Numbers side by side need a sign between them: `2 a_j`, but `2 * 0.52`. */
function besideText(factors: readonly Expression[], text: (part: Expression) => string): string {
  return factors
    .map((factor, at) => {
      const previous = factors[at - 1];
      const separator = at === 0 ? "" : isNumber(previous!) && isNumber(factor) ? " * " : " ";
      return separator + (separator === " " ? behind(factor, text) : text(factor));
    })
    .join("");
}

/** In parentheses where it begins with a sign: 0.5 - (-0.25) */
function behind(part: Expression, text: (part: Expression) => string): string {
  return part.kind === "number" && part.value < 0 ? `(${text(part)})` : text(part);
}

function isNumber({ kind, name }: { readonly kind: Expression["kind"]; readonly name?: string }): boolean {
  return kind === "number" || (kind === "constant" && name === undefined);
}

function inFraction(part: Expression, text: (part: Expression) => string): string {
  return part.kind === "plus" || part.kind === "minus" ? `(${text(part)})` : text(part);
}

function valueText(value: ValueExpression): string {
  const { of, layer, indices, row, bound } = value;
  if (bound === true) return boundValueText(value, {});
  const above = of === "y" || of === "p" || of === "x" ? "" : `^(${layer})`;
  return `${of}${indices.length === 0 ? "" : `_${indices.join("")}`}${above}${row === undefined ? "" : `_${row}`}`;
}

function derivativeText({ of, by }: DerivativeExpression): string {
  return `d${of.kind === "cost" ? costText(of) : valueText(of)}/d${valueText(by)}`;
}

function costText({ example }: CostExpression): string {
  return example === undefined ? "Cost" : `Cost_${example}`;
}

/** The last index of a sum: n_4-1 in general, 9 where the neurons are known. */
export function lastIndex({ layer, size, bound }: Extract<Expression, { kind: "sum" }>): string {
  if (bound === true) return String(size - 1);
  return layer === undefined ? "n-1" : `n_${layer}-1`;
}
