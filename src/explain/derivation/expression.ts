import type { QuantityKind } from "../../network/names.js";

// What stands on paper, as data: built once, then written as text, LaTeX or MathML. The same expression serves the general
// equation (indices are letters), its indices (letters bound to neurons) and its numbers (names replaced by their values).

/** The letter of a general equation, or the number of a neuron. */
export type Index = string | number;

/** Values of letters: { j: 3, k: 7 }. */
export type Bindings = Readonly<Record<string, number>>;

/**
 * w_jk^(4), a_k^(3), y_j; p_j is a_j^(L) where it is a probability. Targets and probabilities stand at the output. mask_k is what dropout
 * multiplies a_k by, x_c the column c of the row before it is encoded.
 */
export interface ValueExpression {
  readonly kind: "value";
  readonly of: QuantityKind | "y" | "p" | "mask" | "x";
  readonly layer: number;
  /** None of the mean and variance over the units of a layer. */
  readonly indices: readonly Index[];
  /** Of what encodes a column: the name of its table. */
  readonly part?: string;
  /** Of a batch whose rows depend on each other: whose value it is. */
  readonly row?: Index;
  /** True once neurons were put in the place of letters; the index of a sum stays a letter all the same. */
  readonly bound?: boolean;
}

/** dCost/da_j^(4), da_j^(4)/dz_j^(4), ... */
export interface DerivativeExpression {
  readonly kind: "derivative";
  readonly of: ValueExpression | CostExpression;
  readonly by: ValueExpression;
}

/** Cost; of one example of several Cost_e, or Cost_12 where its row is known. */
export interface CostExpression {
  readonly kind: "cost";
  readonly example?: Index;
  /** True of a batch whose rows depend on each other: its cost is never that of one example. */
  readonly whole?: boolean;
}

export type Expression =
  | CostExpression
  /** A letter that stands for no value of the network: n */
  | { readonly kind: "letter"; readonly name: string }
  /** A number of a formula: by its name, pi, in general and by its value among numbers; without one always in full, 0.044715. */
  | { readonly kind: "constant"; readonly value: number; readonly name?: string }
  | ValueExpression
  | DerivativeExpression
  /** `label` stands before the number where it sums up several: "other 7" */
  | { readonly kind: "number"; readonly value: number; readonly label?: string }
  /** sigma'(z), exp(-z) */
  | { readonly kind: "call"; readonly name: string; readonly at: Expression }
  | { readonly kind: "product"; readonly factors: readonly Expression[] }
  /** A product without a sign: 2 a_j, a_j (1 - a_j) */
  | { readonly kind: "beside"; readonly factors: readonly Expression[] }
  | { readonly kind: "plus"; readonly terms: readonly Expression[] }
  | { readonly kind: "minus"; readonly from: Expression; readonly take: Expression }
  | { readonly kind: "negative"; readonly of: Expression }
  | { readonly kind: "fraction"; readonly over: Expression; readonly under: Expression }
  | { readonly kind: "power"; readonly of: Expression; readonly to: Expression }
  /** The square root */
  | { readonly kind: "root"; readonly of: Expression }
  | { readonly kind: "group"; readonly of: Expression }
  /** Over all neurons of layer `layer`, or over the examples of a batch where there is none; `size` is their number. */
  | {
      readonly kind: "sum";
      readonly index: string;
      readonly layer?: number;
      readonly size: number;
      /** What the index goes through, where that is not 0, 1, .. */
      readonly through?: readonly number[];
      readonly bound?: boolean;
      readonly body: Expression;
    }
  /** `then` where `when` > 0, otherwise `otherwise` */
  | { readonly kind: "cases"; readonly then: Expression; readonly when: Expression; readonly otherwise: Expression };

