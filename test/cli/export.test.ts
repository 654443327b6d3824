import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { fail, succeed, words } from "./command.js";
import { irisCsv, readRows } from "./files.js";

const folder = temporaryFolder();

beforeAll(async () => {
  writeFiles(folder, { "flowers.csv": irisCsv() });
  await succeed(folder, "train flowers.csv --target species --epochs 2 --out flowers.safetensors");
});

test("the module says what predict says", async () => {
  await succeed(folder, "export flowers.safetensors --out classify.mjs --name classify");
  const { classify } = (await import(pathToFileURL(join(folder, "classify.mjs")).href)) as {
    classify: (row: Record<string, unknown>) => { label: string; probabilities: number[] };
  };
  const { header, rows } = readRows(await succeed(folder, "predict flowers.safetensors flowers.csv"));
  expect(rows).toHaveLength(150);
  for (const cells of rows) {
    const row = Object.fromEntries(header.slice(0, 4).map((name, at) => [name, cells[at]]));
    const { label, probabilities } = classify(row);
    expect(label).toBe(cells[5]);
    probabilities.forEach((value, j) => expect(value).toBeCloseTo(Number(cells[6 + j]), 6));
  }
});

test("cells of a table are read as the library reads them", async () => {
  const days = ["2024/05/31", "1.2.2023", "2022-03-04 12:30", "#N/A"];
  const sums = ["$5.50", "12%", "-€ 3", "1,200", "<NA>"];
  const lines = Array.from(
    { length: 60 },
    (_, at) => `${days[at % 4]!};${sums[at % 5]!};${["yes", "no", "?"][at % 3]!};${["Bern", "Zug"][at % 2]!};${at % 7}.5`,
  );
  writeFiles(folder, { "cells.csv": `day;sum;lift;town;rent\n${lines.join("\n")}\n` });
  await succeed(folder, "train cells.csv --target rent --decimal . --test 0 --epochs 2 --out cells.safetensors");
  await succeed(folder, "export cells.safetensors --out cells.mjs");
  const { predict } = (await import(pathToFileURL(join(folder, "cells.mjs")).href)) as {
    predict: (row: Record<string, unknown>) => { value: number };
  };
  const document = await succeed(folder, "predict cells.safetensors cells.csv --decimal . --format jsonl");
  const rows = document
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown> & { prediction: number });
  expect(rows).toHaveLength(60);
  for (const row of rows) expect(Math.abs(predict(row).value - row.prediction)).toBeLessThan(1e-6 * Math.max(1, Math.abs(row.prediction)));
  expect(new Set(rows.map(({ prediction }) => prediction)).size).toBeGreaterThan(30);
});

test("the language follows the name of the file, or is asked for; the same model gives the same bytes", async () => {
  const printed = await succeed(folder, "export flowers.safetensors --to typescript");
  await succeed(folder, "export flowers.safetensors --out predict.ts");
  expect(readFileSync(join(folder, "predict.ts"), "utf8")).toBe(printed);
  expect(printed).toContain("export function predict(row:");
});

test("what it cannot use is refused", async () => {
  await fail(folder, words("export flowers.safetensors"), 2, "--to: expected typescript or javascript");
  await fail(folder, words("export flowers.safetensors --out model.py"), 2, '"model.py"');
  await fail(folder, words("export flowers.safetensors --to javascript --name new"), 2, "new");
  await fail(folder, words("export flowers.safetensors --to javascript --out flowers.safetensors"), 2, "It would be overwritten");
});
