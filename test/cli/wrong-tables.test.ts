import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, expectFailure, fail, runAll, succeed, words } from "./command.js";
import { irisCsv, lineCsv, writeIdxFolder, xorCsv } from "./files.js";

const folder = temporaryFolder();
/** [what is wrong, the table, what the message says] */
type Case = readonly [what: string, text: string | Uint8Array, ...parts: (string | RegExp)[]];

/** Trains on each table with the target y; FILE in a message stands for its name. */
async function refused(name: string, cases: readonly Case[]): Promise<void> {
  const files = cases.map(([, text], i) => {
    const file = `${name}${i}.csv`;
    writeFileSync(join(folder, file), text);
    return file;
  });
  const results = await runAll(
    folder,
    files.map((file) => ["train", file, "--target", "y"]),
  );
  cases.forEach(([, , ...parts], i) => {
    expectFailure(results[i]!, 2, ...parts.map((part) => (typeof part === "string" ? part.replace("FILE", files[i]!) : part)));
  });
}

describe.concurrent("a table to train on", () => {
  test("that is not there", async () => {
    await fail(folder, words("train none.csv --target y"), 2, '"none.csv", which is not there');
    await fail(folder, words("train digts"), 2, '"digts", which is not there. Did you mean "digits"?');
  });

  test("that is none", async () => {
    await refused("table", [
      ["empty", "", "FILE: expected rows, got an empty file"],
      ["with a header only", "a,b,y\n", "FILE: expected rows, got none"],
      ["of one row", "a,b,y\n1,2,p\n", 'FILE, column "y": expected at least two classes, got "p" in every row'],
      ["of one class", "a,b,y\n1,2,4\n3,4,4\n", 'FILE, column "y": expected at least two classes, got "4" in every row'],
      ["of the target only", "y\np\nq\n", 'FILE: expected a column to learn from, got the target "y" alone'],
      ["with a short row", "a,b,y\n1,2,p\n3,4\n5,6,q\n", "FILE, line 3: expected 3 cells, as in the header, got 2"],
      ["with a long row", "a,b,y\n1,2,p\n3,4,5,q\n", "FILE, line 3: expected 3 cells, as in the header, got 4. A cell with ", " in it"],
      [
        "with a quote that stays open",
        'a,b,y\n1,2,p\n3,4,"q\n5,6,p\n',
        'FILE, line 3, column "y": expected a closing quote',
        "got the end of the file",
      ],
      ["with a name twice", "a,b,a,y\n1,2,3,p\n", 'FILE, line 1: expected each column name once, got "a" in columns 1 and 3'],
      ["without a header", "1,2,p\n3,4,q\n", '--target: expected the column to learn, one of "col0", "col1", "col2", or last, got "y"'],
      [
        "with text among the numbers of the target",
        `a,y\n1,x\n${Array.from({ length: 12 }, (_, at) => `${(at * 7) % 5},${at}.5`).join("\n")}\n`,
        'FILE, line 2, column "y": expected a number, got "x"',
      ],
      [
        "with blank lines before the mistake",
        "a,b,y\n\n1,2,p\n\n\n3,x,q\n",
        'FILE, line 6, column "b": expected a number, as in 1 of the column\'s 2 cells, got "x"',
      ],
    ]);
  });

  test("with a cell that is no number", async () => {
    const cells = [
      ["oops", '"oops"'],
      ["inf", '"inf"'],
      ["-Infinity", '"-Infinity"'],
      ["0x10", '"0x10"'],
      ['"1,5"', '"1,5"'],
      ["1_000", '"1_000"'],
    ] as const;
    await refused(
      "cell",
      cells.map(([cell, got]) => [
        cell,
        `a,b,y\n1,2,p\n3,${cell},q\n5,6,p\n2,3,q\n`,
        `FILE, line 3, column "b": expected a number, as in 3 of the column's 4 cells, got ${got}.`,
        "--type b=categorical",
      ]),
    );
    await refused("large", [
      ["1e999", "a,b,y\n1,2,p\n3,1e999,q\n5,6,p\n2,3,q\n", 'line 3, column "b": expected a finite number, or nothing'],
    ]);
  });

  test("with gaps in columns and target, categories, semicolons and thousands is trained on", async () => {
    writeFiles(folder, { "gaps.csv": "a;b;c;y\n1;red;1 000;p\n?;green;;q\n5,5;red;3;\n2;green;4;q\n" });
    const { code, stdout, stderr } = await chainrule(
      folder,
      ...words("train gaps.csv --target y --test 0 --epochs 1 --out gaps.safetensors"),
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("3 rows");
    expect(stdout).toMatch(/a +numeric +1 +3 +1 to 5\.5/);
    expect(stdout).toMatch(/b +categorical/);
    expect(stderr).toContain('1 rows have no "y" and are left out');
  });

  test("that is half numbers, half text, is a column with mistakes", async () => {
    await refused("half", [
      [
        "half",
        "a,b,y\n1,2,p\n2,x,q\n3,4,p\n4,x,q\n",
        'FILE, line 3, column "b": expected a number, as in 2 of the column\'s 4 cells, got "x"',
      ],
    ]);
  });

  test("of other bytes than text", async () => {
    writeFileSync(join(folder, "bytes.csv"), Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0));
    await fail(folder, words("train bytes.csv --target y"), 2, "bytes.csv");
  });

  test("packed and cut short", async () => {
    writeFileSync(join(folder, "cut.csv.gz"), gzipSync(irisCsv()).subarray(0, 400));
    writeFileSync(join(folder, "plain.csv.gz"), irisCsv());
    await fail(folder, words("train cut.csv.gz --target species"), 3, "cut.csv.gz: expected a gzip file, got unexpected end of file");
    // It is what it holds, whatever it is called.
    await succeed(folder, "train plain.csv.gz --target species --epochs 1 --out plain.safetensors");
  });

  test("without or with a wrong target", async () => {
    writeFiles(folder, { "flowers.csv": irisCsv() });
    const names = 'one of "sepal_length", "sepal_width", "petal_length", "petal_width", "species", or last';
    await fail(folder, words("train flowers.csv"), 2, names, 'got nothing. Write --target "species", for example.');
    await fail(folder, words("train flowers.csv --target specis"), 2, names, 'got "specis". Did you mean "species"?');
    await fail(
      folder,
      words("train flowers.csv --target species --task regression"),
      2,
      'line 2, column "species"',
      'expected a number, got "setosa"',
    );
  });
});

