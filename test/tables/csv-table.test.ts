import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ChainruleError, type Cell, prepareTable, type TableSource } from "chainrule";
import { type CsvOptions, csvTable, type Open } from "chainrule/tables";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

async function rowsOf(source: TableSource): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const batch of source.batches()) rows.push(...batch.map((row) => [...row]));
  return rows;
}

/** What goes wrong when a table is opened and read. */
async function fault(content: Uint8Array | string, options: CsvOptions = {}) {
  try {
    const { source } = await csvTable(() => content, { name: "people.csv", ...options });
    await rowsOf(source);
  } catch (error) {
    if (error instanceof ChainruleError) return { code: error.code, ...error.problems[0] };
    throw error;
  }
  throw new Error("nothing went wrong");
}

/** A stream whose pieces are cut at the given places. */
function stream(bytes: Uint8Array, ...cuts: number[]): Open {
  const bounds = [0, ...cuts, bytes.length];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 1; at < bounds.length; at++) yield await Promise.resolve(bytes.subarray(bounds[at - 1], bounds[at]));
  }
  return pieces;
}

const nasty = '\ufeff name , age, "said, so"\r\n Zoë , 12,"a ""b""\r\nc"\r\n\r\n東京😀,,x\r\n"", 7 ,"é"\r\n';
const nastyRows = [
  ["Zoë", "12", 'a "b"\r\nc'],
  ["東京😀", "", "x"],
  ["", "7", "é"],
];

describe("a file of bytes", () => {
  test("gives the same rows wherever it is cut", async () => {
    const bytes = utf8(nasty);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { source, dialect } = await csvTable(stream(bytes, cut), { name: "people.csv" });
      expect(source.columns, `cut at ${cut}`).toEqual(["name", "age", "said, so"]);
      expect(dialect).toEqual({ encoding: "utf-8", delimiter: ",", header: true, mark: ".", gzip: false, columns: 3 });
      expect(await rowsOf(source), `cut at ${cut}`).toEqual(nastyRows);
      expect([0, 1, 2].map((row) => source.place(row, "age"))).toEqual([
        'people.csv, line 2, column "age"',
        'people.csv, line 5, column "age"',
        'people.csv, line 6, column "age"',
      ]);
    }
  });

  test("is read again and again, and in any form that it comes in", async () => {
    const bytes = utf8(nasty);
    const web = (): ReadableStream<Uint8Array> =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.subarray(0, 9));
          controller.enqueue(bytes.subarray(9));
          controller.close();
        },
      });
    const opens: Open[] = [web, () => bytes, () => nasty, () => new Blob([nasty]).stream()];
    for (const open of opens) {
      const { source } = await csvTable(open);
      expect(await rowsOf(source)).toEqual(nastyRows);
      expect(await rowsOf(source)).toEqual(nastyRows);
    }
  });

  test("is closed when it is only looked at, or read in part", async () => {
    let open = 0;
    let most = 0;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      open += 1;
      try {
        for (let at = 0; at < 100; at++) {
          most = Math.max(most, at);
          yield await Promise.resolve(utf8(at === 0 ? "a,b\n1,2\n" : "1,2\n".repeat(10_000)));
        }
      } finally {
        open -= 1;
      }
    }
    const { source } = await csvTable(pieces);
    expect(open).toBe(0);
    expect(most).toBeLessThan(20);
    for await (const _ of source.batches()) break;
    expect(open).toBe(0);
  });

  test.each(["utf-16le", "utf-16be"] as const)("in %s, with a mark and without", async (encoding) => {
    const text = nasty.slice(1) + "plain,1,z\r\n".repeat(5);
    for (const written of [`\ufeff${text}`, text]) {
      const units = Buffer.from(written, "utf16le");
      const bytes = encoding === "utf-16le" ? units : units.swap16();
      for (let cut = 0; cut < 60; cut++) {
        const { source, dialect } = await csvTable(stream(bytes, cut));
        expect(dialect.encoding).toBe(encoding);
        expect((await rowsOf(source)).slice(0, 3)).toEqual(nastyRows);
      }
    }
  });

  test("in windows-1252, where it is no UTF-8", async () => {
    const { source, dialect } = await csvTable(() => Buffer.from("name;price\nZo\xeb;1\nA \x80;2\n", "latin1"));
    expect(dialect.encoding).toBe("windows-1252");
    expect(await rowsOf(source)).toEqual([
      ["Zoë", "1"],
      ["A €", "2"],
    ]);
  });

  test("packed with gzip, whatever its name", async () => {
    const packed = gzipSync(`a,b\n${"1,2\n".repeat(200_000)}`);
    const { source, dialect } = await csvTable(stream(packed, 1, 700), { name: "packed.csv" });
    expect(dialect.gzip).toBe(true);
    expect((await rowsOf(source)).length).toBe(200_000);
    expect(await fault(packed.subarray(0, 500))).toMatchObject({ code: "E_CORRUPT", where: "people.csv", expected: "a gzip file" });
  });
});

