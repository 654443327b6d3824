// How fast a CSV file is read, and in how much memory: node bench/tables.mjs [--rows 500000] [--json]
// A made file of 20 columns on disk, read once.
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { csvTable } from "chainrule/tables";

const { values } = parseArgs({ options: { rows: { type: "string", default: "500000" }, json: { type: "boolean", default: false } } });
const COLUMNS = 20;

/** Numbers of many digits, categories, and some cells in quotes. */
function cell(row, column) {
  if (column === 19) return `"town ${row % 97}"`;
  if (column % 5 === 4) return `category ${(row * column) % 31}`;
  return String(((row * 7919 + column * 104729) % 1000003) / 997);
}

async function write(path, rows) {
  const stream = createWriteStream(path);
  stream.write(`${Array.from({ length: COLUMNS }, (_, column) => `column ${column}`).join(",")}\n`);
  for (let row = 0; row < rows; row++) {
    const line = `${Array.from({ length: COLUMNS }, (_, column) => cell(row, column)).join(",")}\n`;
    if (!stream.write(line)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
}

const folder = mkdtempSync(join(tmpdir(), "chainrule-tables-"));
try {
  const path = join(folder, "made.csv");
  await write(path, Number(values.rows));
  const megabytes = statSync(path).size / 1e6;
  const { source } = await csvTable(() => createReadStream(path, { highWaterMark: 1 << 18 }), { name: path });
  let largest = 0;
  const start = performance.now();
  let rows = 0;
  for await (const batch of source.batches()) {
    rows += batch.length;
    largest = Math.max(largest, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - start) / 1000;
  const result = { rows, megabytes, seconds, rowsPerSecond: rows / seconds, largestMemory: largest / 1e6 };
  console.log(
    values.json
      ? JSON.stringify(result)
      : `${rows} rows, ${megabytes.toFixed(0)} MB in ${seconds.toFixed(2)} s: ${Math.round(result.rowsPerSecond)} rows/s, ` +
          `${(megabytes / seconds).toFixed(0)} MB/s, at most ${result.largestMemory.toFixed(0)} MB of memory`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
