import { ChainruleError } from "chainrule";
import { EXIT } from "./exit-codes.js";

const signals = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** Thrown in place of the work's own error where a signal ended it. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, saved = "nothing was saved") {
    super(`interrupted: ${saved}`);
    this.exitCode = exitCode;
  }
}

/**
 * Work that Ctrl-C ends in order: the first signal aborts it, a second one does not wait. Outside of it a signal ends the
 * process at once, as in any program.
 *
 * @param saved what the interruption says is left of the work, where something is
 * @throws Interruption where a signal came before the work was done
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, saved?: string): Promise<T> {
  const abort = new AbortController();
  let exitCode: number | undefined;
  const handlers = Object.entries(signals).map(([name, code]) => {
    const handler = (): void => {
      if (exitCode !== undefined) process.exit(exitCode);
      exitCode = code;
      abort.abort();
    };
    process.on(name, handler);
    return { name, handler };
  });
  try {
    return await work(abort.signal);
  } catch (error) {
    const aborted = error instanceof ChainruleError && error.code === "E_ABORTED";
    if (aborted && exitCode !== undefined) throw new Interruption(exitCode, saved);
    throw error;
  } finally {
    for (const { name, handler } of handlers) process.removeListener(name, handler);
  }
}
