import { ChainruleError, type ErrorCode } from "../../src/base/errors.js";

function check(error: unknown): ChainruleError {
  if (error instanceof ChainruleError) return error;
  throw new Error(`not a ChainruleError but ${String(error)}`, { cause: error });
}

/** The library's error that a call throws; anything else that happens is a failure. */
export function caught(call: () => unknown): ChainruleError {
  try {
    call();
  } catch (error) {
    return check(error);
  }
  throw new Error("nothing was thrown");
}

/** The library's error that a promise rejects with. */
export async function rejected(promise: Promise<unknown>): Promise<ChainruleError> {
  try {
    await promise;
  } catch (error) {
    return check(error);
  }
  throw new Error("nothing was rejected");
}

/** What an error says, in a form that `toMatchObject` compares. */
export interface Said {
  readonly code: ErrorCode;
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly hint?: string;
}

export function said(error: ChainruleError): Said {
  return { code: error.code, ...error.problems[0] };
}
