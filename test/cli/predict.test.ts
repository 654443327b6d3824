import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { bin, chainrule, type EvaluateDocument, fail, json, leftovers, readTensors, succeed, words } from "./command.js";
import { irisCsv, lineCsv, readCsvFile, readRows, textbook, xorCsv } from "./files.js";

const folder = temporaryFolder();

beforeAll(async () => {
  const lines = irisCsv().trim().split("\n");
  const withoutTarget = lines.map((line) => line.split(",").slice(0, 4).join(","));
  writeFiles(folder, {
    "flowers.csv": irisCsv(),
    "inputs.csv": withoutTarget.join("\n"),
    "turned.csv": withoutTarget.map((line) => line.split(",").reverse().join(",")).join("\n"),
    "unknown.csv": irisCsv().replaceAll("setosa", "").replaceAll("virginica", "rose"),
    "line.csv": lineCsv(),
    "xor.csv": xorCsv,
    "textbook.json": textbook,
  });
  await Promise.all([
    succeed(folder, "train flowers.csv --target species --epochs 30 --out flowers.safetensors"),
    succeed(folder, "train iris --recipe equations --epochs 5 --out sigmoid.safetensors"),
    succeed(folder, "train line.csv --target y --hidden none --epochs 100 --out line.safetensors"),
    succeed(folder, "train xor.csv --target y --network textbook.json --test 0 --scale none --epochs 0 --out xor.safetensors"),
    succeed(folder, "train digits --epochs 1 --out digits.safetensors"),
  ]);
});

test("a row has all input columns, the prediction and a probability for each class", async () => {
  const { header, rows } = readRows(await succeed(folder, "predict flowers.safetensors flowers.csv"));
  const given = readCsvFile(join(folder, "flowers.csv"));
  expect(header).toEqual([...given.header, "prediction", "probability_setosa", "probability_versicolor", "probability_virginica"]);
  expect(rows.map((row) => row.slice(0, 5))).toEqual(given.rows);
  const names = ["setosa", "versicolor", "virginica"];
  for (const row of rows) {
    const probabilities = row.slice(6).map(Number);
    expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
    expect(names[probabilities.indexOf(Math.max(...probabilities))]).toBe(row[5]);
  }
  // The predictions are those that evaluate counts.
  const { accuracy, confusion } = await json<EvaluateDocument>(folder, "evaluate flowers.safetensors flowers.csv --part all");
  expect(rows.filter((row) => row[4] === row[5]).length / rows.length).toBeCloseTo(accuracy, 12);
  confusion.forEach((counts, c) =>
    counts.forEach((cell, p) => expect(rows.filter((row) => row[4] === names[c] && row[5] === names[p])).toHaveLength(cell)),
  );
});

