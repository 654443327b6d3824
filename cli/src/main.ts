import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addCheckGradients } from "./commands/check-gradients.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addInfo } from "./commands/info.js";
import { addPredict } from "./commands/predict.js";
import { addTrain } from "./commands/train.js";
import { EXIT, exitCodeOf } from "./exit-codes.js";
import { processTerminal, type Terminal } from "./terminal.js";

/**
 * Runs one command.
 *
 * @param argv the words behind `chainrule`
 * @returns the exit code: 0 done, 2 usage or data, 3 corrupt file, 4 numeric failure, 5 environment, 70 internal, 130 interrupted
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const abort = new AbortController();
  let interrupted: number | undefined;
  const stopOn = (signal: NodeJS.Signals, code: number): void => {
    process.on(signal, () => {
      // The first one ends the work in order; the second one does not wait.
      if (interrupted !== undefined) process.exit(code);
      interrupted = code;
      abort.abort();
    });
  };
  stopOn("SIGINT", EXIT.interrupted);
  stopOn("SIGTERM", EXIT.terminated);
  endQuietlyOnClosedPipe();

  const program = createProgram(terminal, abort.signal);
  try {
    await program.parseAsync(argv, { from: "user" });
    return interrupted ?? EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (interrupted !== undefined) {
      terminal.note("interrupted: nothing was saved");
      return interrupted;
    }
    return report(error, argv.includes("--debug"), terminal);
  } finally {
    process.removeAllListeners("SIGINT");
    process.removeAllListeners("SIGTERM");
  }
}

function createProgram(terminal: Terminal, signal: AbortSignal): Command {
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
    });
  addTrain(program, terminal, signal);
  addEvaluate(program, terminal);
  addPredict(program, terminal);
  addCheckGradients(program, terminal);
  addInfo(program, terminal);
  for (const command of program.commands) command.option("--debug", "show the stack of an error").exitOverride();
  return program;
}

function report(error: unknown, debug: boolean, terminal: Terminal): number {
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const lines =
    code === EXIT.internal ? [`internal error: ${message}`, "This is a mistake in chainrule; --debug shows where."] : [`error: ${message}`];
  terminal.note(lines.join("\n"));
  if (debug && error instanceof Error) terminal.note(error.stack ?? "");
  return code;
}

/** `chainrule predict ... | head` closes the pipe early: that is not an error. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.done);
    throw error;
  });
}
