import { ChainruleError } from "../../base/errors.js";
import type { SentError } from "./protocol.js";

/** What a message can carry of an error. */
export function sendError(error: unknown): SentError {
  if (error instanceof ChainruleError) return { code: error.code, problems: error.problems, message: error.message };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error again, on the other side. */
export function receiveError({ code, problems, message }: SentError): Error {
  if (code === undefined) return new Error(message);
  return new ChainruleError(code, problems === undefined || problems.length === 0 ? message : problems);
}
