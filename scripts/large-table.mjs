// Writes a CSV file of any number of rows and 20 columns, the same bytes each time, for measurements of tables that are larger than memory:
//   node scripts/large-table.mjs FILE [ROWS]
// Twelve columns of numbers (two of them with gaps), four of categories (one with 200 of them), one of truth, one of days, one of counts, and
// y, which follows from some of them.
import { closeSync, openSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const ROWS = 5_000_000;
const NAMES = [
  ...Array.from({ length: 12 }, (_, k) => `n${k}`),
  ...Array.from({ length: 4 }, (_, k) => `c${k}`),
  "member",
  "day",
  "visits",
  "y",
];
const TOWNS = ["Bern", "Zug", "Chur", "Genf", "Basel"];

/** Numbers in [0, 1): xorshift32 (Marsaglia 2003). */
function createNumbers(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Writes the table to `path`. */
export function writeLargeTable(path, rows = ROWS) {
  const next = createNumbers(20_240_531);
  const file = openSync(path, "w");
  let text = `${NAMES.join(",")}\n`;
  for (let row = 0; row < rows; row++) {
    const numbers = Array.from({ length: 12 }, () => next());
    const town = Math.floor(next() * TOWNS.length);
    const code = Math.floor(next() * next() * 200);
    const member = next() < 0.3;
    const month = 1 + Math.floor(next() * 12);
    const visits = Math.floor(-10 * Math.log(1 - next()));
    const y = 3 * numbers[0] - 2 * numbers[1] * numbers[2] + town / 2 + (member ? 1 : 0) + (code % 7) / 10 + next() / 2;
    const cells = numbers.map((value, k) => (k < 10 || next() < 0.95 ? (100 * value).toFixed(k % 4) : ""));
    const categories = [TOWNS[town], `k${code}`, next() < 0.5 ? "a" : "b", next() < 0.9 ? `g${Math.floor(next() * 8)}` : ""];
    const day = `20${10 + Math.floor(next() * 14)}-${String(month).padStart(2, "0")}-15`;
    text += `${[...cells, ...categories, member ? "yes" : "no", day, visits, y.toFixed(4)].join(",")}\n`;
    if (text.length > 2 ** 20) {
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
}

const [, program] = process.argv;
if (program !== undefined && import.meta.url === pathToFileURL(program).href) {
  const [path, rows = String(ROWS), ...more] = parseArgs({ allowPositionals: true }).positionals;
  if (path === undefined || more.length > 0 || !/^[1-9]\d*$/.test(rows)) throw new Error("node scripts/large-table.mjs FILE [ROWS]");
  writeLargeTable(path, Number(rows));
}
