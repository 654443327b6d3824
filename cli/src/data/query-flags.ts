import { ChainruleError } from "chainrule";
import type { Command } from "commander";
import { memoryOption } from "../options.js";

/** What says how a file is written, which a query has no use for. */
const OF_FILES = ["header", "delimiter", "encoding", "decimal"];

/**
 * `--query` of a command whose arguments have a `[data]`: one of the two is there when the command begins, and `data` is the query's text where
 * it is given, to speak of it. Commands whose data are a table by nature have `--memory` already.
 */
export function queryOptions(command: Command): Command {
  const at = command.registeredArguments.findIndex((argument) => argument.name() === "data");
  const needsData = command.name() !== "explore";
  command.option("--query <sql>", "in place of <data>: rows that DuckDB reads out of files, such as \"select * from 'sales/*.parquet'\"");
  const ownMemory = command.name() === "train" || command.name() === "find-rate";
  if (!ownMemory) {
    command.option("--memory <size>", "what a query may take, such as 2GB (512MB)", memoryOption);
  }
  return command.hook("preAction", (_, acting) => {
    const flags = acting.opts<{ readonly query?: string; readonly memory?: number } & Readonly<Record<string, unknown>>>();
    const given = acting.args[at];
    if (flags.query === undefined) {
      if (flags.memory !== undefined && !ownMemory) throw refuse("--memory", "--query beside it", "none");
      if (given === undefined && needsData)
        acting.error("error: missing required argument 'data' (or --query \"select ...\" in its place)");
      return;
    }
    if (acting.args.length < at) throw refuse("--query", "a model before it", "none");
    if (given !== undefined) throw refuse("--query", "no data beside it, whose place it takes", `"${given}"`);
    const other = OF_FILES.find((name) => flags[name] !== undefined);
    const said = "no --query beside it, which says itself how a file is written: read_csv('x.csv', delim = ';')";
    if (other !== undefined) throw refuse(`--${other}`, said, "both");
    if (flags.query.trim() === "") throw refuse("--query", "a query in SQL", '""');
    acting.processedArgs[at] = flags.query;
  });
}

function refuse(where: string, expected: string, got: string): ChainruleError {
  return new ChainruleError("E_USAGE", { where, expected, got });
}
