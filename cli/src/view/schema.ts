import type { ColumnSchema } from "chainrule";
import type { Terminal } from "../terminal.js";
import { count, short } from "./format.js";
import { table } from "./table.js";

/** Columns that are listed. */
const MOST = 40;
/** Characters of a name and of an example. */
const WIDEST = 24;

/** The columns of a table before it is trained on: type, missing cells, different values, range and an example; why a column is left out. */
export function describeSchema(schema: readonly ColumnSchema[], terminal: Terminal): string {
  const rows = schema
    .slice(0, MOST)
    .map(({ name, type, missing, distinct, range, example }) => [
      cut(name),
      type ?? "left out",
      missing === 0 ? "" : count(missing),
      distinct > 10_000 ? "> 10,000" : count(distinct),
      range === undefined ? "" : `${plain(range[0])} to ${plain(range[1])}`,
      cut(example),
    ]);
  const lines = table([["column", "type", "missing", "distinct", "range", "example"], ...rows], terminal);
  const more = schema.length > MOST ? [`  and ${count(schema.length - MOST)} more`] : [];
  return [...lines, ...more].join("\n");
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 3)}...` : line;
}

function plain(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : short(value);
}
