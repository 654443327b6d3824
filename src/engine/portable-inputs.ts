import type { EngineInputs, EngineProgram } from "../kernels/contract.js";
import { embed, embedBack, wave, waveBack } from "../kernels/portable/encode.js";
import { encodedColumns, encodingName } from "../network/parts.js";
import type { Connected } from "./portable-layers.js";

/** Layer 1 where its values are needed whole: columns are encoded, or a layer adds them. */
export interface InputMemory extends Connected {
  /** Writes a^(1) of rows list[from..from + count) into h; with `inBatchOrder` of rows 0..count of these inputs. */
  load(inputs: EngineInputs, list: Uint32Array, from: number, count: number, inBatchOrder: boolean): void;
  /** dCost/da, (B x n_1), where columns are encoded. */
  readonly d: Float32Array | undefined;
  /** Derivatives of what encodes columns, from d. */
  back(count: number): void;
}

/**
 * @param parameters and their derivatives, in the engine's order
 * @returns undefined where rows may enter as the list of what is not 0
 */
export function createInputs(
  { description, layout, batchSize }: Pick<EngineProgram, "description" | "layout" | "batchSize">,
  parameters: Float32Array,
  gradient: Float32Array,
): InputMemory | undefined {
  const { encodings = [], inputs: width } = description;
  const added = description.layers.some(({ skip }) => skip === 1);
  if (encodings.length === 0 && !added) return undefined;
  const n = layout.sizes[1]!;
  const h = new Float32Array(batchSize * n);
  const d = encodings.length === 0 ? undefined : new Float32Array(batchSize * n);
  const pending = added && d !== undefined ? new Float32Array(batchSize * n) : undefined;
  const x = new Float32Array(batchSize * width);
  const columns = encodedColumns(width, encodings).map((place) => {
    const { encoding } = place;
    if (encoding === undefined) return { ...place, own: NONE, dOwn: NONE };
    const tensor = layout.tensors.find(({ name }) => name === encodingName(encoding))!;
    const part = (vector: Float32Array): Float32Array => vector.subarray(tensor.offset, tensor.offset + tensor.rows * tensor.columns);
    return { ...place, own: part(parameters), dOwn: part(gradient) };
  });

  return {
    h,
    d,
    pending,
    load(inputs, list, from, count, inBatchOrder) {
      for (let row = 0; row < count; row++) {
        const source = (inBatchOrder ? row : list[from + row]!) * width;
        for (let k = 0; k < width; k++) {
          const value = inputs.values[source + k]!;
          x[row * width + k] = inputs.kind === "bytes" ? inputs.table[value]! : value;
        }
        for (const { column, at, width: places, encoding, own } of columns) {
          const value = x[row * width + column]!;
          const to = row * n + at;
          if (encoding === undefined) h[to] = value;
          else if (encoding.kind === "embedding") embed(value, own, places, h, to);
          else wave(value, own, h, to);
        }
      }
    },
    back(count) {
      if (d === undefined) return;
      if (pending !== undefined) for (let i = 0; i < count * n; i++) d[i] = Math.fround(d[i]! + pending[i]!);
      for (const { column, at, width: places, encoding, dOwn } of columns) {
        if (encoding === undefined) continue;
        dOwn.fill(0);
        for (let row = 0; row < count; row++) {
          const value = x[row * width + column]!;
          if (encoding.kind === "embedding") embedBack(value, dOwn, places, d, row * n + at);
          else waveBack(value, dOwn, h, d, row * n + at);
        }
      }
    },
  };
}

const NONE = new Float32Array(0);

/** In the place of an input layer whose values nobody needs whole. */
export const NO_INPUTS: Connected = { h: NONE, pending: undefined };
