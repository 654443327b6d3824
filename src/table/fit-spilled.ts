import { createRandom, STREAM } from "../base/random.js";
import { openScratch, type ScratchWriter } from "../base/scratch.js";
import { bytesOf, createSha256 } from "../base/sha256.js";
import type { StoredRows } from "../data/dataset.js";
import { headOf, targetBytes } from "../data/fingerprint.js";
import { withStoredInputs } from "../data/stored-rows.js";
import type { Bounds } from "./bounds.js";
import { completeSettings, divide, type FitSettings, type PreparedDataset, type TableDivision } from "./fit.js";
import type { LearnedTable } from "./learn-table.js";
import { type ColumnContent, fitColumn } from "./fit-column.js";
import { type ColumnPreparation, encodeCategory, encodeValue, inputsOf, keepsDigits, type Preparation } from "./preparation.js";
import { createRowHashes, type RowHashes } from "./row-hash.js";
import { eachSpilled, type SpilledCells } from "./spill.js";

// What fit.ts does, for a table that does not fit into memory: its cells are read from where they were spilled to, and its inputs are stored.

/** A table that is stored, and what was seen of its rows. */
export interface FittedRows {
  readonly dataset: PreparedDataset & { readonly stored: StoredRows };
  /** Training rows whose numbers were looked at, and all of them. */
  readonly sampled: number;
  readonly fitted: number;
  /** Of what stands in the columns. */
  readonly hashes: RowHashes;
}

/**
 * Fits what becomes of the columns and stores the inputs of all rows: `fitTable`. Missing cells and categories are counted in all training rows,
 * medians and curves come from a sample of them where they are many.
 *
 * @param bounds how they follow from the bytes of a row's inputs and the number of columns
 */
export async function fitSpilled(
  learned: LearnedTable,
  cells: SpilledCells,
  division: TableDivision | undefined,
  settings: FitSettings,
  bounds: (rowBytes: number, columns: number) => Bounds,
): Promise<FittedRows> {
  const { name, inputs, mark } = learned;
  const { rows, target, named, drawn, fitted } = divide(learned, division, settings);
  // The bound of the sample does not depend on the bytes of a row, which are not known yet.
  const { sample } = bounds(4 * inputs.length, inputs.length);
  const contents = await contentsOf(cells, fitted.sort(), sample, drawn.seed);
  const preparation: Preparation = {
    columns: inputs.map((column, k) => fitColumn(column.name, column.type, contents[k]!, completeSettings(settings, inputs.length))),
    mark,
  };
  const columns = inputsOf(preparation).map((column) => column.name);
  const Numbers = keepsDigits(preparation) ? Float64Array : Float32Array;
  const { blockRows, windowBlocks } = bounds(Numbers.BYTES_PER_ELEMENT * columns.length, inputs.length);
  const about = { name, rowCount: rows.length, columns, target, preparation, ...named, drawn };
  const sha = createSha256().update(headOf(about));
  const writer = openScratch();
  const { add, ...hashes } = createRowHashes(rows.length, inputs.length);
  try {
    await storeRows(
      preparation,
      cells,
      rows,
      add,
      (length) => new Numbers(length * columns.length),
      (bytes) => {
        sha.update(bytes);
        writer.append(bytes);
      },
    );
  } catch (error) {
    writer.drop();
    throw error;
  }
  for (const bytes of targetBytes(about)) sha.update(bytes);
  const numbers = Numbers === Float64Array ? "float64" : "float32";
  const stored: StoredRows = { place: writer.end(), numbers, rowCount: rows.length, blockRows, windowBlocks, fingerprint: sha.hex() };
  return { dataset: withStoredInputs({ ...about, stored }), sampled: Math.min(sample, fitted.length), fitted: fitted.length, hashes };
}

/** What the given rows of each column hold, ascending rows. */
async function contentsOf(cells: SpilledCells, rows: Uint32Array, sample: number, seed: number): Promise<ColumnContent[]> {
  const { categories } = cells;
  const most = Math.min(sample, rows.length);
  const numbers = categories.map((names) => new Float64Array(names === undefined ? most : 0));
  const filled = new Uint32Array(categories.length);
  const missing = new Uint8Array(categories.length);
  const counts = categories.map((names) => new Int32Array(names?.length ?? 0));
  const random = createRandom(seed, STREAM.sample, 1);
  const width = categories.length;
  let [taken, seen] = [0, 0];
  await eachSpilled(cells, rows, (values, _, count) => {
    for (let row = 0; row < count; row++, seen++) {
      // So many of the rows that are left are still wanted (Knuth, The Art of Computer Programming, 3.4.2, algorithm S).
      const isTaken = random.below(rows.length - seen) < most - taken;
      if (isTaken) taken += 1;
      for (let k = 0; k < width; k++) {
        const value = values[row * width + k]!;
        if (categories[k] !== undefined) {
          if (value < 0) missing[k] = 1;
          else counts[k]![value]! += 1;
        } else if (Number.isNaN(value)) missing[k] = 1;
        else if (isTaken) numbers[k]![filled[k]!++] = value;
      }
    }
  });
  return categories.map((names, k): ColumnContent => {
    if (names === undefined) return { kind: "numbers", numbers: numbers[k]!.subarray(0, filled[k]), missing: missing[k] === 1 };
    return { kind: "categories", categories: names, counts: counts[k]!, missing: missing[k] === 1, rows: rows.length };
  });
}

async function storeRows(
  { columns }: Preparation,
  cells: SpilledCells,
  rows: Uint32Array,
  see: (values: Float64Array, count: number) => void,
  create: (rows: number) => Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
  append: ScratchWriter["append"],
): Promise<void> {
  const encoders = columns.map((column, k) => encoderOf(column, cells.categories[k]));
  let [out, room] = [create(0), 0];
  await eachSpilled(cells, rows, (values, _, count) => {
    see(values, count);
    if (room < count) [out, room] = [create(count), count];
    let at = 0;
    for (let next = 0; next < count * encoders.length;) for (const encode of encoders) at = encode(values[next++]!, out, at);
    append(bytesOf(out.subarray(0, at)));
  });
}

/** Writes the inputs of a spilled cell and returns the position behind them. */
type Encoder = (value: number, out: Float32Array | Float64Array, at: number) => number;

function encoderOf(column: ColumnPreparation, categories: readonly string[] | undefined): Encoder {
  if (column.kind !== "categorical") return (value, out, at) => encodeValue(column, value, out, at);
  const places = new Map(column.categories.map((category, place) => [category, place]));
  const own = Int32Array.from(categories!, (category) => places.get(category) ?? -1);
  return (code, out, at) => encodeCategory(column, code < 0 ? undefined : own[code], out, at);
}
