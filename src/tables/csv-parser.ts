// Comma-separated values after RFC 4180, with the ways that files stray from it: any line ends, blanks around cells, another delimiter.
// docs/dependencies.md says why no package does it, and test/tables/csv-parser.test.ts holds it against one.

/** A row with more cells, and a cell with more characters, is a mistake in the file; so that memory stays bounded. */
export const MOST_CELLS = 100_000;
export const LONGEST_CELL = 1_000_000;

/** What makes a text no table, by its line from 1 and its column from 0. */
export interface CsvFault {
  readonly kind: "unclosed" | "behind-quote" | "cells" | "cell";
  readonly line: number;
  readonly column: number;
  /** The character behind a closing quote. */
  readonly got?: string;
}

export interface CsvParser {
  /** Takes more text, cut anywhere. */
  readonly add: (text: string) => void;
  readonly end: () => void;
  /** The line that it has come to, from 1. */
  readonly line: () => number;
}

/** At a cell's start, in a cell without quotes, in one with quotes, at a quote in that, behind its closing one. */
type Place = "start" | "plain" | "quoted" | "quote" | "closed";

const [QUOTE, LF, CR, BLANK, TAB] = [34, 10, 13, 32, 9];
/** Longer slices of a text keep all of it in memory in V8. */
const LONGEST_COPY = 12;

/**
 * Reads rows out of a text that comes in pieces. Cells are trimmed outside of quotes; lines without anything are passed over. A quote inside
 * a cell that does not begin with one is text.
 *
 * @param take is called with each row and the line on which it begins
 */
export function createCsvParser(
  delimiter: string,
  take: (cells: string[], line: number) => void,
  fail: (fault: CsvFault) => never,
): CsvParser {
  const separator = delimiter.charCodeAt(0);
  let place: Place = "start";
  let cells: string[] = [];
  /** What earlier pieces have of the cell. */
  let begun = "";
  /** The current line, that of the row's first cell, that of the cell's opening quote. */
  let [line, first, opened] = [1, 1, 1];
  /** Whether a line feed would belong to the carriage return before it. */
  let returned = false;
  let hasQuotes = false;

  const isBlank = (code: number): boolean => code === BLANK || (code === TAB && separator !== TAB);
  const isEnd = (code: number): boolean => code === separator || code === LF || code === CR;

  function endCell(value: string): void {
    if (value.length > LONGEST_CELL) fail({ kind: "cell", line: hasQuotes ? opened : line, column: cells.length });
    if (cells.push(value.length > LONGEST_COPY ? copyOf(value) : value) > MOST_CELLS)
      fail({ kind: "cells", line: first, column: cells.length });
    begun = "";
    place = "start";
  }

  function endRow(): void {
    if (cells.length > 1 || cells[0] !== "" || hasQuotes) take(cells, first);
    cells = [];
    hasQuotes = false;
  }

  /** What ends a cell: a delimiter, or the end of a line. */
  function passEnd(code: number): void {
    if (code === separator) return;
    line += 1;
    returned = code === CR;
    endRow();
    first = line;
  }

  function keep(text: string): void {
    begun += text;
    if (begun.length > LONGEST_CELL) fail({ kind: "cell", line: place === "quoted" ? opened : line, column: cells.length });
  }

  /** Cells without quotes that end in the text, many at once, since most are such; returns where the first other one begins. */
  function plainCells(text: string, at: number): number {
    let from = at;
    for (let to = at; to < text.length; to++) {
      const code = text.charCodeAt(to);
      if (code === separator || code === LF || code === CR) {
        while (from < to && isBlank(text.charCodeAt(from))) from++;
        endCell(trimmed(text, from, to));
        passEnd(code);
        from = to + 1;
        if (code === CR) return from;
      } else if (code === QUOTE && trimmed(text, from, to) === "") return from;
    }
    return from;
  }

  function plain(text: string, from: number): number {
    let to = from;
    while (to < text.length && !isEnd(text.charCodeAt(to))) to++;
    if (to === text.length) {
      keep(text.slice(from));
      return to;
    }
    endCell(begun === "" ? trimmed(text, from, to) : trimmed(begun + text.slice(from, to)));
    passEnd(text.charCodeAt(to));
    return to + 1;
  }

  function trimmed(text: string, from = 0, to = text.length): string {
    while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
    return text.slice(from, to);
  }

  function quoted(text: string, from: number): number {
    const found = text.indexOf('"', from);
    const to = found < 0 ? text.length : found;
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at);
      if (code === CR || (code === LF && !returned)) line += 1;
      returned = code === CR;
    }
    keep(text.slice(from, to));
    if (found < 0) return to;
    returned = false;
    place = "quote";
    return to + 1;
  }

  /** One character at a cell's start or behind a quote; returns how many of it are done. */
  function step(code: number): 0 | 1 {
    if (place === "quote" && code === QUOTE) {
      begun += '"';
      place = "quoted";
    } else if (place === "start" && code === QUOTE) {
      opened = line;
      hasQuotes = true;
      place = "quoted";
    } else if (isBlank(code)) {
      if (place === "quote") place = "closed";
    } else if (place === "start") {
      place = "plain";
      return 0;
    } else if (isEnd(code)) {
      endCell(begun);
      passEnd(code);
    } else fail({ kind: "behind-quote", line, column: cells.length, got: String.fromCharCode(code) });
    return 1;
  }

  function start(text: string, from: number): number {
    const at = plainCells(text, from);
    return at < text.length && !returned ? at + step(text.charCodeAt(at)) : at;
  }

  return {
    add(text) {
      let at = 0;
      while (at < text.length) {
        if (place === "quoted") at = quoted(text, at);
        else if (returned) {
          returned = false;
          if (text.charCodeAt(at) === LF) at += 1;
        } else if (place === "plain") at = plain(text, at);
        else if (place === "start") at = start(text, at);
        else at += step(text.charCodeAt(at));
      }
    },
    end() {
      if (place === "quoted") fail({ kind: "unclosed", line: opened, column: cells.length });
      if (place === "start" && cells.length === 0) return;
      endCell(place === "plain" ? trimmed(begun) : begun);
      endRow();
    },
    line: () => line,
  };
}

function copyOf(text: string): string {
  return `${text} `.slice(0, -1);
}
