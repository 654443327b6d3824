import { DAY_ORDERS } from "../table/column-types.js";
import { type DecimalMark, isMissing, momentOf, numberOf, truthOf, withoutSign } from "../table/cell.js";
import { type CsvFault, createCsvParser } from "./csv-parser.js";

export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Rows that a dialect is found by. */
const ROWS = 200;
/** Characters of them. */
const TEXT = 1 << 16;
/** In which order candidates go where lines speak for several: semicolons before commas, since decimal commas come with them. */
const ORDER: readonly Delimiter[] = ["\t", ";", ",", "|"];

class Enough extends Error {}

/** The first rows of a text, as a delimiter has them; up to the first fault. A last row that may go on is left out. */
export function firstRows(text: string, delimiter: Delimiter, whole: boolean): string[][] {
  const rows: string[][] = [];
  const stop = (_?: CsvFault): never => {
    throw new Enough();
  };
  const take = (cells: string[]): void => {
    if (rows.push(cells) === ROWS) stop();
  };
  const parser = createCsvParser(delimiter, take, stop);
  try {
    // A long row has its delimiters all over.
    parser.add(text.slice(0, TEXT));
    if (rows.length === 0) parser.add(text.slice(TEXT));
    if ((whole && text.length <= TEXT) || rows.length === 0) parser.end();
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return rows;
}

/** The delimiter that most rows have equally often, outside of quotes; a comma where none is. */
export function findDelimiter(text: string, whole: boolean): Delimiter {
  let best: Delimiter = ",";
  let most = 0.5;
  for (const delimiter of ORDER) {
    const widths = firstRows(text, delimiter, whole).map((cells) => cells.length);
    const counts = new Map<number, number>();
    for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
    const [width, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0]);
    if (width > 1 && count / widths.length > most) [best, most] = [delimiter, count / widths.length];
  }
  return best;
}

/** `1,5` and `1.234,5` are numbers of a decimal comma; `1,234` may be of either, `1.5` is not. */
const COMMA = /^[+-]?(?:\d*|\d{1,3}(?:[. ’']\d{3})+),\d+(?:e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+$/;
const POINT = /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i;

/** A comma where cells have decimal commas, and none has a decimal point. */
export function findMark(rows: readonly (readonly string[])[], delimiter: Delimiter): DecimalMark {
  if (delimiter === ",") return ".";
  const cells = rows.flat().map(withoutSign);
  const isComma = cells.some((cell) => COMMA.test(cell) && !THOUSANDS.test(cell));
  return isComma && !cells.some((cell) => POINT.test(cell) && !/^[+-]?\d{1,3}\.\d{3}$/.test(cell)) ? "," : ".";
}

/**
 * Whether the first row names the columns. It does where it has something else above numbers, days or truth; it does not where it has such values
 * above the same; and where all is text, it does where its cells are all filled (the first may be empty above numbers), all different, and none
 * comes again below.
 */
export function findHeader([first = [], ...rows]: readonly (readonly string[])[], mark: DecimalMark): boolean {
  const isNumber = (cell: string): boolean => !Number.isNaN(numberOf(cell, mark));
  const isMoment = (cell: string): boolean => [undefined, ...DAY_ORDERS].some((order) => !Number.isNaN(momentOf(cell, order)));
  // A column called "y" is no truth above numbers.
  const kinds = [isNumber, isMoment, (cell: string): boolean => !Number.isNaN(truthOf(cell))];
  let [values, texts] = [false, false];
  first.forEach((name, at) => {
    const below = rows.map((row) => row[at] ?? "").filter((cell) => !isMissing(cell));
    const kind = kinds.filter((is) => below.every(is));
    if (below.length === 0 || kind.length === 0 || isMissing(name)) return;
    if (kind.some((is) => is(name))) values = true;
    else texts = true;
  });
  if (texts || values) return texts;
  // Tools that number the rows leave their column without a name.
  const isUnnamed = (name: string, at: number): boolean => name === "" && at === 0 && rows.every(([cell = ""]) => isNumber(cell));
  const isName = (name: string, at: number): boolean =>
    isUnnamed(name, at) || !(isNumber(name) || isMoment(name) || isMissing(name) || rows.some((row) => row[at] === name));
  return first.every(isName) && new Set(first).size === first.length;
}
