import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { EXIT } from "../../cli/src/exit-codes.js";
import type { Report } from "../../src/report/report.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { expectFailure, runAll, succeed, words } from "./command.js";
import { irisCsv } from "./files.js";

const folder = temporaryFolder();
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const readReport = (file: string): Report => JSON.parse(read(file)) as Report;
const [head = "", ...rows] = irisCsv().trim().split("\n");
const [first, second] = [rows.filter((_, i) => i % 3 > 0), rows.filter((_, i) => i % 3 === 0)];

beforeAll(async () => {
  writeFiles(folder, { "first.csv": [head, ...first, ""].join("\n"), "second.csv": [head, ...second, ""].join("\n") });
  const out = await succeed(
    folder,
    "train first.csv --target species --test-file second.csv --epochs 1 --report report.html --out flowers.safetensors",
  );
  expect(out).toContain("Report report.html");
  // What is shown of a row of the test file is asked of that file.
  expect(out).toMatch(/explain flowers\.safetensors second\.csv --rows 0 /);
});

test("train writes a page, of a table with its schema, recipe, history and linear model", async () => {
  const page = read("report.html");
  expect(page).toMatch(/^<!doctype html>/);
  for (const part of ["Learning curve", "Columns", "tabular", "a network without a hidden layer"]) expect(page).toContain(part);
  await succeed(
    folder,
    "train first.csv --target species --test-file second.csv --epochs 1 --quiet --report a.json --out other.safetensors",
  );
  const { headline, mistakes, history, columns } = readReport("a.json");
  expect(headline).toMatchObject({ rows: 50, part: "test", recipe: "tabular", epochs: 1, targets: ["species"] });
  expect(history).toHaveLength(1);
  expect(columns?.map(({ name }) => name)).toEqual(head.split(",").slice(0, 4));
  // Rows of the test file are counted on behind the others.
  expect(mistakes.rows.length).toBeGreaterThan(0);
  for (const { row, cells } of mistakes.rows) expect(Object.values(cells!).join(",")).toBe(second[row - first.length]);
});

test("evaluate writes the other formats, of other data without a linear model", async () => {
  await succeed(folder, "evaluate flowers.safetensors second.csv --report report.json");
  const { headline, baselines, mistakes } = readReport("report.json");
  expect(headline).toMatchObject({ rows: 50, part: "all", trainedOn: false, parts: null });
  expect(baselines.linear).toBeNull();
  for (const { row, cells } of mistakes.rows) expect(Object.values(cells!).join(",")).toBe(second[row]);
  await succeed(folder, "evaluate flowers.safetensors second.csv --report report.MD");
  expect(read("report.MD")).toMatch(/^# species in second.csv/);
  await succeed(folder, "evaluate flowers.safetensors second.csv --report report.txt");
  expect(read("report.txt")).toMatch(/^species in second.csv.*\n=+\n/);
});

test("what cannot be written is refused before the training", async () => {
  const before = readdirSync(folder);
  const train = "train iris --epochs 1 --out new.safetensors --report";
  const commands = [
    `${train} report.pdf`,
    `${train} report`,
    `${train} nowhere/report.html`,
    `${train} new.safetensors`,
    "train iris --epochs 1 --out new.html --report ./new.html",
    "train first.csv --target species --report first.csv",
    "evaluate flowers.safetensors second.csv --report report.docx",
  ];
  const finished = await runAll(folder, commands.map(words));
  const [pdf, none, nowhere, model, same, input, docx] = finished;
  for (const one of [pdf, none, docx]) expectFailure(one!, EXIT.usage, /--report.*\.html, \.json, \.txt or \.md/s);
  expectFailure(nowhere!, EXIT.environment, /--report/, /nowhere/);
  expectFailure(model!, EXIT.usage, /--report/);
  expectFailure(same!, EXIT.usage, /another file than --out/);
  expectFailure(input!, EXIT.usage, /overwritten/);
  expect(readdirSync(folder)).toEqual(before);
  expect(existsSync(join(folder, "new.safetensors"))).toBe(false);
});

test("a run that goes on writes its report too", async () => {
  await succeed(folder, "train iris --epochs 2 --checkpoint run --quiet --report run.txt --out run.safetensors");
  const text = read("run.txt");
  writeFiles(folder, { "run.txt": "" });
  await succeed(folder, "resume run --quiet");
  expect(read("run.txt")).toBe(text);
});

test("a cross-validation writes one of all rows", async () => {
  const out = await succeed(folder, "train first.csv --target species --folds 3 --epochs 1 --report folds.json");
  expect(out).toContain("Report folds.json");
  const { headline, sections, mistakes } = readReport("folds.json");
  expect(headline).toMatchObject({ rows: first.length, folds: 3, recipe: "tabular", part: "test" });
  expect(sections[0]!.scores[0]!.folds!.folds).toHaveLength(3);
  for (const { row, cells } of mistakes.rows) expect(Object.values(cells!).join(",")).toBe(first[row]);
  const json = await succeed(folder, "train iris --folds 2 --epochs 1 --json --report folds.html");
  expect(JSON.parse(json)).toMatchObject({ folds: 2 });
  expect(read("folds.html")).toContain("2 folds, drawn at random");
});
