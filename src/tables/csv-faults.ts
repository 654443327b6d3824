import { ChainruleError, show } from "../base/errors.js";
import { type CsvFault, LONGEST_CELL, MOST_CELLS } from "./csv-parser.js";

/** What a fault of a file's text says, with file, line and column. */
export function csvFault({ kind, line, column, got = "" }: CsvFault, file: string, columns: readonly string[]): ChainruleError {
  const where = `${file}, line ${line}, column ${columns[column] === undefined ? column + 1 : `"${columns[column]}"`}`;
  switch (kind) {
    case "unclosed":
      return new ChainruleError("E_DATA", {
        where,
        expected: "a closing quote for every opening one",
        got: "the end of the file",
        hint: 'A quote opens here and is never closed. A quote in a cell is written as "" inside of quotes.',
      });
    case "behind-quote":
      return new ChainruleError("E_DATA", {
        where,
        expected: "a delimiter or the end of the line behind a closing quote",
        got: show(got),
        hint: 'Quotes stand around a whole cell, and a quote inside one is written as "".',
      });
    case "cells":
      return new ChainruleError("E_DATA", {
        where: `${file}, line ${line}`,
        expected: `at most ${MOST_CELLS} cells in a row`,
        got: "more",
        hint: "Is it a table with a line for each row?",
      });
    case "cell":
      return new ChainruleError("E_DATA", {
        where,
        expected: `at most ${LONGEST_CELL} characters in a cell`,
        got: "more",
        hint: "Is a closing quote missing, or a delimiter?",
      });
  }
}

/** A row that has more or fewer cells than there are columns. */
export function raggedRow(
  { name, delimiter, named }: { readonly name: string; readonly delimiter: string; readonly named: boolean },
  line: number,
  expected: number,
  got: number,
): ChainruleError {
  const sign = delimiter === "\t" ? "a tab" : show(delimiter);
  return new ChainruleError("E_DATA", {
    where: `${name}, line ${line}`,
    expected: `${expected} cells, as in the ${named ? "header" : "first row"}`,
    got: String(got),
    hint: got > expected ? `A cell with ${sign} in it stands in quotes.` : `Is ${sign} missing?`,
  });
}
