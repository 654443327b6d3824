import type { ClassTarget, ValueTarget } from "../data/dataset.js";
import type { Split } from "../data/split.js";
import { duplicateNotes, findDuplicates } from "./duplicates.js";
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
  const alone = eachAlone(target, rows.length);
  for (const one of alone) notes.push(...(await leakNotes({ inputs, columns, rows, target: one, train: parts.train })));
  const name = alone.map((one) => (one.kind === "classes" ? one.name : one.names[0]!)).join('" and "');
  const [first] = alone as [ClassTarget | ValueTarget];
  const all = alone.length === 1 ? first : together(target, rows.length);
  return [...notes, ...duplicateNotes(await findDuplicates(columns, rows, all, parts), name, parts)];
}

/** Each target by itself; a label is a class that a row has or has not. */
function eachAlone(target: TableTarget, rows: number): (ClassTarget | ValueTarget)[] {
  if (target.kind === "classes" || (target.kind === "values" && target.names.length === 1)) return [target];
  const { names, values } = target;
  const column = (j: number): number[] => Array.from({ length: rows }, (_, row) => values[row * names.length + j]!);
  return names.map((name, j) =>
    target.kind === "values"
      ? { kind: "values", names: [name], values: Float64Array.from(column(j)) }
      : { kind: "classes", name, classes: [0, 1], indices: Int32Array.from(column(j)) },
  );
}

/** Rows with the same of all targets as a class. */
function together(target: TableTarget, rows: number): ClassTarget {
  if (target.kind === "classes") return target;
  const { names, values } = target;
  const codes = new Map<string, number>();
  const indices = Int32Array.from({ length: rows }, (_, row) => {
    const key = values.subarray(row * names.length, (row + 1) * names.length).join();
    const code = codes.get(key) ?? codes.size;
    codes.set(key, code);
    return code;
  });
  return { kind: "classes", name: names.join(), classes: [...codes.keys()], indices };
}
