import type { ClassificationEvaluation } from "chainrule";
import type { Terminal } from "../terminal.js";
import { percent } from "./format.js";

/** Classes beyond which nobody reads the table. */
const MOST_CLASSES = 20;
const LONGEST_NAME = 14;
const SHORTEST_NAME = 4;
/** What stands at the edges of a row: its title's margins and the recall. */
const EDGES = 2 + 1 + 2 + 8;

/** True class by row, predicted class by column, recall and precision at the edges; a dot stands for 0. */
export function confusionTable({ classes, confusion, perClass }: ClassificationEvaluation, { colors, columns }: Terminal): string {
  const labels = classes.map(String);
  const numbers = Math.max(SHORTEST_NAME, ...confusion.flat().map((cell) => String(cell).length));
  const longest = Math.max(...labels.map((label) => label.length));
  // Titles of rows may be longer than those of columns, of which each costs width once a class.
  const first = Math.max("precision".length, Math.min(longest, LONGEST_NAME)) + 1;
  const room = Math.floor((columns() - EDGES - first) / classes.length) - 1;
  if (classes.length > MOST_CLASSES || room < numbers) {
    return `  (${classes.length} classes: too wide a table; chainrule evaluate --json prints it)`;
  }
  const width = Math.max(numbers, Math.min(longest, LONGEST_NAME, room)) + 1;
  const row = (title: string, cells: readonly string[], edge: string): string => `  ${title.padEnd(first)}${cells.join("")}  ${edge}`;
  const body = confusion.map((cells, c) =>
    row(
      cut(labels[c]!, first - 1),
      cells.map((value, p) => {
        const text = (value === 0 ? "." : String(value)).padStart(width);
        return value === 0 ? colors.dim(text) : p === c ? colors.blue(text) : colors.yellow(text);
      }),
      percent(perClass[c]!.recall).padStart(8),
    ),
  );
  const head = row(
    "true",
    labels.map((label) => cut(label, width - 1).padStart(width)),
    "  recall",
  );
  const foot = row(
    "precision",
    perClass.map(({ precision }) => `${(100 * precision).toFixed(0)}%`.padStart(width)),
    "",
  );
  return [head, ...body, foot].map((line) => line.trimEnd()).join("\n");
}

/** Long names are cut in the middle, since many differ at their ends only. */
function cut(name: string, length: number): string {
  const end = Math.floor((length - 1) / 2);
  return name.length > length ? `${name.slice(0, length - 1 - end)}…${name.slice(name.length - end)}` : name;
}
