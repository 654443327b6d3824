import { copyOf, emptyLike } from "../../base/arrays.js";
import { pause } from "../../base/platform.js";
import { checkKept } from "../../base/scratch.js";
import type { Dataset, InputValues } from "../../data/dataset.js";
import { aboutOf, isStored, withStoredInputs } from "../../data/stored-rows.js";
import type { Order, SentDataset } from "./protocol.js";

// The rows go to the worker once, in pieces that are copied and handed over one by one, so that no message holds up the
// thread that sends it.

/** Numbers in a piece: 4 MiB of bytes are copied in about a millisecond. */
const PIECE = 2 ** 22;

type Values = InputValues | Int32Array;
export type Piece = Extract<Order, { kind: "piece" }>;

/** The arrays of a data set that have as many numbers as it has rows, or more. */
function arraysOf(dataset: Dataset): readonly Values[] {
  const { target } = dataset;
  // Stored rows are read by the worker itself.
  const inputs = isStored(dataset) ? [] : [dataset.inputs];
  if (target.kind === "none") return inputs;
  return [...inputs, target.kind === "classes" ? target.indices : target.values];
}

function withArrays(dataset: SentDataset, arrays: readonly Values[]): SentDataset {
  const { target } = dataset;
  const values = arrays.at(-1);
  const replaced =
    target.kind === "classes"
      ? { ...target, indices: values as typeof target.indices }
      : target.kind === "values"
        ? { ...target, values: values as typeof target.values }
        : target.kind === "labels"
          ? { ...target, values: values as typeof target.values }
          : target;
  return { ...dataset, ...(dataset.stored === undefined ? { inputs: arrays[0] as InputValues } : {}), target: replaced };
}

/** Sends the numbers of a data set; resolves with the rest of it, which fits into one message. */
export async function sendRows(dataset: Dataset, post: (piece: Piece, moved: readonly ArrayBufferLike[]) => void): Promise<SentDataset> {
  const arrays = arraysOf(dataset);
  if (isStored(dataset)) checkKept(dataset.stored.place);
  for (const [array, { length }] of arrays.entries()) {
    for (let from = 0; from < length; from += PIECE) {
      // Of their own: what is handed over must not be the caller's.
      const values = copyOf(arrays[array]!.subarray(from, from + PIECE));
      post({ kind: "piece", array, length, from, values }, [values.buffer]);
      if (length > PIECE) await pause();
    }
  }
  return withArrays(
    isStored(dataset) ? aboutOf(dataset) : dataset,
    arrays.map((values) => emptyLike(values, 0)),
  );
}

/** Collects the pieces, in any order, and puts them back into the rest. */
export function createReceiver(): { readonly take: (piece: Piece) => void; readonly complete: (rest: SentDataset) => Dataset } {
  const arrays: Values[] = [];
  return {
    take: ({ array, length, from, values }) => {
      arrays[array] ??= emptyLike(values, length);
      arrays[array].set(values, from);
    },
    complete: (rest) => {
      const whole = withArrays(
        rest,
        arraysOf(rest as Dataset).map((empty, array) => arrays[array] ?? empty),
      );
      return whole.stored === undefined ? (whole as Dataset) : withStoredInputs({ ...whole, stored: whole.stored });
    },
  };
}
