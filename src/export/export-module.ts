import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { Model } from "../training/model.js";
import { outputNames } from "../training/task.js";
import { answerPart } from "./answer-part.js";
import { cellHelpers } from "./cell-helpers.js";
import { columnsPart } from "./columns-part.js";
import { collect } from "./helper.js";
import { HELPERS } from "./helpers.js";
import { networkPart } from "./network-part.js";
import type { InputPart, TypedPart } from "./part.js";
import { tablePart } from "./table-part.js";
import { documentation, MODULE_LANGUAGES, type ModuleLanguage, remark, typed } from "./text.js";

export interface ModuleOptions {
  readonly language: ModuleLanguage;
  /** What the function is called; `predict` where left out. */
  readonly name?: string;
}

/**
 * A model as the source text of one module without dependencies: a function from a raw row to its prediction, preparation included, with the
 * fields of `predict` and its numbers, in every bit. It needs ECMAScript 2022 and nothing else: Node, browsers and edge runtimes have that. The
 * same model gives the same text.
 *
 * @throws ChainruleError `E_USAGE` for another language, and for a name that no function of the module can have
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { exportModule } from "chainrule/export";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 50 }).result;
 * const source = exportModule(model, { language: "typescript", name: "classify" });
 * console.log(source.includes("export function classify(row: Input): Prediction"), source.length); // true, some thousands
 * ```
 */
export function exportModule(model: Model, { language, name = "predict" }: ModuleOptions): string {
  checkLanguage(language);
  const { preparation, network, scaling, columns } = model;
  const inputs = preparation === undefined ? columnsPart(model) : tablePart(preparation, scaling);
  const body = networkPart(network);
  const answer = answerPart(model, body.output);
  const helpers = new Set([...inputs.helpers, ...body.helpers, ...answer.helpers]);
  const table = { ...cellHelpers(preparation?.mark ?? "."), ...HELPERS };
  const texts = collect(table, helpers);
  const isTyped = language === "typescript";
  const [constants, functions] = [texts.filter((text) => text.startsWith("const ")), texts.filter((text) => !text.startsWith("const "))];
  const sections = [
    header(model, columns.length),
    ...(isTyped ? [...inputs.types, ...answer.types, "type Vector = Float32Array;"] : []),
    ...constants,
    mainFunction(inputs, answer, body.body, { isTyped, name }),
    ...inputs.functions,
    ...functions,
    ...inputs.constants,
    ...answer.constants,
    ...joinRemarks(body.constants),
  ];
  const text = typed(language, sections.join("\n\n"));
  checkName(name, text);
  return `${text}\n`;
}

function header(model: Model, columns: number): string {
  const { task, network, parametersHash } = model;
  const names = outputNames(task);
  const target =
    task.kind === "classification"
      ? `${remark(task.target)}, one of ${names.length} classes,`
      : names
          .slice(0, 3)
          .map((label) => remark(String(label)))
          .join(", ");
  const raw = model.preparation?.columns.length ?? columns;
  return [
    `// Predicts ${target}${names.length > 3 && task.kind !== "classification" ? ` and ${names.length - 3} more` : ""}`,
    `// from ${raw} columns: a network of ${network.layout.sizes.slice(1).join("-")} units, written by chainrule.`,
    "// Parameters, SHA-256:",
    `// ${parametersHash}`,
  ].join("\n");
}

function mainFunction(
  inputs: InputPart,
  answer: TypedPart,
  steps: readonly string[],
  { isTyped, name }: { readonly isTyped: boolean; readonly name: string },
): string {
  const refuses = "@throws TypeError for a missing or wrong input, RangeError for inputs too large";
  const listed = isTyped ? [] : ["", "The columns of a row:", ...inputs.inputs.map((line) => `- ${line}`), ""];
  const lines = [...inputs.body, ...steps, ...answer.body].map((line) => `  ${line}`).join("\n");
  return `${documentation(["Predicts one row.", ...listed, ...(isTyped ? [""] : []), refuses])}
export function ${name}(row«: ${inputs.input}»)«: Prediction» {
${lines}
}`;
}

/** A remark stands directly over what it is about. */
function joinRemarks(constants: readonly string[]): string[] {
  const joined: string[] = [];
  for (const text of constants) {
    const remarked = text.startsWith("//") ? undefined : joined.pop();
    joined.push(remarked === undefined ? text : `${remarked}\n${text}`);
  }
  return joined;
}

function checkLanguage(language: string): void {
  if (MODULE_LANGUAGES.some((known) => known === language)) return;
  throw new ChainruleError("E_USAGE", {
    where: "language",
    expected: `one of ${MODULE_LANGUAGES.join(", ")}`,
    got: show(language),
    ...suggestion(language, MODULE_LANGUAGES),
  });
}

/** Words that no function of a module may be called. */
const RESERVED =
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function " +
  "if implements import in instanceof interface let new null package private protected public return static super switch this throw true try " +
  "typeof var void while with yield undefined NaN Infinity any boolean never number object string symbol unknown bigint type";

/** A name that the module uses itself would change what it says. */
function checkName(name: string, text: string): void {
  const refuse = (expected: string): never => {
    throw new ChainruleError("E_USAGE", { where: "name", expected, got: show(name), hint: 'Left out it is "predict".' });
  };
  if (!/^[A-Za-z_$][\w$]*$/.test(name) || RESERVED.split(" ").includes(name)) refuse("a name that a function can have");
  const code = text.replace(/"(?:[^"\\\n]|\\.)*"|\/\*[^]*?\*\/|\/\/.*|^ {2}readonly [\w$]+:/gm, "");
  const uses = code.match(/[A-Za-z_$][\w$]*/g)!.filter((word) => word === name).length;
  if (uses > 1) refuse("a name that the module does not use itself");
}
