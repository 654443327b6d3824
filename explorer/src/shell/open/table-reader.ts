import type { ClassTarget, Dataset } from "chainrule";
import { classCounts, type ColumnKind, guessLabel, kindOfColumn, tableData, type TableModel } from "./table-data.js";
import { type Delimiter, guessDelimiter, readTable, type Table } from "./table-text.js";

/** Rows that are shown before a table is opened. */
const SHOWN = 20;

/** How a table is to be read; what is left out is guessed. */
export interface Reading {
  readonly delimiter?: Delimiter | undefined;
  readonly hasHeader?: boolean | undefined;
}

/** What a table holds, as it is read now, with its first rows. */
export interface Summary extends Table {
  readonly rowCount: number;
  readonly delimiter: Delimiter;
  readonly hasHeader: boolean;
  readonly kinds: readonly ColumnKind[];
  /** The column that most likely names the classes. */
  readonly label: number;
}

export interface TableReader {
  /** @throws Error naming the line */
  read(reading: Reading): Summary;
  counts(label: number): readonly (readonly [name: string, rows: number])[];
  /** @throws Error naming line and column */
  data(label: number, kinds: readonly ColumnKind[], model?: TableModel): Dataset<ClassTarget>;
}

/** A table of a file, to be read in one way after the other. */
export function createTableReader(name: string, bytes: Uint8Array): TableReader {
  let text: string | undefined;
  let table: Table | undefined;
  return {
    read({ delimiter, hasHeader }) {
      text ??= decoded(name, bytes);
      const sign = delimiter ?? guessDelimiter(text);
      const found = readTable(name, text, sign, hasHeader);
      table = found;
      return {
        ...found,
        rows: found.rows.slice(0, SHOWN),
        lines: found.lines.slice(0, SHOWN),
        rowCount: found.rows.length,
        delimiter: sign,
        kinds: found.header.map((_, at) => kindOfColumn(found, at)),
        label: guessLabel(found),
      };
    },
    counts: (label) => classCounts(table!, label),
    data: (label, kinds, model) => tableData(table!, label, kinds, model),
  };
}

function decoded(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${name}: expected text in UTF-8. Save it as CSV in UTF-8.`);
  }
}
