import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, type EvaluateDocument, fail, json, succeed, words } from "./command.js";
import { irisCsv, lineCsv, twoClassCsv } from "./files.js";

const folder = temporaryFolder();
const evaluation = (line: string): Promise<EvaluateDocument> => json<EvaluateDocument>(folder, `evaluate ${line}`);

beforeAll(async () => {
  const [header, ...rows] = irisCsv().trim().split("\n");
  writeFiles(folder, {
    "flowers.csv": irisCsv(),
    "some.csv": `${header!}\n${rows.slice(40, 70).join("\n")}\n`,
    // Other order of columns, one column more, which the model does not know.
    "turned.csv": irisCsv()
      .trim()
      .split("\n")
      .map((line, i) => [i === 0 ? "note" : `"row, ${i}"`, ...line.split(",").reverse()].join(","))
      .join("\n"),
    "line.csv": lineCsv(),
    "sides.csv": twoClassCsv(),
  });
  await Promise.all([
    succeed(folder, "train iris --epochs 30 --out iris.safetensors"),
    succeed(folder, "train iris --epochs 5 --test 0 --validation 0 --out whole.safetensors"),
    succeed(folder, "train line.csv --target y --hidden none --epochs 100 --out line.safetensors"),
    succeed(folder, "train sides.csv --target side --epochs 20 --out sides.safetensors"),
  ]);
});