describe("data for a model", () => {
  beforeAll(async () => {
    writeFiles(folder, { "iris.csv": irisCsv(), "line.csv": lineCsv(), "xor.csv": xorCsv });
    await Promise.all([
      succeed(folder, "train iris.csv --target species --epochs 2 --out iris.safetensors"),
      succeed(folder, "train digits --epochs 1 --out digits.safetensors"),
      succeed(folder, "train line.csv --target y --epochs 2 --out line.safetensors"),
      succeed(folder, "train xor.csv --target y --task classification --test 0 --epochs 1 --out xor.safetensors"),
    ]);
  });

  test("with a label outside the classes: its line is named", async () => {
    const lines = irisCsv().trim().split("\n");
    lines[42] = lines[42]!.replace("setosa", "sitosa");
    writeFiles(folder, { "label.csv": lines.join("\n"), "numbers.csv": "x1,x2,y\n0,0,1.0\n0,1,2\n" });
    const classes = `one of the model's classes ["setosa","versicolor","virginica"], got "sitosa". Did you mean "setosa"?`;
    for (const command of ["evaluate", "check-gradients"]) {
      await fail(folder, [command, "iris.safetensors", "label.csv"], 2, `label.csv, line 43, column "species": expected ${classes}`);
    }
    await fail(folder, words("evaluate xor.safetensors numbers.csv"), 2, 'numbers.csv, line 3, column "y"', "[0,1], got 2");
  });

  test("without the target", async () => {
    writeFiles(folder, { "inputs.csv": "a,b,c\n1,2,3\n" });
    await fail(folder, words("evaluate line.safetensors inputs.csv"), 2, 'the columns of "inputs.csv": expected "y", got 3 others');
    await fail(folder, words("check-gradients line.safetensors inputs.csv"), 2, 'expected "y"');
  });

  test("of another width", async () => {
    writeFiles(folder, {
      "narrow.csv": irisCsv().replaceAll(/^([^,]*,[^,]*,[^,]*),[^,]*/gm, "$1"),
      "typo.csv": irisCsv().replace("petal_width", "petal_widht"),
    });
    await fail(
      folder,
      words("predict iris.safetensors narrow.csv"),
      2,
      'the columns of "narrow.csv": expected "petal_width", got 4 others',
    );
    await fail(folder, words("predict iris.safetensors typo.csv"), 2, 'expected "petal_width", got 5 others. Is "');
    await fail(folder, words("evaluate digits.safetensors iris.csv"), 2, 'the columns of "iris.csv": expected ', "more, got 5 others");
    for (const command of ["evaluate", "predict", "check-gradients"]) {
      await fail(
        folder,
        [command, "digits.safetensors", "iris"],
        2,
        'the columns of "iris": expected the 64 inputs of the model, got 4 columns',
      );
    }
    await fail(folder, words("predict iris.safetensors digits"), 2, 'the columns of "digits": expected "sepal_length"', "got 65 others");
  });

  test("with a cell that is no number", async () => {
    writeFiles(folder, { "cell.csv": "a,b,c\n1,2,3\n4,x,6\n" });
    await fail(
      folder,
      words("predict line.safetensors cell.csv --out cells.csv"),
      2,
      'cell.csv, line 3, column "b": expected a finite number, or nothing, got "x"',
    );
    expect(readdirSync(folder)).not.toContain("cells.csv");
  });
});

