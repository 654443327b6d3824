import type { Cell } from "chainrule";
import { type Digits, numberText, type Reasons } from "chainrule/explain";
import type { Terminal } from "../terminal.js";
import { count } from "./format.js";
import { table } from "./table.js";

/** Characters of a cell. */
const WIDEST = 28;

/** What each column of a row does to its output, the strongest first, in the units of the table. */
export function describeReasons(reasons: Reasons, top: number, digits: Digits | undefined, terminal: Terminal): string {
  const { of, output, value, typical, rest } = reasons;
  const { colors } = terminal;
  const number = (x: number): string => numberText(x, digits);
  const signed = (x: number): string => (x >= 0 ? `+${number(x)}` : number(x));
  const shown = reasons.reasons.slice(0, top);
  const rows = shown.map(({ column, cell, typical: usual, push, derivative }) => [
    column,
    cellText(cell),
    cellText(usual),
    signed(push),
    derivative === undefined ? "" : number(derivative),
  ]);
  const hidden = reasons.reasons.slice(top);
  const others =
    hidden.length === 0 ? [] : [[`${count(hidden.length)} more`, "", "", signed(hidden.reduce((sum, { push }) => sum + push, 0)), ""]];
  const lines = table([["column", "here", "typical row", "push", "per unit"], ...rows, ...others], terminal);
  return [
    `${colors.bold(`${String(output)}: ${number(value)}`)} (${of}); a typical row has ${number(typical)}, and the columns push it from there:`,
    "",
    ...lines,
    "",
    `The pushes add up to ${signed(value - typical - rest)} (integrated gradients; ${number(Math.abs(rest))} are missed).`,
  ].join("\n");
}

function cellText(cell: Cell): string {
  if (cell === undefined || cell === null || cell === "") return "(nothing)";
  const text = cell instanceof Date ? cell.toISOString() : String(cell).replace(/\s+/g, " ");
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 3)}...` : text;
}

/** As JSON: null where there is nothing. */
export function reasonsJson({ reasons, ...others }: Reasons): unknown {
  return {
    ...others,
    reasons: reasons.map(({ cell, typical, derivative, ...reason }) => ({
      ...reason,
      cell: jsonCell(cell),
      typical: jsonCell(typical),
      derivative: derivative ?? null,
    })),
  };
}

function jsonCell(cell: Cell): unknown {
  return cell === undefined ? null : typeof cell === "bigint" ? String(cell) : cell;
}
