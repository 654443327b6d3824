import { releaseScratch } from "../base/scratch.js";
import type { StoredRows } from "../data/dataset.js";
import { split } from "../data/split.js";
import type { Bounds } from "./bounds.js";
import { findHashedDuplicates } from "./duplicates.js";
import type { FitSettings, PreparedDataset, TableDivision } from "./fit.js";
import { fitSpilled } from "./fit-spilled.js";
import type { LearnedTable } from "./learn-table.js";
import { copyNotes } from "./row-notes.js";
import type { Spill } from "./spill.js";
import { spilledLeakNotes } from "./spilled-leaks.js";

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
  const cells = learned.spill.end();
  let release = (): void => undefined;
  try {
    const { dataset, hashes, ...fitted } = await fitSpilled(learned, cells, division, options, bounds);
    release = () => releaseScratch(dataset.stored.place);
    const { target } = dataset;
    const parts = split(dataset, dataset.drawn);
    const copies = copyNotes(await findHashedDuplicates(hashes, target, parts), target, parts);
    const leaks = await spilledLeakNotes({ inputs: learned.inputs, rows, target, train: parts.train }, cells, {
      sample: fitted.sampled,
      columns: columnsAtOnce(memory, rows.length),
      seed: dataset.drawn!.seed,
    });
    return { dataset, notes: [...leaks, ...copies, ...streamNotes(dataset, fitted, memory)], release };
  } catch (error) {
    release();
    throw error;
  } finally {
    learned.spill.drop();
  }
}

/** Columns that are read whole at once take a quarter of the memory, as what came before them did. */
function columnsAtOnce(memory: number, rows: number): number {
  return Math.max(1, Math.floor(memory / 4 / (8 * rows)));
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
