import type { Augmentation } from "../kernels/augmentation.js";
import type { EngineInputs, EngineRows } from "../kernels/contract.js";
import { createAugment } from "../kernels/portable/augment.js";

/** The inputs of rows list[from..from + count) as they are changed in an epoch, one after another; valid until the next call. */
export type AugmentedRows = (list: Uint32Array, from: number, count: number, epoch: number) => EngineInputs;

export function createAugmentedRows(augmentation: Augmentation, { inputs }: EngineRows, nIn: number): AugmentedRows {
  const augment = createAugment(augmentation);
  let values = new Float32Array(0);
  return (list, from, count, epoch) => {
    if (values.length < count * nIn) values = new Float32Array(count * nIn);
    for (let i = 0; i < count; i++) {
      const row = list[from + i]!;
      const source = inputs.values.subarray(row * nIn, (row + 1) * nIn);
      for (let k = 0; k < nIn; k++) values[i * nIn + k] = inputs.kind === "bytes" ? inputs.table[source[k]!]! : source[k]!;
      augment(values, i * nIn, values, i * nIn, row, epoch);
    }
    return { kind: "numbers", values };
  };
}
