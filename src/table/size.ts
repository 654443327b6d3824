import { isDate } from "./column-types.js";
import { ChainruleError, show } from "../base/errors.js";
import type { FitSettings } from "./fit.js";
import type { ColumnSchema } from "./schema.js";

/** Bytes that the rows of a table may take where nothing else is said. */
const USUAL_MEMORY = 512e6;
/** Blocks of rows have to be somewhere. */
const LEAST = 64_000;

/** @throws ChainruleError `E_USAGE` for anything but a number of bytes that is enough to stream in */
export function checkMemory(memory: unknown): number {
  if (memory === undefined) return USUAL_MEMORY;
  if (typeof memory === "number" && memory >= LEAST) return memory;
  throw new ChainruleError("E_USAGE", {
    where: "memory",
    expected: `a number of bytes of at least ${LEAST.toLocaleString("en-US")}`,
    got: show(memory),
  });
}

/** Bytes of a table in memory: its typed cells, 8 a number and 4 a category, and its inputs, 4 each, as many as its columns will be. */
export function tableBytes(schema: readonly ColumnSchema[], rows: number, settings: FitSettings): number {
  return (
    rows * schema.reduce((sum, column) => sum + (column.type === undefined ? 0 : cellBytes(column) + 4 * inputsOf(column, settings)), 0)
  );
}

function cellBytes({ type }: ColumnSchema): number {
  return type === "categorical" ? 4 : 8;
}

/** How many inputs a column will be, as far as its schema says. */
function inputsOf({ type, missing, distinct }: ColumnSchema, { embedFrom = 10, periodic = true }: FitSettings): number {
  const indicator = Number(missing > 0);
  if (type === "numeric") return 1 + indicator + Number(periodic);
  if (type === "boolean") return 1;
  // Day, month, weekday, hour.
  if (isDate(type)) return 4 + indicator;
  return distinct >= embedFrom ? 1 : distinct + indicator;
}
