// Writes src/data/digits-values.ts and src/data/iris-values.ts from the UCI files: node scripts/embed-data.mjs <folder>
// The folder holds digits.csv.gz (64 pixels 0..16, then the label; no header) and iris.csv (with a header).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const folder = process.argv[2];
if (folder === undefined) throw new Error("expected the folder of digits.csv.gz and iris.csv");
const lines = (text) =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
const out = (name, text) => writeFileSync(new URL(`../src/data/${name}`, import.meta.url), text);

const digits = lines(gunzipSync(readFileSync(join(folder, "digits.csv.gz"))).toString()).map((row) => row.map(Number));
const letter = (value) => String.fromCharCode("a".charCodeAt(0) + value);
const pixels = digits.flatMap((row) => row.slice(0, 64).map(letter)).join("");
// A run of 2..27 zeros becomes one capital: A for 2, Z for 27.
const packed = pixels.replace(/a{2,27}/g, (run) => String.fromCharCode("A".charCodeAt(0) + run.length - 2));
out(
  "digits-values.ts",
  `// Made by scripts/embed-data.mjs. Pixels row by row: a..q for 0..16, A..Z for a run of 2..27 zeros.
export const DIGIT_PIXELS = "${packed}";
/** One digit a row. */
export const DIGIT_LABELS = "${digits.map((row) => row[64]).join("")}";
`,
);

const iris = lines(readFileSync(join(folder, "iris.csv"), "utf8")).slice(1);
const species = [...new Set(iris.map((row) => row[4]))];
out(
  "iris-values.ts",
  `// Made by scripts/embed-data.mjs. One row of four lengths in tenths of a centimetre after another, 50 rows a species.
export const IRIS_SPECIES = ${JSON.stringify(species)} as const;
export const IRIS_TENTHS =
  "${iris
    .map((row) =>
      row
        .slice(0, 4)
        .map((x) => Math.round(Number(x) * 10))
        .join(" "),
    )
    .join(" ")}";
`,
);
if (!iris.every((row, index) => row[4] === species[Math.floor(index / 50)])) throw new Error("iris is not in the order of its species");