describe.concurrent("a folder of IDX files", () => {
  async function broken(
    name: string,
    breakIt: (path: (file: string) => string) => void,
    code: number,
    ...parts: readonly string[]
  ): Promise<void> {
    const path = join(folder, name);
    mkdirSync(path);
    writeIdxFolder(path);
    breakIt((file) => join(path, file));
    await fail(folder, ["train", name], code, ...parts);
  }

  test("with a wrong magic", async () => {
    const breakIt = (path: (file: string) => string): void =>
      writeFileSync(path("train-images-idx3-ubyte"), Uint8Array.of(1, 0, 8, 3, 0, 0));
    await broken("magic", breakIt, 3, "train-images-idx3-ubyte: expected the IDX magic 00 00 08", "got 01 00 08 03");
  });

  test("with a short body", async () => {
    await broken(
      "body",
      (path) => truncateSync(path("t10k-images-idx3-ubyte"), 45),
      3,
      "8 x 2 x 2 = 32 values after the header, got 29. Is the file cut short?",
    );
    await broken("labels", (path) => truncateSync(path("train-labels-idx1-ubyte"), 27), 3, "20 values after the header, got 19");
  });

  test("without one of the four", async () => {
    await broken(
      "missing",
      (path) => rmSync(path("t10k-labels-idx1-ubyte")),
      2,
      "missing: expected t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz",
      "four IDX files",
    );
  });

  test("with nothing in it", async () => {
    mkdirSync(join(folder, "empty"));
    await fail(folder, words("train empty"), 2, "empty: expected train-images-idx3-ubyte", "got an empty folder");
  });

  test("keeps its own test part", async () => {
    await fail(
      folder,
      ["train", makeIdx("whole"), "--test", "0.3"],
      2,
      '--test: expected no fraction, since "whole" names its own test part (rows 20..28)',
    );
  });
});

function makeIdx(name: string): string {
  mkdirSync(join(folder, name));
  writeIdxFolder(join(folder, name));
  return name;
}
