import type { DuckDBConnection } from "@duckdb/node-api";
import { ChainruleError } from "chainrule";

/**
 * Functions that give tables: those that read a file, and those that count. Others set things, such as enable_logging, which writes files,
 * or run text as a query.
 */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  "read_csv",
  "read_csv_auto",
  "sniff_csv",
  "read_parquet",
  "parquet_scan",
  "read_json",
  "read_json_auto",
  "read_ndjson",
  "read_ndjson_auto",
  "read_json_objects",
  "read_text",
  "glob",
  "range",
  "generate_series",
  "unnest",
  "json_each",
  "json_tree",
]);

/**
 * A query is one SELECT, and its tables are files: it sets nothing and writes nothing. DuckDB's own parser says what is in it.
 *
 * @throws ChainruleError `E_USAGE`
 */
export async function checkStatement(connection: DuckDBConnection, sql: string): Promise<void> {
  const statement = await connection.prepare("SELECT json_serialize_sql($1::VARCHAR)");
  statement.bindVarchar(1, sql);
  const [row] = await (await statement.run()).getRows();
  const parsed = JSON.parse(String(row![0])) as Parsed;
  // Told with its place.
  if (parsed.error_type === "parser") await connection.extractStatements(sql);
  if (parsed.error || parsed.statements === undefined)
    throw refuse("a query that only reads: SELECT, FROM, WITH or VALUES", "another statement");
  if (parsed.statements.length !== 1) throw refuse("one statement", String(parsed.statements.length));
  const found = tableFunctions(parsed.statements).find((name) => !TABLE_FUNCTIONS.has(name.toLowerCase()));
  if (found !== undefined) throw refuse("tables out of files, as read_csv, read_parquet and read_json give them", `${found}()`);
}

interface Parsed {
  readonly error: boolean;
  readonly error_type?: string;
  readonly statements?: readonly unknown[];
}

/** Names of all functions that stand where a table may, at any depth. */
function tableFunctions(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { type, function: called } = node as { readonly type?: unknown; readonly function?: { readonly function_name?: unknown } };
  const own = type === "TABLE_FUNCTION" ? [String(called?.function_name)] : [];
  return [...own, ...Object.values(node).flatMap(tableFunctions)];
}

function refuse(expected: string, got: string): ChainruleError {
  return new ChainruleError("E_USAGE", { where: "--query", expected, got });
}
