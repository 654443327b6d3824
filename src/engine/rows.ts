import type { Dataset } from "../data/dataset.js";
import { type Scaling, scaleValue } from "../data/scaling.js";
import type { EngineInputs, EngineRows } from "../kernels/contract.js";

export type Precision = "float32" | "float64";

/**
 * Scales a data set for an engine. Bytes under one factor stay bytes, with a table of their 256 scaled values; everything
 * else becomes numbers. Scaling is computed in float64 and rounded once.
 *
 * @param targets shape (rows x n_L), float64
 */
export function engineRows(dataset: Dataset, scaling: Scaling, targets: Float64Array, precision: Precision): EngineRows {
  return {
    inputs: engineInputs(dataset, scaling, precision),
    targets: precision === "float32" ? Float32Array.from(targets) : targets,
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
