import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { iris } from "chainrule/iris";

/** Fisher's iris as a CSV file. */
export function irisCsv(): string {
  const { columns, inputs, target, rowCount } = iris();
  const width = columns.length;
  const rows = Array.from({ length: rowCount }, (_, row) =>
    [...inputs.subarray(row * width, (row + 1) * width), target.classes[target.indices[row]!]!].join(","),
  );
  return `${[...columns, "species"].join(",")}\n${rows.join("\n")}\n`;
}

/** y = 2 a - 3 b + 0.5 c + 7 on a grid of 125 rows, without noise. */
export function lineCsv(): string {
  const steps = [-2, -1, 0, 1, 2];
  const rows = steps.flatMap((a) => steps.flatMap((b) => steps.map((c) => [a, b, c, 2 * a - 3 * b + 0.5 * c + 7].join(","))));
  return `a,b,c,y\n${rows.join("\n")}\n`;
}

export const xorCsv = "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n";

/** Two bands of points, told apart by the sign of a + b. */
export function twoClassCsv(): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const a = (i % 10) / 5 - 1;
    const b = Math.floor(i / 10) / 3 - 0.8;
    return `${a},${b},${a + b > 0 ? "up" : "down"}`;
  });
  return `a,b,side\n${rows.join("\n")}\n`;
}

/** The network of a well-known worked example, with one output. */
export const textbook = {
  inputs: 2,
  layers: [{ units: 2 }, { units: 1 }],
  w2: [
    [0.15, 0.2],
    [0.25, 0.3],
  ],
  b2: [0.35, 0.35],
  w3: [[0.4, 0.45]],
  b3: [0.6],
};

/** Four IDX files: 20 training and 8 test images of 2 x 2 pixels, two classes. */
export function writeIdxFolder(folder: string): void {
  for (const [part, rows] of [
    ["train", 20],
    ["t10k", 8],
  ] as const) {
    const images = Buffer.alloc(16 + 4 * rows);
    images.set([0, 0, 8, 3]);
    [rows, 2, 2].forEach((size, i) => images.writeUInt32BE(size, 4 + 4 * i));
    for (let i = 0; i < 4 * rows; i++) images[16 + i] = (i * 37) % 256;
    const labels = Buffer.alloc(8 + rows);
    labels.set([0, 0, 8, 1]);
    labels.writeUInt32BE(rows, 4);
    for (let row = 0; row < rows; row++) labels[8 + row] = row % 2;
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), images);
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), labels);
  }
}

/** A simple reader of the CSV files that these tests make. */
export function readRows(text: string): { header: string[]; rows: string[][] } {
  const [header = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  return { header, rows };
}

export function readCsvFile(path: string): { header: string[]; rows: string[][] } {
  return readRows(readFileSync(path, "utf8"));
}
