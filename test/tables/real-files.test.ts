import { createReadStream } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { prepareTable, type PrepareOptions } from "chainrule";
import { csvTable } from "chainrule/tables";
import { tables, tablesPath } from "../support/shared.js";

async function read(file: string, options: PrepareOptions) {
  const { source, dialect } = await csvTable(() => createReadStream(join(tablesPath, file)), { name: file });
  const prepared = await prepareTable(source, { mark: dialect.mark, ...options });
  return { ...prepared, dialect, source, types: prepared.schema.map(({ name, type }) => `${name}: ${type ?? "left out"}`) };
}

const plain = { encoding: "utf-8", delimiter: ",", mark: "." } as const;

tables.test("adult: no header, a blank after each comma, ? for what is missing", async () => {
  const { dialect, dataset, types, schema } = await read("adult-train.csv.gz", { target: "col14" });
  expect(dialect).toEqual({ ...plain, gzip: true, header: false, columns: 15 });
  expect(dataset.rowCount).toBe(32_561);
  expect(dataset.target).toMatchObject({ classes: ["<=50K", ">50K"] });
  const numeric = [0, 2, 4, 10, 11, 12];
  expect(types).toEqual(Array.from({ length: 14 }, (_, at) => `col${at}: ${numeric.includes(at) ? "numeric" : "categorical"}`));
  expect([1, 6, 13].map((at) => schema[at]!.missing)).toEqual([1836, 1843, 583]);
  const test = await read("adult-test.csv.gz", { target: "col14" });
  expect(test.dataset.rowCount).toBe(16_281);
  expect(test.dataset.target).toMatchObject({ classes: ["<=50K", ">50K"] });
});

tables.test("california: a header, 207 gaps, a column of categories", async () => {
  const { dialect, dataset, types, schema, source } = await read("california-housing.csv.gz", { target: "median_house_value" });
  expect(dialect).toEqual({ ...plain, gzip: true, header: true, columns: 10 });
  expect(dataset.rowCount).toBe(20_640);
  expect(types.at(-1)).toBe("ocean_proximity: categorical");
  expect(schema.find(({ name }) => name === "total_bedrooms")!.missing).toBe(207);
  expect(source.place(20_639, "longitude")).toBe('california-housing.csv.gz, line 20641, column "longitude"');
});

tables.test("digits: no header; iris: a header", async () => {
  const digits = await read("digits.csv.gz", { target: "col64" });
  expect(digits.dialect).toEqual({ ...plain, gzip: true, header: false, columns: 65 });
  expect(digits.dataset.rowCount).toBe(1797);
  const iris = await read("iris.csv", { target: "species" });
  expect(iris.dialect).toEqual({ ...plain, gzip: false, header: true, columns: 5 });
  expect(iris.dataset.target).toMatchObject({ classes: { length: 3 } });
});

// Counted by Python's csv module and sets of tuples.
tables.test("adult: copies and contradictions, and what its test file has of the other", async () => {
  const { source } = await csvTable(() => createReadStream(join(tablesPath, "adult-test.csv.gz")), { name: "adult-test.csv.gz" });
  const { notes } = await read("adult-train.csv.gz", { target: "col14", testTable: source, validation: 0 });
  expect(notes).toEqual([
    '52 rows have the inputs and the "col14" of an earlier row: copies, or alike by chance',
    "23 of 16281 test rows have the inputs and the target of a training row: leave copies out, or keep them in one part (group)",
    '10 rows have the inputs of a row with another "col14": no model can be right on all of them',
  ]);
});
