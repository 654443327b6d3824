import type { Cell, DecimalMark } from "./cell.js";
import type { ColumnType, DayOrder } from "./column-types.js";
import { type Curve, isStraight, onCurve } from "./curve.js";
import { type DatePart, datePart } from "./date-parts.js";
import { typedCell } from "./typed.js";

// How the raw columns of a table become the inputs of a network; fitted on the training rows, and part of the model. Plain data.

export type ColumnPreparation =
  | {
      readonly name: string;
      readonly kind: "numeric";
      readonly curve: Curve;
      /** What stands for a number that is missing: the median of the others. */
      readonly fill: number;
      /** Whether another input says that it was: 1, otherwise 0. */
      readonly indicator: boolean;
      /** Whether the value stands there a second time, for the periodic part of the network. */
      readonly twice: boolean;
    }
  /** 1 for true, -1 for false, 0 where it is missing. */
  | { readonly name: string; readonly kind: "boolean" }
  /** Its parts that differ between the rows; a missing day has the median of each. */
  | {
      readonly name: string;
      readonly kind: "date";
      /** Of days such as 5/6/2024; left out where the column has none. */
      readonly order?: DayOrder;
      readonly parts: readonly FittedPart[];
      readonly indicator: boolean;
    }
  | {
      readonly name: string;
      readonly kind: "categorical";
      /** Those with a place of their own, the most frequent first. */
      readonly categories: readonly string[];
      /** Whether others shared a place in training. A category that is none of them has that place, or no input of its own is 1. */
      readonly others: boolean;
      /** Whether a missing category has a place of its own; otherwise it counts as another one. */
      readonly missing: boolean;
      /** An input for each place, 1 or 0; or one input with the number of the place, for an embedding: 0 is all others, which then there are, 1 missing ones where they have a place. */
      readonly encode: "one-hot" | "embedding";
    };

export interface FittedPart {
  readonly part: DatePart;
  readonly curve: Curve;
  /** What stands for it where the day is missing. */
  readonly fill: number;
}

export interface Preparation {
  /** Raw columns, in the order of the table that was trained on. */
  readonly columns: readonly ColumnPreparation[];
  /** What stands before the fraction of numbers that are written as text. */
  readonly mark: DecimalMark;
}

/** The type by which the cells of a raw column are read. */
export function columnType(column: ColumnPreparation): ColumnType {
  return column.kind === "date" && column.order !== undefined ? `date:${column.order}` : column.kind;
}

/** Whether some numbers are left as they are: they keep all their digits, for the scaling that they still have before them. */
export function keepsDigits({ columns }: Preparation): boolean {
  return columns.some((column) => column.kind === "numeric" && isStraight(column.curve));
}

/** An input of the network and the raw column that it comes from. */
export interface PreparedInput {
  readonly name: string;
  /** The position of the raw column. */
  readonly from: number;
  /** Set where it says whether something is so, rather than how much there is of it. */
  readonly code?: true;
  /** Set where the network encodes it further. */
  readonly part?: { readonly kind: "embedding"; readonly categories: number } | { readonly kind: "periodic" };
}

/** The inputs of the network, in order: those of the first raw column, then those of the second. */
export function inputsOf({ columns }: Preparation): PreparedInput[] {
  return columns.flatMap((column, from) => inputNames(column).map((encoded) => ({ ...encoded, from })));
}

function inputNames(column: ColumnPreparation): Omit<PreparedInput, "from">[] {
  const { name } = column;
  switch (column.kind) {
    case "numeric":
      return [
        { name },
        ...(column.indicator ? [code(`${name} is missing`)] : []),
        ...(column.twice ? [{ name: `${name} again`, part: { kind: "periodic" } as const }] : []),
      ];
    case "boolean":
      return [code(name)];
    case "date":
      return [...column.parts.map(({ part }) => ({ name: `${name} ${part}` })), ...(column.indicator ? [code(`${name} is missing`)] : [])];
    case "categorical":
      if (column.encode === "embedding") {
        return [{ name, part: { kind: "embedding", categories: 1 + Number(column.missing) + column.categories.length } }];
      }
      return [
        ...column.categories.map((category) => `${name}=${category}`),
        ...(column.missing ? [`${name} is missing`] : []),
        ...(column.others ? [`${name}=other`] : []),
      ].map(code);
  }
}

/** An input that says whether something is so. */
const code = (name: string): Omit<PreparedInput, "from"> => ({ name, code: true });

/** The inputs that say whether something is so: 1 and 0 or -1 mean it, and are never scaled. */
export function codeInputs(preparation: Preparation): number[] {
  return inputsOf(preparation).flatMap((input, k) => (input.code === true ? [k] : []));
}

/**
 * Writes the inputs of one cell and returns the position behind them.
 *
 * @param value as its type has it: `typedCell`
 */
export function encodeValue(
  column: ColumnPreparation,
  value: number | string | undefined,
  out: Float64Array | Float32Array,
  at: number,
): number {
  let next = at;
  switch (column.kind) {
    case "numeric": {
      const isThere = !Number.isNaN(value);
      const input = onCurve(column.curve, isThere ? (value as number) : column.fill);
      out[next++] = input;
      if (column.indicator) out[next++] = Number(!isThere);
      if (column.twice) out[next++] = input;
      return next;
    }
    case "boolean":
      out[next++] = Number.isNaN(value) ? 0 : 2 * (value as number) - 1;
      return next;
    case "date": {
      const isThere = !Number.isNaN(value);
      for (const { part, curve, fill } of column.parts) out[next++] = onCurve(curve, isThere ? datePart(part, value as number) : fill);
      if (column.indicator) out[next++] = Number(!isThere);
      return next;
    }
    case "categorical":
      return encodeCategory(column, value === undefined ? undefined : column.categories.indexOf(value as string), out, next);
  }
}

/**
 * The same for the cell of a category whose place is known.
 *
 * @param own its position among those with a place of their own, -1 of another one, undefined where it is missing
 */
export function encodeCategory(
  { categories, others, missing, encode }: Extract<ColumnPreparation, { kind: "categorical" }>,
  own: number | undefined,
  out: Float64Array | Float32Array,
  at: number,
): number {
  let next = at;
  const isMissing = own === undefined && missing;
  const place = own ?? -1;
  if (encode === "embedding") {
    out[next++] = isMissing ? 1 : place < 0 ? 0 : place + 1 + Number(missing);
    return next;
  }
  for (let k = 0; k < categories.length; k++) out[next++] = Number(k === place);
  if (missing) out[next++] = Number(isMissing);
  if (others) out[next++] = Number(place < 0 && !isMissing);
  return next;
}

/**
 * The inputs of a row from its raw cells, shape (encoded columns).
 *
 * @param refuse called with a cell that is there and has another type than its column
 */
export function encodeCells(
  { columns, mark }: Preparation,
  cells: readonly Cell[],
  out: Float64Array,
  refuse: (cell: Cell, column: ColumnPreparation) => never,
): void {
  let next = 0;
  columns.forEach(
    (column, k) =>
      (next = encodeValue(
        column,
        typedCell(cells[k], columnType(column), mark, (cell) => refuse(cell, column)),
        out,
        next,
      )),
  );
}
