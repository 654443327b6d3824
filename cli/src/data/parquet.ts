import { type Cell, ChainruleError, type Problem, type TableSource } from "chainrule";
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type ParquetReadOptions,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { TableFile } from "./table-file.js";

/** Rows of a batch. */
const BATCH = 4096;

/**
 * The table in a Parquet file, one row group after the other.
 *
 * @throws ChainruleError `E_DATA` for columns that hold lists or records, `E_CORRUPT` for a file that is not whole
 */
export async function parquetTable(path: string): Promise<TableFile> {
  const file = await asyncBufferFromFile(path);
  const metadata = await whole(path, () => parquetMetadataAsync(file));
  const columns = columnsOf(path, metadata);
  const place = (row: number, column: string): string => `${path}, row ${row}, column "${column}"`;
  const source: TableSource = {
    kind: "table",
    name: path,
    columns,
    place,
    async *batches() {
      let from = 0;
      for (const { num_rows } of metadata.row_groups) {
        const to = from + Number(num_rows);
        const rows = await whole(path, () => readRows({ file, metadata, rowStart: from, rowEnd: to, compressors }));
        for (let at = 0; at < rows.length; at += BATCH) {
          const first = from + at;
          yield rows.slice(at, at + BATCH).map((row, k) => checkRow(row, columns, (column) => place(first + k, column)));
        }
        from = to;
      }
    },
  };
  return { source, dialect: { format: "parquet", columns: columns.length }, floats: floatsOf(metadata) };
}

async function readRows(options: Omit<ParquetReadOptions, "rowFormat" | "onComplete">): Promise<readonly (readonly unknown[])[]> {
  let rows: readonly (readonly unknown[])[] = [];
  await parquetRead({ ...options, rowFormat: "array", onComplete: (read) => (rows = read) });
  return rows;
}

async function whole<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new ChainruleError("E_CORRUPT", { where: path, expected: "a Parquet file", got, hint: "Is the file whole?" });
  }
}

function columnsOf(path: string, metadata: FileMetaData): string[] {
  return parquetSchema(metadata).children.map(({ element: { name, repetition_type }, children }) => {
    if (children.length === 0 && repetition_type !== "REPEATED") return name;
    throw nested(`${path}, column "${name}"`, "lists or records");
  });
}

function floatsOf(metadata: FileMetaData): string[] {
  return parquetSchema(metadata).children.flatMap(({ element: { name, type } }) => (type === "DOUBLE" || type === "FLOAT" ? [name] : []));
}

/** Text in JSON and bytes that are no text are columns without parts, and no cells. */
function checkRow(row: readonly unknown[], columns: readonly string[], place: (column: string) => string): readonly Cell[] {
  const at = row.findIndex((cell) => typeof cell === "object" && cell !== null && !(cell instanceof Date));
  if (at < 0) return row as readonly Cell[];
  throw nested(place(columns[at]!), row[at] instanceof Uint8Array ? "bytes" : "a list or a record");
}

function nested(where: string, got: string): ChainruleError {
  const hint = "Make columns of what is inside, or leave it out of the file.";
  const problem: Problem = { where, expected: "numbers, text, truth or days", got, hint };
  return new ChainruleError("E_DATA", problem);
}
