import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { explain, explanationLatex, explanationMathml, explanationText } from "../../src/explain.js";
import { numberText } from "../../src/explain/render/number-text.js";
import { parameterName } from "../../src/network/layout.js";
import { createNetwork } from "../../src/network/network.js";
import { requires, slow } from "../support/requires.js";
import { temporaryFolder } from "../support/temporary.js";
import { drawExplanations } from "./drawn.js";
import { explained } from "./networks.js";
import { PARTS_CASES } from "./parts-networks.js";

const PAGES = 300;
/** Of networks with parts: every fifth parameter, as it predicts and in a step of training. */
const parts = PARTS_CASES.flatMap(({ title, network, examples }) =>
  Array.from({ length: Math.ceil(network.layout.trained / 5) }, (_, at) => parameterName(network.layout, 5 * at)).flatMap((name) => [
    { title: `${title} ${name}`, explanation: explain({ network }, examples[0]!, name) },
    { title: `${title} ${name} of a batch`, explanation: explain({ network }, examples, name, { mode: "training" }) },
  ]),
);
const drawn = [...drawExplanations(PAGES, 5), ...parts];
const opening = { open: 2 } as const;

/** What is wrong with a fragment of XML: a tag that does not close, or a sign that has to be written as an entity. */
function xmlFault(xml: string): string | undefined {
  const open: string[] = [];
  let at = 0;
  for (const { 0: tag, index, 1: closes, 2: name, 3: rest } of xml.matchAll(/<(\/?)([a-z]+)((?: [a-z-]+(?::[a-z]+)?="[^"<>]*")*)\/?>/gi)) {
    const text = xml.slice(at, index);
    if (/[<>]|&(?!(?:#x[\da-f]+|amp|lt|gt);)/.test(text)) return `text ${text}`;
    at = index + tag.length;
    if (closes === "/") {
      if (open.pop() !== name || rest !== "") return `unexpected ${tag}`;
    } else if (!tag.endsWith("/>")) open.push(name!);
  }
  const text = xml.slice(at);
  if (/[<>&]/.test(text)) return `text ${text}`;
  return open.length === 0 ? undefined : `unclosed ${open.join(" ")}`;
}

/** What is wrong with the braces, \left \right and \begin \end of LaTeX. */
function latexFault(latex: string): string | undefined {
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { "}": "{", "\\right": "\\left" };
  for (const [token, , environment] of latex.matchAll(/\\(begin|end)\{([a-z]+\*?)\}|\\left(?![a-z])|\\right(?![a-z])|[{}]/g)) {
    const opener = token.startsWith("\\end") ? `\\begin{${environment!}}` : closing[token];
    if (opener === undefined) open.push(token);
    else if (open.pop() !== opener) return `unexpected ${token}`;
  }
  return open.length === 0 ? undefined : `unclosed ${open.join(" ")}`;
}

describe("the checks of this file can fail", () => {
  test.each(["<mi>x</mo>", "<mi>x", "x</mi>", "<mn>1 < 2</mn>", "<mi a=b>x</mi>", "<mi>&nbsp;</mi>", "<mi><mn>1</mi></mn>"])(
    "no XML: %s",
    (xml) => {
      expect(xmlFault(xml)).toBeDefined();
    },
  );

  test.each(["{", "}", "\\left(x", "x\\right)", "\\left({\\right)}", "\\begin{align*}x\\end{array}", "\\frac{1}{2"])(
    "no LaTeX: %s",
    (latex) => {
      expect(latexFault(latex)).toBeDefined();
    },
  );
});

describe(`${drawn.length} derivations of every depth, activation, cost and part`, () => {
  test("MathML is well-formed XML", () => {
    for (const { title, explanation } of drawn) expect(xmlFault(explanationMathml(explanation, opening)), title).toBeUndefined();
  });

  test("LaTeX is balanced", () => {
    for (const { title, explanation } of drawn) expect(latexFault(explanationLatex(explanation, opening)), title).toBeUndefined();
  });

  test("no sign stands directly behind another", () => {
    for (const { title, explanation } of drawn) {
      expect(explanationText(explanation, opening), title).not.toMatch(/--|[+-] -|-\d[\d.e-]*\^2|NaN|undefined/);
      expect(explanationLatex(explanation, opening), title).not.toMatch(/--|[+-] *-|\{-\d[^{}]*\}\^\{2\}|\\cdot -|\\, -|NaN|undefined/);
      const signs = explanationMathml(explanation, opening).replaceAll(/<\/?mrow>/g, "");
      expect(signs, title).not.toMatch(/<mo>[+−·]<\/mo><mo form="prefix">−|<mo[^>]*>−<\/mo><mo[^>]*>−|NaN|undefined/);
    }
  });

  test("the value stands at the end of the lines in all three forms", () => {
    for (const { title, explanation } of drawn) {
      const shown = numberText(explanation.value, 6);
      const [digits = ""] = shown.replace("-", "").split("e");
      const options = { open: 0, digits: 6 };
      expect(explanationText(explanation, options), title).toContain(` = ${shown}`);
      expect(explanationLatex(explanation, options).split("\n").at(-2), title).toContain(digits);
      expect(explanationMathml(explanation, options).split("\n").at(-2), title).toContain(`<mn>${digits}</mn>`);
    }
  });
});

describe("options", () => {
  const explanation = explained([3, 2, 2, 2], "w3[1,0]");

  test("derivatives are written with d or with the partial sign", () => {
    expect(explanationLatex(explanation)).toContain("\\frac{\\mathrm{d}\\mathrm{Cost}}");
    expect(explanationLatex(explanation)).not.toContain("\\partial");
    expect(explanationLatex(explanation, { derivative: "partial" })).toContain("\\frac{\\partial \\mathrm{Cost}}");
    expect(explanationLatex(explanation, { derivative: "partial" })).not.toContain("\\mathrm{d}");
    expect(explanationMathml(explanation, { derivative: "partial" })).toContain("<mo>∂</mo>");
  });

  test.each([0, 1, 2, 9])("open %i and the largest 0, 1 or all terms give a page in every form", (open) => {
    for (const top of [0, 1, undefined]) {
      const options = top === undefined ? { open } : { open, top };
      for (const own of [explanation, explained([3, 2, 2, 2], "a1[0]"), explained([3, 2, 2, 2], "b4[0]", { output: "softmax" })]) {
        expect(explanationText(own, options)).toContain("Cost");
        expect(latexFault(explanationLatex(own, options))).toBeUndefined();
        expect(xmlFault(explanationMathml(own, options))).toBeUndefined();
      }
    }
  });

  test("a number in powers of ten is written with a power of ten", () => {
    const small = createNetwork({ inputs: 1, layers: [{ units: 1, activation: "identity" }], w2: [[1.5e-9]], b2: [0] });
    const tiny = explain({ network: small }, { x: [1], y: [0] }, "w2[0,0]");
    expect(explanationText(tiny)).toContain("= 3.000e-9");
    expect(explanationLatex(tiny)).toContain("3.000 \\cdot 10^{-9}");
    expect(explanationMathml(tiny)).toContain(
      '<mn>3.000</mn><mo>·</mo><msup><mn>10</mn><mrow><mo form="prefix">−</mo><mn>9</mn></mrow></msup>',
    );
  });
});

const hasLatex = (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pdflatex")));

slow.suite("a real LaTeX", () => {
  requires(hasLatex, "pdflatex (Debian: texlive-latex-base)").test(`sets ${drawn.length} derivations in one article with amsmath`, () => {
    const folder = temporaryFolder();
    const body = drawn
      .map(({ title, explanation }) => `\\section*{\\texttt{${title}}}\n${explanationLatex(explanation, opening)}`)
      .join("\n\n");
    const article = `\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n${body}\n\\end{document}\n`;
    writeFileSync(join(folder, "derivations.tex"), article);
    const run = (): string =>
      execFileSync("pdflatex", ["-halt-on-error", "-interaction=nonstopmode", "derivations.tex"], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    expect(run()).toMatch(/Output written on derivations\.pdf \(\d+ pages/);
    expect(readFileSync(join(folder, "derivations.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  });
});
