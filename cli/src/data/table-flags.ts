import { ChainruleError, COLUMN_TYPES, type ColumnType, type TableSource, type TableTask } from "chainrule";
import { reworded } from "../errors.js";
import { suggest } from "../suggest.js";
import type { ReadFlags } from "./reading.js";

/** What `train` is told of a table. */
export interface TableFlags extends ReadFlags {
  readonly target?: string;
  readonly task?: TableTask;
  readonly type?: Readonly<Record<string, ColumnType>>;
  readonly ignore?: readonly string[];
  readonly group?: string;
  readonly time?: string;
  readonly testFile?: string;
  /** Bytes that the rows may take. */
  readonly memory?: number;
}

/**
 * Where the data or a model names its own columns and targets, nothing may be said of them.
 *
 * @param expected what may be said instead
 * @throws ChainruleError `E_USAGE`, naming the flag
 */
export function refuseTableFlags({ target, task, type, ignore, group, time, testFile }: TableFlags, expected: string): void {
  const given = {
    "--target": target,
    "--task": task,
    "--type": type,
    "--ignore": ignore,
    "--group": group,
    "--time": time,
    "--test-file": testFile,
  };
  for (const [where, value] of Object.entries(given)) {
    if (value === undefined) continue;
    throw new ChainruleError("E_USAGE", { where, expected, got: typeof value === "string" ? `"${value}"` : JSON.stringify(value) });
  }
}

export type Columns = readonly string[];

/** Names that an error lists. */
const MOST_NAMES = 12;

/** Names in quotes, the first of many. */
export function list(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return names.length > first.length ? `${first.join(", ")} and ${names.length - first.length} more` : first.join(", ");
}

/**
 * The columns to learn: a name, several with commas between them, or "last". A column of that very name goes first.
 *
 * @throws ChainruleError `E_USAGE`
 */
export function targetsOf({ columns, name: path }: TableSource, target: string | undefined): string[] {
  if (target !== undefined && columns.includes(target)) return [target];
  if (target === "last") return [columns.at(-1)!];
  const names = (target ?? "").split(",").map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new ChainruleError("E_USAGE", { where: "--target", expected: "each column once", got: `"${twice}" twice` });
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown === undefined) return names;
  throw new ChainruleError("E_USAGE", {
    where: "--target",
    expected: `the column to learn, one of ${list(columns)}, or last`,
    got: target === undefined ? "nothing" : `"${unknown}"`,
    ...(columns.length === 1
      ? { hint: `${path} has one column: say how its columns are separated with --delimiter.` }
      : target === undefined
        ? { hint: `Write --target "${columns.at(-1)!}", for example.` }
        : suggest(unknown, columns)),
  });
}

/** "zip=categorical", or several with commas between them; an option may come again. */
export function typeOption(text: string, before: Record<string, ColumnType> = {}): Record<string, ColumnType> {
  const types = { ...before };
  for (const part of text.split(",")) {
    const at = part.lastIndexOf("=");
    const type = COLUMN_TYPES.find((known) => known === part.slice(at + 1).trim());
    if (at < 1 || type === undefined) {
      const expected = `a column with its type, such as zip=categorical (${COLUMN_TYPES.join(", ")})`;
      throw new ChainruleError("E_USAGE", { where: "--type", expected, got: `"${part}"` });
    }
    Object.defineProperty(types, part.slice(0, at).trim(), { value: type, enumerable: true, writable: true, configurable: true });
  }
  return types;
}

/** "id,name"; an option may come again. */
export function ignoreOption(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(",").map((name) => name.trim())];
}

const OPTIONS: Readonly<Record<string, string>> = {
  target: "--target",
  task: "--task",
  types: "--type",
  ignore: "--ignore",
  group: "--group",
  time: "--time",
  memory: "--memory",
  folds: "--folds",
  test: "--test",
  validation: "--validation",
};

/** The library speaks of its own options; who typed a flag is told of that. */
export function inTableFlags(error: unknown): unknown {
  if (!(error instanceof ChainruleError)) return error;
  return reworded(error, (problem) => ({ ...problem, where: OPTIONS[problem.where.replace(/\[.*/, "")] ?? problem.where }));
}
