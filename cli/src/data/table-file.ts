import type { TableSource } from "chainrule";
import type { CsvDialect } from "chainrule/tables";

/** How a file is written; of JSON lines, Parquet and queries only what they have. */
export type FileDialect = Partial<CsvDialect> & { readonly format: "csv" | "json-lines" | "parquet" | "query" };

export interface TableFile {
  readonly source: TableSource;
  readonly dialect: FileDialect;
  /** Columns that the file says have numbers with fractions, whatever their cells are. */
  readonly floats?: readonly string[];
}
