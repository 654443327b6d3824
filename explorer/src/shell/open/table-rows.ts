import { type Cell, type PreparedDataset, type Prepared, split, type TableSource, type TableTarget } from "chainrule";
import type { RawRows } from "../../state/raw-cells.js";
import type { ShownTarget } from "../../state/task.js";

/** Rows in the order training, validation, test, which the data set names itself. */
export type OrderedDataset = Omit<PreparedDataset<ShownTarget>, "drawn">;

/**
 * Puts the parts behind each other. A seed then changes where a run begins, and not the rows that its inputs were fitted on.
 *
 * @param rows of the table, one for each of the data set
 */
export function inOrder({ drawn, ...dataset }: Prepared["dataset"], rows: Uint32Array): Pick<Prepared, "dataset" | "rows"> {
  const { train, validation, test } = split(dataset, drawn);
  const order = Uint32Array.from([...train, ...validation, ...test]);
  const width = dataset.columns.length;
  const inputs = new Float32Array(order.length * width);
  order.forEach((from, to) => inputs.set(dataset.inputs.subarray(from * width, (from + 1) * width), to * width));
  const end = train.length + validation.length;
  return {
    dataset: {
      ...dataset,
      inputs,
      target: reordered(dataset.target, order),
      ...(validation.length === 0 ? {} : { validationFrom: train.length }),
      ...(test.length === 0 ? {} : { testFrom: end }),
    },
    rows: order.map((position) => rows[position]!),
  };
}

function reordered(target: TableTarget, order: Uint32Array): TableTarget {
  if (target.kind === "classes") return { ...target, indices: Int32Array.from(order, (row) => target.indices[row]!) };
  const width = target.names.length;
  const from = Array.from({ length: order.length * width }, (_, at) => order[Math.floor(at / width)]! * width + (at % width));
  if (target.kind === "labels") return { ...target, values: Uint8Array.from(from, (at) => target.values[at]!) };
  return { ...target, values: Float64Array.from(from, (at) => target.values[at]!) };
}

/**
 * The cells of a table, row by row.
 *
 * @param inputs columns that the network gets
 */
export async function packRows(source: TableSource, inputs: readonly string[], rows: Uint32Array): Promise<RawRows> {
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(1 << 20);
  let starts = new Uint32Array(1024);
  let [count, end] = [0, 0];
  for await (const batch of source.batches()) {
    for (const cells of batch) {
      const text = JSON.stringify(source.columns.map((_, place): Cell => cells[place]));
      if (bytes.length - end < 3 * text.length) bytes = longer(bytes, 3 * text.length);
      if (starts.length < count + 2) starts = longer(starts, count);
      end += encoder.encodeInto(text, bytes.subarray(end)).written;
      count += 1;
      starts[count] = end;
    }
  }
  return { columns: source.columns, inputs, bytes: bytes.slice(0, end), starts: starts.slice(0, count + 1), rows };
}

/** The same values with room for as many again and some more. */
function longer<T extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(values: T, more: number): T {
  const next = new (values.constructor as new (length: number) => T)(2 * values.length + more);
  next.set(values);
  return next;
}
