import type { Derivation, Rest } from "../derivation/derivation.js";
import type { Explanation } from "../explain.js";
import { bind, type Bindings, EACH_ROW, type Expression, ROW } from "../derivation/expression.js";
import { expressionText } from "./expression-text.js";
import type { Opening } from "./json.js";
import { distinctLines, factorSteps, headingOf, isCounted, type Section, sectionsOf, termLetter } from "./layout.js";
import { agreementText, type Digits, numberText } from "./number-text.js";

export interface TextOptions extends Opening {
  /** Significant digits, 4 where left out, or "full". */
  readonly digits?: Digits;
  /** Puts colour on a number by its sign; it is told apart without colour too. */
  readonly paint?: (text: string, value: number) => string;
}

type Paint = (text: string, value: number) => string;
const PLAIN: Paint = (shown) => shown;

/** Characters of the longest bar of a table. */
const BAR = 12;

/**
 * An explanation as plain text for a terminal: the equation in general, with its indices, with its numbers; then what it is
 * opened into, factor by factor or term by term, aligned.
 *
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { explain, explanationText } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8, 8], epochs: 5 }).result;
 * const [example] = examples(model, iris(), { rows: [12, 13] });
 * if (example !== undefined) console.log(explanationText(explain(model, example, "w3[2,5]"), { open: 2, top: 3 }));
 * ```
 */
export function explanationText(explanation: Explanation, options: TextOptions = {}): string {
  const { modeNote } = explanation;
  return (modeNote === undefined ? "" : `mode ${modeNote}\n\n`) + text(explanation, options, engineLine(explanation, options));
}

/**
 * Any derivation as plain text, for example a factor of another one, or a step of a tape.
 *
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { derivationText, tape } from "chainrule/explain";
 *
 * const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
 * console.log(derivationText(tape({ network }, { x: [3, 1], y: [1] }).at(1).derivation)); // a2[0] = sigma(2) = 0.8808
 * ```
 */
export function derivationText(derivation: Derivation, options: TextOptions = {}): string {
  return text(derivation, options, []);
}

function text(derivation: Derivation, options: TextOptions, more: readonly [string, string][]): string {
  const { digits, paint = PLAIN } = options;
  const known = new Set<string>();
  return sectionsOf(derivation, options)
    .map((section, at) => sectionText(section, digits, paint, at === 0 ? more : [], known))
    .join("\n\n");
}

function engineLine(explanation: Explanation, { digits, paint = PLAIN }: TextOptions): [string, string][] {
  const engine = explanation.engine();
  if (engine === undefined) return [];
  return [
    ["float32 engine", `${paint(numberText(engine.value, digits), engine.value)}   (${agreementText(explanation.value, engine.value)})`],
  ];
}

/** @param known general forms that stand further up already; they are not written again */
function sectionText(
  { derivation, parts, rest }: Section,
  digits: Digits | undefined,
  paint: Paint,
  more: readonly [string, string][],
  known: Set<string>,
): string {
  const { written, equation, indices, value, note } = derivation;
  const inText = (expression: Expression): string => expressionText(expression, digits);
  const left = inText(written.left);
  const bound = inText(written.bound);
  const head = equation === undefined ? "" : `${equation}  `;
  const width = Math.max(generalWidth(left), bound.length, ...more.map(([name]) => name.length));
  const general = written.general.map(
    (line, at) => `${(at === 0 ? head : "").padEnd(head.length)}${(at === 0 ? left : "").padEnd(generalWidth(left))} = ${inText(line)}`,
  );
  const inside = " ".repeat(head.length);
  const said = [bindingsText(indices), note ?? ""].filter((part) => part !== "");
  const shown = numberText(value, digits);
  const lines = [...distinctLines([...written.indices, ...written.numbers].map(inText), shown), paint(shown, value)];
  const rows: [string, string][] = [...lines.map((line, at): [string, string] => [at === 0 ? bound : "", line]), ...more];
  const form = general.join("\n");
  const isKnown = known.has(form);
  known.add(form);
  return [
    ...(isKnown || general.length === 0 ? [] : [...general, ""]),
    ...(said.length === 0 ? [] : [(isKnown ? head : inside) + said.join("; ")]),
    ...rows.map(([name, line]) => `${inside}${name.padEnd(width)} = ${line}`),
    ...(parts.length === 0 && rest === undefined
      ? []
      : [
          "",
          ...(rest === undefined ? factorTable(parts, note, digits, paint) : termTable(derivation, parts, rest, digits, paint)).map(
            (line) => inside + line,
          ),
        ]),
  ].join("\n");
}

