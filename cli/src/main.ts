import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addCheckGradients } from "./commands/check-gradients.js";
import { addDiagnose } from "./commands/diagnose.js";
import { addDoctor } from "./commands/doctor.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addExercise } from "./commands/exercise.js";
import { addExplain } from "./commands/explain.js";
import { addExplore } from "./commands/explore.js";
import { addExport } from "./commands/export.js";
import { addFindRate } from "./commands/find-rate.js";
import { addInfo } from "./commands/info.js";
import { addPredict } from "./commands/predict.js";
import { addResume } from "./commands/resume.js";
import { addStep } from "./commands/step.js";
import { addTrain } from "./commands/train.js";
import { inOptions, outOfMemory } from "./errors.js";
import { Deviation, EXIT, exitCodeOf } from "./exit-codes.js";
import { Interruption } from "./interruption.js";
import { processTerminal, type Terminal } from "./terminal.js";

/**
 * Runs one command.
 *
 * @param argv the words behind `chainrule`
 * @returns the exit code: 0 done, 1 what was checked is not right (`check-gradients --against`, `diagnose --strict`), 2 usage or data,
 * 3 corrupt file, 4 numeric failure, 5 environment, 70 internal, 130 interrupted, 143 terminated
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  watchStreams(terminal);
  const program = createProgram(terminal);
  try {
    await program.parseAsync(joinUnits(argv), { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof Deviation) return error.exitCode;
    if (error instanceof Interruption) {
      terminal.note(error.message);
      return error.exitCode;
    }
    const options = program.commands.flatMap((command) => command.options.map(({ long }) => long ?? ""));
    return report(outOfMemory(inOptions(error, options)), argv.includes("--debug"), terminal);
  }
}

/** `--checkpoint-every 5 epochs` is one option with one value, quoted or not. */
function joinUnits(argv: readonly string[]): string[] {
  const at = argv.indexOf("--checkpoint-every");
  if (at < 0 || !/^(epochs?|steps?)$/.test(argv[at + 2] ?? "")) return [...argv];
  return [...argv.slice(0, at + 1), `${argv[at + 1]} ${argv[at + 2]}`, ...argv.slice(at + 3)];
}

function createProgram(terminal: Terminal): Command {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  const program = new Command("chainrule")
    .description("Train dense neural networks, and see every derivative with its numbers.")
    .version(version, "--version")
    .helpCommand(true)
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        terminal.note(text.trimEnd());
      },
    })
    .showHelpAfterError("chainrule --help lists the commands.")
    .addHelpText(
      "after",
      `
Examples:
  chainrule train digits --recipe equations
  chainrule evaluate model.safetensors digits
  chainrule predict model.safetensors digits --out predictions.csv
  chainrule explain model.safetensors digits --rows 12 --of "w4[3,7]"
  chainrule explore model.safetensors digits
  chainrule check-gradients model.safetensors digits --rows 0..32
  chainrule train --help`,
    );
  addTrain(program, terminal);
  addResume(program, terminal);
  addFindRate(program, terminal);
  addEvaluate(program, terminal);
  addPredict(program, terminal);
  addExplain(program, terminal);
  addStep(program, terminal);
  addExport(program, terminal);
  addExplore(program, terminal);
  addCheckGradients(program, terminal);
  addDiagnose(program, terminal);
  addExercise(program, terminal);
  addInfo(program, terminal);
  addDoctor(program, terminal);
  for (const command of program.commands) {
    command.option("--debug", "show the stack of an error").showHelpAfterError(`chainrule ${command.name()} --help shows what it takes.`);
  }
  return program;
}

function report(error: unknown, debug: boolean, { note }: Terminal): number {
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === EXIT.internal) note(`internal error: ${message}\nThis is a mistake in chainrule; --debug shows where.`);
  else note(`error: ${message}`);
  if (debug && error instanceof Error) note(error.stack ?? "");
  return code;
}

/**
 * `chainrule predict ... | head` closes the pipe early: that is not an error, and a training run goes on to save its model.
 * Anything else, a full disk for example, ends the program.
 */
function watchStreams({ note }: Terminal): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      if (stream === process.stdout) note(`error: standard output: expected that it can be written, got ${error.message}.`);
      process.exit(EXIT.environment);
    });
  }
}
