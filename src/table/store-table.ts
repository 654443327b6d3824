import { releaseScratch } from "../base/scratch.js";
import type { StoredRows } from "../data/dataset.js";
import { type Split, split } from "../data/split.js";
import type { Bounds } from "./bounds.js";
import { findHashedDuplicates } from "./duplicates.js";
import type { FitSettings, PreparedDataset, TableDivision } from "./fit.js";
import { fitSpilled } from "./fit-spilled.js";
import type { LearnedTable } from "./learn-table.js";
import type { RowHashes } from "./row-hash.js";
import { copyNotes, eachAlone } from "./row-notes.js";
import type { Spill, SpilledCells } from "./spill.js";
import { type LeakBounds, spilledLeakNotes } from "./spilled-leaks.js";
import type { TableTarget } from "./target.js";

// What prepare.ts does with a table that does not fit into memory.

/** A table whose inputs are stored. */
export interface StoredTable {
  readonly dataset: PreparedDataset & { readonly stored: StoredRows };
  readonly notes: readonly string[];
  readonly release: () => void;
}

/** What there is room for, and the rows of the table that the rows of the data set are. */
export interface StoreSettings {
  readonly memory: number;
  readonly bounds: (rowBytes: number, columns: number) => Bounds;
  readonly rows: Uint32Array;
}

/** Fits and stores it, and says what is worth knowing of it. */
export async function storeTable(
  learned: LearnedTable & { readonly spill: Spill },
  division: TableDivision | undefined,
  options: FitSettings,
  { memory, bounds, rows }: StoreSettings,
): Promise<StoredTable> {
  const { spill } = learned;
  const cells = spill.end();
  const { dataset, hashes, ...fitted } = await fitSpilled(learned, cells, division, options, bounds);
  const release = (): void => releaseScratch(dataset.stored.place);
  try {
    const found = await spilledRowNotes(learned, dataset, rows, split(dataset, dataset.drawn), {
      cells,
      hashes,
      bounds: { ...leakBounds(memory, rows.length), sample: fitted.sampled, seed: dataset.drawn!.seed },
    });
    spill.drop();
    return { dataset, notes: [...found, ...streamNotes(dataset, fitted, memory)], release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Columns that are read whole at once take a quarter of the memory, as what came before them did. */
function leakBounds(memory: number, rows: number): { readonly columns: number } {
  return { columns: Math.max(1, Math.floor(memory / 4 / (8 * rows))) };
}

/** What is known of the rows of a table that is spilled. */
interface SpilledRows {
  readonly cells: SpilledCells;
  /** Of the inputs of the data set's rows; used up. */
  readonly hashes: RowHashes;
  readonly bounds: LeakBounds;
}

/** `rowNotes` of them. */
async function spilledRowNotes(
  { inputs }: Pick<LearnedTable, "inputs">,
  { target }: { readonly target: TableTarget },
  rows: Uint32Array,
  parts: Split,
  { cells, hashes, bounds }: SpilledRows,
): Promise<string[]> {
  const copies = copyNotes(await findHashedDuplicates(hashes, target, parts), target, parts);
  const notes: string[] = [];
  for (const one of eachAlone(target, rows.length)) {
    notes.push(...(await spilledLeakNotes({ inputs, rows, target: one, train: parts.train }, cells, bounds)));
  }
  return [...notes, ...copies];
}

function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6).toLocaleString("en-US")} MB`;
}

/** What is worth knowing of a table that is streamed. */
function streamNotes(
  { name, rowCount, columns, stored }: PreparedDataset & { readonly stored: StoredRows },
  { sampled, fitted }: { readonly sampled: number; readonly fitted: number },
  memory: number,
): string[] {
  const { blockRows, windowBlocks } = stored;
  const count = (value: number): string => value.toLocaleString("en-US");
  const windows = Math.ceil(rowCount / blockRows / windowBlocks);
  return [
    `"${name}" is streamed: ${count(rowCount)} rows of ${columns.length} inputs take more than the ${sizeOf(memory)} allowed (memory); ` +
      `rows are shuffled within ${windows === 1 ? "one window" : `${windows} windows`} of ${windowBlocks} blocks of ${count(blockRows)} rows, drawn anew in each epoch`,
    ...(sampled < fitted ? [`medians and curves are those of ${count(sampled)} of the ${count(fitted)} training rows`] : []),
  ];
}