/** The specification lines its equations up on those of the weights, whose names are the longest. */
function generalWidth(left: string): number {
  return /^dCost\/d[baz]_[a-z]\^\(\d+\)$/.test(left) ? left.length + 1 : left.length;
}

/** "k = 2, m = 5" */
function bindingsText(bindings: Bindings): string {
  return Object.entries(bindings)
    .map(([letter, value]) => bindingText(letter, value))
    .join(", ");
}

function bindingText(letter: string, value: number): string {
  return letter === ROW || letter === EACH_ROW ? `row ${value}` : `${letter} = ${value}`;
}

/** One line a factor: its name, how it is worked out, its value; and its note, where that is not said already. */
function factorTable(factors: readonly Derivation[], said: string | undefined, digits: Digits | undefined, paint: Paint): string[] {
  const rows = factors.map((factor) => {
    const { value, note } = factor;
    const shown = numberText(value, digits);
    const steps = factorSteps(factor).map((step) => expressionText(step, digits));
    const worked = factor.kind === "value" ? distinctLines(steps, shown) : [openable(factor)];
    return {
      name: factor.name,
      worked: worked.join(" = "),
      shown,
      value,
      note: factor.kind === "value" && note !== said ? note : undefined,
    };
  });
  const names = longest(rows.map(({ name }) => name));
  const numbers = longest(rows.map(({ shown }) => shown));
  return rows.map(({ name, worked, shown, value, note }) => {
    const meaning = [worked, note ?? ""].filter((part) => part !== "").join("; ");
    return `${name.padEnd(names)} = ${paint(shown.padStart(numbers), value)}${meaning === "" ? "" : `   ${meaning}`}`;
  });
}

function openable(derivation: Derivation): string {
  if (derivation.kind === "sum")
    return `a sum of ${derivation.terms.length} term${derivation.terms.length === 1 ? "" : "s"}${derivation.equation === undefined ? "" : `, ${derivation.equation}`}`;
  return derivation.equation === undefined ? "a product" : `a product, ${derivation.equation}`;
}

/** One line a term: what tells it from the others, its factors, its value and a bar; then the rest and the sum. */
function termTable(sum: Derivation, terms: readonly Derivation[], rest: Rest, digits: Digits | undefined, paint: Paint): string[] {
  const letter = termLetter(sum, terms);
  const factorsOf = (term: Derivation): readonly Derivation[] => (term.kind === "product" && isCounted(term, letter) ? term.factors : []);
  const columns = Math.max(0, ...terms.map((term) => factorsOf(term).length));
  const headings = factorsOf(terms.find((term) => factorsOf(term).length === columns) ?? sum).map((factor) =>
    expressionText(bind(headingOf(factor, letter), sum.indices), digits),
  );
  const rows = [
    ...terms.map((term) => ({
      label: termLabel(term, letter),
      factors: factorsOf(term).map(({ value }) => numberText(value, digits)),
      value: term.value,
    })),
    ...(rest.count > 0 ? [{ label: `other ${rest.count}`, factors: [], value: rest.value }] : []),
  ];
  const widths = headings.map((heading, at) => Math.max(heading.length, longest(rows.map(({ factors }) => factors[at] ?? ""))));
  const labels = longest([...rows.map(({ label }) => label), "sum"]);
  const values = longest([...rows.map(({ value }) => numberText(value, digits)), numberText(sum.value, digits)]);
  const scale = Math.max(0, ...rows.map(({ value }) => Math.abs(value)));
  const joined = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(widths[at]!)).join(" * ");
  const blank = " ".repeat(joined(headings).length);
  const line = (label: string, factors: readonly string[], value: number): string => {
    const middle = headings.length === 0 ? "" : `${factors.length === 0 ? blank : joined(factors)} = `;
    return `${label.padEnd(labels)}   ${middle}${paint(numberText(value, digits).padStart(values), value)}`;
  };
  return [
    ...(headings.length === 0 ? [] : [`${" ".repeat(labels)}   ${joined(headings)}`]),
    ...rows.map(({ label, factors, value }) => `${line(label, factors, value)}  ${paint(barText(value, scale), value)}`.trimEnd()),
    line("sum", [], sum.value),
  ];
}

/** The index that tells a term from the others; a term without one, such as the bias in z, has its name. */
function termLabel({ indices, name }: Derivation, letter: string): string {
  const index = indices[letter];
  return index === undefined ? name : bindingText(letter, index);
}

/** Its length is the magnitude; full blocks add, light ones take away. */
function barText(value: number, scale: number): string {
  if (!(scale > 0)) return "";
  return (value < 0 ? "░" : "█").repeat(Math.round((BAR * Math.abs(value)) / scale));
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
