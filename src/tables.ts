// The entry `chainrule/tables`: tables out of files, in a page as in a program. What becomes of them is in `chainrule`.

export type { Open, Opened } from "./tables/bytes.js";
export { LONGEST_CELL, MOST_CELLS } from "./tables/csv-parser.js";
export { type CsvDialect, type CsvTable, csvTable } from "./tables/csv-table.js";
export { type Delimiter, DELIMITERS } from "./tables/dialect.js";
export { ENCODINGS, type TextEncoding } from "./tables/encoding.js";
export { type JsonLinesTable, jsonLinesTable } from "./tables/json-lines-table.js";
export type { CsvOptions, JsonLinesOptions } from "./tables/options.js";
export type { ByteReader, ByteStream } from "./tables/platform.js";
