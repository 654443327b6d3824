import type { Derivation } from "../derivation/derivation.js";
import { bind, type Expression } from "../derivation/expression.js";
import { distinctLines, factorSteps, headingOf, isCounted, type Section, termLetter } from "./layout.js";
import { type MathWriter, writeMath } from "./math.js";

/** One opened derivation in the writer's language, ready to be set: lines around an equals sign, and the table of a sum. */
export interface MathSection {
  readonly lines: readonly MathLine[];
  /** Rows of cells, the headings first; undefined where the derivation is no opened sum. */
  readonly table: readonly (readonly string[])[] | undefined;
}

export interface MathLine {
  /** Empty where the line goes on with the one before. */
  readonly left: string;
  readonly right: string;
  readonly equation: string | undefined;
}

export function mathSection({ derivation, parts, rest }: Section, writer: MathWriter): MathSection {
  const { written, equation, value, note } = derivation;
  const math = (expression: Expression): string => writeMath(expression, writer);
  const result = writer.number(value);
  const steps = distinctLines([...written.indices, ...written.numbers].map(math), result);
  return {
    lines: [
      ...chain(math(written.left), written.general.map(math), equation),
      ...chain(math(written.bound), [...steps, withNote(result, note, writer)], undefined),
      ...(derivation.kind === "product" ? parts.flatMap((factor) => factorLines(factor, note, writer)) : []),
    ],
    table: derivation.kind === "sum" && rest !== undefined ? termTable(derivation, parts, rest, writer) : undefined,
  };
}

/** left = right[0] = right[1] = ..., one line each, the number of the equation at the first. */
function chain(left: string, right: readonly string[], equation: string | undefined): MathLine[] {
  return right.map((line, at) => ({ left: at === 0 ? left : "", right: line, equation: at === 0 ? equation : undefined }));
}

/** A factor that opens no further, on one line: how it is worked out, its value. */
function factorLines(factor: Derivation, said: string | undefined, writer: MathWriter): MathLine[] {
  if (factor.kind !== "value") return [];
  const result = writer.number(factor.value);
  const steps = distinctLines(
    factorSteps(factor).map((step) => writeMath(step, writer)),
    result,
  );
  const right = [...steps, withNote(result, factor.note === said ? undefined : factor.note, writer)].join(writer.operator("equals"));
  return [{ left: writeMath(factor.written.bound, writer), right: writer.row([right]), equation: undefined }];
}

function withNote(result: string, note: string | undefined, writer: MathWriter): string {
  return note === undefined ? result : writer.row([result, writer.text(` (${note})`)]);
}

/** One row a term: its index, its factors, its value; then the rest and the sum. */
function termTable(sum: Derivation, terms: readonly Derivation[], rest: NonNullable<Section["rest"]>, writer: MathWriter): string[][] {
  const letter = termLetter(sum, terms);
  const factors = (term: Derivation | undefined): readonly Derivation[] =>
    term?.kind === "product" && isCounted(term, letter) ? term.factors : [];
  const columns = factors(terms.find((term) => isCounted(term, letter))).map((factor) =>
    writeMath(bind(headingOf(factor, letter), sum.indices), writer),
  );
  const last = (label: string, value: number): string[] => [writer.text(label), ...columns.map(() => ""), writer.number(value)];
  return [
    [letter === "" ? "" : writer.letter(letter), ...columns, writer.text("product")],
    ...terms.map((term) => [
      isCounted(term, letter) ? writer.number(term.indices[letter]!) : writeMath(term.written.bound, writer),
      ...(isCounted(term, letter) ? factors(term).map(({ value }) => writer.number(value)) : columns.map(() => "")),
      writer.number(term.value),
    ]),
    ...(rest.count > 0 ? [last(`other ${rest.count}`, rest.value)] : []),
    last("sum", sum.value),
  ];
}
