import type { Split } from "../data/split.js";
import { createRest } from "./rest.js";
import { cellsOf, type Cells, firstAlike, type RowHashes, targetCells } from "./row-hash.js";
import type { TableTarget } from "./target.js";
import type { TypedColumn } from "./typed.js";

// Rows that are there more than once. Takes 20 bytes a row, however many columns there are.

/** How often rows of a data set come again. */
export interface Duplicates {
  /** Rows whose inputs and target are those of an earlier row. */
  readonly copies: number;
  /** Rows whose inputs are those of a row with another target. */
  readonly contradictions: number;
  /** Rows of the test and of the validation part whose inputs and target a training row has too. */
  readonly test: number;
  readonly validation: number;
}

/**
 * Counts rows that come again; lets timers and input in between. Rows are found by a hash of their cells and compared cell by cell, so that none
 * is counted by accident.
 *
 * @param rows rows of the columns that the rows of the data set are
 * @param target of the rows of the data set
 */
export async function findDuplicates(
  columns: readonly TypedColumn[],
  rows: Uint32Array,
  target: TableTarget,
  parts: Split,
): Promise<Duplicates> {
  const count = rows.length;
  const cells = columns.map(cellsOf);
  const hashes = new Int32Array(count);
  const rest = createRest();
  for (const { mix } of cells) {
    for (let row = 0; row < count; row++) hashes[row] = mix(hashes[row]!, rows[row]!);
    await rest();
  }
  const inputs = await firstAlike(hashes, (a, b) => cells.every(({ alike }) => alike(rows[a]!, rows[b]!)), rest);
  return countAlike(inputs, hashes, targetCells(target), parts);
}

/**
 * The same of rows of whose inputs only hashes are there: rows count as alike where all 64 bits of them are, by accident once in a million tables
 * of 5 million rows each (n^2 / 2^65).
 */
export async function findHashedDuplicates({ first, second }: RowHashes, target: TableTarget, parts: Split): Promise<Duplicates> {
  const inputs = await firstAlike(first, (a, b) => second[a] === second[b], createRest());
  return countAlike(inputs, first, targetCells(target), parts);
}

/**
 * @param inputs of each row the first one with the same inputs, shape (rows)
 * @param hashes room for one a row
 */
async function countAlike(inputs: Int32Array, hashes: Int32Array, answers: Cells, parts: Split): Promise<Duplicates> {
  const count = inputs.length;
  for (let row = 0; row < count; row++) hashes[row] = answers.mix(inputs[row]!, row);
  const whole = await firstAlike(hashes, (a, b) => inputs[a] === inputs[b] && answers.alike(a, b), createRest());
  let copies = 0;
  const contradicted = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    if (whole[row] !== row) copies += 1;
    if (!answers.alike(row, inputs[row]!)) contradicted[inputs[row]!] = 1;
  }
  const trained = new Uint8Array(count);
  for (const row of parts.train) trained[whole[row]!] = 1;
  const known = (part: Uint32Array): number => part.reduce((sum, row) => sum + trained[whole[row]!]!, 0);
  return {
    copies,
    contradictions: inputs.reduce((sum, first) => sum + contradicted[first]!, 0),
    test: known(parts.test),
    validation: known(parts.validation),
  };
}

/** What is worth saying about them, in sentences. */
export function duplicateNotes({ copies, contradictions, test, validation }: Duplicates, target: string, parts: Split): string[] {
  const shared = [
    ...(test === 0 ? [] : [`${test} of ${parts.test.length} test rows`]),
    ...(validation === 0 ? [] : [`${validation} of ${parts.validation.length} validation rows`]),
  ];
  const rows = (count: number): string => (count === 1 ? "1 row has" : `${count} rows have`);
  return [
    ...(copies === 0 ? [] : [`${rows(copies)} the inputs and the "${target}" of an earlier row: copies, or alike by chance`]),
    ...(shared.length === 0
      ? []
      : [`${shared.join(" and ")} have the inputs and the target of a training row: leave copies out, or keep them in one part (group)`]),
    ...(contradictions === 0
      ? []
      : [`${rows(contradictions)} the inputs of a row with another "${target}": no model can be right on all of them`]),
  ];
}
