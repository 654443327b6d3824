// The few forms of Markdown that a sheet and its answers are made of.

/** A space to write an answer in. */
export const BLANK = "________";

export function code(text: string): string {
  return `\`${text}\``;
}

export function fenced(lines: readonly string[], language = "text"): string {
  return ["```" + language, ...lines, "```"].join("\n");
}

/** The first row is the heading; columns are padded, so that the text reads as well as the page. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  return [line(rows[0]!), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

/** A student's name in running text: what Markdown would read as its own is taken literally. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~&]/g, "\\$&");
}

/** Parts with a blank line between them, and a line's end behind the last. */
export function page(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
