import type { Cell } from "chainrule";
import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import { type Kind, valueOf, type Written } from "./column-kind.js";

/** Cells of a row group, which is what is held in memory, and its most and fewest rows. */
const GROUP_CELLS = 1_000_000;
const MOST_ROWS = 100_000;
const FEWEST_ROWS = 1000;

/** How each kind stands in the file. Moments have no zone. */
const ELEMENTS: Readonly<Record<Kind, Omit<SchemaElement, "name">>> = {
  truth: { type: "BOOLEAN" },
  whole: { type: "INT64" },
  number: { type: "DOUBLE" },
  day: { type: "INT32", converted_type: "DATE" },
  moment: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MILLIS" } },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
};

/** Some rows of a result, and the names of its columns. */
export interface Rows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * Rows as the bytes of a Parquet file, packed with snappy, one row group after the other.
 *
 * @param kinds of each column, which every cell must be of
 */
export async function* parquetBytes(
  parts: AsyncIterable<Rows>,
  kindsOf: (header: readonly string[]) => readonly Kind[],
  written: Written,
): AsyncGenerator<Uint8Array, void> {
  const bytes = new ByteWriter();
  const take = (): Uint8Array => {
    const taken = bytes.getBytes().slice();
    // Where it stands in the file goes on.
    bytes.index = 0;
    return taken;
  };
  let group: Group | undefined;
  for await (const { header, rows } of parts) {
    group ??= startGroups(bytes, header, kindsOf(header));
    for (const row of rows) {
      for (const [k, column] of group.columns.entries()) column.push(valueOf(row[k], group.kinds[k]!, written));
      if (group.columns[0]!.length < group.size) continue;
      writeGroup(group);
      yield take();
    }
  }
  if (group === undefined) return;
  if (group.columns[0]!.length > 0) writeGroup(group);
  await group.writer.finish();
  yield take();
}

interface Group {
  readonly writer: ParquetWriter;
  readonly header: readonly string[];
  readonly kinds: readonly Kind[];
  /** Rows of a group. */
  readonly size: number;
  columns: unknown[][];
}

function startGroups(bytes: ByteWriter, header: readonly string[], kinds: readonly Kind[]): Group {
  const root: SchemaElement = { name: "root", num_children: header.length };
  const columns = header.map((name, k): SchemaElement => ({ name, repetition_type: "OPTIONAL", ...ELEMENTS[kinds[k]!] }));
  const writer = new ParquetWriter({ writer: bytes, schema: [root, ...columns], createdBy: "chainrule" });
  const size = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Math.floor(GROUP_CELLS / header.length)));
  return { writer, header, kinds, size, columns: header.map(() => []) };
}

function writeGroup(group: Group): void {
  const { writer, header, size } = group;
  void writer.write({ columnData: header.map((name, k) => ({ name, data: group.columns[k]! })), rowGroupSize: size });
  group.columns = header.map(() => []);
}
