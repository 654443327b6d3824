import type { Explanation } from "../explain.js";
import type { Expression } from "../derivation/expression.js";
import { sectionsOf } from "./layout.js";
import { type MathSection, mathSection } from "./math-section.js";
import { type MathOptions, type MathWriter, writeMath } from "./math.js";
import { numberText } from "./number-text.js";

/**
 * An explanation as MathML (Core) for a page: a `<math>` for each opened derivation, and one for the terms of each sum.
 *
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { explain, explanationMathml } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8, 8], epochs: 5 }).result;
 * const [example] = examples(model, iris(), { rows: [12, 13] });
 * if (example !== undefined) console.log(explanationMathml(explain(model, example, "w3[2,5]")));
 * ```
 */
export function explanationMathml(explanation: Explanation, options: MathOptions = {}): string {
  const writer = mathmlWriter(options);
  const { modeNote } = explanation;
  const sections = sectionsOf(explanation, options).map((section) => sectionMathml(mathSection(section, writer)));
  const note = `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mtext>mode ${escaped(modeNote ?? "")}</mtext></math>`;
  return [...(modeNote === undefined ? [] : [note]), ...sections].join("\n");
}

/**
 * One expression as MathML, to be put into a `<math>`.
 *
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { explain, expressionMathml } from "chainrule/explain";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const { written } = explain({ network }, { x: [3, 1], y: [1] }, "w2[0,1]");
 * console.log(`<math>${written.general.map((line) => expressionMathml(line)).join("<mo>=</mo>")}</math>`);
 * ```
 */
export function expressionMathml(expression: Expression, options: MathOptions = {}): string {
  return writeMath(expression, mathmlWriter(options));
}

function sectionMathml({ lines, table }: MathSection): string {
  const cells = lines.map(({ left, right, equation }) => [
    equation === undefined ? "" : `<mtext>${equation}</mtext>`,
    left,
    OPERATORS.equals,
    right,
  ]);
  const block = tableMathml(cells, ["left", "right", "center", "left"]);
  if (table === undefined) return block;
  return `${block}\n${tableMathml(
    table,
    table[0]!.map(() => "right"),
  )}`;
}

