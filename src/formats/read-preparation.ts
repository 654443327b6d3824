import { show } from "../base/errors.js";
import { DAY_ORDERS } from "../table/column-types.js";
import type { Curve } from "../table/curve.js";
import { DATE_PARTS } from "../table/date-parts.js";
import { type ColumnPreparation, inputsOf, type Preparation } from "../table/preparation.js";

/**
 * The preparation of a model file, with nothing in it that was not checked.
 *
 * @param columns names of the network's inputs, which have to be those that it makes
 * @param corrupt makes the error of what was expected and what is there
 */
export function readPreparation(
  value: unknown,
  columns: readonly string[],
  corrupt: (expected: string, got: string) => Error,
): Preparation {
  const { columns: list, mark } = (value ?? {}) as Partial<Record<keyof Preparation, unknown>>;
  if (!Array.isArray(list) || (mark !== "." && mark !== ","))
    throw corrupt("a preparation: columns, and the mark of decimals", show(value));
  const read = list.map((column: unknown) => {
    const found = readColumn((column ?? {}) as Readonly<Record<string, unknown>>);
    if (found === undefined) throw corrupt("a prepared column", show(column));
    return found;
  });
  const preparation = { columns: read, mark } as const;
  const names = inputsOf(preparation).map(({ name }) => name);
  if (names.length !== columns.length || !names.every((name, k) => name === columns[k])) {
    throw corrupt(`the inputs that its preparation makes, ${show(names)}`, show(columns));
  }
  if (new Set(read.map(({ name }) => name)).size < read.length) throw corrupt("each column once", show(read.map(({ name }) => name)));
  return preparation;
}

function readColumn(column: Readonly<Record<string, unknown>>): ColumnPreparation | undefined {
  const { name, kind, indicator, categories } = column;
  if (typeof name !== "string") return undefined;
  if (kind === "boolean") return { name, kind };
  if (kind === "numeric") {
    const { fill, twice } = column;
    const curve = readCurve(column["curve"]);
    if (curve === undefined || !isNumber(fill) || typeof indicator !== "boolean" || typeof twice !== "boolean") return undefined;
    return { name, kind, curve, fill, indicator, twice };
  }
  if (kind === "date") {
    const parts = Array.isArray(column["parts"]) ? column["parts"].map(readPart) : [undefined];
    const order = DAY_ORDERS.find((known) => known === column["order"]);
    if (typeof indicator !== "boolean" || !parts.every((part) => part !== undefined) || order !== column["order"]) return undefined;
    return { name, kind, ...(order === undefined ? {} : { order }), parts, indicator };
  }
  if (kind !== "categorical") return undefined;
  const { others, missing, encode } = column;
  if (
    !isTexts(categories) ||
    typeof others !== "boolean" ||
    typeof missing !== "boolean" ||
    (encode !== "one-hot" && encode !== "embedding")
  )
    return undefined;
  return { name, kind, categories, others, missing, encode };
}

function readPart(value: unknown): Extract<ColumnPreparation, { kind: "date" }>["parts"][number] | undefined {
  const { part: name, curve: given, fill } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const part = DATE_PARTS.find((known) => known === name);
  const curve = readCurve(given);
  return part === undefined || curve === undefined || !isNumber(fill) ? undefined : { part, curve, fill };
}

function readCurve(value: unknown): Curve | undefined {
  const { kind, x, score, center, spread } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === "linear") return isNumber(center) && isNumber(spread) && spread > 0 ? { kind, center, spread } : undefined;
  if (kind !== "normal" || !isNumbers(x) || !isNumbers(score) || x.length !== score.length || x.length === 0) return undefined;
  return x.every((knot, i) => i === 0 || knot > x[i - 1]!) ? { kind, x, score } : undefined;
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string") && new Set(value).size === value.length;
}
