import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Cell, ChainruleError, type TableSource } from "chainrule";
import { openQuery } from "../../cli/src/data/query.js";
import { openFile } from "../../cli/src/data/table-source.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, expectFailure, json, runAll, type TrainDocument } from "./command.js";
import { lineCsv } from "./files.js";
import { stepsIn } from "./killing.js";

// Queries are asked in the working folder of the tests, which is the project's.
const FLATS = "test/fixtures/tables/flats-snappy.parquet";

async function rowsOf({ batches }: TableSource): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const batch of batches()) rows.push(...batch.map((row) => [...row]));
  return rows;
}

async function fault(sql: string, memory?: number) {
  const error = await openQuery(sql, memory)
    .then(({ source }) => rowsOf(source))
    .catch((thrown: unknown) => thrown);
  if (error instanceof ChainruleError) return { code: error.code, ...error.problems[0] };
  throw new Error("nothing went wrong", { cause: error });
}

describe("the rows of a query", () => {
  test.each<[string, Cell]>([
    ["true", true],
    ["null", null],
    ["(-7)::tinyint", -7],
    ["4000000000::uinteger", 4_000_000_000],
    ["9007199254740991", 9_007_199_254_740_991],
    ["9007199254740993", 9_007_199_254_740_993n],
    ["-(170141183460469231731687303715884105727::hugeint)", -170141183460469231731687303715884105727n],
    ["sum(2)", 2],
    ["0.1::decimal(3, 1)", 0.1],
    ["-12345678901234567890.123::decimal(38, 3)", -12345678901234567890.123],
    ["90071992547409931::decimal(18, 0)", 90071992547409931n],
    ["0.1::float", Math.fround(0.1)],
    ["1e-310::double", 1e-310],
    ["date '2024-02-29'", new Date("2024-02-29")],
    ["date '1900-01-01'", new Date("1900-01-01")],
    ["timestamp '2024-02-29 12:30:00.125999'", new Date("2024-02-29T12:30:00.125Z")],
    ["timestamp '1900-01-01 00:00:00.0005'", new Date("1900-01-01T00:00:00Z")],
    ["timestamp '1899-12-31 23:59:59.9999'", new Date("1899-12-31T23:59:59.999Z")],
    ["timestamptz '2024-02-29 12:30:00+02'", new Date("2024-02-29T10:30:00Z")],
    ["timestamp_ns '2024-02-29 12:30:00.123456789'", new Date("2024-02-29T12:30:00.123Z")],
    ["timestamp_s '2024-02-29 12:30:00'", new Date("2024-02-29T12:30:00Z")],
    ["'Zürich 😀'", "Zürich 😀"],
    ["'b'::enum('a', 'b')", "b"],
    ["time '12:30:00'", "12:30:00"],
    ["'8b31c300-db9f-45ea-b7ce-319e8056e58c'::uuid", "8b31c300-db9f-45ea-b7ce-319e8056e58c"],
  ])("have %s as a cell", async (sql, cell) => {
    const { source, floats } = await openQuery(`select ${sql} as x`);
    expect(source.columns).toEqual(["x"]);
    expect(await rowsOf(source)).toEqual([[cell]]);
    expect(floats).toEqual(/\((?:3, 1|38, 3)\)|float|double/.test(sql) ? ["x"] : []);
  });

  test.each([
    ["[1, 2]", "INTEGER[]"],
    ["{'a': 1}", "STRUCT"],
    ["map {'a': 1}", "MAP"],
    ["'x'::blob", "BLOB"],
    ["interval 1 day", "INTERVAL"],
    ["'{}'::json", "VARCHAR"],
  ])("cannot have %s, with advice", async (sql, got) => {
    expect(await fault(`select 1 as y, ${sql} as x`)).toMatchObject({
      code: "E_DATA",
      where: '--query, column "x"',
      got: expect.stringContaining(got) as string,
      hint: expect.stringContaining("unnest(x)") as string,
    });
  });

  test("come chunk by chunk, in the same order each time, the time of day and numbers drawn at random too", async () => {
    const { source } = await openQuery(
      "select g, count(*) as n, random() as r, epoch(now()) as t from (select range % 5000 as g from range(20000)) group by g",
    );
    const batches: number[] = [];
    for await (const rows of source.batches()) batches.push(rows.length);
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.reduce((sum, n) => sum + n)).toBe(5000);
    const rows = await rowsOf(source);
    expect(await rowsOf(source)).toEqual(rows);
    // Half-way, another reading begins; the one before does not go on as if its rows were over.
    for await (const some of source.batches()) {
      expect(some[0]).toEqual(rows[0]);
      break;
    }
    const half = source.batches()[Symbol.asyncIterator]();
    await half.next();
    expect(await rowsOf(source)).toEqual(rows);
    await expect(half.next()).rejects.toThrow("two readings");
    expect(source.place(12, "g")).toBe('row 12 of --query, column "g"');
  });

  test("of a Parquet file are those of the file", async () => {
    const { source, floats } = await openQuery(`from '${FLATS}'`);
    const file = await openFile(FLATS);
    expect(source.columns).toEqual(file.source.columns);
    expect(await rowsOf(source)).toEqual(
      (await rowsOf(file.source)).map((row) => row.map((cell) => (typeof cell === "bigint" ? Number(cell) : cell))),
    );
    expect(floats).toEqual(file.floats);
    // Folded in a pattern, joined with CSV that DuckDB reads.
    const { source: two } = await openQuery("select count(*) as n, avg(rent) as mean from 'test/fixtures/tables/flats-*.parquet'");
    expect(await rowsOf(two)).toEqual([[180, 1295]]);
  });

  test.each([
    ["selec 1", "E_DATA", 'Parser Error: syntax error at or near "selec", in line 1 at "selec 1"'],
    [`select size,\n nope from '${FLATS}'`, "E_DATA", /"nope" not found .* in line 2 at "nope from/],
    ["select case when range = 5000 then 'x' else '1' end::int as a from range(9000)", "E_DATA", "Could not convert string 'x'"],
    ["from 'none-*.parquet'", "E_DATA", "No files found"],
    ["select 1 as a, 2 as a", "E_DATA", '"a" twice'],
    ["select 1 as a, date 'infinity' as d", "E_DATA", "infinity"],
    ["select $1 as a", "E_DATA", "Values were not provided"],
  ])("say what is wrong: %s", async (sql, code, got) => {
    expect(await fault(sql)).toMatchObject({ code, got: expect.stringMatching(got) as string });
  });

  test("stay within --memory", async () => {
    const found = await fault("select range, random() as r from range(3000000) order by r", 20e6);
    expect(found).toMatchObject({ code: "E_MEMORY", hint: expect.stringContaining("--memory 4GB") as string });
  });
});