/** MathML Core leaves the alignment of columns to CSS; Chromium hears to `-webkit-right` only. */
function tableMathml(rows: readonly (readonly string[])[], align: readonly string[]): string {
  const style = (to: string): string => `text-align: ${to}; ${to === "right" ? "text-align: -webkit-right; " : ""}padding: 0.3em`;
  const cell = (content: string, at: number): string => `<mtd style="${style(align[at]!)}">${content}</mtd>`;
  const lines = rows.map((row) => `<mtr>${row.map(cell).join("")}</mtr>`);
  return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mtable displaystyle="true">\n${lines.join("\n")}\n</mtable></math>`;
}

const OPERATORS = {
  times: "<mo>·</mo>",
  beside: '<mspace width="0.2em"/>',
  plus: "<mo>+</mo>",
  minus: "<mo>−</mo>",
  negative: '<mo form="prefix">−</mo>',
  equals: "<mo>=</mo>",
} as const;
const FUNCTIONS: Readonly<Record<string, string>> = { sigma: "<mi>σ</mi>", "sigma'": "<msup><mi>σ</mi><mo>′</mo></msup>" };
const hat = (name: string): string => `<mover accent="true"><mi>${name}</mi><mo>^</mo></mover>`;
/** Letters of an optimizer or of a function; all others are indices. */
const LETTERS: Readonly<Record<string, string>> = {
  pi: "<mi>π</mi>",
  lambda: "<mi>λ</mi>",
  alpha: "<mi>α</mi>",
  delta: "<mi>δ</mi>",
  rate: "<mi>rate</mi>",
  momentum: "<mi>momentum</mi>",
  beta1: "<msub><mi>β</mi><mn>1</mn></msub>",
  beta2: "<msub><mi>β</mi><mn>2</mn></msub>",
  epsilon: "<mi>ε</mi>",
  rho: "<mi>ρ</mi>",
  mu_t: "<msub><mi>μ</mi><mi>t</mi></msub>",
  "mu_(t+1)": "<msub><mi>μ</mi><mrow><mi>t</mi><mo>+</mo><mn>1</mn></mrow></msub>",
  weightDecay: "<mi>weightDecay</mi>",
  mHat: hat("m"),
  vHat: hat("v"),
  "e'": "<msup><mi>e</mi><mo>′</mo></msup>",
};

/** Names of values that are no letters. */
const NAMES: Readonly<Record<string, string>> = { zhat: hat("z"), gamma: "<mi>γ</mi>", beta: "<mi>β</mi>" };
const escaped = (words: string): string => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function mathmlWriter({ digits, derivative }: MathOptions): MathWriter {
  const d = derivative === "partial" ? "<mo>∂</mo>" : '<mi mathvariant="normal">d</mi>';
  const row = (parts: readonly string[]): string => `<mrow>${parts.join("")}</mrow>`;
  const parenthesised = (content: string): string => row(['<mo stretchy="false">(</mo>', content, '<mo stretchy="false">)</mo>']);
  const letter = (name: string): string =>
    LETTERS[name] ?? (name.length > 1 ? `<msub><mi>${name[0]!}</mi><mn>${name.slice(1).replace("_", "")}</mn></msub>` : `<mi>${name}</mi>`);
  const index = (value: string | number): string => (typeof value === "string" ? letter(value) : `<mn>${value}</mn>`);
  const plain = (value: number, shownWith = digits): string => {
    const [mantissa, exponent] = numberText(Math.abs(value), shownWith).split("e") as [string, string?];
    const shown = mantissa.replace("Infinity", "∞");
    if (exponent === undefined) return `<mn>${shown}</mn>`;
    const power = Number(exponent);
    const raised = power < 0 ? row([OPERATORS.negative, `<mn>${-power}</mn>`]) : `<mn>${power}</mn>`;
    return row([`<mn>${shown}</mn>`, OPERATORS.times, `<msup><mn>10</mn>${raised}</msup>`]);
  };
  return {
    row,
    number: (value, shown) => (value < 0 || Object.is(value, -0) ? row([OPERATORS.negative, plain(value, shown)]) : plain(value, shown)),
    isScientific: (value) => numberText(value, digits).includes("e"),
    labelled: (value, label) => `<munder><munder>${value}<mo stretchy="true">⏟</mo></munder><mtext>${label}</mtext></munder>`,
    letter,
    cost: ({ example }) => (example === undefined ? "<mi>Cost</mi>" : `<msub><mi>Cost</mi>${index(example)}</msub>`),
    value: ({ of, layer, indices, part, row: example, bound }) => {
      const own = indices.flatMap((value, at) => [...(at > 0 && bound === true ? ["<mo>,</mo>"] : []), index(value)]);
      const subscript = row([...own, ...(example === undefined ? [] : ["<mo>;</mo>", index(example)])]);
      const name = NAMES[of] ?? `<mi>${of}</mi>`;
      if (of === "y" || of === "p" || of === "x") return `<msub>${name}${subscript}</msub>`;
      const named = part === undefined || bound !== true ? [] : [`<mtext>&#xa0;${escaped(part)}</mtext>`];
      const above = row(['<mo stretchy="false">(</mo>', `<mn>${layer}</mn>`, '<mo stretchy="false">)</mo>', ...named]);
      return indices.length === 0 ? `<msup>${name}${above}</msup>` : `<msubsup>${name}${subscript}${above}</msubsup>`;
    },
    derivative: (of, by) => `<mfrac>${row([d, of])}${row([d, by])}</mfrac>`,
    operator: (kind) => OPERATORS[kind],
    text: (words) => `<mtext>${escaped(words.replace(/^ /, "\u00a0"))}</mtext>`,
    call: (name, at) =>
      name === "abs"
        ? row(["<mo>|</mo>", at, "<mo>|</mo>"])
        : row([FUNCTIONS[name] ?? `<mi>${name}</mi>`, "<mo>&#x2061;</mo>", parenthesised(at)]),
    group: parenthesised,
    fraction: (over, under) => `<mfrac>${over}${under}</mfrac>`,
    power: (of, to) => `<msup>${of}${to}</msup>`,
    root: (of) => `<msqrt>${of}</msqrt>`,
    sum: (name, last, body) =>
      row([
        `<munderover><mo>∑</mo>${row([letter(name), "<mo>=</mo>", "<mn>0</mn>"])}${lastMathml(last)}</munderover>`,
        // These grow with the fractions inside.
        row(["<mo>(</mo>", body, "<mo>)</mo>"]),
      ]),
    cases: (then, when, otherwise) =>
      row([
        "<mo>{</mo>",
        `<mtable><mtr><mtd>${then}</mtd><mtd>${row(["<mtext>for&#xa0;</mtext>", when, "<mo>&gt;</mo>", "<mn>0</mn>"])}</mtd></mtr>` +
          `<mtr><mtd>${otherwise}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable>`,
      ]),
  };

  /** n_4-1 or 9 */
  function lastMathml(last: string): string {
    const [, layer] = /^n(?:_(\d+))?-1$/.exec(last) ?? [];
    if (!last.startsWith("n")) return `<mn>${last}</mn>`;
    return row([layer === undefined ? "<mi>n</mi>" : `<msub><mi>n</mi><mn>${layer}</mn></msub>`, "<mo>−</mo>", "<mn>1</mn>"]);
  }
}
