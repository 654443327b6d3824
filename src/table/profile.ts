import { type Cell, categoryOf, type DecimalMark, isMissing, momentOf, numberOf, truthOf, withoutSign } from "./cell.js";

/** What all cells of a column have in common; counted in one pass. */
export interface ColumnProfile {
  readonly name: string;
  readonly rows: number;
  readonly missing: number;
  /** Cells that hold a number, a truth value, a day. */
  readonly numbers: number;
  readonly truths: number;
  readonly moments: number;
  /** The same where days such as 5/6/2024 are read too, the day first and the month first. */
  readonly dayFirst: number;
  readonly monthFirst: number;
  /** The first cell that is no number, by its row from 0; undefined where there is none. */
  readonly firstText: { readonly row: number; readonly text: string } | undefined;
  /** Different values, up to MOST_DISTINCT + 1, which means more. */
  readonly distinct: number;
  /** How often each of them is there, by its text; empty where there are more. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of the numbers. */
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
  /** Numbers that lose digits: whole ones beyond 2^53. */
  readonly unsafe: number;
  /** Numbers with the sign of a currency or percent. */
  readonly signed: number;
  /** Texts of digits that begin with a 0, all numbers as long as each other: they are codes. */
  readonly padded: boolean;
  /** Days such as 5/31/2024. */
  readonly slashed: number;
  /** Numbers only, each larger by 1 than the one before. */
  readonly counting: boolean;
  /** Characters of all texts, and texts with a blank in them. */
  readonly characters: number;
  readonly blanks: number;
  readonly example: string;
}

/** Values that are told apart; a column with more is no column of categories. */
export const MOST_DISTINCT = 10_000;

/** Whether text may be a day that its column's order says more of. */
const MARKED = /^\d\d?[./-]/;
/** A day with slashes or dashes, and a time or none: the day or the month may come first. */
const SLASHED = /^\d{1,2}([/-])\d{1,2}\1\d{2,4}(?:[T ]|$)/;

export interface Profiler {
  /** Takes more rows, each with a cell for every column. */
  readonly add: (rows: Iterable<readonly Cell[]>) => void;
  readonly profiles: () => readonly ColumnProfile[];
}

/** Looks at every cell of a table once, and keeps nothing but what it counts. */
export function createProfiler(names: readonly string[], mark: DecimalMark = "."): Profiler {
  const columns = names.map((name) => createColumn(name, mark));
  return {
    add(rows) {
      for (const row of rows) columns.forEach((column, at) => column.add(row[at]));
    },
    profiles: () => columns.map((column) => column.profile()),
  };
}

interface ColumnProfiler {
  readonly add: (cell: Cell) => void;
  readonly profile: () => ColumnProfile;
}

function createColumn(name: string, mark: DecimalMark): ColumnProfiler {
  const counts = new Map<string, number>();
  let [rows, missing, numbers, truths, moments, characters, blanks] = [0, 0, 0, 0, 0, 0, 0];
  let [minimum, maximum, last] = [Infinity, -Infinity, NaN];
  let [whole, counting, overflow] = [true, true, false];
  let [unsafe, signed, zeros, slashed, shortest, longest] = [0, 0, 0, 0, Infinity, 0];
  let [dayFirst, monthFirst] = [0, 0];
  let firstText: ColumnProfile["firstText"];
  let example = "";

  const take = (cell: Cell): void => {
    const text = categoryOf(cell);
    if (example === "") example = text;
    if (!overflow) {
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (counts.size > MOST_DISTINCT) {
        overflow = true;
        counts.clear();
      }
    }
    const number = numberOf(cell, mark);
    if (Number.isNaN(number)) {
      firstText ??= { row: rows, text };
      characters += text.length;
      if (text.includes(" ")) blanks += 1;
      const isMoment = !Number.isNaN(momentOf(cell));
      if (isMoment) moments += 1;
      const hasOrder = MARKED.test(text);
      if (hasOrder ? !Number.isNaN(momentOf(cell, "dmy")) : isMoment) dayFirst += 1;
      if (hasOrder ? !Number.isNaN(momentOf(cell, "mdy")) : isMoment) monthFirst += 1;
      if (SLASHED.test(text)) slashed += 1;
    } else {
      numbers += 1;
      minimum = Math.min(minimum, number);
      maximum = Math.max(maximum, number);
      whole &&= Number.isInteger(number);
      counting &&= numbers === 1 || number === last + 1;
      last = number;
      if (Math.abs(number) > Number.MAX_SAFE_INTEGER && typeof cell !== "number" && /^[+-]?\d+$/.test(text)) unsafe += 1;
      if (typeof cell === "string" && withoutSign(cell) !== cell) signed += 1;
      if (typeof cell === "string" && /^0\d+$/.test(cell)) zeros += 1;
      shortest = Math.min(shortest, text.length);
      longest = Math.max(longest, text.length);
    }
    if (!Number.isNaN(truthOf(cell))) truths += 1;
  };
  return {
    add(cell) {
      if (isMissing(cell)) missing += 1;
      else take(cell);
      rows += 1;
    },
    profile: () => ({
      name,
      rows,
      missing,
      numbers,
      truths,
      moments,
      dayFirst,
      monthFirst,
      firstText,
      distinct: overflow ? MOST_DISTINCT + 1 : counts.size,
      counts,
      minimum,
      maximum,
      whole,
      unsafe,
      signed,
      padded: zeros > 0 && shortest === longest,
      slashed,
      counting: counting && numbers === rows && rows > 1,
      characters,
      blanks,
      example,
    }),
  };
}
