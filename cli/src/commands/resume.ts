import { readFileSync } from "node:fs";
import { ChainruleError } from "chainrule";
import type { Command } from "commander";
import type { Terminal } from "../terminal.js";
import { requestFile, runTrain, type TrainFlags } from "./run-train.js";

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
      const shown = { ...(json === undefined ? {} : { json }), ...(quiet === undefined ? {} : { quiet }) };
      await runTrain(data, { ...flags, ...shown, checkpoint: folder, ...(out === undefined ? {} : { out }) }, terminal, true);
    });
}

/** What the training was started with. */
function readRequest(folder: string): { readonly data: string; readonly flags: TrainFlags } {
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
    const { data, flags } = JSON.parse(text) as { data: unknown; flags: unknown };
    if (typeof data === "string" && typeof flags === "object" && flags !== null) return { data, flags: flags as TrainFlags };
  } catch {
    // told below
  }
  throw new ChainruleError("E_CORRUPT", {
    where: path,
    expected: "the data and flags of a training, as JSON",
    got: JSON.stringify(text.slice(0, 60)),
  });
}
