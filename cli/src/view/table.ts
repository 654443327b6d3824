import type { Terminal } from "../terminal.js";

/** Columns side by side: the first to the left, numbers to the right; the first row is the head. */
export function table(rows: readonly (readonly string[])[], { colors }: Terminal): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row, i) => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)));
    const line = `  ${cells.join("  ")}`.trimEnd();
    return i === 0 ? colors.dim(line) : line;
  });
}
