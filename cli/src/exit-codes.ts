import { ChainruleError, type ErrorCode } from "chainrule";

/** Exit codes of every command; docs/cli.md lists them. */
export const EXIT = {
  done: 0,
  /** Derivatives under `check-gradients --against` deviate, or a verdict of `diagnose --strict` is bad. */
  deviates: 1,
  usage: 2,
  corrupt: 3,
  numeric: 4,
  environment: 5,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

const byError: Readonly<Record<ErrorCode, number>> = {
  E_USAGE: EXIT.usage,
  E_DESCRIPTION: EXIT.usage,
  E_DATA: EXIT.usage,
  E_CORRUPT: EXIT.corrupt,
  E_NON_FINITE: EXIT.numeric,
  E_GRADIENT: EXIT.numeric,
  E_ENVIRONMENT: EXIT.environment,
  E_ENGINE_UNAVAILABLE: EXIT.environment,
  E_MEMORY: EXIT.environment,
  E_WORKER: EXIT.environment,
  E_ABORTED: EXIT.interrupted,
};

/** Thrown where the result that was printed is that what was checked is not right: an exit code of its own, and nothing more to say. */
export class Deviation extends Error {
  readonly exitCode = EXIT.deviates;
}

export function exitCodeOf(error: unknown): number {
  return error instanceof ChainruleError ? byError[error.code] : EXIT.internal;
}
