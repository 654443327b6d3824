import type { Cell } from "../table/cell.js";
import { openTable, type RawRow, type RawTable } from "../table/source.js";
import type { ReportCell } from "./report.js";

/**
 * The cells of listed rows by their columns, in one pass that ends with the last of them.
 *
 * @param tables one after another: rows of the second are counted on behind the first
 * @param rows counted from 0
 */
export async function rawRows(tables: readonly RawTable[], rows: readonly number[]): Promise<ReadonlyMap<number, RawRow>> {
  const wanted = new Set(rows);
  const found = new Map<number, RawRow>();
  let before = 0;
  for (const table of tables) {
    const { columns, batches } = await openTable(table);
    for await (const batch of batches()) {
      batch.forEach((cells, at) => {
        if (wanted.has(before + at)) found.set(before + at, Object.fromEntries(columns.map((name, k): [string, Cell] => [name, cells[k]])));
      });
      before += batch.length;
      if (found.size === wanted.size) return found;
    }
  }
  return found;
}

/** A cell as JSON has it. */
export function reportCell(cell: Cell): ReportCell {
  if (cell === undefined || cell === null) return null;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString();
  if (typeof cell === "bigint") return String(cell);
  if (typeof cell !== "number") return cell;
  // JSON knows no -0 either.
  return Number.isFinite(cell) ? cell + 0 : null;
}