export const number = (value: number, label?: string): Expression => ({
  kind: "number",
  value,
  ...(label === undefined ? {} : { label }),
});
export const constant = (value: number, name?: string): Expression => ({
  kind: "constant",
  value,
  ...(name === undefined ? {} : { name }),
});
export const product = (...factors: readonly Expression[]): Expression => ({ kind: "product", factors });
export const beside = (...factors: readonly Expression[]): Expression => ({ kind: "beside", factors });
export const plus = (...terms: readonly Expression[]): Expression => ({ kind: "plus", terms });
export const minus = (from: Expression, take: Expression): Expression => ({ kind: "minus", from, take });
export const negative = (of: Expression): Expression => ({ kind: "negative", of });
export const fraction = (over: Expression, under: Expression): Expression => ({ kind: "fraction", over, under });
export const group = (of: Expression): Expression => ({ kind: "group", of });
export const power = (of: Expression, to: Expression): Expression => ({ kind: "power", of, to });
export const square = (of: Expression): Expression => power(of, number(2));
export const root = (of: Expression): Expression => ({ kind: "root", of });
export const call = (name: string, at: Expression): Expression => ({ kind: "call", name, at });

export const valueOf = (of: ValueExpression["of"], layer: number, ...indices: readonly Index[]): ValueExpression => ({
  kind: "value",
  of,
  layer,
  indices,
});
export const COST: CostExpression = { kind: "cost" };
/** The mean cost of a batch whose rows depend on each other. */
export const BATCH_COST: CostExpression = { kind: "cost", whole: true };
/** The letters of a row of such a batch, and of each of its rows in turn. */
export const ROW = "e";
export const EACH_ROW = "e'";
export const derivative = (of: DerivativeExpression["of"], by: ValueExpression): DerivativeExpression => ({ kind: "derivative", of, by });

/** The same expression with every part rebuilt by `change`, from the outside in; where it returns undefined, the part is walked into. */
function rebuild(expression: Expression, change: (part: Expression) => Expression | undefined): Expression {
  const changed = change(expression);
  if (changed !== undefined) return changed;
  const inside = (part: Expression): Expression => rebuild(part, change);
  switch (expression.kind) {
    case "cost":
    case "value":
    case "derivative":
    case "letter":
    case "constant":
    case "number":
      return expression;
    case "call":
      return { ...expression, at: inside(expression.at) };
    case "product":
    case "beside":
      return { ...expression, factors: expression.factors.map(inside) };
    case "plus":
      return { ...expression, terms: expression.terms.map(inside) };
    case "minus":
      return { ...expression, from: inside(expression.from), take: inside(expression.take) };
    case "negative":
    case "root":
    case "group":
      return { ...expression, of: inside(expression.of) };
    case "power":
      return { ...expression, of: inside(expression.of), to: inside(expression.to) };
    case "fraction":
      return { ...expression, over: inside(expression.over), under: inside(expression.under) };
    case "sum":
      return { ...expression, body: inside(expression.body) };
    case "cases":
      return { ...expression, then: inside(expression.then), when: inside(expression.when), otherwise: inside(expression.otherwise) };
  }
}

/** Puts neurons in the place of letters. */
export function bind(expression: Expression, bindings: Bindings): Expression {
  return rebuild(expression, (part) => {
    if (part.kind === "value") return bindValue(part, bindings);
    if (part.kind === "derivative") {
      return {
        ...part,
        of: part.of.kind === "cost" ? bindCost(part.of, bindings) : bindValue(part.of, bindings),
        by: bindValue(part.by, bindings),
      };
    }
    return part.kind === "sum" ? { ...part, bound: true, body: bind(part.body, bindings) } : undefined;
  });
}

/** Of several examples, e is the one whose cost it is. */
function bindCost(cost: CostExpression, bindings: Bindings): CostExpression {
  return bindings[ROW] === undefined || cost.whole === true ? cost : { kind: "cost", example: bindings[ROW] };
}

const bindIndex = (index: Index, bindings: Bindings): Index => (typeof index === "string" ? (bindings[index] ?? index) : index);

function bindValue(value: ValueExpression, bindings: Bindings): ValueExpression {
  return {
    ...value,
    // The letter p_j is for general equations; the neuron's own name is a4[3].
    of: value.of === "p" ? "a" : value.of,
    indices: value.indices.map((index) => bindIndex(index, bindings)),
    ...(value.row === undefined ? {} : { row: bindIndex(value.row, bindings) }),
    bound: true,
  };
}

