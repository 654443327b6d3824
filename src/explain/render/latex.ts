import type { Explanation } from "../explain.js";
import type { Expression } from "../derivation/expression.js";
import { sectionsOf } from "./layout.js";
import { type MathSection, mathSection } from "./math-section.js";
import { type MathOptions, type MathWriter, writeMath } from "./math.js";
import { numberText } from "./number-text.js";

/**
 * An explanation as LaTeX for a document that loads `amsmath`: an `align*` for each opened derivation, and a table of the
 * terms of each sum.
 *
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { explain, explanationLatex } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8, 8], epochs: 5 }).result;
 * const [example] = examples(model, iris(), { rows: [12, 13] });
 * if (example !== undefined) console.log(explanationLatex(explain(model, example, "w3[2,5]"), { derivative: "partial" }));
 * ```
 */
export function explanationLatex(explanation: Explanation, options: MathOptions = {}): string {
  const writer = latexWriter(options);
  const { modeNote } = explanation;
  const sections = sectionsOf(explanation, options).map((section) => sectionLatex(mathSection(section, writer)));
  return [...(modeNote === undefined ? [] : [`Mode ${modeNote}.`]), ...sections].join("\n\n");
}

/**
 * One expression as LaTeX, for a line of `written` for example.
 *
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { explain, expressionLatex } from "chainrule/explain";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * const { written } = explain({ network }, { x: [3, 1], y: [1] }, "w2[0,1]");
 * for (const line of written.general) console.log(expressionLatex(line));
 * ```
 */
export function expressionLatex(expression: Expression, options: MathOptions = {}): string {
  return writeMath(expression, latexWriter(options));
}

function sectionLatex({ lines, table }: MathSection): string {
  const rows = lines.map(({ left, right, equation }) => {
    const tag = equation === undefined ? "" : ` \\tag{${equation.slice(1, -1)}}`;
    return `${left === "" ? "" : `${left} `}&= ${right}${tag}`;
  });
  const block = `\\begin{align*}\n${rows.join(" \\\\\n")}\n\\end{align*}`;
  return table === undefined ? block : `${block}\n${tableLatex(table)}`;
}

/** A rule below the headings, and above the sum. */
function tableLatex(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows.map((cells) => cells.join(" & "));
  const sum = body.pop()!;
  const terms = body.length === 0 ? "" : `${body.join(" \\\\\n")} \\\\ \\hline\n`;
  return `\\[\n\\begin{array}{${"r".repeat(rows[0]!.length)}}\n${head!} \\\\ \\hline\n${terms}${sum}\n\\end{array}\n\\]`;
}

const OPERATORS = { times: " \\cdot ", beside: " \\, ", plus: " + ", minus: " - ", negative: "-", equals: " = " } as const;
const FUNCTIONS: Readonly<Record<string, string>> = {
  sigma: "\\sigma",
  "sigma'": "\\sigma'",
  exp: "\\exp",
  ln: "\\ln",
  tanh: "\\tanh",
  sin: "\\sin",
  cos: "\\cos",
};
/** Letters of an optimizer or of a function; all others are indices. */
const LETTERS: Readonly<Record<string, string>> = {
  pi: "\\pi",
  lambda: "\\lambda",
  alpha: "\\alpha",
  delta: "\\delta",
  rate: "\\mathrm{rate}",
  momentum: "\\mathrm{momentum}",
  beta1: "\\beta_{1}",
  beta2: "\\beta_{2}",
  epsilon: "\\varepsilon",
  rho: "\\rho",
  mu_t: "\\mu_{t}",
  "mu_(t+1)": "\\mu_{t+1}",
  weightDecay: "\\mathrm{weightDecay}",
  mHat: "\\hat{m}",
  vHat: "\\hat{v}",
  "e'": "e'",
};

/** Names of values that are no letters. */
const NAMES: Readonly<Record<string, string>> = {
  zhat: "\\hat{z}",
  gamma: "\\gamma",
  beta: "\\beta",
  mean: "\\mathrm{mean}",
  var: "\\mathrm{var}",
  mask: "\\mathrm{mask}",
};

/** The name of a column may hold anything. */
const escaped = (name: string): string =>
  name.replace(/[\\{}$&#^_%~]/g, (mark) => (mark === "\\" ? "/" : `\\${mark === "^" || mark === "~" ? `${mark}{}` : mark}`));

function latexWriter({ digits, derivative }: MathOptions): MathWriter {
  const d = derivative === "partial" ? "\\partial " : "\\mathrm{d}";
  const letter = (name: string): string => LETTERS[name] ?? (name.length > 1 ? `${name[0]!}_{${name.slice(1).replace("_", "")}}` : name);
  return {
    row: (parts) => parts.join(""),
    number: (value, shown = digits) => {
      const [mantissa, exponent] = numberText(value, shown).split("e") as [string, string?];
      if (exponent !== undefined) return `${mantissa} \\cdot 10^{${Number(exponent)}}`;
      return mantissa.replace("NaN", "\\mathrm{NaN}").replace("Infinity", "\\infty");
    },
    isScientific: (value) => numberText(value, digits).includes("e"),
    labelled: (value, label) => `\\underbrace{${value}}_{\\text{${label}}}`,
    letter,
    cost: ({ example }) => (example === undefined ? "\\mathrm{Cost}" : `\\mathrm{Cost}_{${example}}`),
    value: ({ of, layer, indices, part, row, bound }) => {
      const shown = (index: string | number): string | number => (typeof index === "string" ? letter(index) : index);
      const own = indices.map(shown).join(bound === true ? "," : "");
      const subscript = row === undefined ? own : `${own};${shown(row)}`;
      const above = part === undefined || bound !== true ? `(${layer})` : `(${layer})\\,\\mathrm{${escaped(part)}}`;
      const name = NAMES[of] ?? of;
      return `${name}${subscript === "" ? "" : `_{${subscript}}`}${of === "y" || of === "p" || of === "x" ? "" : `^{${above}}`}`;
    },
    derivative: (of, by) => `\\frac{${d}${of}}{${d}${by}}`,
    operator: (kind) => OPERATORS[kind],
    text: (words) => `\\text{${words}}`,
    call: (name, at) => (name === "abs" ? `\\left|${at}\\right|` : `${FUNCTIONS[name] ?? `\\mathrm{${name}}`}\\left(${at}\\right)`),
    group: (of) => `\\left(${of}\\right)`,
    fraction: (over, under) => `\\frac{${over}}{${under}}`,
    power: (of, to) => `{${of}}^{${to}}`,
    root: (of) => `\\sqrt{${of}}`,
    sum: (index, last, body) => `\\sum_{${letter(index)}=0}^{${last}} \\left( ${body} \\right)`,
    cases: (then, when, otherwise) => `\\begin{cases} ${then} & ${when} > 0 \\\\ ${otherwise} & \\text{otherwise} \\end{cases}`,
  };
}
