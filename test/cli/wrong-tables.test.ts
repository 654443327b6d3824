import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { expectFailure, fail, runAll, succeed, words } from "./command.js";
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
      ["empty", "", "FILE: expected a header line and rows, got an empty file"],
      ["with a header only", "a,b,y\n", "FILE: expected rows below the header, got none"],
      ["of one row", "a,b,y\n1,2,p\n", 'FILE, column "y": expected at least two classes, got "p" in every row'],
      ["of one class", "a,b,y\n1,2,4\n3,4,4\n", 'FILE, column "y": expected at least two classes, got "4" in every row'],
      ["of the target only", "y\np\nq\n", "FILE: expected a column beside the target, got none"],
      ["with a short row", "a,b,y\n1,2,p\n3,4\n5,6,q\n", "FILE, line 3: expected 3 cells, as in the header, got 2"],
      ["with a long row", "a,b,y\n1,2,p\n3,4,5,q\n", "FILE, line 3: expected 3 cells, as in the header, got 4. A cell with a comma in it"],
      [
        "with a quote that stays open",
        'a,b,y\n1,2,p\n3,4,"q\n5,6,p\n',
        "FILE, line 3: expected a closing quote",
        "got the end of the file",
      ],
      ["with a quote inside a cell", 'a,b,y\n1,2,p"x\n', "FILE, line 2: expected quotes around a whole cell"],
      ["with a name twice", "a,b,a,y\n1,2,3,p\n", 'FILE, line 1: expected each column name once, got "a" twice'],
      [
        "with semicolons",
        "a;b;y\n1;2;p\n",
        '--target: expected the column to learn, one of "a;b;y", got "y"',
        'FILE separates its columns with ";"',
      ],
      ["without a header", "1,2,p\n3,4,q\n", 'got "y". Does line 1 of FILE name the columns?'],
      [
        "with a column of text",
        "a,b,y\n1,red,p\n2,green,q\n3,4,p\n",
        'FILE, line 2, column "b": expected a numeric column, got text such as "red"',
        "Leave the column out",
      ],
      ["with a gap in the target", "a,b,y\n1,2,p\n3,4,\n5,6,q\n", 'FILE, line 3, column "y": expected a class, got an empty cell'],
      [
        "with text among the numbers of the target",
        "a,y\n1,0.5\n2,x\n3,1.5\n",
        'FILE, line 3, column "y": expected a finite number, got "x"',
      ],
      ["with blank lines before the mistake", "a,b,y\n\n1,2,p\n\n\n3,x,q\n", 'FILE, line 6, column "b": expected a finite number, got "x"'],
    ]);
  });

  test("with a cell that is no number", async () => {
    const cells = [
      ["oops", '"oops"'],
      ["NaN", '"NaN"'],
      ["nan", '"nan"'],
      ["inf", '"inf"'],
      ["-Infinity", '"-Infinity"'],
      ["1e999", '"1e999"'],
      ["0x10", '"0x10"'],
      ['"1,5"', '"1,5"'],
      ["1_000", '"1_000"'],
      ["1 000", '"1 000"'],
      ["?", '"?"'],
      ["", "an empty cell"],
    ] as const;
    await refused(
      "cell",
      cells.map(([cell, got]) => [
        cell,
        `a,b,y\n1,2,p\n3,${cell},q\n5,6,p\n2,3,q\n`,
        `FILE, line 3, column "b": expected a finite number, got ${got}.`,
        "leave the row out",
      ]),
    );
  });

  test("that is half numbers, half text, is a column with mistakes; with more text it is one of text", async () => {
    await refused("half", [
      ["half", "a,b,y\n1,2,p\n2,x,q\n3,4,p\n4,x,q\n", 'FILE, line 3, column "b": expected a finite number, got "x"'],
      ["more", "a,b,y\n1,2,p\n2,x,q\n3,z,p\n", 'FILE, line 3, column "b": expected a numeric column, got text such as "x"'],
    ]);
  });

  test("of other bytes than text", async () => {
    writeFileSync(join(folder, "bytes.csv"), Uint8Array.of(0xff, 0xfe, 0, 97));
    await fail(folder, words("train bytes.csv --target y"), 2, "bytes.csv: expected a CSV file in UTF-8", "Save it as CSV in UTF-8.");
  });

  test("packed and cut short", async () => {
    writeFileSync(join(folder, "cut.csv.gz"), gzipSync(irisCsv()).subarray(0, 400));
    writeFileSync(join(folder, "plain.csv.gz"), irisCsv());
    await fail(folder, words("train cut.csv.gz --target species"), 3, "cut.csv.gz: expected a gzip file, got unexpected end of file");
    await fail(folder, words("train plain.csv.gz --target species"), 3, "plain.csv.gz: expected a gzip file, got incorrect header check");
  });

  test("without or with a wrong target", async () => {
    writeFiles(folder, { "flowers.csv": irisCsv() });
    const names = 'one of "sepal_length", "sepal_width", "petal_length", "petal_width", "species"';
    await fail(folder, words("train flowers.csv"), 2, names, 'got nothing. Write --target "species", for example.');
    await fail(folder, words("train flowers.csv --target specis"), 2, names, 'got "specis". Did you mean "species"?');
    await fail(
      folder,
      words("train flowers.csv --target species --task regression"),
      2,
      'line 2, column "species"',
      'text such as "setosa"',
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
    const classes = `one of the model's 3 classes, "setosa", "versicolor", "virginica", got "sitosa". Did you mean "setosa"?`;
    for (const command of ["evaluate", "check-gradients"]) {
      await fail(folder, [command, "iris.safetensors", "label.csv"], 2, `label.csv, line 43, column "species": expected ${classes}`);
    }
    await fail(folder, words("evaluate xor.safetensors numbers.csv"), 2, 'numbers.csv, line 3, column "y"', '"0", "1", got "2"');
  });

  test("without the target", async () => {
    writeFiles(folder, { "inputs.csv": "a,b,c\n1,2,3\n" });
    await fail(
      folder,
      words("evaluate line.safetensors inputs.csv"),
      2,
      'inputs.csv, line 1: expected the target to compare with, got 3 columns without "y"',
    );
    await fail(folder, words("check-gradients line.safetensors inputs.csv"), 2, 'without "y"');
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
      `narrow.csv, line 1: expected the model's 4 input columns, got 4 columns without "petal_width"`,
    );
    await fail(folder, words("predict iris.safetensors typo.csv"), 2, 'without "petal_width". Did you mean "petal_widht"?');
    await fail(
      folder,
      words("evaluate digits.safetensors iris.csv"),
      2,
      `expected the model's 64 input columns`,
      /"pixel11" and 52 more\.\n$/,
    );
    for (const command of ["evaluate", "predict", "check-gradients"]) {
      await fail(
        folder,
        [command, "digits.safetensors", "iris"],
        2,
        'the columns of "iris": expected the 64 inputs of the model, got 4 columns',
      );
    }
    await fail(
      folder,
      words("predict iris.safetensors digits"),
      2,
      'the columns of "digits": expected the 4 inputs of the model, got 64 columns',
    );
  });

  test("with a cell that is no number", async () => {
    writeFiles(folder, { "cell.csv": "a,b,c\n1,2,3\n4,x,6\n" });
    await fail(
      folder,
      words("predict line.safetensors cell.csv --out cells.csv"),
      2,
      'cell.csv, line 3, column "b": expected a finite number, got "x"',
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
