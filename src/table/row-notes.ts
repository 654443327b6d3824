import type { ClassTarget, Dataset, ValueTarget } from "../data/dataset.js";
import type { Split } from "../data/split.js";
import { duplicateNotes, findDuplicates } from "./duplicates.js";
import { leakNotes } from "./leaks.js";
import type { LearnedTable } from "./learn-table.js";

/**
 * What the rows themselves say, in sentences: columns that are the target in disguise, and rows that come again.
 *
 * @param rows rows of the table that the rows of the target are
 */
export async function rowNotes(
  { inputs, columns }: Pick<LearnedTable, "inputs" | "columns">,
  { target }: Pick<Dataset<ClassTarget | ValueTarget>, "target">,
  rows: Uint32Array,
  parts: Split,
): Promise<string[]> {
  const name = target.kind === "classes" ? target.name : target.names[0]!;
  return [
    ...(await leakNotes({ inputs, columns, rows, target, train: parts.train })),
    ...duplicateNotes(await findDuplicates(columns, rows, target, parts), name, parts),
  ];
}
