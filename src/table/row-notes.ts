import type { ClassTarget, ValueTarget } from "../data/dataset.js";
import type { Split } from "../data/split.js";
import { type Duplicates, duplicateNotes, findDuplicates } from "./duplicates.js";
import { leakNotes } from "./leaks.js";
import type { LearnedTable } from "./learn-table.js";
import type { TableTarget } from "./target.js";

/**
 * What the rows themselves say, in sentences: columns that are a target in disguise, and rows that come again.
 *
 * @param dataset whose rows are the given rows of the table
 */
export async function rowNotes(
  { inputs, columns }: Pick<LearnedTable, "inputs" | "columns">,
  { target }: { readonly target: TableTarget },
  rows: Uint32Array,
  parts: Split,
): Promise<string[]> {
  const notes: string[] = [];
  for (const one of eachAlone(target, rows.length)) {
    notes.push(...(await leakNotes({ inputs, columns, rows, target: one, train: parts.train })));
  }
  return [...notes, ...copyNotes(await findDuplicates(columns, rows, target, parts), target, parts)];
}

/** Of rows that come again. */
export function copyNotes(found: Duplicates, target: TableTarget, parts: Split): string[] {
  return duplicateNotes(found, target.kind === "classes" ? target.name : target.names.join('" and "'), parts);
}

/** Each target by itself; a label is a class that a row has or has not. */
export function* eachAlone(target: TableTarget, rows: number): Generator<ClassTarget | ValueTarget> {
  if (target.kind === "classes" || (target.kind === "values" && target.names.length === 1)) {
    yield target;
    return;
  }
  const { kind, names, values } = target;
  for (const [j, name] of names.entries()) {
    const column = kind === "values" ? new Float64Array(rows) : new Int32Array(rows);
    for (let row = 0; row < rows; row++) column[row] = values[row * names.length + j]!;
    if (column instanceof Float64Array) yield { kind: "values", names: [name], values: column };
    else yield { kind: "classes", name, classes: [0, 1], indices: column };
  }
}
