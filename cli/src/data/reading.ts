import { ChainruleError } from "chainrule";
import { type CsvOptions, DELIMITERS, ENCODINGS } from "chainrule/tables";
import type { Command } from "commander";
import { nameOption } from "../options.js";
import { queryOptions } from "./query-flags.js";

/** How a table is written, where that should not be found out. */
export interface ReadFlags {
  readonly header?: boolean;
  readonly delimiter?: (typeof DELIMITERS)[number];
  readonly encoding?: (typeof ENCODINGS)[number];
  readonly decimal?: "." | ",";
  /** SQL whose rows are the table, in place of a file. */
  readonly query?: string;
  /** Bytes that the rows, or a query, may take. */
  readonly memory?: number;
}

/** Options of every command that reads a table; `[data]` may be left out where they name another source. */
export function readOptions(command: Command): Command {
  return queryOptions(command)
    .option("--header", "of a CSV file: its first line names the columns (left out: found out)")
    .option("--no-header", "of a CSV file: its first line is a row; columns are col0, col1, ...")
    .option("--delimiter <character>", 'of a CSV file: , ; | or "tab" (left out: found out)', delimiterOption)
    .option("--encoding <name>", `of a text file: ${ENCODINGS.join(", ")} (left out: found out)`, nameOption("--encoding", ENCODINGS))
    .option(
      "--decimal <mark>",
      "of a CSV file: . or , before the fraction (left out: found out)",
      nameOption("--decimal", [".", ","] as const),
    );
}

function delimiterOption(text: string): (typeof DELIMITERS)[number] {
  const character = text === "tab" || text === "\\t" ? "\t" : text;
  const found = DELIMITERS.find((delimiter) => delimiter === character);
  if (found !== undefined) return found;
  throw new ChainruleError("E_USAGE", { where: "--delimiter", expected: "one of , ; | or tab", got: JSON.stringify(text) });
}

/** The same for `csvTable`. */
export function csvOptions({ header, delimiter, encoding, decimal }: ReadFlags): CsvOptions {
  return {
    ...(header === undefined ? {} : { header }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimal === undefined ? {} : { mark: decimal }),
  };
}

/** The flags as they are written on a command line. */
export function readWords({ header, delimiter, encoding, decimal, query }: ReadFlags): string[] {
  return [
    ...(header === undefined ? [] : [header ? "--header" : "--no-header"]),
    ...(delimiter === undefined ? [] : ["--delimiter", delimiter === "\t" ? "tab" : delimiter]),
    ...(encoding === undefined ? [] : ["--encoding", encoding]),
    ...(decimal === undefined ? [] : ["--decimal", decimal]),
    ...(query === undefined ? [] : ["--query", query]),
  ];
}