/** What a row of a batch has values of its own of; parameters are those of all rows. */
const OF_ROWS: ReadonlySet<ValueExpression["of"]> = new Set(["z", "zhat", "u", "a", "h", "y", "p", "mask", "x"]);

/** The same of row e of a batch whose rows depend on each other: its values get the row's letter, and the cost is that of all rows. */
export function ofRow<E extends Expression>(expression: E): E {
  const value = (own: ValueExpression): ValueExpression => (own.row === undefined && OF_ROWS.has(own.of) ? { ...own, row: ROW } : own);
  const cost = (own: CostExpression): CostExpression => (own.example === undefined ? BATCH_COST : own);
  return rebuild(expression, (part) => {
    if (part.kind === "value") return value(part);
    if (part.kind === "cost") return cost(part);
    if (part.kind === "derivative") return { ...part, of: part.of.kind === "cost" ? cost(part.of) : value(part.of), by: value(part.by) };
    return undefined;
  }) as E;
}

/** Another letter in the place of one of an index or of a row. */
export function withLetter(expression: Expression, from: string, to: string): Expression {
  const change = (index: Index): Index => (index === from ? to : index);
  const value = (own: ValueExpression): ValueExpression => ({
    ...own,
    indices: own.indices.map(change),
    ...(own.row === undefined ? {} : { row: change(own.row) }),
  });
  return rebuild(expression, (part) => {
    if (part.kind === "value") return value(part);
    if (part.kind === "derivative") return { ...part, of: part.of.kind === "cost" ? part.of : value(part.of), by: value(part.by) };
    return undefined;
  });
}

/** What names stand for. */
export type LookUp = (name: ValueExpression | DerivativeExpression) => number;

/** What the calls in an expression do. */
export type Functions = Readonly<Record<string, (at: number) => number>>;

/** Puts numbers in the place of names; a sum becomes the number that it comes to. */
export function withNumbers(expression: Expression, lookUp: LookUp, functions: Functions = {}): Expression {
  return rebuild(expression, (part) => {
    if (part.kind === "value" || part.kind === "derivative") return number(lookUp(part));
    if (part.kind === "constant" && part.name !== undefined) return number(part.value);
    return part.kind === "sum" ? number(evaluate(part, lookUp, functions)) : undefined;
  });
}

/** The number that a bound expression comes to; `functions` says what its calls do. */
export function evaluate(expression: Expression, lookUp: LookUp, functions: Readonly<Record<string, (at: number) => number>> = {}): number {
  const inside = (part: Expression): number => evaluate(part, lookUp, functions);
  switch (expression.kind) {
    case "cost":
    case "letter":
      throw new TypeError(`${expression.kind} has no number of its own`);
    case "value":
    case "derivative":
      return lookUp(expression);
    case "constant":
    case "number":
      return expression.value;
    case "call": {
      const known = functions[expression.name];
      if (known === undefined) throw new TypeError(`no function ${expression.name}`);
      return known(inside(expression.at));
    }
    case "product":
    case "beside":
      return expression.factors.reduce((total, factor) => total * inside(factor), 1);
    case "plus":
      return expression.terms.reduce((total, term) => total + inside(term), 0);
    case "minus":
      return inside(expression.from) - inside(expression.take);
    case "negative":
      return -inside(expression.of);
    case "power":
      return inside(expression.of) ** inside(expression.to);
    case "root":
      return Math.sqrt(inside(expression.of));
    case "group":
      return inside(expression.of);
    case "fraction":
      return inside(expression.over) / inside(expression.under);
    case "sum": {
      let total = 0;
      for (let n = 0; n < expression.size; n++) {
        total += inside(bind(expression.body, { [expression.index]: expression.through?.[n] ?? n }));
      }
      return total;
    }
    case "cases":
      return inside(expression.when) > 0 ? inside(expression.then) : inside(expression.otherwise);
  }
}
