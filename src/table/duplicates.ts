import type { ClassTarget, ValueTarget } from "../data/dataset.js";
import type { Split } from "../data/split.js";
import { createRest } from "./rest.js";
import type { TypedColumn } from "./typed.js";

// Rows that are there more than once. Found by a hash of their cells and compared cell by cell, so that none is counted by accident; takes 16
// to 32 bytes a row, however many columns there are.

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
 * Counts rows that come again; lets timers and input in between.
 *
 * @param rows rows of the columns that the rows of the data set are
 * @param target of the rows of the data set
 */
export async function findDuplicates(
  columns: readonly TypedColumn[],
  rows: Uint32Array,
  target: ClassTarget | ValueTarget,
  parts: Split,
): Promise<Duplicates> {
  const count = rows.length;
  const cells = columns.map((column) => (column.kind === "numbers" ? numbersOf(column.values) : codesOf(column.codes)));
  const answers = target.kind === "classes" ? codesOf(target.indices) : numbersOf(target.values);
  const hashes = new Int32Array(count);
  const rest = createRest();
  for (const { mix } of cells) {
    for (let row = 0; row < count; row++) hashes[row] = mix(hashes[row]!, rows[row]!);
    await rest();
  }
  const inputs = await firstAlike(hashes, (a, b) => cells.every(({ alike }) => alike(rows[a]!, rows[b]!)), rest);
  for (let row = 0; row < count; row++) hashes[row] = answers.mix(inputs[row]!, row);
  const whole = await firstAlike(hashes, (a, b) => inputs[a] === inputs[b] && answers.alike(a, b), rest);
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

interface Cells {
  readonly mix: (hash: number, row: number) => number;
  readonly alike: (a: number, b: number) => boolean;
}

function codesOf(codes: Int32Array): Cells {
  return { mix: (hash, row) => mix(hash, codes[row]!), alike: (a, b) => codes[a] === codes[b] };
}

/** A number is the same as itself, 0 as -0, and a gap as a gap. */
function numbersOf(values: Float64Array): Cells {
  const one = new Float64Array(1);
  const halves = new Int32Array(one.buffer);
  return {
    mix(hash, row) {
      const value = values[row]!;
      one[0] = value === 0 || Number.isNaN(value) ? 0 : value;
      return mix(mix(hash, halves[0]!), halves[1]! + Number(Number.isNaN(value)));
    },
    alike: (a, b) => values[a] === values[b] || (Number.isNaN(values[a]) && Number.isNaN(values[b])),
  };
}

/** One round of MurmurHash3 with 32 bits. */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Of each row the first one that is like it, which may be itself; shape (rows). The hashes are finished in place. */
async function firstAlike(
  hashes: Int32Array,
  alike: (a: number, b: number) => boolean,
  rest: () => Promise<void> | undefined,
): Promise<Int32Array> {
  const count = hashes.length;
  let size = 16;
  while (size < 2 * count) size *= 2;
  // Open addressing: places of first rows, -1 where there is none.
  const table = new Int32Array(size).fill(-1);
  const first = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const hash = finish(hashes[row]!);
    hashes[row] = hash;
    let at = hash & (size - 1);
    while (table[at]! >= 0 && !(hashes[table[at]!] === hash && alike(table[at]!, row))) at = (at + 1) & (size - 1);
    if (table[at]! < 0) table[at] = row;
    first[row] = table[at]!;
    if (row % 4096 === 0) await rest();
  }
  return first;
}

/** The last rounds of MurmurHash3: every bit of the hash moves every other. */
function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
