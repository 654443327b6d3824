import { type Cell, categoryOf, type DecimalMark, isMissing, momentOf, numberOf, truthOf } from "./cell.js";
import { type ColumnType, orderOf } from "./column-types.js";

/** The cells of a column as its type has them. */
export type TypedColumn =
  /** Numbers, 0 and 1, or seconds since 1970; NaN where there is none. Shape (rows). */
  | { readonly kind: "numbers"; readonly values: Float64Array }
  /** Positions in `categories`, which are in the order of their first row; -1 where there is none. Shape (rows). */
  | { readonly kind: "categories"; readonly codes: Int32Array; readonly categories: readonly string[] };

/** Says of a cell that it does not have its column's type. */
export type Refuse = (cell: Cell, type: ColumnType) => never;

/**
 * One cell as a number of its type, NaN where there is none; of a category its text, undefined where there is none.
 *
 * @param refuse called with a cell that is there and has another type
 */
export function typedCell(cell: Cell, type: ColumnType, mark: DecimalMark, refuse: Refuse): number | string | undefined {
  if (type === "categorical") return isMissing(cell) ? undefined : categoryOf(cell);
  if (isMissing(cell)) return NaN;
  const value = type === "numeric" ? numberOf(cell, mark) : type === "boolean" ? truthOf(cell) : momentOf(cell, orderOf(type));
  return Number.isFinite(value) ? value : refuse(cell, type);
}

/** Reads a column cell by cell, row by row. */
export function createTypedReader(
  type: ColumnType,
  mark: DecimalMark,
  refuse: (cell: Cell, type: ColumnType, row: number) => never,
): { readonly add: (cell: Cell) => void; readonly column: () => TypedColumn } {
  if (type === "categorical") return categoryReader();
  let values = new Float64Array(1024);
  let rows = 0;
  const refuseHere: Refuse = (cell) => refuse(cell, type, rows);
  return {
    add(cell) {
      if (rows === values.length) values = grown(values);
      values[rows] = typedCell(cell, type, mark, refuseHere) as number;
      rows += 1;
    },
    column: () => ({ kind: "numbers", values: values.slice(0, rows) }),
  };
}

function categoryReader(): ReturnType<typeof createTypedReader> {
  const positions = new Map<string, number>();
  let codes = new Int32Array(1024);
  let rows = 0;
  return {
    add(cell) {
      if (rows === codes.length) {
        const longer = new Int32Array(2 * rows);
        longer.set(codes);
        codes = longer;
      }
      let code = -1;
      if (!isMissing(cell)) {
        const category = categoryOf(cell);
        code = positions.get(category) ?? positions.size;
        positions.set(category, code);
      }
      codes[rows++] = code;
    },
    column: () => ({ kind: "categories", codes: codes.slice(0, rows), categories: [...positions.keys()] }),
  };
}

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}