describe("a dialect", () => {
  const found = async (text: string, options?: CsvOptions) => {
    const { dialect, source } = await csvTable(() => text, options);
    return { ...dialect, names: source.columns };
  };

  test.each([
    ["a;b\n1,5;2\n2,5;3\n", { delimiter: ";", mark: ",", header: true }],
    ["a\tb\n1,5\tx\n-0,25\ty\n", { delimiter: "\t", mark: "," }],
    ["a;b\n1.234,5;2\n", { mark: "," }],
    ["a;b\n1,234;2\n", { mark: "." }],
    ["a;b\n1,5;2.5\n", { mark: "." }],
    ["a|b|c\n1|x,y|3\n2|x|4\n", { delimiter: "|", columns: 3 }],
    ['a,b\n"x;y;z",1\n"x;y;z",2\n', { delimiter: "," }],
    ["a,b\nx;y,1\nx;y,2\n", { delimiter: "," }],
    ['text,n\n"one; two, three\nfour; five",1\n"x, y; z",2\n', { delimiter: ",", columns: 2 }],
    ["one\n1\n2\n", { delimiter: ",", columns: 1, header: true }],
  ])("of %j", async (text, expected) => expect(await found(text)).toMatchObject(expected));

  test.each([
    ["text above numbers", "size,town\n52,Bern\n61,Genf\n", true],
    ["numbers above numbers", "52,Bern\n61,Genf\n", false],
    ["a year above numbers beside text", "id,2019\n1,5\n2,6\n", true],
    ["a number and a gap above numbers", "1,?\n2,3\n", false],
    ["the index column of pandas, without a name", ",x\n0,a\n1,b\n2,a\n", true],
    ["names above texts that come again", "cap,odor\nred,foul\nred,none\n", true],
    ["texts that come again", "red,foul\nred,none\nblue,foul\n", false],
    ["names above days and truth", "when,done\n2024-05-31,yes\n2024-06-01,no\n", true],
    ["names alone", "a,b\n", true],
    ["numbers alone", "1,2\n", false],
  ])("knows a header: %s", async (_, text, header) => {
    expect((await found(text)).header).toBe(header);
  });

  test("is what the options say", async () => {
    expect(await found("a,b;c\n1,2;3\n", { delimiter: ";" })).toMatchObject({ delimiter: ";", columns: 2 });
    expect(await found("a,b\n1,2\n", { header: false })).toMatchObject({ header: false, names: ["col0", "col1"] });
    expect((await found(",x,\n0,1,2\n1,2,3\n")).names).toEqual(["col0", "x", "col2"]);
    expect(await found("1,2\n3,4\n", { header: true })).toMatchObject({ names: ["1", "2"] });
    expect(await found("a;b\n1.5;2\n", { mark: "," })).toMatchObject({ mark: "," });
    expect(await fault("a,b\n", { delimiter: ":" as "," })).toMatchObject({ code: "E_USAGE", where: "delimiter", got: '":"' });
    expect(await fault("a,b\n", { headers: true } as CsvOptions)).toMatchObject({ code: "E_USAGE", hint: 'Did you mean "header"?' });
  });
});

