/**
 * What kind of thing went wrong; stable, so that programs can branch on it.
 *
 * - `E_USAGE`: options or arguments of a call; `E_DESCRIPTION`: a network's description; `E_DATA`: rows, labels, shapes
 * - `E_CORRUPT`: a file that is not what it says it is
 * - `E_NON_FINITE`: NaN or an infinity turned up in numbers; `E_GRADIENT`: a gradient check failed
 * - `E_ENVIRONMENT`: the machine refused (disk, permission, missing file system entry)
 * - `E_ENGINE_UNAVAILABLE`: the machine cannot run the engine that was asked for; `E_MEMORY`: a run needs more memory than
 *   there is; `E_WORKER`: a worker thread died or hangs
 * - `E_ABORTED`: an `AbortSignal` ended the work
 */
export type ErrorCode =
  | "E_USAGE"
  | "E_DESCRIPTION"
  | "E_DATA"
  | "E_CORRUPT"
  | "E_NON_FINITE"
  | "E_GRADIENT"
  | "E_ENVIRONMENT"
  | "E_ENGINE_UNAVAILABLE"
  | "E_MEMORY"
  | "E_WORKER"
  | "E_ABORTED";

/** One thing that is wrong: where it stands, what was expected there, what stood there, and what to do next. */
export interface Problem {
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  /** The next step, a sentence of its own. */
  readonly hint?: string;
}

/**
 * The only error that chainrule throws on purpose. `code` is stable; `problems` lists everything that is wrong, so that
 * a description with three mistakes is mended in one go.
 *
 * @example
 * ```ts
 * import { ChainruleError, createNetwork } from "chainrule";
 *
 * try {
 *   createNetwork({ inputs: 2, layers: [{ units: 0 }] });
 * } catch (error) {
 *   if (error instanceof ChainruleError) console.log(error.code, error.message);
 * }
 * ```
 */
export class ChainruleError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, problems: Problem | readonly Problem[] | string) {
    const list = typeof problems === "string" ? [] : Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(typeof problems === "string" ? problems : list.map(sentence).join("\n"));
    this.name = "ChainruleError";
    this.code = code;
    this.problems = list;
  }
}

function sentence({ where, expected, got, hint }: Problem): string {
  return `${where}: expected ${expected}, got ${got}.${hint === undefined ? "" : ` ${hint}`}`;
}

/** A value as an error shows it: JSON, save for numbers that JSON cannot write; cut to 60 characters. */
export function show(value: unknown): string {
  let text: string;
  try {
    text = write(value);
  } catch {
    // A circle, or a bigint inside an object.
    text = Object.prototype.toString.call(value);
  }
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function write(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  return typeof value === "string" || (typeof value === "object" && value !== null) ? JSON.stringify(value) : String(value);
}
