import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import type { Cell } from "chainrule";
import { columnKinds, type Kind, kindOfCells, valueOf, type Written } from "../../cli/src/data/column-kind.js";
import { parquetBytes } from "../../cli/src/data/parquet-writer.js";
import { openFile } from "../../cli/src/data/table-source.js";
import { writeLines } from "../../cli/src/data/prediction-file.js";
import { openTable } from "../../src/table/source.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { fail, leftovers, succeed } from "./command.js";
import { readRows } from "./files.js";

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

/** Types and rows as DuckDB reads them. */
async function inDuckDb(name: string): Promise<{ types: string[]; rows: Cell[][] }> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const result = await connection.runAndReadAll(`from '${path(name)}'`);
  return { types: result.columnTypes().map(String), rows: result.getRowsJS() as Cell[][] };
}

const text = (mark: "." | ","): Written => ({ as: "text", mark });
const kindsOf = async (cells: readonly Cell[], written: Written): Promise<Kind[]> => columnKinds(await openTable({ x: cells }), written);

test.each<[Kind, Cell[], Written]>([
  ["whole", ["12", "-5", "", "NA"], text(".")],
  ["whole", ["9223372036854775807", "1"], text(".")],
  ["text", ["9223372036854775808", "1"], text(".")],
  ["text", ["9007199254740993", "1.5"], text(".")],
  ["text", ["007", "12"], text(".")],
  ["number", ["1", "2.50", ".5", "1e-3", "?"], text(".")],
  ["number", ["1", "2,5"], text(",")],
  ["text", ["1", "2.5"], text(",")],
  ["text", ["1,234.5"], text(".")],
  ["truth", ["true", "FALSE", ""], text(".")],
  ["day", ["2024-02-29", ""], text(".")],
  ["text", ["2024-02-30"], text(".")],
  ["moment", ["2024-02-29", "2024-02-29 12:30:00.125"], text(".")],
  ["text", ["2024-02-29T12:30:00+02:00"], text(".")],
  ["text", ["", "NA"], text(".")],
  ["text", ["12", "13"], { as: "cells" }],
  ["whole", [1, 2n, null], { as: "cells" }],
  ["number", [1, -0], { as: "cells" }],
  ["text", [2n ** 80n], { as: "cells" }],
  ["text", [true, 1], { as: "cells" }],
  ["moment", [new Date("2024-01-01"), new Date("2024-01-01T10:00Z")], { as: "cells" }],
])("a column is %s (%#)", async (kind, cells, written) => {
  expect(await kindsOf(cells, written)).toEqual([kind]);
});

test("words that say nothing are nothing but among words", () => {
  expect([valueOf("NA", "whole", text(".")), valueOf("NA", "text", text(".")), valueOf("", "text", text("."))]).toEqual([null, "NA", null]);
  expect([valueOf("", "text", { as: "cells" }), valueOf("2,5", "number", text(",")), kindOfCells(["a", 1])]).toEqual(["", 2.5, "text"]);
});

test("predictions have the cells of the table with their types, and are those of CSV", async () => {
  const lines = Array.from({ length: 40 }, (_, i) =>
    [
      i % 7 === 0 ? "" : 40.5 + i,
      i % 5,
      ["Bern", "NA", "Zürich 😀", ""][i % 4],
      i % 2 === 0,
      `2024-01-${10 + (i % 20)}`,
      `00${i}`,
      ["low", "high"][i % 2],
    ].join(","),
  );
  writeFiles(folder, { "flats.csv": `size,rooms,town,lift,built,zip,rent\n${lines.join("\n")}\n` });
  await succeed(folder, "train flats.csv --target rent --ignore zip --test 0 --validation 0 --epochs 2 --quiet --out m.safetensors");
  await succeed(folder, "predict m.safetensors flats.csv --out flats.parquet");
  const { header, rows } = readRows(await succeed(folder, "predict m.safetensors flats.csv"));
  const read = await inDuckDb("flats.parquet");
  expect(read.types).toEqual(["DOUBLE", "BIGINT", "VARCHAR", "BOOLEAN", "DATE", "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "DOUBLE"]);
  const plain = (cell: Cell): string => (cell === null ? "" : cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell));
  expect(read.rows.map((row) => row.map(plain))).toEqual(rows);
  const objects = await parquetReadObjects({ file: await asyncBufferFromFile(path("flats.parquet")) });
  expect(Object.keys(objects[0]!)).toEqual(header);
  expect(objects.map((row) => Object.values(row as Record<string, Cell>).map(plain))).toEqual(rows);

  // What was written is read again, with its types.
  await succeed(folder, "predict m.safetensors flats.parquet --out again.parquet");
  const again = await inDuckDb("again.parquet");
  expect(again.types).toEqual([...read.types, "VARCHAR", "DOUBLE", "DOUBLE"]);
  expect(again.rows.map((row) => row.slice(-3))).toEqual(read.rows.map((row) => row.slice(-3)));
  await fail(folder, ["predict", "m.safetensors", "flats.csv", "--format", "parquet"], 2, "--format", "--out");
});

test("row groups are written one by one, and the file is there when it is whole", async () => {
  async function* parts(until: number) {
    for (let from = 0; from < 250_000; from += 10_000) {
      if (from >= until) throw new Error("no more");
      const rows = Array.from({ length: 10_000 }, (_, i) => [from + i, `t${(from + i) % 3}`]);
      yield { header: ["n", "t"], rows };
      await Promise.resolve();
    }
  }
  const kinds = (): Kind[] => ["whole", "text"];
  await writeLines(path("large.parquet"), parquetBytes(parts(Infinity), kinds, { as: "cells" }));
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path("large.parquet")));
  expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([100_000, 100_000, 50_000]);
  let count = 0;
  for await (const rows of (await openFile(path("large.parquet"))).source.batches()) {
    for (const [n, t] of rows) {
      if (n !== BigInt(count) || t !== `t${count % 3}`) throw new Error(`row ${count} is ${String(n)}, ${String(t)}`);
      count++;
    }
  }
  expect(count).toBe(250_000);
  await expect(writeLines(path("cut.parquet"), parquetBytes(parts(200_000), kinds, { as: "cells" }))).rejects.toThrow("no more");
  expect(existsSync(path("cut.parquet"))).toBe(false);
  expect(leftovers(folder)).toEqual([]);
});