describe.concurrent("the columns", () => {
  const predictions = (text: string): string[] => readRows(text).rows.map((row) => row.slice(-4).join(","));

  test("may lack the target, stand in another order, and the target may hold anything", async () => {
    const [whole, ...others] = await Promise.all(
      ["flowers.csv", "inputs.csv", "turned.csv", "unknown.csv"].map((file) => succeed(folder, `predict flowers.safetensors ${file}`)),
    );
    for (const other of others) expect(predictions(other)).toEqual(predictions(whole!));
  });

  test("keep their cells as they were written", async () => {
    const cells = 'id,sepal_length,sepal_width,petal_length,petal_width\n007,5.10,+3.5,14e-1,.2\n"a ""b"", c",5.1,3.50,1.4,0.20\n';
    writeFiles(folder, { "cells.csv": cells });
    const lines = (await succeed(folder, "predict flowers.safetensors cells.csv")).trim().split("\n");
    const given = cells.trim().split("\n");
    expect(lines.map((line, i) => line.slice(0, given[i]!.length + 1))).toEqual(given.map((line) => `${line},`));
    expect(lines[1]!.slice(given[1]!.length)).toBe(lines[2]!.slice(given[2]!.length));
  });

  test("may have the names of what is added", async () => {
    writeFiles(folder, { "taken.csv": "a,b,c,prediction\n1,2,3,x\n" });
    const { header } = readRows(await succeed(folder, "predict line.safetensors taken.csv"));
    expect(header).toEqual(["a", "b", "c", "prediction", "prediction_"]);
  });

  test("of embedded data are its inputs", async () => {
    const { header, rows } = readRows(await succeed(folder, "predict digits.safetensors digits"));
    expect(header).toHaveLength(64 + 1 + 10);
    expect(rows).toHaveLength(1797);
    expect(rows[0]!.slice(0, 8)).toEqual(["0", "0", "5", "13", "9", "1", "0", "0"]);
  });

  test("give reasons for the output that is asked for, by its class or its activation", async () => {
    const named = await json<{ of: string; reasons: { output: string; of: string } }>(
      folder,
      "explain flowers.safetensors flowers.csv --rows 3 --output virginica",
    );
    expect(named).toMatchObject({ of: "a5[2]", reasons: { output: "virginica", of: "a5[2]" } });
    expect(await json(folder, "explain flowers.safetensors flowers.csv --rows 3 --output a5.2")).toEqual(named);
    expect(await json(folder, "explain flowers.safetensors flowers.csv --rows 3 --output a4.2")).not.toHaveProperty("reasons");
  });

  test("are found by their names in embedded data too, and prepared as the table was", async () => {
    const { rows } = readRows(await succeed(folder, "predict flowers.safetensors iris"));
    const { rows: same } = readRows(await succeed(folder, "predict flowers.safetensors flowers.csv"));
    expect(rows.map((row) => row.slice(4))).toEqual(same.map((row) => row.slice(5)));
  });
});

describe.concurrent("what is predicted", () => {
  test("numbers, in the units of the table", async () => {
    const { header, rows } = readRows(await succeed(folder, "predict line.safetensors line.csv"));
    expect(header).toEqual(["a", "b", "c", "y", "prediction"]);
    for (const [, , , y, prediction] of rows) expect(Math.abs(Number(prediction) - Number(y))).toBeLessThan(0.02);
  });

  test("outputs instead of probabilities where the cost gives none", async () => {
    const { header, rows } = readRows(await succeed(folder, "predict sigmoid.safetensors iris"));
    expect(header.slice(4)).toEqual(["prediction", "output_setosa", "output_versicolor", "output_virginica"]);
    expect(rows.every((row) => row.slice(5).every((cell) => Number(cell) > 0 && Number(cell) < 1))).toBe(true);
  });

  test("the single output of the textbook's network, worked out here", async () => {
    const { header, rows } = readRows(await succeed(folder, "predict xor.safetensors xor.csv"));
    expect(header).toEqual(["x1", "x2", "y", "prediction", "output"]);
    const { w2, b2, w3, b3 } = textbook;
    const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
    for (const row of rows) {
      const [x1, x2, , prediction, output] = row.map(Number) as [number, number, number, number, number];
      const hidden = [0, 1].map((j) => sigmoid(w2[j]![0]! * x1 + w2[j]![1]! * x2 + b2[j]!));
      expect(output).toBeCloseTo(sigmoid(w3[0]![0]! * hidden[0]! + w3[0]![1]! * hidden[1]! + b3[0]!), 6);
      expect(prediction).toBe(output >= 0.5 ? 1 : 0);
    }
  });
});

