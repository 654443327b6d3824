import type { Layout } from "../network/layout.js";

/** From the layout's output-major weights (n_l x n_(l-1)) to the engine's input-major ones (n_(l-1) x n_l); nothing else moves. */
export function toEngineOrder(layout: Layout, vector: Float32Array): Float32Array {
  const out = new Float32Array(vector.length);
  eachParameter(layout, (at, engineAt) => (out[engineAt] = vector[at]!));
  return out;
}

/** Back again. */
export function fromEngineOrder(layout: Layout, vector: Float32Array): Float32Array {
  const out = new Float32Array(vector.length);
  eachParameter(layout, (at, engineAt) => (out[at] = vector[engineAt]!));
  return out;
}

function eachParameter(layout: Layout, visit: (at: number, engineAt: number) => void): void {
  for (const { kind, offset, rows, columns } of layout.tensors) {
    const [down, across] = kind === "weight" ? [1, rows] : [columns, 1];
    for (let j = 0; j < rows; j++) {
      for (let k = 0; k < columns; k++) visit(offset + j * columns + k, offset + j * down + k * across);
    }
  }
}
