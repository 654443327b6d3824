import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { ChainruleError } from "chainrule";
import { type CsvOptions, csvTable, jsonLinesTable, type Open } from "chainrule/tables";
import { glob } from "tinyglobby";
import { joinFiles } from "./joined-tables.js";
import { parquetTable } from "./parquet.js";
import type { TableFile } from "./table-file.js";

/** Bytes of a file that are read in one go. */
const PIECE = 1 << 18;

/**
 * The table in a file (CSV, JSON lines, Parquet; plain or packed with gzip), or in all files of a pattern such as `sales/*.csv`, one below the
 * other. Nothing but the beginning is read at once.
 *
 * @param options how CSV is written, where it should not be found out
 * @throws ChainruleError `E_ENVIRONMENT` for a file that cannot be read, `E_DATA` for what is no table, naming file, line and column
 */
export async function openFile(path: string, options: CsvOptions = {}): Promise<TableFile> {
  if (!/[*?[{]/.test(path) || (await isThere(path))) return openOne(path, options);
  const paths = (await glob(path.replaceAll("\\", "/"), { dot: false, expandDirectories: false })).sort();
  if (paths.length === 0) {
    const hint = "A pattern stands in quotes, so that the shell leaves it alone.";
    throw new ChainruleError("E_DATA", { where: path, expected: "files of this pattern", got: "none", hint });
  }
  const files: TableFile[] = [];
  // How the first one has its header, the others have theirs.
  for (const each of paths) {
    const { header = options.header } = files[0]?.dialect ?? {};
    files.push(await openOne(each, header === undefined ? options : { ...options, header }));
  }
  return joinFiles(path, files);
}

async function isThere(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  await file?.close();
  return file !== undefined;
}

async function openOne(path: string, options: CsvOptions): Promise<TableFile> {
  if (await isParquet(path)) return parquetTable(path);
  const name = options.name ?? path;
  const bytes: Open = () => bytesOf(path);
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) {
    const { encoding } = options;
    const { source, dialect } = await jsonLinesTable(bytes, { name, ...(encoding === undefined ? {} : { encoding }) });
    return { source, dialect: { ...dialect, format: "json-lines" } };
  }
  const { source, dialect } = await csvTable(bytes, { ...options, name });
  return { source, dialect: { ...dialect, format: "csv" } };
}

/** By its first bytes, whatever it is called. */
async function isParquet(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.toString("latin1") === "PAR1";
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void> {
  const stream = createReadStream(path, { highWaterMark: PIECE });
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    stream.destroy();
  }
}

function unreadable(path: string, error: unknown): ChainruleError {
  const code = (error as { readonly code?: unknown }).code;
  const got =
    code === "ENOENT" ? "none of this name" : code === "EISDIR" ? "a folder" : error instanceof Error ? error.message : String(error);
  const hint = code === "EISDIR" ? `All CSV files in it are "${basename(path)}/*.csv".` : undefined;
  throw new ChainruleError("E_ENVIRONMENT", {
    where: path,
    expected: "a file that can be read",
    got,
    ...(hint === undefined ? {} : { hint }),
  });
}
