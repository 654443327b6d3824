import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ChainruleError, type Cell, prepareTable } from "chainrule";
import { jsonLinesTable, type Open } from "chainrule/tables";

async function read(open: Open) {
  const { source, dialect } = await jsonLinesTable(open, { name: "flats.jsonl" });
  const rows: Cell[][] = [];
  for await (const batch of source.batches()) rows.push(...batch.map((row) => [...row]));
  return { source, dialect, rows };
}

const text = '{"size":52.5,"town":"Zürich 😀","lift":true}\r\n\n{"town":"a\\nb","new":null,"__proto__":1}\n{"size":3}';
const rows = [
  [52.5, "Zürich 😀", true, undefined, undefined],
  [undefined, "a\nb", undefined, null, 1],
  [3, undefined, undefined, undefined, undefined],
];

test("a line is a row, wherever the bytes are cut", async () => {
  const bytes = new TextEncoder().encode(text);
  for (let cut = 0; cut <= bytes.length; cut++) {
    async function* open(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes.subarray(0, cut));
      yield bytes.subarray(cut);
    }
    const found = await read(open);
    expect(found.source.columns).toEqual(["size", "town", "lift", "new", "__proto__"]);
    expect(found.rows).toEqual(rows);
    expect(found.source.place(1, "size")).toBe('flats.jsonl, line 3, column "size"');
  }
  expect((await read(() => gzipSync(text))).dialect).toEqual({ encoding: "utf-8", gzip: true, columns: 5 });
});

test("has the schema of the same rows", async () => {
  const flats = Array.from({ length: 60 }, (_, i) => ({
    size: i % 7 === 0 ? null : 40 + i / 2,
    town: ["Bern", "Zug"][i % 2]!,
    rent: i * i,
  }));
  const { source } = await read(() => flats.map((flat) => JSON.stringify(flat)).join("\n"));
  const [one, two] = await Promise.all([flats, source].map((table) => prepareTable(table, { target: "rent" })));
  expect(one!.schema).toEqual(two!.schema);
  expect(one!.dataset.inputs).toEqual(two!.dataset.inputs);
});

describe("an error names its place:", () => {
  const many = '{"a":1}\n'.repeat(40_000);
  test.each<[string, string, object]>([
    ["no JSON", '{"a":1}\n{"a":}\n', { where: "flats.jsonl, line 2", got: String.raw`"{\"a\":}"` }],
    ["a list of rows", '[{"a":1},\n{"a":2}]', { where: "flats.jsonl, line 1", hint: expect.stringContaining("without commas") as unknown }],
    ["a list", "[1,2]\n", { where: "flats.jsonl, line 1", got: "[1,2]" }],
    ["a number", "12\n", { where: "flats.jsonl, line 1", got: "12" }],
    ["an object in a cell", '{"a":1}\n\n{"a":{"b":2}}\n', { where: 'flats.jsonl, line 3, column "a"', got: '{"b":2}' }],
    ["another column far below", `${many}{"b":1}\n`, { where: "flats.jsonl, line 40001", got: 'another one, "b"' }],
    ["a long line", `${many}${" ".repeat(10_000_001)}`, { where: "flats.jsonl, line 40001", got: "more" }],
    ["no rows", "\n\n", { where: "flats.jsonl", got: "none" }],
    ["a workbook", "PK\x03\x04 xl/", { got: "an Excel workbook (.xlsx)" }],
  ])("%s", async (_, content, expected) => {
    const error = await read(() => content).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ChainruleError);
    expect((error as ChainruleError).problems[0]).toMatchObject(expected);
  });
});
