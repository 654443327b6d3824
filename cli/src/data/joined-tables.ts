import { type Cell, ChainruleError, type TableSource } from "chainrule";
import { list } from "./table-flags.js";
import type { TableFile } from "./table-file.js";

/**
 * Tables with the same columns, one below the other. Their order may be another one in each.
 *
 * @param name the pattern that found them
 * @throws ChainruleError `E_DATA`, naming the file and the column
 */
export function joinFiles(name: string, files: readonly TableFile[]): TableFile {
  const [first, ...others] = files as [TableFile, ...TableFile[]];
  const { columns } = first.source;
  for (const { source } of others) checkColumns(first.source, source);
  /** Rows before each file, as far as they have been read. */
  const starts = [0];
  const source: TableSource = {
    kind: "table",
    name,
    columns,
    place(row, column) {
      const at = starts.findLastIndex((start) => start <= row);
      return files[at]!.source.place(row - starts[at]!, column);
    },
    async *batches() {
      let count = 0;
      for (const [at, { source: each }] of files.entries()) {
        starts[at] = count;
        const order = columns.map((column) => each.columns.indexOf(column));
        const isSame = order.every((from, to) => from === to);
        for await (const rows of each.batches()) {
          count += rows.length;
          yield isSame ? rows : rows.map((row) => order.map((from): Cell => row[from]));
        }
      }
    },
  };
  // A file may have no number with a fraction.
  const mark = files.some(({ dialect }) => dialect.mark === ",") ? { mark: "," as const } : {};
  return { source, dialect: { ...first.dialect, ...mark } };
}

function checkColumns(first: TableSource, other: TableSource): void {
  const missing = first.columns.filter((column) => !other.columns.includes(column));
  const more = other.columns.filter((column) => !first.columns.includes(column));
  if (missing.length + more.length === 0) return;
  throw new ChainruleError("E_DATA", {
    where: other.name,
    expected: `the columns of ${first.name}`,
    got: [missing.length > 0 ? `none called ${list(missing)}` : "", more.length > 0 ? `more, ${list(more)}` : ""]
      .filter((part) => part !== "")
      .join("; "),
    hint: "Files of one table have the same columns.",
  });
}
