import { ChainruleError } from "chainrule";
import { parseNumber } from "../options.js";
import type { Table } from "./csv.js";

// Cells of a table as numbers or text, with errors that name file, line and column.

/** Names that an error lists. */
const MOST_NAMES = 12;

export interface Numbers {
  /** Row-major. */
  readonly values: Float64Array;
  readonly shape: [rows: number, columns: number];
}

/** The named columns as numbers. */
export function numbersOf(table: Table, columns: readonly string[]): Numbers {
  const positions = columns.map((name) => table.header.indexOf(name));
  const values = new Float64Array(table.rows.length * positions.length);
  for (const at of positions) refuseTextColumn(table, at, "Leave the column out, or write its categories as numbers.");
  table.rows.forEach((_, row) => {
    positions.forEach((at, k) => (values[row * positions.length + k] = readNumber(table, row, at)));
  });
  return { values, shape: [table.rows.length, positions.length] };
}

/** A column of text without gaps. */
export function textsOf(table: Table, at: number): string[] {
  return table.rows.map((cells, row) => {
    if (cells[at] !== "") return cells[at]!;
    throw new ChainruleError("E_DATA", {
      where: placeOf(table, row, at),
      expected: "a class",
      got: "an empty cell",
      hint: "Fill the gap or leave the row out.",
    });
  });
}

/** A column that is mostly text is not a numeric one with mistakes in it. */
export function refuseTextColumn(table: Table, at: number, hint: string): void {
  const isText = (cells: readonly string[]): boolean => cells[at] !== "" && parseNumber(cells[at]!) === undefined;
  if (table.rows.filter(isText).length <= table.rows.length / 2) return;
  const row = table.rows.findIndex(isText);
  throw new ChainruleError("E_DATA", {
    where: placeOf(table, row, at),
    expected: "a numeric column",
    got: `text such as "${table.rows[row]![at]!}"`,
    hint,
  });
}

export function readNumber(table: Table, row: number, at: number): number {
  const text = table.rows[row]![at]!;
  const value = parseNumber(text);
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new ChainruleError("E_DATA", {
    where: placeOf(table, row, at),
    expected: "a finite number",
    got: text === "" ? "an empty cell" : `"${text}"`,
    hint: text === "" ? "Fill the gap or leave the row out." : "Mend the cell or leave the row out.",
  });
}

const BITS: Readonly<Record<string, number>> = { "0": 0, "1": 1, false: 0, true: 1, no: 0, yes: 1 };

/** Whether every cell of a column says that a label is there or that it is not. */
export function isLabelColumn(table: Table, at: number): boolean {
  return table.rows.every((cells) => Object.hasOwn(BITS, cells[at]!.toLowerCase()));
}

/** 1 where a cell says that a label is there, otherwise 0. */
export function readLabel(table: Table, row: number, at: number): number {
  const text = table.rows[row]![at]!;
  const key = text.toLowerCase();
  if (Object.hasOwn(BITS, key)) return BITS[key]!;
  throw new ChainruleError("E_DATA", {
    where: placeOf(table, row, at),
    expected: "0 or 1, true or false, yes or no",
    got: text === "" ? "an empty cell" : `"${text}"`,
    hint: "A column of a label says of each row whether it has it.",
  });
}

/** `houses.csv, line 3, column "price"` */
export function placeOf(table: Table, row: number, at: number): string {
  return `${table.path}, line ${table.lines[row]!}, column "${table.header[at]!}"`;
}

/** Names in quotes, the first of many. */
export function list(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return names.length > first.length ? `${first.join(", ")} and ${names.length - first.length} more` : first.join(", ");
}
