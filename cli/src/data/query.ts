import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as DuckDb from "@duckdb/node-api";
import { ChainruleError, type TableSource } from "chainrule";
import { cellsOf, rowsOf } from "./duckdb-cells.js";
import { checkStatement } from "./query-statement.js";
import type { TableFile } from "./table-file.js";

const PACKAGE = "@duckdb/node-api";
/** Bytes that a query may take where nothing is said. */
const MEMORY = 512e6;
/** Characters of a query that stand for it where it is spoken of. */
const NAME = 60;

/**
 * The rows of a query, as DuckDB answers it over the files of the working folder, chunk by chunk. Each reading asks it anew, all of them within
 * one transaction: `now()` is the same in each.
 *
 * @param memory bytes that DuckDB may take
 * @throws ChainruleError `E_ENVIRONMENT` where DuckDB is not installed, `E_USAGE` for what is no single SELECT, `E_DATA` for what DuckDB says is
 * wrong and for columns that hold lists or records
 */
export async function openQuery(sql: string, memory = MEMORY): Promise<TableFile> {
  const duckdb = await loadDuckDb();
  const instance = await lockedInstance(duckdb, process.cwd(), memory);
  const connection = await said(() => instance.connect());
  await said(() => checkStatement(connection, sql));
  await said(() => connection.run("BEGIN TRANSACTION READ ONLY"));
  const { columns, floats } = columnsOf(duckdb, await said(() => ask(connection, sql)));
  const line = sql.trim().replace(/\s+/g, " ");
  const name = line.length > NAME ? `${line.slice(0, NAME - 3)}...` : line;
  const place = (row: number, column: string): string => `row ${row} of --query, column "${column}"`;
  let rowCount: number | undefined;
  let readings = 0;
  const source: TableSource = {
    kind: "table",
    name,
    columns,
    place,
    async *batches() {
      const reading = ++readings;
      const result = await said(() => ask(connection, sql));
      const { converters } = columnsOf(duckdb, result);
      let from = 0;
      for (;;) {
        // A connection drops an answer without a word when it is asked again.
        if (reading !== readings) throw new Error("two readings of a query at a time");
        const chunk = await said(() => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) break;
        const first = from;
        yield rowsOf(chunk, converters, (row, k) => endless(place(first + row, columns[k]!)));
        from += chunk.rowCount;
      }
      if (rowCount !== undefined && rowCount !== from) throw changing(rowCount, from);
      rowCount = from;
    },
  };
  return { source, dialect: { format: "query", columns: columns.length }, floats };
}

/** The package is none of those that this one brings along: it is looked for beside this one, then where the command was started. */
async function loadDuckDb(): Promise<typeof DuckDb> {
  try {
    return ((await import(PACKAGE)) as Imported).default;
  } catch (error) {
    if (!isMissing(error)) throw broken(error);
  }
  try {
    const path = createRequire(join(process.cwd(), "package.json")).resolve(PACKAGE);
    return ((await import(pathToFileURL(path).href)) as Imported).default;
  } catch (error) {
    if (!isMissing(error)) throw broken(error);
  }
  throw new ChainruleError("E_ENVIRONMENT", {
    where: "--query",
    expected: `DuckDB, which is a package of its own (about 70 MB)`,
    got: "none",
    hint: `npm i ${PACKAGE}`,
  });
}

/** The package is written in the older form of modules. */
interface Imported {
  readonly default: typeof DuckDb;
}

function isMissing(error: unknown): boolean {
  const { code, message = "" } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  // Its part for this machine may be missing too, which is another matter.
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && message.includes(`'${PACKAGE}'`);
}

function broken(error: unknown): ChainruleError {
  const got = error instanceof Error ? error.message : String(error);
  return new ChainruleError("E_ENVIRONMENT", { where: "--query", expected: "DuckDB for this machine", got, hint: `npm i ${PACKAGE}` });
}

/**
 * A database in memory that reads the files of one folder and nothing else: no network, no extensions, no file of its own. What can be set
 * stays as it is set here. One thread, so that rows and sums come in the same order each time.
 */
