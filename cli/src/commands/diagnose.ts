import { diagnose } from "chainrule/diagnose";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, loadForModel } from "../data/load.js";
import { type ReadFlags, readOptions } from "../data/reading.js";
import { Deviation } from "../exit-codes.js";
import { wholeOption } from "../options.js";
import type { Terminal } from "../terminal.js";
import { describeDiagnosis } from "../view/diagnose.js";

const TOP = 5;
const TOP_IN_JSON = 30;

interface Flags extends ReadFlags {
  readonly rows?: number;
  readonly seed?: number;
  readonly top?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export function addDiagnose(program: Command, terminal: Terminal): void {
  const command = program
    .command("diagnose")
    .summary("find what keeps a network from learning, and what is odd in its data")
    .description(
      "Looks for layers that no derivative reaches, dead and saturated units, a learning rate that does not suit the weights, unscaled columns, " +
        "wrong labels, overfitting and more, and says what to do about each.",
    )
    .argument("<model>", "a model file")
    .argument("[data]", DATA_HELP)
    .option("--rows <n>", "measure derivatives and units on so many rows, drawn at random (1,000)", wholeOption("--rows", 1))
    .option("--seed <n>", "of that draw (1)", wholeOption("--seed", 0))
    .option("--top <n>", `how many rows a verdict lists (${TOP}; ${TOP_IN_JSON} in JSON)`, wholeOption("--top", 0))
    .option("--strict", "exit code 1 where a verdict is bad")
    .option("--json", "print one JSON document and nothing else");
  readOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  chainrule diagnose model.safetensors digits
  chainrule diagnose model.safetensors digits --top 20
  chainrule diagnose model.safetensors digits --strict --json`,
    )
    .action(async (path: string, data: string, { strict, json, top = json === true ? TOP_IN_JSON : TOP, rows, seed, ...flags }: Flags) => {
      const model = await loadModel(path);
      const { dataset } = await loadForModel(data, model, "needed", flags);
      const diagnosis = diagnose(model, dataset, { ...(rows === undefined ? {} : { rows }), ...(seed === undefined ? {} : { seed }), top });
      if (json === true) terminal.print(JSON.stringify(diagnosis, null, 2));
      else terminal.write(`${describeDiagnosis(diagnosis, path, data, terminal)}\n`);
      if (strict === true && diagnosis.verdicts.some(({ severity }) => severity === "bad")) throw new Deviation();
    });
}