describe("a query that does more than read files of the working folder", () => {
  const before = readdirSync(root);
  test.each([
    ["from read_csv('/etc/passwd')", "E_DATA", "/etc/passwd"],
    ["from '/etc/passwd'", "E_DATA", "/etc/passwd"],
    ["from '../flats.parquet'", "E_DATA", "../flats.parquet"],
    ["from read_text('../../../etc/hostname')", "E_DATA", "hostname"],
    ["from glob('/etc/*')", "E_DATA", "/etc"],
    ["from 'https://example.com/x.parquet'", "E_DATA", "https://example.com"],
    ["copy (select 1) to 'written.csv'", "E_USAGE", "another statement"],
    ["attach 'written.db'", "E_USAGE", "another statement"],
    ["create table t as select 1 as a", "E_USAGE", "another statement"],
    ["install httpfs", "E_USAGE", "another statement"],
    ["load httpfs", "E_USAGE", "another statement"],
    ["set enable_external_access = true", "E_USAGE", "another statement"],
    ["pragma enable_profiling", "E_USAGE", "another statement"],
    ["call enable_logging()", "E_USAGE", "another statement"],
    ["export database 'written'", "E_USAGE", "another statement"],
    ["select 1 as a; select 2 as a", "E_USAGE", "2"],
    ["select 1 as a; copy (select 1) to 'written.csv'", "E_USAGE", "another statement"],
    ["", "E_USAGE", "0"],
    ["from enable_logging(storage = 'file', storage_path = 'written')", "E_USAGE", "enable_logging()"],
    [`select (select count(*) from "Enable_Logging"()) as a`, "E_USAGE", "enable_logging()"],
    ["with t as (from query('from enable_' || 'logging()')) from t", "E_USAGE", "query()"],
  ])("is refused: %s", async (sql, code, got) => {
    expect(await fault(sql)).toMatchObject({ code, where: "--query", got: expect.stringContaining(got) as string });
    expect(readdirSync(root)).toEqual(before);
  });
});