async function lockedInstance({ DuckDBInstance }: typeof DuckDb, folder: string, memory: number): Promise<DuckDb.DuckDBInstance> {
  const slashes = folder.replaceAll("\\", "/");
  const directory = (slashes.endsWith("/") ? slashes : `${slashes}/`).replaceAll("'", "''");
  return said(async () => {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: "1",
      max_memory: `${Math.ceil(memory / 1e6)}MB`,
      temp_directory: "",
      preserve_insertion_order: "true",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    // In this order: what is allowed can only be said before the rest is forbidden.
    await connection.run(`SET GLOBAL allowed_directories = ['${directory}']`);
    await connection.run("SET GLOBAL enable_external_access = false");
    await connection.run("SET GLOBAL lock_configuration = true");
    connection.closeSync();
    return instance;
  });
}

/** Numbers drawn at random are the same each time. */
async function ask(connection: DuckDb.DuckDBConnection, sql: string): Promise<DuckDb.DuckDBResult> {
  await connection.run("SELECT setseed(0)");
  return connection.stream(sql);
}

interface Columns {
  readonly columns: readonly string[];
  readonly converters: readonly NonNullable<ReturnType<typeof cellsOf>>[];
  /** Columns of numbers with fractions. */
  readonly floats: readonly string[];
}

function columnsOf({ DuckDBTypeId }: typeof DuckDb, result: DuckDb.DuckDBResult): Columns {
  const columns = result.columnNames();
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) {
    const hint = `Name one of them otherwise: "${twice}" as other.`;
    throw new ChainruleError("E_DATA", { where: "--query", expected: "columns with names of their own", got: `"${twice}" twice`, hint });
  }
  const types = result.columnTypes();
  const converters = types.map((type, k) => {
    const cells = cellsOf(type, DuckDBTypeId[type.typeId]);
    if (cells !== undefined) return cells;
    throw new ChainruleError("E_DATA", {
      where: `--query, column "${columns[k]!}"`,
      expected: "numbers, text, truth or days",
      got: String(type),
      hint: "Make columns of what is inside (x.field, x[1], unnest(x), epoch(x) of an interval), or leave it out of the query.",
    });
  });
  const isFloat = (type: DuckDb.DuckDBType): boolean =>
    ["FLOAT", "DOUBLE"].includes(DuckDBTypeId[type.typeId]) || ("scale" in type && type.scale > 0);
  return { columns, converters, floats: columns.filter((_, k) => isFloat(types[k]!)) };
}

/** What DuckDB says is wrong is told as it says it: it names the place in the query. */
async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ChainruleError) throw error;
    const got = inOneLine(error instanceof Error ? error.message : String(error));
    const outside = /disabled by configuration|^Missing Extension Error|^Catalog Error: Table with name \S*[\\/]\S* does not exist/.test(
      got,
    );
    if (got.startsWith("Out of Memory")) {
      const hint = "Allow more with --memory 4GB, for example.";
      throw new ChainruleError("E_MEMORY", {
        where: "--query",
        expected: "a query that fits into its memory",
        got,
        hint,
      });
    }
    throw new ChainruleError("E_DATA", {
      where: "--query",
      expected: outside ? "files of the working folder and those below it" : "a query that DuckDB can answer",
      got,
      ...(outside ? { hint: "Start the command in a folder that has them all; nothing is fetched from elsewhere." } : {}),
    });
  }
}

/** What is wrong, and the words at which it is; advice on settings of DuckDB's own is left out. */
function inOneLine(message: string): string {
  const [, at = "", line = "", indent = ""] = /\nLINE (\d+): (.*)\n( *)\^/.exec(message) ?? [];
  const words = line.slice(indent.length - `LINE ${at}: `.length);
  const text = message
    .replace(/\nLINE \d+:[^]*$/, "")
    .replace(/^Failed to extract statements: /, "")
    .replace(/((?:Missing Extension|Out of Memory) Error: .*|Table with name .* does not exist)[^]*/, "$1")
    .trim();
  return `${text.replace(/\s*\n\s*/g, " ")}${at === "" ? "" : `, in line ${at} at ${JSON.stringify(words)}`}`;
}

function endless(where: string): ChainruleError {
  return new ChainruleError("E_DATA", { where, expected: "a day", got: "infinity, or a year too far away" });
}

function changing(before: number, after: number): ChainruleError {
  const hint = "Did its files change meanwhile?";
  return new ChainruleError("E_DATA", {
    where: "--query",
    expected: `${before} rows, as when it was asked before`,
    got: String(after),
    hint,
  });
}
