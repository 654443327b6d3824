import { ChainruleError } from "../../base/errors.js";
import { type Derivation, largestTerms } from "../derivation/derivation.js";
import type { Explanation } from "../explain.js";
import type { Bindings, Expression } from "../derivation/expression.js";
import type { Mode } from "../derivation/parts.js";
import { expressionText } from "./expression-text.js";

/** The version of the document; it rises where a field changes its meaning or goes. */
const VERSION = 1;

/** A derivation as JSON: open where it has `factors`, whose product is the value, or `terms` and `rest`, whose sum is the value. */
export interface DerivationDocument {
  readonly name: string;
  readonly symbol: string;
  readonly value: number;
  /** `product`, `sum` or `value`, whether it is open or not. */
  readonly kind: Derivation["kind"];
  readonly indices: Bindings;
  readonly equation?: string;
  readonly note?: string;
  readonly factors?: readonly DerivationDocument[];
  readonly terms?: readonly DerivationDocument[];
  readonly rest?: RestDocument;
}

/** The terms that are not shown, as one. */
export interface RestDocument {
  readonly name: string;
  readonly symbol: string;
  readonly value: number;
  readonly count: number;
}

/** An explanation as JSON; docs/explain.md describes it, docs/explanation.schema.json is its schema. */
export interface ExplanationDocument extends DerivationDocument {
  readonly version: number;
  readonly quantity: string;
  readonly cost: number;
  /** Number of the examples that it is the mean over; null for one example alone. */
  readonly examples: number | null;
  /** Of a network with dropout or normalisation: as it predicts, or as a step of training sees it; and what that means here. */
  readonly mode?: Mode;
  readonly modeNote?: string;
  readonly engine: { readonly name: string; readonly value: number } | null;
  /** The three steps in plain text, in full precision. */
  readonly written: { readonly general: readonly string[]; readonly indices: readonly string[]; readonly numbers: readonly string[] };
}

/** How far a derivation is opened: `open` levels of equations, of each sum the `top` largest terms (all where left out). */
export interface Opening {
  readonly open?: number;
  readonly top?: number;
}

/**
 * An explanation as a plain object for `JSON.stringify`: numbers in full, what is opened and no more.
 *
 * @param opening `open` levels of equations (1 where left out; 0 leaves it closed), the `top` largest terms of each sum (all)
 * @throws ChainruleError `E_USAGE` where that is more than 200,000 factors and terms
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { explain, explanationDocument } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const document = explanationDocument(explain(model, examples(model, iris(), { rows: [0, 4] }), "w2[0,1]"), { top: 2 });
 * const shown = document.terms?.reduce((sum, { value }) => sum + value, 0) ?? NaN;
 * console.log(shown + (document.rest?.value ?? NaN) - document.value); // 0, or its rounding
 * ```
 */
export function explanationDocument(explanation: Explanation, opening: Opening = {}): ExplanationDocument {
  const { quantity, cost, examples = null, mode, modeNote, written } = explanation;
  const left = expressionText(written.left);
  const bound = expressionText(written.bound);
  const line = (side: string) => (step: Expression) => `${side} = ${expressionText(step, "full")}`;
  return {
    version: VERSION,
    quantity,
    ...derivationDocument(explanation, opening.open ?? 1, opening.top, { left: MOST_NODES }),
    cost,
    examples,
    ...(mode === undefined ? {} : { mode }),
    ...(modeNote === undefined ? {} : { modeNote }),
    engine: explanation.engine() ?? null,
    written: {
      general: written.general.map(line(left)),
      indices: written.indices.map(line(bound)),
      numbers: written.numbers.map(line(bound)),
    },
  };
}

/** Opened to the end, the terms of a deep network are the product of its widths: more than this is no document. */
const MOST_NODES = 200_000;

/**
 * A product counts as a level, a sum and the terms in it as one.
 *
 * @param room how many nodes may still be made
 */
function derivationDocument(derivation: Derivation, open: number, top: number | undefined, room: { left: number }): DerivationDocument {
  room.left -= 1;
  if (room.left < 0) {
    throw new ChainruleError("E_USAGE", {
      where: "open",
      expected: `at most ${MOST_NODES} factors and terms`,
      got: "more",
      hint: "Open fewer levels, or show fewer terms of each sum with top.",
    });
  }
  const { name, symbol, value, kind, indices, equation, note } = derivation;
  const head = {
    name,
    symbol,
    value,
    kind,
    indices,
    ...(equation === undefined ? {} : { equation }),
    ...(note === undefined ? {} : { note }),
  };
  if (open <= 0 || derivation.kind === "value") return head;
  if (derivation.kind === "product")
    return { ...head, factors: derivation.factors.map((factor) => derivationDocument(factor, open - 1, top, room)) };
  const { terms, rest } = largestTerms(derivation.terms, top);
  return {
    ...head,
    terms: terms.map((term) => derivationDocument(term, open, top, room)),
    rest: { name: `other ${rest.count}`, symbol: "rest", ...rest },
  };
}
