import { takeRowsOf } from "../base/arrays.js";
import type { Dataset, StoredRows } from "../data/dataset.js";
import { type Scaling, scaleValue } from "../data/scaling.js";
import { openStored } from "../data/read-rows.js";
import { isStored } from "../data/stored-rows.js";
import type { EngineInputs, EngineRows, StoredEngineRows } from "../kernels/contract.js";

export type Precision = "float32" | "float64";

/** Of all rows, shape (rows x n_L), float64; or those of the listed ones. */
export type RowTargets = Float64Array | ((list: Uint32Array) => Float64Array);

/**
 * Scales a data set for an engine. Bytes under one factor stay bytes, with a table of their 256 scaled values; everything
 * else becomes numbers. Scaling is computed in float64 and rounded once.
 *
 * Rows that are stored stay where they are, and are scaled as they are read.
 *
 * @param targets by the list only of rows that are stored
 */
export function engineRows(dataset: Dataset, scaling: Scaling, targets: RowTargets, precision: Precision): EngineRows {
  const exact = (values: Float64Array): EngineRows["targets"] => (precision === "float32" ? Float32Array.from(values) : values);
  if (isStored(dataset)) {
    const { rowCount, columns } = dataset;
    const width = typeof targets === "function" ? 0 : targets.length / rowCount;
    const listed = typeof targets === "function" ? targets : (list: Uint32Array) => takeRowsOf(targets, width, list);
    const inputs = storedInputs(dataset.stored, columns.length, scaling, precision);
    const take: StoredEngineRows["take"] = (list) => ({ inputs: { kind: "numbers", values: inputs(list) }, targets: exact(listed(list)) });
    return { ...NO_ROWS, stored: { rowCount, take } };
  }
  return { inputs: engineInputs(dataset, scaling, precision), targets: exact(targets as Float64Array) };
}

const NO_ROWS: EngineRows = { inputs: { kind: "numbers", values: new Float32Array(0) }, targets: new Float32Array(0) };

function storedInputs(
  stored: StoredRows,
  n: number,
  scaling: Scaling,
  precision: Precision,
): (list: Uint32Array) => Float32Array | Float64Array {
  const read = openStored(stored, n);
  const Numbers = precision === "float32" ? Float32Array : Float64Array;
  return (list) => {
    const raw = read(list);
    // What was read is this thread's own to write into, until the next rows.
    const values = raw instanceof Numbers ? raw : new Numbers(raw.length);
    if (values === raw && scaling.kind === "none") return values;
    for (let i = 0; i < raw.length; i++) values[i] = scaleValue(scaling, raw[i]!, i % n);
    return values;
  };
}

function engineInputs({ inputs, columns }: Dataset, scaling: Scaling, precision: Precision): EngineInputs {
  const create = (length: number): Float32Array | Float64Array =>
    precision === "float32" ? new Float32Array(length) : new Float64Array(length);
  if (inputs instanceof Uint8Array && (scaling.kind === "factor" || scaling.kind === "none")) {
    const table = create(256);
    for (let byte = 0; byte < 256; byte++) table[byte] = scaleValue(scaling, byte, 0);
    return { kind: "bytes", values: inputs, table };
  }
  const width = columns.length;
  const values = create(inputs.length);
  for (let i = 0; i < values.length; i++) values[i] = scaleValue(scaling, inputs[i]!, i % width);
  return { kind: "numbers", values };
}
