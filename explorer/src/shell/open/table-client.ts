import address from "worker-chunk:./table-worker.js";
import type { TableReader } from "./table-reader.js";

/** A call of the reader by its name, with what it takes. */
type ReaderCall = {
  readonly [K in keyof TableReader]: { readonly kind: K; readonly id: number; readonly of: Parameters<TableReader[K]> };
}[keyof TableReader];

/** What the page asks of the thread. */
export type TableCall = { readonly kind: "table"; readonly name: string; readonly bytes: Uint8Array } | ReaderCall;

export type TableAnswer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly problem: string; readonly column: string | undefined };

/** Why a table cannot be used, and the column that it is about. */
export class TableProblem extends Error {
  readonly column: string | undefined;
  constructor(message: string, column?: string) {
    super(message);
    this.column = column;
  }
}

/** The reader in its thread. */
export type TableClient = TableReader & { end(): void };

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
    if ("problem" in data) one?.reject(new TableProblem(data.problem, data.column));
    else one?.resolve(data.value as never);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values())
      reject(new TableProblem(`${name} could not be read: ${event.message || "the thread did not start"}.`));
    waiting.clear();
  });
  worker.postMessage({ kind: "table", name, bytes } satisfies TableCall);
  const ask =
    <K extends keyof TableReader>(kind: K) =>
    (...of: Parameters<TableReader[K]>): ReturnType<TableReader[K]> =>
      new Promise((resolve, reject) => {
        const id = (last += 1);
        waiting.set(id, { resolve, reject });
        worker.postMessage({ kind, id, of });
      }) as ReturnType<TableReader[K]>;
  return { read: ask("read"), learn: ask("learn"), data: ask("data"), forModel: ask("forModel"), end: () => worker.terminate() };
}
