import type { ClassificationEvaluation } from "chainrule";
import type { Terminal } from "../terminal.js";
import { percent } from "./format.js";

/** Classes beyond which the table would be wider than a screen. */
const MOST_CLASSES = 20;
const LONGEST_NAME = 14;

/** True class by row, predicted class by column, recall and precision at the edges; a dot stands for 0. */
export function confusionTable({ classes, confusion, perClass }: ClassificationEvaluation, { colors }: Terminal): string {
  if (classes.length > MOST_CLASSES) return `  (${classes.length} classes: the confusion matrix is in --json)`;
  const names = classes.map((label) => cut(String(label)));
  const width = Math.max(4, ...names.map((name) => name.length), ...confusion.flat().map((cell) => String(cell).length)) + 1;
  const first = Math.max("precision".length, ...names.map((name) => name.length)) + 1;
  const row = (title: string, cells: readonly string[], edge: string): string => `  ${title.padEnd(first)}${cells.join("")}  ${edge}`;
  const body = confusion.map((cells, c) =>
    row(
      names[c]!,
      cells.map((value, p) => {
        const text = (value === 0 ? "." : String(value)).padStart(width);
        return value === 0 ? colors.dim(text) : p === c ? colors.blue(text) : colors.yellow(text);
      }),
      percent(perClass[c]!.recall).padStart(8),
    ),
  );
  return [
    row(
      "true",
      names.map((name) => name.padStart(width)),
      "  recall",
    ),
    ...body,
    row(
      "precision",
      perClass.map(({ precision }) => `${(100 * precision).toFixed(0)}%`.padStart(width)),
      "",
    ),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}