describe.concurrent("the data that the model was trained on", () => {
  test("is measured on its held-out part, and the command says so", async () => {
    const [{ stdout }, document] = await Promise.all([
      chainrule(folder, "evaluate", "iris.safetensors", "iris"),
      evaluation("iris.safetensors iris"),
    ]);
    expect(stdout).toContain("the model was trained on iris: this is the held-out test part of it");
    expect(stdout).toMatch(/accuracy [\d.]+ %, cost [\d.]+ on 30 rows/);
    expect(stdout).toMatch(/^ {2}true +setosa versicolor +virginica +recall$/m);
    expect(stdout).toMatch(/^ {12}precision +recall +F1$/m);
    for (const name of ["macro", "micro", "weighted"]) expect(stdout).toMatch(new RegExp(`^  ${name} +([\\d.]+ % *){3}$`, "m"));
    expect(stdout).toMatch(/^ {2}top 1, 2, 3 +[\d.]+ %, [\d.]+ %, 100\.00 %$/m);
    expect(stdout).toMatch(/^ {2}ROC AUC +[01]\.\d{4} \(each class against the rest; weighted [01]\.\d{4}\)$/m);
    for (const name of ["log-loss", "Brier score", "calibration error", "Matthews correlation", "average precision"]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +[\\d.e-]+$`, "m"));
    }
    expect(document).toMatchObject({ kind: "classification", part: "test", trainedOn: true, rows: 30 });
  });

  test("from another file of the same rows is the same data", async () => {
    const [embedded, file] = await Promise.all([evaluation("iris.safetensors iris"), evaluation("iris.safetensors flowers.csv")]);
    expect(file).toEqual(embedded);
  });

  test("has parts that add up to the whole", async () => {
    const parts = await Promise.all(
      ["train", "validation", "test", "all"].map((part) => evaluation(`iris.safetensors iris --part ${part}`)),
    );
    expect(parts.map(({ part, rows, trainedOn }) => [part, rows, trainedOn])).toEqual([
      ["train", 108, true],
      ["validation", 12, true],
      ["test", 30, true],
      ["all", 150, true],
    ]);
    const sum = (read: (document: EvaluateDocument) => number): number => parts.slice(0, 3).reduce((total, part) => total + read(part), 0);
    const all = parts[3]!;
    expect(sum(({ rows, accuracy }) => rows * accuracy)).toBeCloseTo(150 * all.accuracy, 9);
    expect(sum(({ rows, cost }) => rows * cost)).toBeCloseTo(150 * all.cost, 6);
    all.confusion.forEach((row, c) => row.forEach((cell, p) => expect(sum(({ confusion }) => confusion[c]![p]!)).toBe(cell)));
    // The table counts what accuracy counts.
    for (const { confusion, rows, accuracy } of parts) {
      expect(confusion.flat().reduce((total, cell) => total + cell)).toBe(rows);
      expect(confusion.reduce((total, row, c) => total + row[c]!, 0) / rows).toBeCloseTo(accuracy, 12);
    }
  });

  test("in words", async () => {
    expect(await succeed(folder, "evaluate iris.safetensors iris --part train")).toContain("this is the train part of it");
    expect(await succeed(folder, "evaluate iris.safetensors iris --part all")).toContain(
      "every row of iris, on which the model was trained",
    );
    expect(await succeed(folder, "evaluate whole.safetensors iris")).toContain("every row of iris, on which the model was trained");
  });

  test("has no part that is empty", async () => {
    await fail(
      folder,
      words("evaluate whole.safetensors iris --part test"),
      2,
      "--part: expected a part with rows in it",
      '"test", which is empty',
    );
  });
});

describe.concurrent("other data", () => {
  test("is measured on every row", async () => {
    expect(await evaluation("iris.safetensors some.csv")).toMatchObject({ part: "all", trainedOn: false, rows: 30 });
    expect(await succeed(folder, "evaluate iris.safetensors some.csv")).toContain("every row of some.csv");
  });

  test("has its columns found by name", async () => {
    const [turned, plain] = await Promise.all([
      evaluation("iris.safetensors turned.csv"),
      evaluation("iris.safetensors flowers.csv --part test"),
    ]);
    expect(turned).toEqual(plain);
  });

  test("has no parts", async () => {
    await fail(
      folder,
      words("evaluate iris.safetensors some.csv --part test"),
      2,
      '--part: expected "all"',
      'not trained on "some.csv" as it is now',
    );
  });
});

test.concurrent("the table of how sure the predictions were adds up, and has the bins of the document", async () => {
  const [stdout, document] = await Promise.all([
    succeed(folder, "evaluate iris.safetensors iris --part all"),
    json<{ calibration: { from: number; rows: number }[] }>(folder, "evaluate iris.safetensors iris --part all"),
  ]);
  const lines = Array.from(stdout.matchAll(/^ {2}([\d.]+) to [\d.]+ +(\d+) +[\d.]+ % +[\d.]+ %$/gm), ([, from, rows]) => [
    from,
    Number(rows),
  ]);
  expect(lines.reduce((sum, [, rows]) => sum + Number(rows), 0)).toBe(150);
  expect(document.calibration).toHaveLength(15);
  const full = document.calibration.filter(({ rows }) => rows > 0);
  expect(lines).toEqual(full.map(({ from, rows }) => [from.toFixed(3), rows]));
});

test.concurrent("outputs that are no probabilities have no log-loss, and the command says so", async () => {
  await succeed(folder, "train iris --recipe equations --epochs 3 --out squares.safetensors");
  const stdout = await succeed(folder, "evaluate squares.safetensors iris");
  expect(stdout).toContain("no log-loss, no Brier score, no calibration: the outputs are no probabilities");
  expect(stdout).toContain("ROC AUC");
  expect(await evaluation("squares.safetensors iris")).toMatchObject({ logLoss: null, brier: null, calibration: null });
});

test.concurrent("what is not defined is said in words, and null in the document", async () => {
  const [header, ...rows] = irisCsv().trim().split("\n");
  writeFiles(folder, { "two.csv": `${header!}\n${rows.slice(0, 60).join("\n")}\n` });
  expect(await succeed(folder, "evaluate iris.safetensors two.csv")).toMatch(/^ {2}ROC AUC +not defined \(.*weighted 1\.0000\)$/m);
  expect(await evaluation("iris.safetensors two.csv")).toMatchObject({ rocAuc: null, rocAucWeighted: 1 });
});

test("numbers are measured in their own units", async () => {
  const document = await json<Record<string, number>>(folder, "evaluate line.safetensors line.csv --part all");
  expect(document).toMatchObject({ kind: "regression", rows: 125 });
  expect(document["rmse"]).toBeLessThan(0.01);
  expect(document["mae"]).toBeLessThanOrEqual(document["rmse"]!);
  expect(document["r2"]).toBeGreaterThan(0.999);
  expect(await succeed(folder, "evaluate line.safetensors line.csv")).toMatch(
    /RMSE [\d.e-]+, mean absolute error [\d.e-]+, R2 1\.0000, cost/,
  );
  expect(document["medianError"]).toBeLessThan(0.01);
  expect(document["explainedVariance"]).toBeGreaterThan(0.999);
  expect(document["mape"]).toBeGreaterThan(0);
  const stdout = await succeed(folder, "evaluate line.safetensors line.csv");
  for (const value of [
    "median error +[\\d.e-]+",
    "explained variance +1\\.0000",
    "percentage error +[\\d.e+]+ % \\(there are true values of about 0\\)",
  ]) {
    expect(stdout).toMatch(new RegExp(`^  ${value}$`, "m"));
  }
  writeFiles(folder, { "single.csv": lineCsv().split("\n").slice(0, 2).join("\n") });
  expect(await succeed(folder, "evaluate line.safetensors single.csv")).toContain("R2 not defined");
});

test("two classes", async () => {
  const document = await evaluation("sides.safetensors sides.csv --part all");
  expect(document.classes).toEqual(["down", "up"]);
  expect(document.confusion).toHaveLength(2);
});

test("a class that is a number is known however it is written", async () => {
  const rows = Array.from({ length: 20 }, (_, x) => [2 * x, x < 10 ? 0 : 1] as const);
  writeFiles(folder, {
    "whole.csv": `x,y\n${rows.map(([x, y]) => `${x},${y}`).join("\n")}\n`,
    "points.csv": `x,y\n${rows.map(([x, y]) => `${x},${y}.0`).join("\n")}\n`,
  });
  await succeed(folder, "train whole.csv --target y --epochs 5 --out numbers.safetensors");
  const [whole, points] = await Promise.all(["whole", "points"].map((name) => evaluation(`numbers.safetensors ${name}.csv --part all`)));
  expect(points!.confusion).toEqual(whole!.confusion);
});
