import { ChainruleError, show } from "../base/errors.js";
import type { Dataset } from "../data/dataset.js";
import { inputRow } from "../data/read-rows.js";
import { isStored } from "../data/stored-rows.js";
import type { NetworkDescription } from "../network/description.js";

/** The columns that hold categories, which are never scaled. */
export function categoryColumns({ encodings = [] }: NetworkDescription): number[] {
  return encodings.filter(({ kind }) => kind === "embedding").map(({ column }) => column);
}

/**
 * Columns in the order of the network; each that is embedded has to hold categories of its table in every row.
 *
 * @throws ChainruleError `E_DATA`, naming the first row and column that does not
 */
export function checkCategories({ encodings = [] }: NetworkDescription, dataset: Dataset): void {
  const tables = encodings.filter((encoding) => encoding.kind === "embedding");
  // Rows are stored as a preparation made them, which gives each category a place.
  if (tables.length === 0 || isStored(dataset)) return;
  for (let row = 0; row < dataset.rowCount; row++) {
    const inputs = inputRow(dataset, row);
    for (const { column, categories } of tables) {
      const value = inputs[column]!;
      if (Number.isInteger(value) && value >= 0 && value < categories) continue;
      throw new ChainruleError("E_DATA", {
        where: `column "${dataset.columns[column] ?? column}" of "${dataset.name}", row ${row}`,
        expected: `a category, a whole number in 0..${categories} (half-open)`,
        got: show(value),
        hint: "The embedding of the column has a row for each category that it knows.",
      });
    }
  }
}