describe("--query", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "flats"));
  copyFileSync(join(root, FLATS), join(folder, "flats", "all.parquet"));
  writeFiles(folder, { "line.csv": lineCsv() });

  test("trains the model of its rows, which knows its parts again, is gone on with, and predicts", async () => {
    const options = ["--target", "rent", "--epochs", "2", "--json"];
    const query = ["--query", "from 'flats/*.parquet'"];
    const all = await runAll(folder, [
      ["train", "flats/all.parquet", ...options, "--out", "file.safetensors"],
      ["train", ...query, ...options, "--out", "query.safetensors"],
      ["evaluate", "query.safetensors", ...query, "--json"],
      ["train", ...query, "--from", "query.safetensors", "--epochs", "1", "--json", "--out", "more.safetensors"],
      ["predict", "query.safetensors", ...query, "--out", "query.jsonl"],
      ["predict", "query.safetensors", "flats/all.parquet", "--out", "file.jsonl"],
      ["explain", "query.safetensors", ...query, "--rows", "3", "--json"],
      ["train", "--query", `select rent, size as "the size" from 'flats/*.parquet'`, "--target", "rent", "--epochs", "0"],
    ]);
    expect(all.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(all.map(() => ""));
    const [file, asked, measured] = all.map(({ stdout }) => stdout);
    const [one, two] = [file, asked].map((text) => JSON.parse(text!) as TrainDocument);
    expect(two!.model.parametersHash).toBe(one!.model.parametersHash);
    expect(two!.data.name).toBe("from 'flats/*.parquet'");
    expect(JSON.parse(measured!)).toMatchObject({ trainedOn: true, part: "test" });
    expect(readFileSync(join(folder, "query.jsonl"), "utf8")).toBe(readFileSync(join(folder, "file.jsonl"), "utf8"));
    expect(all.at(-1)!.stdout).toContain(
      `npx chainrule evaluate model.safetensors --query "select rent, size as \\"the size\\" from 'flats/*.parquet'"\n`,
    );
  });

  test("is refused beside data and beside how a file is written; one of the two is needed", async () => {
    const query = ["--query", "from 'line.csv'"];
    const found = await runAll(folder, [
      ["train", "line.csv", ...query],
      ["train", ...query, "--delimiter", ";"],
      ["train", ...query, "--no-header"],
      ["train", "--query", " "],
      ["evaluate", "m.safetensors"],
      ["predict", "m.safetensors", "line.csv", "--memory", "1GB"],
      // What is read is not written over.
      ...["from 'line.csv'", "from line.csv", 'from "line.csv"', "from read_csv(['./l*.csv'])"].map((sql) => [
        "predict",
        "m.safetensors",
        "--query",
        sql,
        "--out",
        "line.csv",
      ]),
      ["predict", "m.safetensors", "*.csv", "--out", "line.csv"],
    ]);
    const expected = [
      /--query: expected no data/,
      /--delimiter: expected no --query/,
      /--header: .*read_csv/,
      /a query in SQL/,
      /'data' \(or --query/,
      /--memory: expected --query/,
      ...new Array<RegExp>(5).fill(/--out: .* It would be overwritten/),
    ];
    for (const [k, each] of found.entries()) expectFailure(each, 2, expected[k]!);
  });

  test("is remembered with its folder: a run goes on with it from anywhere", async () => {
    const train = ["train", "--query", "from 'line.csv' where a > -10", "--target", "y", "--hidden", "4", "--epochs", "4", "--json"];
    const { code, stdout, stderr } = await chainrule(folder, ...train, "--checkpoint", "run");
    expect(code, stderr).toBe(0);
    const run = join(folder, "run");
    expect(JSON.parse(readFileSync(join(run, "run.json"), "utf8"))).toMatchObject({ flags: { query: train[2], queryFolder: folder } });
    // An epoch is trained again.
    const [last] = stepsIn(run);
    rmSync(join(run, `step-${last}.checkpoint`));
    const again = await json<TrainDocument>(run, "resume . --out here.safetensors");
    expect(again.resumedFrom!.step).toBeLessThan(last!);
    expect(again.model.parametersHash).toBe((JSON.parse(stdout) as TrainDocument).model.parametersHash);
    expect(existsSync(join(run, "here.safetensors"))).toBe(true);
  });
});
