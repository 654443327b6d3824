import { ChainruleError } from "../../base/errors.js";
import { bind, type Bindings, type Expression } from "./expression.js";
import { boundText, expressionText } from "../render/expression-text.js";

/**
 * A derivative taken apart, as data: opened it shows what it is made of, in the order of the equations. Nothing is computed
 * before it is asked for, and opening costs one layer's width.
 */
export type Derivation = ProductDerivation | SumDerivation | ValueDerivation;

interface Common {
  /** With its neurons: `dCost/dw4[3,7]` */
  readonly name: string;
  /** In general: `dCost/dw_jk^(4)` */
  readonly symbol: string;
  /** What the letters of the symbol stand for: { j: 3, k: 7 } */
  readonly indices: Bindings;
  /** Float64. */
  readonly value: number;
  /** The number of its equation, `(1)` to `(8)`, where it has one. */
  readonly equation: string | undefined;
  readonly written: Written;
  /** What should be known beside the numbers. */
  readonly note: string | undefined;
}

/** Its factors, whose product is the value: dCost/da * da/dz * dz/dw. */
export interface ProductDerivation extends Common {
  readonly kind: "product";
  readonly factors: readonly Derivation[];
}

/** Terms, whose sum is the value: one a neuron of the next layer, or one an example. */
export interface SumDerivation extends Common {
  readonly kind: "sum";
  readonly terms: Terms;
}

/** A number that the network holds or a function gives; there is nothing further to open. */
export interface ValueDerivation extends Common {
  readonly kind: "value";
}

/** The terms of a sum by their index; a term is made when it is asked for. */
export interface Terms {
  readonly length: number;
  readonly values: ArrayLike<number>;
  readonly at: (index: number) => Derivation;
}

/** The three steps of writing a derivative down: left = lines[0] = lines[1] = ... */
export interface Written {
  readonly left: Expression;
  /** In letters, as the specification writes it. */
  readonly general: readonly Expression[];
  /** `left` and the lines with the neurons in the place of the letters. */
  readonly bound: Expression;
  readonly indices: readonly Expression[];
  /** With numbers in the place of names; the value itself is not among the lines. */
  readonly numbers: readonly Expression[];
}

/** What is written of a derivation; it is put together when it is first asked for. */
export interface Parts {
  readonly left: Expression;
  readonly indices: Bindings;
  readonly equation?: string | undefined;
  readonly note?: string | undefined;
  /** Lines of the general form. */
  readonly general: readonly Expression[];
  /** Lines whose letters are bound for the second step; as `general` where left out. */
  readonly steps?: readonly Expression[];
  readonly numbers: () => readonly Expression[];
}

export function valueNode(value: number, parts: () => Parts): ValueDerivation {
  return new Value(value, parts);
}

export function productNode(value: number, parts: () => Parts, factors: () => readonly Derivation[]): ProductDerivation {
  return new Product(value, parts, factors);
}

export function sumNode(value: number, parts: () => Parts, terms: () => Terms): SumDerivation {
  return new Sum(value, parts, terms);
}

class Node implements Common {
  readonly value: number;
  readonly #make: () => Parts;
  #made: Parts | undefined;

  constructor(value: number, parts: () => Parts) {
    this.value = value;
    this.#make = parts;
  }

  get #parts(): Parts {
    return (this.#made ??= this.#make());
  }

  get name(): string {
    const { left, indices } = this.#parts;
    return boundText(left, indices);
  }

  get symbol(): string {
    return expressionText(this.#parts.left);
  }

  get indices(): Bindings {
    return this.#parts.indices;
  }

  get equation(): string | undefined {
    return this.#parts.equation;
  }

  get note(): string | undefined {
    return this.#parts.note;
  }

  get written(): Written {
    const { left, indices, general, steps = general, numbers } = this.#parts;
    return { left, general, bound: bind(left, indices), indices: steps.map((step) => bind(step, indices)), numbers: numbers() };
  }
}

class Value extends Node implements ValueDerivation {
  readonly kind = "value";
}

class Product extends Node implements ProductDerivation {
  readonly kind = "product";
  readonly #factors: () => readonly Derivation[];

  constructor(value: number, parts: () => Parts, factors: () => readonly Derivation[]) {
    super(value, parts);
    this.#factors = factors;
  }

  get factors(): readonly Derivation[] {
    return this.#factors();
  }
}

class Sum extends Node implements SumDerivation {
  readonly kind = "sum";
  readonly #terms: () => Terms;

  constructor(value: number, parts: () => Parts, terms: () => Terms) {
    super(value, parts);
    this.#terms = terms;
  }

  get terms(): Terms {
    return this.#terms();
  }
}

/** What is not shown of a sum, as one row, so that what is shown always adds up. */
export interface Rest {
  readonly count: number;
  readonly value: number;
}

/**
 * The largest terms of a sum by magnitude, largest first (the first of equals first), and the others as one number.
 *
 * @param top how many; all of them where left out
 * @throws ChainruleError `E_USAGE` for a `top` that is not a whole number of at least 0
 * @example
 * ```ts
 * import { openExamples, train } from "chainrule";
 * import { explain, largestTerms } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const mean = explain(model, openExamples(model, iris()), "b3[1]");
 * if (mean.kind === "sum") {
 *   const { terms, rest } = largestTerms(mean.terms, 3); // the rows that push this bias most
 *   console.log(terms.map(({ indices, value }) => [indices["e"], value]), rest.count, rest.value);
 * }
 * ```
 */
export function largestTerms({ length, values, at }: Terms, top = length): { readonly terms: readonly Derivation[]; readonly rest: Rest } {
  if (!(Number.isInteger(top) && top >= 0)) {
    throw new ChainruleError("E_USAGE", { where: "top", expected: "a whole number of at least 0", got: String(top) });
  }
  const magnitudes = new Float64Array(length);
  const order = new Uint32Array(length);
  for (let index = 0; index < length; index++) {
    magnitudes[index] = Math.abs(values[index]!);
    order[index] = index;
  }
  order.sort((p, q) => magnitudes[q]! - magnitudes[p]!);
  const rest = order.subarray(top);
  return {
    terms: Array.from(order.subarray(0, top), (index) => at(index)),
    rest: { count: rest.length, value: rest.reduce((sum, index) => sum + values[index]!, 0) },
  };
}
