import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Cell, ChainruleError, prepareTable, type TableSource } from "chainrule";
import { openFile } from "../../cli/src/data/table-source.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";

async function rowsOf(source: TableSource): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const batch of source.batches()) rows.push(...batch.map((row) => [...row]));
  return rows;
}

async function fault(path: string) {
  const error = await openFile(path)
    .then(({ source }) => rowsOf(source))
    .catch((thrown: unknown) => thrown);
  if (error instanceof ChainruleError) return { code: error.code, ...error.problems[0] };
  throw new Error("nothing went wrong", { cause: error });
}

/** 60 rows as test/fixtures/tables/*.parquet has them, written by hyparquet-writer in row groups of 25. */
const flats = Array.from({ length: 60 }, (_, i) => ({
  size: i % 9 === 0 ? null : 40.5 + i,
  rooms: 1 + (i % 5),
  town: ["Bern", "Genève", "Zürich 😀"][i % 3]!,
  lift: i % 2 === 0,
  built: new Date(Date.UTC(1990 + (i % 30), i % 12, 1 + (i % 28))),
  rent: 900 + 10 * i + (i % 3) * 100,
}));
const day = (date: Date): string => date.toISOString().slice(0, 10);
const csv = [
  Object.keys(flats[0]!).join(","),
  ...flats.map(({ size, rooms, town, lift, built, rent }) => [size ?? "", rooms, town, lift, day(built), rent].join(",")),
].join("\n");
const lines = flats.map((flat) => JSON.stringify({ ...flat, built: day(flat.built) })).join("\n");
const fixture = (codec: string): string => join(root, "test", "fixtures", "tables", `flats-${codec}.parquet`);

describe("a file", () => {
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  writeFiles(folder, { "flats.csv": csv, "flats.jsonl": lines });
  writeFileSync(path("flats.csv.gz"), gzipSync(csv));
  writeFileSync(path("flats.ndjson.gz"), gzipSync(lines));

  test.each([
    ["CSV", path("flats.csv"), { format: "csv", gzip: false, header: true, columns: 6 }],
    ["packed CSV", path("flats.csv.gz"), { format: "csv", gzip: true }],
    ["JSON lines", path("flats.jsonl"), { format: "json-lines", columns: 6 }],
    ["packed JSON lines", path("flats.ndjson.gz"), { format: "json-lines", gzip: true }],
    ["Parquet with snappy", fixture("snappy"), { format: "parquet", columns: 6 }],
    ["Parquet with gzip", fixture("gzip"), { format: "parquet" }],
    ["Parquet with zstd", fixture("zstd"), { format: "parquet" }],
  ])("of %s has the types and the inputs of the same rows", async (_, file, dialect) => {
    const { source, dialect: found } = await openFile(file);
    expect(found).toMatchObject(dialect);
    const [one, two] = await Promise.all([flats, source].map((table) => prepareTable(table, { target: "rent" })));
    expect(two!.schema.map(({ name, type, missing, distinct }) => ({ name, type, missing, distinct }))).toEqual(
      one!.schema.map(({ name, type, missing, distinct }) => ({ name, type, missing, distinct })),
    );
    expect(two!.dataset.inputs).toEqual(one!.dataset.inputs);
    expect(two!.dataset.target).toEqual(one!.dataset.target);
  });

  test("of Parquet names row and column", async () => {
    const { source } = await openFile(fixture("snappy"));
    expect((await rowsOf(source)).length).toBe(60);
    expect(source.place(31, "size")).toBe(`${fixture("snappy")}, row 31, column "size"`);
    writeFileSync(path("cut.parquet"), readFileSync(fixture("snappy")).subarray(0, 2000));
    expect(await fault(path("cut.parquet"))).toMatchObject({ code: "E_CORRUPT", where: path("cut.parquet") });
  });

  test("that is none of these is refused, with advice", async () => {
    writeFileSync(path("book.xlsx"), "PK\x03\x04 and so on xl/workbook.xml");
    expect(await fault(path("book.xlsx"))).toMatchObject({
      code: "E_DATA",
      where: path("book.xlsx"),
      got: "an Excel workbook (.xlsx)",
      hint: expect.stringContaining("as CSV") as unknown,
    });
    expect(await fault(path("nowhere.csv"))).toMatchObject({ code: "E_ENVIRONMENT", got: "none of this name" });
    expect(await fault(folder)).toMatchObject({ code: "E_ENVIRONMENT", got: "a folder" });
    writeFileSync(path("short.csv.gz"), gzipSync(csv).subarray(0, 300));
    expect(await fault(path("short.csv.gz"))).toMatchObject({ code: "E_CORRUPT", where: path("short.csv.gz") });
  });
});

describe("several files", () => {
  const folder = temporaryFolder();
  const sales = join(folder, "sales", "*.csv");
  writeFiles(folder, {
    "sales/2.csv": "town,price,day\nGenf,20,2024-01-02\n",
    "sales/1.csv": "price,town,day\n10,Bern,2024-01-01\n\n11,Zug,2024-01-01\n",
    "sales/10.csv": "price,town,day\n12,Bern,2024-01-03\nx,Bern,2024-01-03\n",
    "sales/notes.txt": "nothing",
    "odd [1].csv": "a,b\n1,2\n",
  });

  test("are one table, in the order of their names, whatever the order of their columns", async () => {
    const { source } = await openFile(sales);
    expect(source.columns).toEqual(["price", "town", "day"]);
    const rows = await rowsOf(source);
    expect(rows.map(([price]) => price)).toEqual(["10", "11", "12", "x", "20"]);
    expect(rows.at(-1)).toEqual(["20", "Genf", "2024-01-02"]);
    expect([0, 1, 3, 4].map((row) => source.place(row, "price").replaceAll("\\", "/").split("/").at(-1))).toEqual([
      '1.csv, line 2, column "price"',
      '1.csv, line 4, column "price"',
      '10.csv, line 3, column "price"',
      '2.csv, line 2, column "price"',
    ]);
    expect(await rowsOf(source)).toEqual(rows);
  });

  test("have the same columns", async () => {
    writeFiles(folder, { "other/1.csv": "a,b\n1,2\n", "other/2.csv": "a,c\n1,2\n" });
    const error = await fault(join(folder, "other", "*.csv"));
    expect(error).toMatchObject({ code: "E_DATA", got: 'none called "b"; more, "c"' });
    expect(error.where).toMatch(/other[\\/]2\.csv$/);
  });

  test("have a header where the first one has", async () => {
    writeFiles(folder, { "bare/1.csv": "1,2\n3,4\n", "bare/2.csv": "x,y\nz,y\n" });
    expect((await openFile(join(folder, "bare", "?.csv"))).dialect).toMatchObject({ header: false });
    expect((await rowsOf((await openFile(join(folder, "bare", "?.csv"))).source)).length).toBe(4);
  });

  test("a file whose name looks like a pattern is that file; a pattern without files is an error", async () => {
    expect((await openFile(join(folder, "odd [1].csv"))).source.columns).toEqual(["a", "b"]);
    expect(await fault(join(folder, "none-*.csv"))).toMatchObject({ code: "E_DATA", got: "none" });
  });

  test("of Parquet and CSV go together", async () => {
    writeFiles(folder, { "mixed/1.csv": csv });
    copyFileSync(fixture("gzip"), join(folder, "mixed", "2.parquet"));
    expect((await rowsOf((await openFile(join(folder, "mixed", "*"))).source)).length).toBe(120);
  });
});
