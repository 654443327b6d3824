import type { Cell, TableSource } from "chainrule";

/** What the cells of a column are, where a file of typed columns has to say so. */
export type Kind = "truth" | "whole" | "number" | "day" | "moment" | "text";

/** How text is read as other kinds: not at all, or as the cells of CSV, which are nothing but text. */
export type Written = { readonly as: "cells" } | { readonly as: "text"; readonly mark: "." | "," };

// Bits of what was seen in a column. A whole number that float64 rounds is BIG too.
const TRUTH = 1;
const WHOLE = 2;
const BIG = 4;
const NUMBER = 8;
const DAY = 16;
const MOMENT = 32;
const TEXT = 64;

/** No 0 before other digits: "007" is a name, and its zeros would be lost. */
const WHOLE_TEXT = /^-?(?:0|[1-9]\d{0,18})$/;
const NUMBER_TEXT = {
  ".": /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i,
  ",": /^[+-]?(?:(?:0|[1-9]\d*)(?:,\d*)?|,\d+)(?:e[+-]?\d+)?$/i,
};
const DAY_TEXT = /^\d{4}-\d\d-\d\d$/;
/** Without a zone and to the millisecond, which is what is kept. */
const MOMENT_TEXT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/;
/** What the library takes for nothing (`isMissing` in src/table/cell.ts); in a column of words it stays a word. */
const NOTHING = /^(?:\?|na|n\/a|nan|null|#n\/a|<na>)$/i;

/** -2^63 to 2^63 - 1. */
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/**
 * The narrowest kind that holds every cell of a column without loss, for each column. Reads all rows.
 *
 * @param floats columns that have numbers with fractions, whatever their cells are
 */
export async function columnKinds({ columns, batches }: TableSource, written: Written, floats: readonly string[] = []): Promise<Kind[]> {
  const seen = columns.map((name) => (floats.includes(name) ? NUMBER : 0));
  for await (const rows of batches()) {
    for (const row of rows) for (let k = 0; k < seen.length; k++) seen[k]! |= bitsOf(row[k], written);
  }
  return seen.map(kindOfBits);
}

/** The kind of cells that are already numbers, text and so on. */
export function kindOfCells(cells: readonly Cell[]): Kind {
  return kindOfBits(cells.reduce<number>((bits, cell) => bits | bitsOf(cell, { as: "cells" }), 0));
}

function kindOfBits(bits: number): Kind {
  if (bits === TRUTH) return "truth";
  if (bits === DAY) return "day";
  if (bits === MOMENT || bits === (DAY | MOMENT)) return "moment";
  if (bits === WHOLE || bits === (WHOLE | BIG)) return "whole";
  if (bits === NUMBER || bits === (WHOLE | NUMBER)) return "number";
  return "text";
}

function bitsOf(cell: Cell, written: Written): number {
  switch (typeof cell) {
    case "boolean":
      return TRUTH;
    case "number":
      return Number.isSafeInteger(cell) && !Object.is(cell, -0) ? WHOLE : NUMBER;
    case "bigint":
      return wholeBits(cell);
    case "string":
      return written.as === "text" ? textBits(cell, written.mark) : TEXT;
    default:
      return cell instanceof Date && !Number.isNaN(cell.getTime()) ? (cell.getTime() % 86_400_000 === 0 ? DAY : MOMENT) : 0;
  }
}

function wholeBits(value: bigint): number {
  if (value < LEAST || value > MOST) return TEXT;
  return Number.isSafeInteger(Number(value)) ? WHOLE : WHOLE | BIG;
}

function textBits(text: string, mark: "." | ","): number {
  if (text === "" || NOTHING.test(text)) return 0;
  if (WHOLE_TEXT.test(text) && text !== "-0") return wholeBits(BigInt(text));
  if (NUMBER_TEXT[mark].test(text)) return NUMBER;
  if (/^(?:true|false)$/i.test(text)) return TRUTH;
  if (DAY_TEXT.test(text)) return Number.isNaN(dateOf(text).getTime()) ? TEXT : DAY;
  return MOMENT_TEXT.test(text) && !Number.isNaN(dateOf(text).getTime()) ? MOMENT : TEXT;
}

/** As if it were UTC. The 30th of February is no day, which JavaScript would take for the 1st of March. */
function dateOf(text: string): Date {
  const day = text.slice(0, 10);
  const date = new Date(`${day}T${text.slice(11) || "00:00"}Z`);
  return !Number.isNaN(date.getTime()) && new Date(`${day}T00:00Z`).toISOString().startsWith(day) ? date : new Date(NaN);
}

/** A cell as its column's kind has it; null where it says nothing. */
export function valueOf(cell: Cell, kind: Kind, written: Written): string | number | bigint | boolean | Date | null {
  if (cell === undefined || cell === null || (cell instanceof Date && Number.isNaN(cell.getTime()))) return null;
  const isText = typeof cell === "string";
  if (isText && written.as === "text" && (cell === "" || (kind !== "text" && NOTHING.test(cell)))) return null;
  switch (kind) {
    case "truth":
      return isText ? cell.toLowerCase() === "true" : Boolean(cell);
    case "whole":
      return BigInt(cell as string | number | bigint);
    case "number":
      return Number(isText ? cell.replace(",", ".") : cell);
    case "day":
    case "moment":
      return isText ? dateOf(cell) : cell;
    case "text":
      return cell instanceof Date ? cell.toISOString() : String(cell);
  }
}
