import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ChainruleError, OPTIMIZER_NAMES } from "chainrule";
import type { Command } from "commander";
import type { Terminal } from "../terminal.js";
import { type Request, requestFile, runTrain } from "./run-train.js";

interface Flags {
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function addResume(program: Command, terminal: Terminal): void {
  program
    .command("resume")
    .summary("go on with a training that was stopped")
    .description(
      "Goes on with a training that was started with --checkpoint, from its newest checkpoint that is whole, with the same bits as if it had never stopped.",
    )
    .argument("<folder>", "the folder of the checkpoints")
    .option("--out <file>", "where the model goes (left out: where the training was to save it)")
    .option("--json", "print one JSON document and nothing else")
    .option("--quiet", "no progress and no summary")
    .addHelpText("after", "\nExamples:\n  chainrule train digits --epochs 500 --checkpoint run\n  chainrule resume run")
    .action(async (folder: string, { out, json, quiet }: Flags) => {
      const { data, flags } = readRequest(folder);
      // DuckDB looks for files from the working folder on.
      const moves = flags.queryFolder !== undefined && flags.queryFolder !== process.cwd();
      const [checkpoint, file] = [folder, out].map((path) => (moves && path !== undefined ? resolve(path) : path));
      if (moves) enter(flags.queryFolder);
      const shown = { ...(json === undefined ? {} : { json }), ...(quiet === undefined ? {} : { quiet }) };
      await runTrain(data, { ...flags, ...shown, checkpoint: checkpoint!, ...(file === undefined ? {} : { out: file }) }, terminal, true);
    });
}

/** Goes to the folder in which a query was asked. */
function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch {
    const expected = "the folder in which the query was asked";
    throw new ChainruleError("E_ENVIRONMENT", { where: "--query", expected, got: `"${folder}", which is not there` });
  }
}

/** What the training was started with. */
function readRequest(folder: string): Request {
  const path = requestFile(folder);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new ChainruleError("E_DATA", {
      where: "folder",
      expected: "a folder with the checkpoints of a training",
      got: `"${folder}", without ${path}`,
      hint: "chainrule train ... --checkpoint <folder> makes one.",
    });
  }
  try {
    const request: unknown = JSON.parse(text);
    if (isRequest(request)) return request;
  } catch {
    // told below
  }
  throw new ChainruleError("E_CORRUPT", {
    where: path,
    expected: "the data and flags of a training, as JSON",
    got: JSON.stringify(text.slice(0, 60)),
  });
}

/** Of the flags, those that this program uses itself; the library looks at the others. */
function isRequest(value: unknown): value is Request {
  const { data, flags } = (value ?? {}) as { readonly data?: unknown; readonly flags?: Readonly<Record<string, unknown>> | null };
  const { out, recipe = "", network = "", from = "", target = "", query = "", queryFolder = "", optimizer = "sgd" } = flags ?? {};
  return (
    [data, out, recipe, network, from, target, query, queryFolder].every((text) => typeof text === "string") &&
    OPTIMIZER_NAMES.some((name) => name === optimizer)
  );
}