describe.concurrent("where it goes", () => {
  test("--out writes the same bytes to a file, and nothing to standard output", async () => {
    const [printed, written] = await Promise.all([
      succeed(folder, "predict flowers.safetensors flowers.csv"),
      chainrule(folder, "predict", "flowers.safetensors", "flowers.csv", "--out", "predictions.csv"),
    ]);
    expect(written).toEqual({ code: 0, stdout: "", stderr: "150 predictions in predictions.csv\n" });
    expect(readFileSync(join(folder, "predictions.csv"), "utf8")).toBe(printed);
  });

  test("a reader that has seen enough is no error", async () => {
    const child = spawn(process.execPath, [bin, "predict", "digits.safetensors", "digits"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("training goes on where nobody reads, and saves its model", async () => {
    const child = spawn(process.execPath, [bin, "train", "iris", "--epochs", "5", "--out", "unread.safetensors"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect(readTensors(join(folder, "unread.safetensors")).tensors["b4"]!.values).toHaveLength(3);
  });
});

test("no temporary file is left", () => {
  expect(leftovers(folder)).toEqual([]);
});

describe.concurrent("files of other kinds", () => {
  const rows = Array.from({ length: 90 }, (_, i) => ({
    size: i % 11 === 0 ? "?" : `${40 + (i % 23)},5`,
    town: ["Bern", "Genf", "Zug"][i % 3]!,
    id: `=HYPERLINK(${i})`,
    rent: `-${900 + 11 * (i % 23)},5`,
  }));
  const csv = (columns: readonly (keyof (typeof rows)[number])[], some = rows): string =>
    `${columns.join(";")}\n${some.map((row) => columns.map((name) => row[name]).join(";")).join("\n")}\n`;
  const table = (text: string): { header: string[]; rows: string[][] } => {
    const [header = [], ...lines]: string[][] = parse(text);
    return { header, rows: lines };
  };
  const options = "--target rent --ignore id --test 0 --epochs 2";
  const predictions = async (...args: string[]): Promise<string[]> => {
    const { header, rows: lines } = table(await succeed(folder, `predict rent.safetensors ${args.join(" ")}`));
    return lines.map((cells) => cells[header.indexOf("prediction")]!);
  };

  test("columns in any order, others beside them, packed, row by row: the same predictions", async () => {
    writeFiles(folder, {
      "rents.csv": csv(["size", "town", "id", "rent"]),
      "backward.csv": csv(["rent", "id", "town", "size"], rows.toReversed()),
      "one.csv": csv(["town", "size"], rows.slice(7, 8)),
    });
    writeFileSync(join(folder, "packed.csv.gz"), gzipSync(csv(["size", "town", "id", "rent"])));
    await succeed(folder, `train rents.csv ${options} --out rent.safetensors`);
    const all = await predictions("rents.csv");
    expect(all).toHaveLength(90);
    expect((await predictions("backward.csv")).toReversed()).toEqual(all);
    expect(await predictions("packed.csv.gz")).toEqual(all);
    expect(await predictions("one.csv", "--delimiter", ";", "--decimal", ",")).toEqual([all[7]]);

    const cells = table(await succeed(folder, "predict rent.safetensors rents.csv")).rows[5]!;
    // A formula gets an apostrophe, a number with a decimal comma does not.
    expect(cells.slice(2, 4)).toEqual(["'=HYPERLINK(5)", rows[5]!.rent]);
    expect(table(await succeed(folder, "predict rent.safetensors rents.csv --raw")).rows[5]![2]).toBe("=HYPERLINK(5)");

    await succeed(folder, "predict rent.safetensors rents.csv --out rents.jsonl");
    const objects = readFileSync(join(folder, "rents.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { prediction: number });
    expect(objects.map(({ prediction }) => String(prediction))).toEqual(all);
    expect(objects[5]).toMatchObject({ size: rows[5]!.size, id: "=HYPERLINK(5)" });

    // A mistake in a late row leaves what was there.
    writeFiles(folder, { "late.csv": `${csv(["size", "town"])}oops;Bern\n`, "late-out.csv": "before" });
    await fail(folder, words("predict rent.safetensors late.csv --out late-out.csv"), 2, 'late.csv, line 92, column "size"');
    expect(readFileSync(join(folder, "late-out.csv"), "utf8")).toBe("before");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);

    const why = await json<{ reasons: { reasons: { column: string }[]; value: number; typical: number; rest: number } }>(
      folder,
      "explain rent.safetensors rents.csv --rows 12",
    );
    expect(why.reasons.reasons.map(({ column }) => column).sort()).toEqual(["size", "town"]);
    expect(await succeed(folder, "explain rent.safetensors rents.csv --rows 12")).toMatch(/column +here +typical row +push/);
    expect(await json(folder, "explain rent.safetensors rents.csv --rows 12 --output rent")).toMatchObject({ reasons: why.reasons });

    // What the model does not look at is named.
    const { stderr } = await chainrule(folder, ...words("predict rent.safetensors rents.csv"));
    expect(stderr).toBe('columns that the model does not look at: "id"\n');
  });
});
