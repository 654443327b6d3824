import address from "worker-chunk:./table-worker.js";
import type { ColumnKind, TableModel } from "./table-data.js";
import type { Reading, TableReader } from "./table-reader.js";

/** What the page asks of the thread. */
export type TableCall =
  | { readonly kind: "table"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: "read"; readonly id: number; readonly reading: Reading }
  | { readonly kind: "counts"; readonly id: number; readonly label: number }
  | {
      readonly kind: "data";
      readonly id: number;
      readonly label: number;
      readonly kinds: readonly ColumnKind[];
      readonly model?: TableModel | undefined;
    };

export type TableAnswer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly problem: string };

/** The reader in its thread. */
export type TableClient = {
  readonly [K in keyof TableReader]: (...args: Parameters<TableReader[K]>) => Promise<ReturnType<TableReader[K]>>;
} & { end(): void };

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Reads a table in a thread of its own. */
export function createTableClient(name: string, bytes: Uint8Array): TableClient {
  const worker = new Worker(address, { type: "module" });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<TableAnswer>) => {
    const one = waiting.get(data.id);
    waiting.delete(data.id);
    if ("problem" in data) one?.reject(new Error(data.problem));
    else one?.resolve(data.value as never);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values())
      reject(new Error(`${name} could not be read: ${event.message || "the thread did not start"}.`));
    waiting.clear();
  });
  worker.postMessage({ kind: "table", name, bytes } satisfies TableCall);
  const ask = async <T>(call: (id: number) => TableCall): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, { resolve: resolve, reject });
      worker.postMessage(call(id));
    });
  return {
    read: async (reading) => ask((id) => ({ kind: "read", id, reading })),
    counts: async (label) => ask((id) => ({ kind: "counts", id, label })),
    data: async (label, kinds, model) => ask((id) => ({ kind: "data", id, label, kinds, model })),
    end: () => worker.terminate(),
  };
}
