import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createCsvParser, type CsvFault, LONGEST_CELL, MOST_CELLS } from "../../src/tables/csv-parser.js";

interface Read {
  readonly rows: string[][];
  readonly lines: number[];
  readonly fault?: CsvFault;
}

function read(pieces: readonly string[], delimiter = ","): Read {
  const rows: string[][] = [];
  const lines: number[] = [];
  let fault: CsvFault | undefined;
  const parser = createCsvParser(
    delimiter,
    (cells, line) => {
      rows.push(cells);
      lines.push(line);
    },
    (found) => {
      fault = found;
      throw new Error(found.kind);
    },
  );
  try {
    for (const piece of pieces) parser.add(piece);
    parser.end();
  } catch (error) {
    if (fault === undefined) throw error;
    return { rows, lines, fault };
  }
  return { rows, lines };
}

const table: readonly [string, string, string[][], number[]][] = [
  [
    "plain cells",
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
    [1, 2],
  ],
  [
    "no line end at the end",
    "a,b\n1,2",
    [
      ["a", "b"],
      ["1", "2"],
    ],
    [1, 2],
  ],
  [
    "quotes",
    'a,b\n"1,5","say ""hi"""\n',
    [
      ["a", "b"],
      ["1,5", 'say "hi"'],
    ],
    [1, 2],
  ],
  [
    "quoted line ends",
    'a,b\n"x\ny\r\nz",2\n3,4',
    [
      ["a", "b"],
      ["x\ny\r\nz", "2"],
      ["3", "4"],
    ],
    [1, 2, 5],
  ],
  [
    "CRLF",
    'a,b\r\n"1","2"\r\n3,4\r\n',
    [
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ],
    [1, 2, 3],
  ],
  [
    "CR",
    "a,b\r1,2\r\r3,4\r",
    [
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ],
    [1, 2, 4],
  ],
  [
    "mixed line ends",
    "a,b\r\n1,2\n3,4\r5,6",
    [
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
      ["5", "6"],
    ],
    [1, 2, 3, 4],
  ],
  [
    "empty lines",
    "\n\na,b\n \n1,2\n\n\n3,4\n\n",
    [
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ],
    [3, 5, 8],
  ],
  [
    "blanks around cells",
    'a, b ,c\n 1 1 ,\t"x, y" , " z "\n',
    [
      ["a", "b", "c"],
      ["1 1", "x, y", " z "],
    ],
    [1, 2],
  ],
  [
    "nothing in cells",
    'a,b,c\n,,\n"","",\n,x',
    [
      ["a", "b", "c"],
      ["", "", ""],
      ["", "", ""],
      ["", "x"],
    ],
    [1, 2, 3, 4],
  ],
  ["one column", 'a\n1\n""\n2', [["a"], ["1"], [""], ["2"]], [1, 2, 3, 4]],
  [
    "a quote inside a cell",
    'a,b\n5" disk,2"\n',
    [
      ["a", "b"],
      ['5" disk', '2"'],
    ],
    [1, 2],
  ],
  [
    "characters of all planes",
    "a,b\nZürich,東京😀\n",
    [
      ["a", "b"],
      ["Zürich", "東京😀"],
    ],
    [1, 2],
  ],
];

describe.each(table)("reads %s", (_, text, rows, lines) => {
  test("wherever it is cut", () => {
    for (let cut = 0; cut <= text.length; cut++) {
      for (let other = cut; other <= text.length; other++) {
        const pieces = [text.slice(0, cut), text.slice(cut, other), text.slice(other)];
        expect(read(pieces), `cut at ${cut} and ${other}`).toEqual({ rows, lines });
      }
    }
  });
});

test("other delimiters; a tab is no blank then", () => {
  expect(read(["a;b\n1,5;2\n"], ";").rows).toEqual([
    ["a", "b"],
    ["1,5", "2"],
  ]);
  expect(read(["a\tb c\n\t x \n"], "\t").rows).toEqual([
    ["a", "b c"],
    ["", "x"],
  ]);
  expect(read(["a|b\n1|2\n"], "|").rows).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
});

/** csv-parse, which is slow and strict, is the judge of what both read. */
function judged(text: string): string[][] {
  return parse(text, { trim: true, skip_empty_lines: true, relax_column_count: true, record_delimiter: ["\r\n", "\n", "\r"] });
}

test("gives csv-parse's rows for any text that both read, cut anywhere", () => {
  const random = createRandom(7, 1);
  const draw = (count: number): number => random.below(count);
  const cells = ["1", "", "x y", '"x"', '"a,b"', '"a ""q"" b"', '"l\nm"', '"l\r\nm\r"', " p ", ' "q" ', '""', "é", "😀", "-1.5e3"];
  const ends = ["\n", "\r\n", "\r", "\n\n"];
  let several = 0;
  for (let round = 0; round < 400; round++) {
    let text = "";
    for (let row = draw(5) + 1; row > 0; row--) {
      text += Array.from({ length: draw(4) + 1 }, () => cells[draw(cells.length)]!).join(",");
      if (row > 1 || draw(2) === 0) text += ends[draw(ends.length)]!;
    }
    const pieces: string[] = [];
    for (let from = 0; from < text.length;) pieces.push(text.slice(from, (from += draw(4) + 1)));
    const { rows, fault } = read(pieces);
    expect(fault, JSON.stringify(text)).toBeUndefined();
    expect(rows, JSON.stringify(text)).toEqual(judged(text));
    several += Number(rows.length > 1);
  }
  expect(several).toBeGreaterThan(200);
});

describe("refuses, wherever it is cut,", () => {
  test.each<[string, string, CsvFault]>([
    ["a quote that is not closed", 'a,b\n1,2\n"x\ny",3\n\n4,"z\n5,6\n', { kind: "unclosed", line: 6, column: 1 }],
    ["text behind a quote", 'a,b\n"x\n" y,3\n', { kind: "behind-quote", line: 3, column: 0, got: "y" }],
  ])("%s", (_, text, fault) => {
    for (let cut = 0; cut <= text.length; cut++) expect(read([text.slice(0, cut), text.slice(cut)]).fault, `cut at ${cut}`).toEqual(fault);
  });

  test("a row of a million cells, a cell of a hundred megabytes", () => {
    expect(read(["a,b\n", "1,".repeat(1_000_000)]).fault).toEqual({ kind: "cells", line: 2, column: MOST_CELLS + 1 });
    const piece = "x".repeat(LONGEST_CELL / 4);
    const pieces = (before: string): string[] => [before, ...Array<string>(400).fill(piece)];
    expect(read(pieces("a,b\n1,2\n3,")).fault).toEqual({ kind: "cell", line: 3, column: 1 });
    expect(read(pieces('a,b\n"1\n","')).fault).toEqual({ kind: "cell", line: 3, column: 1 });
    expect(read([`a,b\n1,${piece.repeat(4)}\n`]).rows[1]![1]).toHaveLength(LONGEST_CELL);
    expect(read([`a,b\n1,${piece.repeat(4)}x\n`]).fault).toEqual({ kind: "cell", line: 2, column: 1 });
  });
});
