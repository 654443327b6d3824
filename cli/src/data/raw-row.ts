import type { Cell, TableRow, TableSource } from "chainrule";

/** The cells of one row of a table, by their columns. @param row counted from 0 */
export async function rawRow({ columns, batches }: TableSource, row: number): Promise<TableRow | undefined> {
  let before = 0;
  for await (const rows of batches()) {
    const cells = rows[row - before];
    if (cells !== undefined) return Object.fromEntries(columns.map((name, at): [string, Cell] => [name, cells[at]]));
    before += rows.length;
  }
  return undefined;
}