describe("an error names its place:", () => {
  test.each<[string, Uint8Array | string, object]>([
    ["a column twice", "a,b,a\n1,2,3\n", { where: "people.csv, line 1", got: '"a" in columns 1 and 3' }],
    ["too many cells", "a,b\n1,2\n\n1,2,3\n", { where: "people.csv, line 4", expected: "2 cells, as in the header", got: "3" }],
    ["too few cells", "1;2\n3;4\n5\n", { where: "people.csv, line 3", got: "1", hint: 'Is ";" missing?' }],
    ["an open quote", 'a,b\n1,2\n3,"x\n4,5\n', { where: 'people.csv, line 3, column "b"', got: "the end of the file" }],
    ["text behind a quote", 'a,b\n"x"y,2\n', { where: 'people.csv, line 2, column "a"', got: '"y"' }],
    ["a zero byte", `a,b\n${"1,2\n".repeat(90_000)}3,\0\n`, { where: "people.csv, line 90002", got: "a zero byte" }],
    [
      "bytes that are no UTF-8, far below",
      Buffer.concat([utf8(`a,b\n${"1,2\n".repeat(90_000)}`), Buffer.from("é,2\n", "latin1")]),
      { where: "people.csv, line 90002", got: "bytes that are none" },
    ],
    ["nothing", "", { where: "people.csv", got: "an empty file" }],
    ["blank lines", "\n \n\r\n", { where: "people.csv", got: "an empty file" }],
    ["a workbook", Buffer.from("PK\x03\x04 and so on xl/workbook.xml"), { got: "an Excel workbook (.xlsx)" }],
    ["a zip archive", Buffer.from("PK\x03\x04 and so on people.csv"), { got: "a zip archive" }],
    ["Parquet", Buffer.from("PAR1abc"), { got: "a Parquet file", hint: expect.stringContaining("hyparquet") as unknown }],
    ["a packed workbook", gzipSync(Buffer.from("PK\x03\x04 and so on xl/workbook.xml")), { got: "an Excel workbook (.xlsx)" }],
    ["a picture", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), { got: "a picture" }],
    ["other bytes", Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31) >> 3), { got: "a zero byte" }],
  ])("%s", async (_, content, expected) => expect(await fault(content)).toMatchObject({ code: "E_DATA", ...expected }));

  test("a line end before the names, and the line of a cell of another type", async () => {
    expect(await fault("\n\na,a\n1,2\n")).toMatchObject({ where: "people.csv, line 3" });
    const lines = Array.from({ length: 40 }, (_, i) => (i === 11 ? `"tall\n${i}",x` : `${i * 1.5},${i % 3 ? "x" : "y"}`));
    const { source } = await csvTable(() => `age,kind\n${lines.join("\n")}\n`, { name: "people.csv" });
    const error = await prepareTable(source, { target: "kind" }).catch((thrown: unknown) => thrown);
    expect((error as ChainruleError).problems[0]).toMatchObject({
      where: 'people.csv, line 13, column "age"',
      got: String.raw`"tall\n11"`,
    });
  });

  test("what opening a stream or reading it says, comes through, packed or not", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(gzipSync("a,b\n1,2\n").subarray(0, 10));
      throw new ChainruleError("E_ENVIRONMENT", { where: "x", expected: "a disk", got: "none" });
    }
    await expect(csvTable(broken)).rejects.toMatchObject({ code: "E_ENVIRONMENT" });
    async function* gone(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(gzipSync("a,b\n1,2\n").subarray(0, 10));
      throw new Error("the disk is gone");
    }
    await expect(csvTable(gone)).rejects.toThrow(/^the disk is gone$/);
    for (const odd of [[1, 2], 12, undefined, Promise.resolve("a,b")]) {
      await expect(csvTable((() => odd) as unknown as Open)).rejects.toMatchObject({ code: "E_USAGE" });
    }
    async function* texts(): AsyncGenerator<Uint8Array> {
      yield (await Promise.resolve("a,b")) as unknown as Uint8Array;
    }
    await expect(csvTable(texts)).rejects.toMatchObject({ code: "E_USAGE" });
  });
});
