/** Rows from which a tenth of them can be spared to choose the epoch that is kept. */
export const LARGE = 5000;

/** The fractions of a table's rows that are held out where nothing else is said. */
export function defaultShares(rows: number): { readonly test: number; readonly validation: number } {
  return { test: 0.2, validation: rows >= LARGE ? 0.1 : 0 };
}
