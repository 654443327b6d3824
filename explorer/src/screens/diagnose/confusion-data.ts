import { type ClassReport, classReports, classificationReport, type ClassificationReport, confusionMatrix, type Label } from "chainrule";
import { type Answers, PART_OF_ROW, type RowPart } from "../../analysis/messages.js";

/** Which rows are counted. */
export type Part = RowPart | "all";

export const PARTS: Readonly<Record<Part, string>> = { test: "test", validation: "validation", train: "training", all: "all rows" };

/** The parts that have rows, the held-out one first. */
export function partsWithRows({ parts }: Answers): readonly Part[] {
  if (parts === undefined) return ["all"];
  const found = (["test", "validation", "train"] as const).filter((name) => parts.includes(PART_OF_ROW.indexOf(name)));
  return [...found, "all"];
}

/** The rows of a part, ascending. */
export function rowsOfPart({ parts, costs }: Answers, part: Part): Uint32Array {
  const all = Uint32Array.from(costs, (_, row) => row);
  if (part === "all" || parts === undefined) return all;
  const wanted = PART_OF_ROW.indexOf(part);
  return all.filter((row) => parts[row] === wanted);
}

export interface Confusion {
  readonly part: Part;
  readonly rows: Uint32Array;
  /** Rows by true class (row) and predicted class (column), as `evaluate` has them. */
  readonly table: readonly (readonly number[])[];
  readonly classes: readonly ClassReport[];
  readonly all: ClassificationReport;
}

export function confusionOf(answers: Answers, part: Part, labels: readonly Label[]): Confusion {
  const rows = rowsOfPart(answers, part);
  const pick = (values: Answers["given"]): Int32Array => Int32Array.from(rows, (row) => values[row]!);
  const table = confusionMatrix(pick(answers.given), pick(answers.predicted), labels.length);
  return { part, rows, table, classes: classReports(table, labels), all: classificationReport(table) };
}

/** The rows of one cell, the largest cost first. */
export function rowsOfCell(answers: Answers, rows: Uint32Array, given: number, predicted: number): number[] {
  return Array.from(rows)
    .filter((row) => answers.given[row] === given && answers.predicted[row] === predicted)
    .sort((p, q) => answers.costs[q]! - answers.costs[p]! || p - q);
}
